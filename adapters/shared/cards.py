"""Texts of a card that are the same on all chat platforms: facts, progress, file names. Plain text without markup."""

import re
from collections.abc import Iterator
from typing import Final, Literal

from bot.presentation.card import Button, Card, CardPicture, Field

_BAR_CELLS: Final = 12
_SELF_EXPLANATORY: Final = re.compile(r"\d+x\d+|[\d.]+ s")


def is_about_job(card: Card) -> bool:
    """Whether the card is about a job: then its fields are small print. Otherwise they are the main text."""
    return card.tone in ("working", "done")


def small_lines(card: Card) -> Iterator[str]:
    """The lines of small print beneath a card: progress, facts about a job, notes."""
    if card.progress is not None:
        yield _progress_bar(card.progress)
    if is_about_job(card) and card.fields:
        yield " · ".join(_fact_text(field, is_first=index == 0) for index, field in enumerate(card.fields))
    yield from (note for note in card.notes if note.strip())


def percent(progress: float) -> str:
    """The progress as a percentage. Args: `progress`: from 0 to 1; other values are clamped."""
    return f"{_clamp(progress):.0%}"


def button_style(button: Button) -> Literal["plain", "primary", "danger"]:
    """The style of a button. A dangerous button that asks for confirmation is red in the confirmation only.

    Otherwise a channel would have a red button under every picture.
    """
    return "plain" if button.style == "danger" and button.confirm is not None else button.style


def picture_file_name(shown: CardPicture) -> str:
    """The file name for a picture."""
    return f"easel-{shown.label}.{shown.picture.format}"


def _progress_bar(progress: float) -> str:
    """A bar and a percentage, which screen readers can read."""
    filled = round(_clamp(progress) * _BAR_CELLS)
    return f"{'▰' * filled}{'▱' * (_BAR_CELLS - filled)}  {percent(progress)}"


def _clamp(progress: float) -> float:
    return min(max(progress, 0.0), 1.0)


def _fact_text(field: Field, *, is_first: bool) -> str:
    """A fact with its label. The first one (the model), sizes and times need no label, unlike such as "high"."""
    if is_first or _SELF_EXPLANATORY.fullmatch(field.value):
        return field.value
    return f"{field.label} {field.value}".strip()
