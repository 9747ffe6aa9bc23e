"""Words in pictures: any script, in its own order and joined as it should be, in the typefaces of `typefaces`.

Pango breaks and shapes them in the child process that draws SVG as well: what people type can be as hostile.
"""

import json
import subprocess
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Final

from PIL import Image, ImageFont

from bot.errors import Transient
from bot.imaging.languages import detect_language
from bot.imaging.sandbox.child import ENVIRONMENT, TIMEOUT_EXIT_CODES, Limits, worker_broken, worker_command
from bot.imaging.sandbox.worker import READY
from bot.imaging.typefaces import FOLDER, TYPEFACES, is_blank, without_characters

_LIMITS: Final = Limits(cpu_s=10, wall_s=20)
_MIN_CHAR_WIDTH: Final = 0.1
"""How wide characters are at least, accents among them, for letters of height 1: what cannot fit is cut at once."""


@dataclass(frozen=True, slots=True)
class Label:
    """Words to be drawn on at most `max_lines` lines of `width_px`; what does not fit ends in an ellipsis.

    Attributes:
        height_px: of the letters, as of a font's size.
        line_px: from line to line.
    """

    text: str
    height_px: int
    line_px: int
    width_px: int
    max_lines: int
    bold: bool = False
    centred: bool = False


@dataclass(frozen=True, slots=True)
class RenderedLabel:
    """A label as it is drawn: `mask` covers its ink, which begins at (`left_px`, `top_px`) of the room it was given."""

    mask: Image.Image
    left_px: int
    top_px: int


def render_labels(labels: Sequence[Label]) -> list[RenderedLabel | None]:
    """The ink of each label; None where nothing of it can be seen. Takes 0.1 s: a child process draws all of them.

    Raises:
        AdminError: the child cannot run here.
        Transient: this machine is too busy, or what is to be drawn is meant to keep it so.
    """
    drawable = [replace(label, text=_drop_undrawable(label.text)) for label in labels]
    inks = iter(_render_lines([label for label in drawable if label.text]))
    return [next(inks) if label.text else None for label in drawable]


def missing_characters(text: str) -> str:
    """The characters of it, each once, that no typeface here has a shape for. `letter` leaves them out."""
    return TYPEFACES.cover(text).missing


@lru_cache(maxsize=64)
def font(height_px: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """For Easel's own words in pictures, which are plain English: Pillow draws them by itself."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(FOLDER / name, max(4, height_px), layout_engine=ImageFont.Layout.BASIC)


def _drop_undrawable(text: str) -> str:
    """On one line, without what cannot be drawn: no boxes in its place."""
    line = " ".join(without_characters(text, missing_characters(text)).split())
    return "" if is_blank(line) else "".join(char for char in line if unicodedata.category(char) != "Cc")


def _render_lines(labels: Sequence[Label]) -> list[RenderedLabel | None]:
    """For labels whose texts are on one line each, and can be drawn."""
    if not labels:
        return []
    asked = [
        asdict(label) | {"text": label.text[: _max_chars(label)], "language": detect_language(label.text)}
        for label in labels
    ]
    typefaces = TYPEFACES.cover("".join(label.text for label in labels)).system_files
    answer = _run_worker(
        worker_command(_LIMITS, typefaces, "text"), json.dumps(asked).encode(), sum(map(_max_bytes, labels))
    )
    try:
        return _parse_answer(answer)
    except (ValueError, TypeError) as error:
        # Whatever may have been done to the child, its answer does nothing here.
        raise worker_broken() from error


def _run_worker(arguments: Sequence[str], question: bytes, most_bytes: int) -> bytes:
    """What the child says after READY; it reads all of the question before that."""
    try:
        process = subprocess.Popen(  # noqa: S603 -- our own program, with nothing that anybody typed in its arguments
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise worker_broken() from error
    with process:
        if process.stdin is None or process.stdout is None:
            raise worker_broken()
        with suppress(BrokenPipeError):
            process.stdin.write(question)
            process.stdin.close()
        answer = process.stdout.read(most_bytes)
        process.stdout.close()
    if process.returncode in TIMEOUT_EXIT_CODES:
        raise Transient("Drawing the letters took too long.", hint="Try again, with fewer of them.")
    if process.returncode != 0:
        raise worker_broken()
    return answer.removeprefix(READY)


def _parse_answer(answer: bytes) -> list[RenderedLabel | None]:
    boxes, _, pixels = answer.partition(b"\n")
    inks: list[RenderedLabel | None] = []
    begin = 0
    for left, top, width, height in json.loads(boxes):
        end = begin + width * height
        inks.append(
            RenderedLabel(Image.frombytes("L", (width, height), pixels[begin:end]), left, top) if end > begin else None
        )
        begin = end
    return inks


def _max_chars(label: Label) -> int:
    return label.max_lines * (2 + round(label.width_px / label.height_px / _MIN_CHAR_WIDTH))


def _max_bytes(label: Label) -> int:
    """More than its ink can be, even where that hangs over: an answer that goes on is not read any further."""
    return 1000 + (label.width_px + 4 * label.height_px) * (label.max_lines + 4) * (label.line_px + label.height_px)
