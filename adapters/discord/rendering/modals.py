"""Forms as modals, and what comes back from them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from adapters.discord import limits
from adapters.discord.markup import cut
from adapters.discord.rendering import components as build
from adapters.discord.rendering.components import Component
from bot.presentation.card import Choice, Form, FormField

NO_VALUE: Final = "ig1:none"
"""The value of an option that says nothing: Discord's may not be empty."""

Payload = Mapping[str, Any]


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
        "components": tuple(build.label(field.label, _input(field)) for field in _kept(form.fields)),
    }


def parse_submission(components: Sequence[Payload]) -> FormSubmission:
    """Reads the `components` of a form that was sent.

    Raises:
        ValueError: it is none of ours.
    """
    values: dict[str, str] = {}
    uploads: tuple[str, ...] = ()
    for given in _inputs(components):
        name = str(given.get("custom_id", ""))
        match given.get("type"):
            case 4:
                values[name] = str(given.get("value") or "")
            case 3:
                chosen = [str(value) for value in given.get("values") or ()]
                values[name] = "" if not chosen or chosen[0] == NO_VALUE else chosen[0]
            case 19:
                uploads += tuple(str(value) for value in given.get("values") or ())
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
            return build.text_input(field.name, field.value, required=field.required)
        case "choice":
            return _select(field)
        case "pictures":
            return build.file_upload(field.name, min(max(field.max_count, 1), limits.MAX_INPUT_FILES))
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
    return build.select(field.name, options, required=field.required)


def _option(choice: Choice, *, chosen: bool) -> Component:
    """A label that is too long keeps its first part, and the rest stands beneath it."""
    label, rest = choice.label, ""
    if len(label) > limits.MAX_OPTION_CHARS:
        label, _, rest = label.partition(" · ")
    return build.option(label, choice.value or NO_VALUE, description=rest, chosen=chosen)


def _inputs(components: Sequence[Payload]) -> Iterator[Payload]:
    """What people filled in; a label holds one input, a row several."""
    for each in components:
        if "component" in each:
            yield cast("Payload", each["component"])
        elif "components" in each:
            yield from _inputs(cast("Sequence[Payload]", each["components"]))
        elif each.get("type") != 10:  # a text to read
            yield each
