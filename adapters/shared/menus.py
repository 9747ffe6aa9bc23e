"""Menus of chat platforms: fits the choices of a form's field into a menu of limited length."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.presentation.card import Choice, FormField

_EMPTY_LABEL: Final = "–"
"""The label of a choice without one: platforms refuse an empty label."""


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu.

    Attributes:
        choices: at least one.
        chosen: the choice that is selected at first.
    """

    choices: tuple[Choice, ...]
    chosen: Choice | None


def menu_of(field: FormField, *, max_choices: int, max_value_units: int, length: Callable[[str], int]) -> Menu:
    """The menu of a field. The current value is selected, and added to the choices if it is not among them.

    Otherwise nothing would be selected, and submitting the form would change the value.

    Args:
        max_value_units: the maximum length of a choice's value, counted by `length`. Longer ones are left out.
        length: counts a text like the platform.
    """
    choices = field.choices
    if field.value not in [choice.value for choice in choices]:
        choices = (Choice(field.value, field.value if field.value.strip() else _EMPTY_LABEL), *choices)
    usable = [choice for choice in choices if length(choice.value) <= max_value_units and choice.label.strip()]
    shown = usable[:max_choices] or [Choice("", _EMPTY_LABEL)]
    chosen = next((choice for choice in usable if choice.value == field.value), None)
    if chosen is not None and chosen not in shown:
        shown[-1] = chosen
    return Menu(tuple(shown), chosen)


def split_label(label: str, max_units: int, *, length: Callable[[str], int]) -> tuple[str, str]:
    """Splits a label into a label and a description, at the first " · ", if it is longer than `max_units`."""
    if length(label) <= max_units:
        return label, ""
    first, _, rest = label.partition(" · ")
    return first, rest
