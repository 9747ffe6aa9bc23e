"""Slack modals: renders forms, and reads their submissions. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.shared.menus import menu_of, split_label
from adapters.slack import labels, limits
from adapters.slack.markup import cut, units
from adapters.slack.payloads.files import File
from adapters.slack.payloads.interactivity import SelectedOption
from adapters.slack.payloads.views import (
    ConversationsSelect,
    FileInput,
    PlainTextInput,
    StaticSelect,
    ViewState,
)
from adapters.slack.rendering import blocks
from adapters.slack.rendering.blocks import Block
from bot.presentation.card import Card, Choice, Form, FormField

CALLBACK_ID: Final = "easel:form"
NO_VALUE: Final = "easel:none"
"""Stands for an empty value: Slack refuses an option with an empty value."""
_FILE_TYPES: Final = ("png", "jpg", "jpeg", "webp", "gif")
_CONVERSATIONS: Final = ("public", "private", "mpim", "im")


@dataclass(frozen=True, slots=True)
class FormSubmission:
    """A submitted form.

    Attributes:
        values: the texts and choices, by the names of the fields.
        place: the id of the conversation to post the picture in.
    """

    values: Mapping[str, str]
    uploads: tuple[File, ...]
    place: str | None


def modal(form: Form, *, metadata: str, asks_for_place: bool) -> Block:
    """Renders a form as a modal.

    Args:
        metadata: is returned with the submission.
        asks_for_place: whether to include the field for the conversation.
    """
    fields = [field for field in form.fields if asks_for_place or field.kind != "place"]
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": blocks.plain_text(form.title, limits.MAX_VIEW_TITLE_CHARS),
        "submit": blocks.plain_text(form.submit, limits.MAX_VIEW_TITLE_CHARS),
        "close": blocks.plain_text(labels.CLOSE_FORM, limits.MAX_VIEW_TITLE_CHARS),
        "private_metadata": metadata,
        "blocks": tuple(_input(field) for field in fields),
    }


def select(field: FormField, action_id: str) -> Block:
    """Renders a choice as a menu. The current value is selected, and added to the options if it is not among them."""
    menu = menu_of(field, max_choices=limits.MAX_OPTIONS, max_value_units=limits.MAX_OPTION_VALUE_CHARS, length=units)
    return {
        "type": "static_select",
        "action_id": action_id,
        "options": [_option(choice) for choice in menu.choices],
        **({"initial_option": _option(menu.chosen)} if menu.chosen is not None else {}),
    }


def chosen_value(option: SelectedOption | None) -> str:
    """The value of the selected option; empty if none is selected."""
    return "" if option is None or option.value == NO_VALUE else option.value


def parse_submission(state: ViewState | None) -> FormSubmission:
    """Reads the `state` of a submitted form.

    Raises:
        ValueError: it is not a form of Easel.
    """
    if state is None:
        raise ValueError("a form came back with other inputs")
    values: dict[str, str] = {}
    uploads: tuple[File, ...] = ()
    place: str | None = None
    for name, inputs in state.values.items():
        match inputs.get(name):
            case PlainTextInput(value=text):
                values[name] = text or ""
            case StaticSelect(selected_option=option):
                values[name] = chosen_value(option)
            case FileInput(files=files):
                uploads += files or ()
            case ConversationsSelect(selected_conversation=conversation):
                place = conversation or None
            case None:
                raise ValueError("a form came back with other inputs")
    if not all(file.id for file in uploads):
        raise ValueError("a form came back with a file that has no id")
    return FormSubmission(values, uploads, place)


def errors(card: Card, names: Sequence[str]) -> Block:
    """The response that keeps a modal open and shows the error under the prompt, or under the first input.

    Args:
        names: the names of the modal's fields.
    """
    name = "prompt" if "prompt" in names else names[0]
    text = " ".join(part for part in (card.title, card.text) if part.strip())
    return {"response_action": "errors", "errors": {name: cut(text, limits.MAX_ERROR_CHARS)}}


# Private


def _input(field: FormField) -> Block:
    element = _element(field)
    return {
        "type": "input",
        "block_id": field.name,
        "label": blocks.plain_text(field.label, limits.MAX_LABEL_CHARS),
        "element": element,
        # A menu with a selected option cannot be empty; as optional, Slack would show "(optional)" beside it.
        "optional": not field.required and "initial_option" not in element,
    }


def _element(field: FormField) -> Block:
    match field.kind:
        case "text":
            value = cut(field.value, limits.MAX_INPUT_CHARS)
            return {
                "type": "plain_text_input",
                "action_id": field.name,
                "multiline": True,
                "max_length": limits.MAX_INPUT_CHARS,
                **({"initial_value": value} if value else {}),
            }
        case "choice":
            return select(field, field.name)
        case "pictures":
            return {
                "type": "file_input",
                "action_id": field.name,
                "filetypes": _FILE_TYPES,
                "max_files": min(max(field.max_count, 1), limits.MAX_INPUT_FILES),
            }
        case "place":
            return {
                "type": "conversations_select",
                "action_id": field.name,
                "default_to_current_conversation": True,
                # This includes conversations that Easel cannot post in: then the form stays open with an error.
                "filter": {"include": _CONVERSATIONS},
            }


def _option(choice: Choice) -> Block:
    label, rest = split_label(choice.label, limits.MAX_OPTION_CHARS, length=units)
    return {
        "text": blocks.plain_text(label, limits.MAX_OPTION_CHARS),
        "value": choice.value or NO_VALUE,
        **({"description": blocks.plain_text(rest, limits.MAX_OPTION_CHARS)} if rest.strip() else {}),
    }
