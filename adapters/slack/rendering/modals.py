"""Forms as modals, and what comes back from them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from adapters.shared.menus import menu_of, split_label
from adapters.slack import labels, limits
from adapters.slack.markup import cut, units
from adapters.slack.rendering import blocks
from adapters.slack.rendering.blocks import Block
from bot.presentation.card import Card, Choice, Form, FormField

CALLBACK_ID: Final = "easel:form"
NO_VALUE: Final = "easel:none"
"""The value of an option that says nothing: Slack's may not be empty."""
_FILE_TYPES: Final = ("png", "jpg", "jpeg", "webp", "gif")
_CONVERSATIONS: Final = ("public", "private", "mpim", "im")


@dataclass(frozen=True, slots=True)
class FormFile:
    """A file given with a form. All but the id are claims, and may be missing until Slack has looked at it."""

    id: str
    name: str
    mime: str | None
    bytes_count: int | None


@dataclass(frozen=True, slots=True)
class FormSubmission:
    """What a form brought back: the `values` of its texts and choices, and the id of the conversation to draw in."""

    values: Mapping[str, str]
    uploads: tuple[FormFile, ...]
    place: str | None


def modal(form: Form, *, metadata: str, shown_place: bool) -> Block:
    """The form as a modal. `metadata` comes back with it; without `shown_place` nobody is asked where to draw."""
    fields = [field for field in form.fields if shown_place or field.kind != "place"]
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
    """A choice as a menu. What applies now is chosen, and becomes an option where it is none."""
    menu = menu_of(field, max_choices=limits.MAX_OPTIONS, max_value_units=limits.MAX_OPTION_VALUE_CHARS, length=units)
    return {
        "type": "static_select",
        "action_id": action_id,
        "options": [_option(choice) for choice in menu.choices],
        **({"initial_option": _option(menu.chosen)} if menu.chosen is not None else {}),
    }


def chosen_value(option: object) -> str:
    """The value of the option that is chosen in a menu; empty where none is."""
    if option is None:
        return ""
    value = _text(_object(option).get("value"))
    return "" if value == NO_VALUE else value


def parse_submission(state: Mapping[str, object]) -> FormSubmission:
    """Reads the `state` of a form that was sent.

    Raises:
        ValueError: it is none of ours.
    """
    values: dict[str, str] = {}
    uploads: tuple[FormFile, ...] = ()
    place: str | None = None
    for name, actions in _object(state.get("values")).items():
        given = _object(_object(actions).get(name))
        match given.get("type"):
            case "plain_text_input":
                values[name] = _text(given.get("value") or "")
            case "static_select":
                values[name] = chosen_value(given.get("selected_option"))
            case "file_input":
                uploads += tuple(_upload(_object(file)) for file in _list(given.get("files") or ()))
            case "conversations_select":
                place = _text(given.get("selected_conversation") or "") or None
            case kind:
                raise ValueError(f"a form came back with a {kind!r}")
    return FormSubmission(values, uploads, place)


def errors(card: Card, names: Sequence[str]) -> Block:
    """The answer that keeps a form open: the error stands under the prompt, or else under the first input."""
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
        # A menu in which something is chosen cannot be left empty, and Slack would write "(optional)" beside it.
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
                # Easel's own conversation is among them; where it cannot post, the form says so and stays open.
                "filter": {"include": _CONVERSATIONS},
            }


def _option(choice: Choice) -> Block:
    label, rest = split_label(choice.label, limits.MAX_OPTION_CHARS, length=units)
    return {
        "text": blocks.plain_text(label, limits.MAX_OPTION_CHARS),
        "value": choice.value or NO_VALUE,
        **({"description": blocks.plain_text(rest, limits.MAX_OPTION_CHARS)} if rest.strip() else {}),
    }


def _upload(file: Mapping[str, object]) -> FormFile:
    size = file.get("size")
    return FormFile(
        id=_text(file.get("id")),
        name=str(file.get("name") or "image"),
        mime=str(file["mimetype"]) if file.get("mimetype") else None,
        bytes_count=size if isinstance(size, int) and size > 0 else None,
    )


def _object(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise ValueError("a form came back without its values")
    return cast(Mapping[str, object], value)


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError("a form came back with files that are no list")
    return cast(Sequence[object], value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a form came back with a value that is no text")
    return value
