"""Discord modals: renders forms, and reads their submissions. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.discord import limits
from adapters.discord.markup import cut
from adapters.discord.payloads.interactions import ModalInput
from adapters.discord.rendering import components
from adapters.discord.rendering.components import Component
from adapters.shared.menus import menu_of, split_label
from adapters.shared.text_length import utf16_units
from bot.presentation.card import Choice, Form, FormField

NO_VALUE: Final = "ig1:none"
"""Stands for an empty value: Discord refuses an option with an empty value."""


@dataclass(frozen=True, slots=True)
class FormSubmission:
    """A submitted form.

    Attributes:
        values: the texts and choices, by the names of the fields.
        uploads: the ids of the uploaded files.
    """

    values: Mapping[str, str]
    uploads: tuple[str, ...]


def modal(form: Form, custom_id: str) -> Component:
    """Renders a form as a modal. Leaves out the last choices above five fields: flags in the prompt replace them."""
    return {
        "custom_id": custom_id,
        "title": cut(form.title, limits.MAX_MODAL_TITLE_CHARS),
        "components": tuple(components.label(field.label, _input(field)) for field in _fitting_fields(form.fields)),
    }


def parse_submission(inputs: Sequence[ModalInput]) -> FormSubmission:
    """Reads the inputs of a submitted modal.

    Raises:
        ValueError: a component of a type that Easel's modals do not have.
    """
    values: dict[str, str] = {}
    uploads: tuple[str, ...] = ()
    for filled in inputs:
        match filled.type:
            case 4:
                values[filled.custom_id] = "".join(filled.values)
            case 3:
                chosen = filled.values[0] if filled.values else NO_VALUE
                values[filled.custom_id] = "" if chosen == NO_VALUE else chosen
            case 19:
                uploads += filled.values
            case kind:
                raise ValueError(f"a form came back with a component of type {kind!r}")
    return FormSubmission(values, uploads)


# Private


def _fitting_fields(fields: Sequence[FormField]) -> list[FormField]:
    kept = [field for field in fields if field.kind != "place"]
    spare = [field for field in kept if field.kind == "choice" and not field.required]
    while len(kept) > limits.MAX_MODAL_FIELDS and spare:
        kept.remove(spare.pop())
    return kept[: limits.MAX_MODAL_FIELDS]


def _input(field: FormField) -> Component:
    match field.kind:
        case "text":
            return components.text_input(field.name, field.value, required=field.required)
        case "choice":
            return _select(field)
        case "pictures":
            return components.file_upload(field.name, min(max(field.max_count, 1), limits.MAX_INPUT_FILES))
        case "place":
            raise AssertionError("a form knows its place by the channel that it was opened in")


def _select(field: FormField) -> Component:
    menu = menu_of(field, max_choices=limits.MAX_OPTIONS, max_value_units=limits.MAX_OPTION_CHARS, length=utf16_units)
    options = [_option(choice, chosen=choice == menu.chosen) for choice in menu.choices]
    return components.select(field.name, options, required=field.required)


def _option(choice: Choice, *, chosen: bool) -> Component:
    label, rest = split_label(choice.label, limits.MAX_OPTION_CHARS, length=utf16_units)
    return components.option(label, choice.value or NO_VALUE, description=rest, chosen=chosen)
