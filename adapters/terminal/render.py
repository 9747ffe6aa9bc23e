"""Cards as lines of text, and as JSON for scripts. Pure."""

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
    """A picture that was written to a file, and the SVG that it was rasterised from to another.

    `note` says where the file is not what its name asked for, or was converted.
    """

    path: Path
    picture: Picture
    label: str
    svg: Path | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PictureData:
    """The bytes of a picture, and of the SVG that it was rasterised from."""

    data: bytes
    svg: bytes | None = None


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """How an invocation ended: its last card, and what the card's pictures consist of."""

    job: JobId
    state: State
    card: Card
    drawn: tuple[PictureData, ...] = ()


def is_final(card: Card) -> bool:
    """Whether nothing more is to come: a job's status card has turned into its result."""
    return card.tone != "working"


def final_state(card: Card) -> State:
    """How a job ended whose final card this is."""
    match card.tone:
        case "done":
            return "delivered"
        case "error":
            return "failed"
        case _:
            return "cancelled"


def card_lines(card: Card) -> list[str]:
    """The card for people. Buttons need a place to press them and are left out."""
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
    """One line for a job at work: a bar where its progress is known, and the title."""
    title = _strip_control_characters(card.title)
    if card.progress is None:
        return title[:width]
    filled = round(min(max(card.progress, 0.0), 1.0) * _BAR)
    return f"[{'#' * filled}{'.' * (_BAR - filled)}] {title}"[:width]


def outcome_json(outcome: CommandOutcome, saved: Sequence[SavedPicture]) -> str:
    """What `--json` prints: one object, the same keys always."""
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
    """US dollars for programs, None where nobody knows."""
    return None if amount is None else amount / 1_000_000


_BAR = 24


def _format_files(file: SavedPicture) -> list[str]:
    picture = f"{file.path}  {_format_picture(file.picture)}"
    return [picture, f"{file.svg}  the same drawing as SVG"] if file.svg is not None else [picture]


def _format_picture(picture: Picture) -> str:
    weight = f"{picture.bytes_count / 1_000_000:.2f} MB"
    if picture.bytes_count < 100_000:
        weight = f"{picture.bytes_count / 1000:.1f} KB"
    return f"{picture.size} {picture.format.upper()}, {weight}"


def _strip_control_characters(text: str) -> str:
    """Without control characters: in a terminal they could move the cursor or change its settings."""
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf") or char == "\u200d")
