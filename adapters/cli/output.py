"""Writes the pictures of `easel imagine` to a named file, a new file, or standard output."""

import hashlib
import os
import re
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Final

from adapters.terminal.files import write_atomically
from adapters.terminal.render import CommandOutcome, PictureData, SavedPicture
from bot.domain.commands import Imagine
from bot.domain.ids import PictureId
from bot.domain.pictures import Picture, PictureFormat
from bot.domain.requests import PromptSpec
from bot.domain.text import split_words
from bot.errors import AdminError, BadCommand
from bot.grammar.commands import parse_command
from bot.presentation.card import CardPicture

_FORMATS: Final[dict[str, PictureFormat]] = {
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".webp": "webp",
    ".gif": "gif",
    ".svg": "svg",
}
_SUFFIXES: Final[dict[PictureFormat, str]] = {
    "png": ".png",
    "jpeg": ".jpg",
    "webp": ".webp",
    "gif": ".gif",
    "svg": ".svg",
}
_UNSUPPORTED_SUFFIXES: Final = frozenset(
    {".avif", ".bmp", ".heic", ".heif", ".ico", ".jp2", ".jxl", ".pdf", ".psd", ".tif", ".tiff"}
)
_MAX_NAME_CHARS: Final = 60


@dataclass(frozen=True, slots=True)
class Output:
    """Where to write. `path` is None for new files in `folder`, named after `words`; they never overwrite others."""

    path: Path | None
    folder: Path
    words: str
    is_stdout: bool = False


def parse_output_option(option: str | None, *, words: str) -> Output:
    """Parses `-o`: a file, a directory for new files, `-` for standard output, or None.

    Raises:
        AdminError: nothing can be written there.
    """
    if option == "-":
        if sys.stdout.isatty():
            raise AdminError(
                "A picture cannot be shown in a terminal.", hint="Redirect it: easel imagine ... -o - > fox.png"
            )
        return Output(None, Path(), words, is_stdout=True)
    path = Path(option) if option is not None else Path()
    output = Output(None, path, words) if path.is_dir() else Output(path, path.parent, words)
    _require_writable(output.folder)
    if path.suffix.lower() in _UNSUPPORTED_SUFFIXES:
        raise AdminError(
            f"Easel does not write {path.suffix.lower()[1:].upper()} files.",
            hint=f"It writes {', '.join(_SUFFIXES.values())}: -o {path.with_suffix('.png')}",
        )
    return output


def parse_prompt(text: str) -> PromptSpec | None:
    """The parsed prompt; None for subcommands such as `help`, and for text that Easel will reject itself."""
    try:
        command = parse_command(text)
    except BadCommand:
        return None
    return command.spec if isinstance(command, Imagine) else None


def flags_for(output: Output, spec: PromptSpec) -> str:
    """Flags to add so that the picture has the format of the output file; empty if not needed.

    Raises:
        BadCommand: the typed flags contradict the output file.
    """
    if output.is_stdout:
        if (spec.n or 1) > 1:
            raise BadCommand("Standard output holds one picture.", hint="Leave --n out, or name a file with -o.")
        return "" if spec.n else "--n 1"
    wanted = _format_of(output.path)
    if wanted in (None, "svg"):  # a text model always returns its SVG along with the picture
        return ""
    if spec.format is None:
        return f"--format {wanted}"
    if _FORMATS.get(f".{spec.format.strip().lstrip('.').lower()}") not in (None, wanted):
        raise BadCommand(
            f"-o asks for a {str(wanted).upper()} file, and --format for {spec.format}.", hint="Leave one of them out."
        )
    return ""


def save(outcome: CommandOutcome, output: Output) -> tuple[SavedPicture, ...]:
    """Writes the pictures, and their SVGs if there are any. Blocks.

    A picture is converted to the format of the file name if possible; otherwise the file gets a matching suffix.

    Raises:
        AdminError: writing failed. The pictures are still in Easel's store.
    """
    if output.is_stdout:
        for drawn in outcome.drawn[:1]:
            sys.stdout.buffer.write(drawn.data)
            sys.stdout.buffer.flush()
        return ()
    made = zip(outcome.card.pictures, outcome.drawn, strict=True)
    if output.path is None:
        return tuple(_save_as_new(output, shown, drawn) for shown, drawn in made)
    paths = _numbered_paths(output.path, len(outcome.drawn))
    return tuple(_save_picture(shown, drawn, path) for (shown, drawn), path in zip(made, paths, strict=True))


