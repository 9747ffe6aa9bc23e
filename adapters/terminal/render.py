"""Formats cards as text for terminals, and outcomes as JSON. Pure."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.domain.ids import JobId
from bot.domain.money import UsdMicros
from bot.domain.pictures import Picture
from bot.presentation.card import Card

State = Literal["delivered", "failed", "cancelled", "answered"]


@dataclass(frozen=True, slots=True)
class SavedPicture:
    """A picture that was saved to `path`, and its SVG to `svg`.

    `note` says if the picture was converted, or saved under another name.
    """

    path: Path
    picture: Picture
    label: str
    svg: Path | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PictureData:
    """The bytes of a picture, and of its SVG."""

    data: bytes
    svg: bytes | None = None


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """The outcome of a command: its last card and the pictures of that card."""

    job: JobId
    state: State
    card: Card
    drawn: tuple[PictureData, ...] = ()


def is_final(card: Card) -> bool:
    """Whether the card is final, and no more updates follow."""
    return card.tone != "working"


def final_state(card: Card) -> State:
    """The state of a job, from its final card."""
    match card.tone:
        case "done":
            return "delivered"
        case "error":
            return "failed"
        case _:
            return "cancelled"


def card_lines(card: Card) -> list[str]:
    """The card as lines of text, without its buttons."""
    quote = f"“{card.quote}”" if card.quote else ""
    text = [card.title, *(f"  {line}" for line in quote.splitlines()), *card.text.splitlines()]
    width = max((len(field.label) for field in card.fields), default=0)
    text += [f"  {field.label:<{width}}  {field.value}" for field in card.fields]
    text += [f"  Note: {note}" for note in card.notes]
    text += [f"  {line}" for line in card.code.splitlines()]
    text += [f"  File: {file.name}" for file in card.files]
    return [_strip_control_characters(line) for line in text]


def saved_lines(saved: Sequence[SavedPicture]) -> list[str]:
    return [line for file in saved for line in _format_files(file)] + [
        f"Note: {file.note}" for file in saved if file.note
    ]


def status_line(card: Card, width: int) -> str:
    """The status of a running job on one line: a progress bar, if known, and the title."""
    title = _strip_control_characters(card.title)
    if card.progress is None:
        return title[:width]
    filled = round(min(max(card.progress, 0.0), 1.0) * _BAR)
    return f"[{'#' * filled}{'.' * (_BAR - filled)}] {title}"[:width]


def outcome_json(outcome: CommandOutcome, saved: Sequence[SavedPicture]) -> str:
    """The output of `--json`: one object, which always has the same keys."""
    card, data = outcome.card, outcome.card.data
    return json.dumps(
        {
            "job": outcome.job,
            "state": outcome.state,
            "title": card.title,
            "text": card.text,
            "prompt": card.quote,
            "details": {field.label: field.value for field in card.fields},
            "version": f"v{data.version}" if data else None,
            "model": data.model if data else None,
            "quality": data.quality if data else None,
            "seconds": data.seconds if data else None,
            "cost_usd": to_usd(data.cost) if data else None,
            "notes": list(card.notes),
            "files": [
                {
                    "path": str(file.path),
                    "svg": str(file.svg) if file.svg is not None else None,
                    "label": file.label,
                    "format": file.picture.format,
                    "width_px": file.picture.size.width_px,
                    "height_px": file.picture.size.height_px,
                    "bytes": file.picture.bytes_count,
                    "sha256": file.picture.id,
                }
                for file in saved
            ],
        },
        ensure_ascii=False,
    )


def to_usd(amount: UsdMicros | None) -> float | None:
    """The amount in US dollars; None if unknown."""
    return None if amount is None else amount / 1_000_000


_BAR = 24


def _format_files(file: SavedPicture) -> list[str]:
    picture = f"{file.path}  {_format_picture(file.picture)}"
    return [picture, f"{file.svg}  the same image as SVG"] if file.svg is not None else [picture]


def _format_picture(picture: Picture) -> str:
    weight = f"{picture.bytes_count / 1_000_000:.2f} MB"
    if picture.bytes_count < 100_000:
        weight = f"{picture.bytes_count / 1000:.1f} KB"
    return f"{picture.size} {picture.format.upper()}, {weight}"


def _strip_control_characters(text: str) -> str:
    """Removes control characters, which could control the terminal."""
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf") or char == "\u200d")
