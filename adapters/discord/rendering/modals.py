"""Forms as modals, and what comes back from them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.discord import limits
from adapters.discord.markup import cut
from adapters.discord.payloads.interactions import ModalInput
from adapters.discord.rendering import components
from adapters.discord.rendering.components import Component
from bot.presentation.card import Choice, Form, FormField

NO_VALUE: Final = "ig1:none"
"""The value of an option that says nothing: Discord's may not be empty."""


@dataclass(frozen=True, slots=True)
class FormSubmission:
    """What a form brought back: the values of its texts and choices, and the ids of the files given with it."""

    values: Mapping[str, str]
    uploads: tuple[str, ...]


def modal(form: Form, custom_id: str) -> Component:
    """The form as a modal. Of more than five fields the last choices are left out: flags in the words do the same."""
    return {
        "custom_id": custom_id,
        "title": cut(form.title, limits.MAX_MODAL_TITLE_CHARS),
        "components": tuple(components.label(field.label, _input(field)) for field in _kept(form.fields)),
    }


def parse_submission(inputs: Sequence[ModalInput]) -> FormSubmission:
    """Reads what people filled in.

    Raises:
        ValueError: no modal of Easel has such a component.
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


def _kept(fields: Sequence[FormField]) -> list[FormField]:
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
    choices = field.choices
    if field.value not in [choice.value for choice in choices]:
        # With nothing chosen, sending the form would change what applies.
        choices = (Choice(field.value, field.value or "–"), *choices)
    usable = [choice for choice in choices if len(choice.value) <= limits.MAX_OPTION_CHARS and choice.label.strip()]
    shown = usable[: limits.MAX_OPTIONS]
    chosen = next((choice for choice in usable if choice.value == field.value), None)
    if chosen is not None and chosen not in shown:
        shown[-1] = chosen
    options = [_option(choice, chosen=choice == chosen) for choice in shown]
    return components.select(field.name, options, required=field.required)


def _option(choice: Choice, *, chosen: bool) -> Component:
    """A label that is too long keeps its first part, and the rest stands beneath it."""
    label, rest = choice.label, ""
    if len(label) > limits.MAX_OPTION_CHARS:
        label, _, rest = label.partition(" · ")
    return components.option(label, choice.value or NO_VALUE, description=rest, chosen=chosen)
