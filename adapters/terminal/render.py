"""Cards as lines of text, and as JSON for scripts. Pure."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.domain.ids import JobId
from bot.domain.pictures import PictureFormat
from bot.presentation.card import Card, CardPicture

State = Literal["delivered", "failed", "cancelled", "answered"]


@dataclass(frozen=True, slots=True)
class Saved:
    """A picture that was written to a file, and the SVG that it was rasterised from to another."""

    path: Path
    shown: CardPicture
    svg: Path | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The bytes of a picture, and of the SVG that it was rasterised from."""

    data: bytes
    svg: bytes | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an invocation ended: its last card, and what the card's pictures consist of."""

    job: JobId
    state: State
    card: Card
    drawn: tuple[Drawn, ...] = ()


def is_final(card: Card) -> bool:
    """Whether nothing more is to come: a job's status card has turned into its result."""
    return card.tone != "working"


def state_of(card: Card) -> State:
    """How a job ended whose final card this is."""
    match card.tone:
        case "done":
            return "delivered"
        case "error":
            return "failed"
        case _:
            return "cancelled"


def lines(card: Card) -> list[str]:
    """The card for people. Buttons need a place to press them and are left out."""
    quote = f"“{card.quote}”" if card.quote else ""
    text = [card.title, *(f"  {line}" for line in quote.splitlines()), *card.text.splitlines()]
    width = max((len(field.label) for field in card.fields), default=0)
    text += [f"  {field.label:<{width}}  {field.value}" for field in card.fields]
    text += [f"  Note: {note}" for note in card.notes]
    text += [f"  {line}" for line in card.code.splitlines()]
    text += [f"  File: {file.name}" for file in card.files]
    return [_printable(line) for line in text]


def saved_lines(saved: Sequence[Saved]) -> list[str]:
    return [line for file in saved for line in _written(file)] + [
        f"Note: {file.path.name} is a {file.shown.picture.format.upper()} file. Its name says otherwise: "
        f"ask for the format with --format."
        for file in saved
        if not _is_named_right(file)
    ]


def status_line(card: Card, width: int) -> str:
    """One line for a job at work: a bar where its progress is known, and the title."""
    title = _printable(card.title)
    if card.progress is None:
        return title[:width]
    filled = round(min(max(card.progress, 0.0), 1.0) * _BAR)
    return f"[{'#' * filled}{'.' * (_BAR - filled)}] {title}"[:width]


def outcome_json(outcome: Outcome, saved: Sequence[Saved]) -> str:
    """What `--json` prints: one object, the same keys always."""
    card = outcome.card
    return json.dumps(
        {
            "job": outcome.job,
            "state": outcome.state,
            "title": card.title,
            "text": card.text,
            "prompt": card.quote,
            "details": {field.label: field.value for field in card.fields},
            "notes": list(card.notes),
            "files": [
                {
                    "path": str(file.path),
                    "svg": str(file.svg) if file.svg is not None else None,
                    "label": file.shown.label,
                    "format": file.shown.picture.format,
                    "width_px": file.shown.picture.size.width_px,
                    "height_px": file.shown.picture.size.height_px,
                    "bytes": file.shown.picture.bytes_count,
                    "sha256": file.shown.picture.id,
                }
                for file in saved
            ],
        },
        ensure_ascii=False,
    )


def file_paths(output: Path, count: int) -> list[Path]:
    """Where pictures go: `fox.png`, or `fox-1.png`, `fox-2.png`, ... for several."""
    if count == 1:
        return [output]
    return [output.with_stem(f"{output.stem}-{number}") for number in range(1, count + 1)]


def paths_with_svg(output: Path, image_format: PictureFormat) -> tuple[Path, Path]:
    """Where a picture and its SVG go: the SVG beside `fox.png`, or the picture beside `fox.svg`."""
    if output.suffix.lower() == ".svg":
        return output.with_suffix(_SUFFIXES[image_format][0]), output
    return output, output.with_suffix(".svg")


_BAR = 24
_SUFFIXES: dict[PictureFormat, tuple[str, ...]] = {
    "png": (".png",),
    "jpeg": (".jpg", ".jpeg"),
    "webp": (".webp",),
    "gif": (".gif",),
    "svg": (".svg",),
}


def _written(file: Saved) -> list[str]:
    picture = f"{file.path}  {_facts(file.shown)}"
    return [picture, f"{file.svg}  the same drawing as SVG"] if file.svg is not None else [picture]


def _facts(shown: CardPicture) -> str:
    return f"{shown.picture.size} {shown.picture.format.upper()}, {shown.picture.bytes_count / 1_000_000:.2f} MB"


def _is_named_right(file: Saved) -> bool:
    return not file.path.suffix or file.path.suffix.lower() in _SUFFIXES[file.shown.picture.format]


def _printable(text: str) -> str:
    """Without control characters: in a terminal they could move the cursor or change its settings."""
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf") or char == "\u200d")
