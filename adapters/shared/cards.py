"""What chat platforms show of a card in the same words: facts, progress, names of files. Plain text, without markup."""

import re
from collections.abc import Iterator
from typing import Final, Literal

from bot.presentation.card import Button, Card, CardPicture, Field

_BAR_CELLS: Final = 12
_SELF_EXPLANATORY: Final = re.compile(r"\d+x\d+|[\d.]+ s")


def is_about_job(card: Card) -> bool:
    """Facts about a picture are small print beneath it; an answer's fields are the answer."""
    return card.tone in ("working", "done")


def small_lines(card: Card) -> Iterator[str]:
    """The small print beneath a card: how much is done, the facts about a job, the notes."""
    if card.progress is not None:
        yield _progress_bar(card.progress)
    if is_about_job(card) and card.fields:
        yield " · ".join(_fact(field, is_first=index == 0) for index, field in enumerate(card.fields))
    yield from (note for note in card.notes if note.strip())


def percent(progress: float) -> str:
    """Args: `progress`: the part that is done; what is outside of 0 to 1 counts as either."""
    return f"{_part(progress):.0%}"


def button_style(button: Button) -> Literal["plain", "primary", "danger"]:
    """The style to show a button in: one that asks for confirmation is dangerous in its question only.

    Under every picture of a channel, red would be all that people see.
    """
    return "plain" if button.style == "danger" and button.confirm is not None else button.style


def picture_file_name(shown: CardPicture) -> str:
    """What a picture is saved as."""
    return f"easel-{shown.label}.{shown.picture.format}"


def _progress_bar(progress: float) -> str:
    """The number says the same to those who do not see the bar."""
    filled = round(_part(progress) * _BAR_CELLS)
    return f"{'▰' * filled}{'▱' * (_BAR_CELLS - filled)}  {percent(progress)}"


def _part(progress: float) -> float:
    return min(max(progress, 0.0), 1.0)


def _fact(field: Field, *, is_first: bool) -> str:
    """The first fact is what drew. A size and a time say by themselves what they are; "high" does not."""
    if is_first or _SELF_EXPLANATORY.fullmatch(field.value):
        return field.value
    return f"{field.label} {field.value}".strip()
