"""The choices of a form's field as a menu of limited length, on platforms that show menus."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.presentation.card import Choice, FormField

_NO_WORDS: Final = "–"
"""The label of a choice that has none: platforms refuse an empty one."""


@dataclass(frozen=True, slots=True)
class Menu:
    """At least one choice, and which of them is chosen at first."""

    choices: tuple[Choice, ...]
    chosen: Choice | None


def menu_of(field: FormField, *, max_choices: int, max_value_units: int, length: Callable[[str], int]) -> Menu:
    """The choices that fit. What applies now is chosen, and becomes a choice where it is none.

    Otherwise nothing would be chosen, and sending the form would change what applies.

    Args:
        max_value_units: of a choice's value; choices with longer ones are left out.
        length: how the platform counts a text.
    """
    choices = field.choices
    if field.value not in [choice.value for choice in choices]:
        choices = (Choice(field.value, field.value if field.value.strip() else _NO_WORDS), *choices)
    usable = [choice for choice in choices if length(choice.value) <= max_value_units and choice.label.strip()]
    shown = usable[:max_choices] or [Choice("", _NO_WORDS)]
    chosen = next((choice for choice in usable if choice.value == field.value), None)
    if chosen is not None and chosen not in shown:
        shown[-1] = chosen
    return Menu(tuple(shown), chosen)


def split_label(label: str, max_units: int, *, length: Callable[[str], int]) -> tuple[str, str]:
    """A choice's label, and a description to show beneath it: a label that is too long keeps its first part."""
    if length(label) <= max_units:
        return label, ""
    first, _, rest = label.partition(" · ")
    return first, rest