# Private


def _require_writable(folder: Path) -> None:
    """Checked before drawing, which may cost money."""
    if not folder.is_dir():
        raise AdminError(f"There is no directory {str(folder)!r} to write to.")
    if not os.access(folder, os.W_OK):
        raise AdminError(f"Nothing can be written to {str(folder)!r}.")


def _format_of(path: Path | None) -> PictureFormat | None:
    return _FORMATS.get(path.suffix.lower()) if path is not None else None


def _numbered_paths(path: Path, count: int) -> list[Path]:
    """`fox.png`, or `fox-1.png`, `fox-2.png`, ... for several."""
    return [path] if count == 1 else [path.with_stem(f"{path.stem}-{number}") for number in range(1, count + 1)]


def _file_name(words: str) -> str:
    """`a-red-fox-in-snow`, in any script: at most 60 characters, cut between words."""
    name = ""
    for word in split_words(re.sub("['’]", "", words.casefold())):
        longer = f"{name}-{word}" if name else word[:_MAX_NAME_CHARS]
        if len(longer) > _MAX_NAME_CHARS or len(longer.encode()) > 200:  # file systems take 255 bytes
            break
        name = longer
    return name or "easel"


def _save_as_new(output: Output, shown: CardPicture, drawn: PictureData) -> SavedPicture:
    path = _claim_path(output.folder, _file_name(output.words), _SUFFIXES[shown.picture.format])
    try:
        return _save_picture(shown, drawn, path)
    except BaseException:
        path.unlink()
        raise


def _claim_path(folder: Path, name: str, suffix: str) -> Path:
    """The first free path, reserved by creating an empty file."""
    for number in count(1):
        path = folder / (f"{name}{suffix}" if number == 1 else f"{name}-{number}{suffix}")
        if path.with_suffix(".svg").exists():
            continue
        with suppress(FileExistsError):
            path.touch(exist_ok=False)
            return path
    raise AssertionError("there is always a further name")


def _save_picture(shown: CardPicture, drawn: PictureData, path: Path) -> SavedPicture:
    picture = shown.picture
    if _is_stream(path):
        _write(path, drawn.data)
        return SavedPicture(path, picture, shown.label)
    svg = None
    if drawn.svg is not None:
        is_named = path.suffix.lower() == ".svg"
        svg = path if is_named else path.with_suffix(".svg")
        _write(svg, drawn.svg)
        path = path.with_suffix(_SUFFIXES[picture.format]) if is_named else path
    wanted, data, note = _format_of(path), drawn.data, None
    if wanted not in (None, picture.format):
        if wanted in ("png", "jpeg", "webp"):
            note = f"{path.name} was converted: the model drew a {picture.format.upper()}."
            picture, data = _convert(picture, data, wanted)
        else:
            note = f"No {str(wanted).upper()} was drawn: the picture is a {picture.format.upper()}."
            path = _claim_path(path.parent, path.stem, _SUFFIXES[picture.format])
    _write(path, data)
    return SavedPicture(path, picture, shown.label, svg, note)


def _convert(picture: Picture, data: bytes, wanted: PictureFormat) -> tuple[Picture, bytes]:
    from bot.imaging.convert import encode
    from bot.imaging.decode import decode

    converted = encode(decode(data), wanted)
    name = PictureId(hashlib.sha256(converted).hexdigest())
    return replace(picture, id=name, format=wanted, bytes_count=len(converted)), converted


def _write(path: Path, data: bytes) -> None:
    try:
        if _is_stream(path):
            path.write_bytes(data)
        else:
            write_atomically(path.resolve(), data, mode=0o644)
    except OSError as error:
        raise AdminError(f"{path.name!r} could not be written: {error.strerror}.") from error


def _is_stream(path: Path) -> bool:
    """Whether it is a device or pipe, such as /dev/stdout, which must be written to and not replaced."""
    return path.exists() and not path.is_file()
