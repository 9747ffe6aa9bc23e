"""Converts cards and forms to JSON. Pure. The page inserts all strings as text nodes, so they need no escaping."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NotRequired, TypedDict

from bot.domain.people import Person
from bot.domain.pictures import Attachment
from bot.presentation.card import Button, Card, Choice, Form
from bot.presentation.options import Option, Subcommand


class FieldJson(TypedDict):
    label: str
    value: str


class PictureJson(TypedDict):
    """As stored. `id` identifies the bytes; the browser gets only a part of it, in URLs."""

    id: str
    format: str
    width_px: int
    height_px: int
    bytes_count: int
    label: str
    alt: str


class FileJson(TypedDict):
    """As stored. `id` identifies the bytes; the browser gets only a part of it, in URLs."""

    id: str
    name: str


class ButtonJson(TypedDict):
    action: str
    label: str
    target: str
    style: str
    confirm: str | None


class CardJson(TypedDict):
    """As stored. Old cards have no `files`."""

    tone: str
    title: str
    text: str
    quote: str
    fields: list[FieldJson]
    notes: list[str]
    code: str
    pictures: list[PictureJson]
    files: NotRequired[list[FileJson]]
    buttons: list[ButtonJson]
    since: str | None
    progress: float | None


class AttachmentJson(TypedDict):
    ref: str
    name: str
    mime: str | None
    bytes_count: int | None
    role: str


class ChoiceJson(TypedDict):
    value: str
    label: str


class FormFieldJson(TypedDict):
    name: str
    label: str
    kind: str
    value: str
    choices: list[ChoiceJson]
    required: bool
    max_count: int


class FormJson(TypedDict):
    title: str
    submit: str
    target: str
    fields: list[FormFieldJson]


class OptionJson(TypedDict):
    name: str
    aliases: list[str]
    summary: str
    kind: str
    example: str
    choices: list[ChoiceJson]
    minimum: int | None
    maximum: int | None


class PersonJson(TypedDict):
    id: str
    name: str
    is_admin: bool


def card_json(card: Card) -> CardJson:
    """The card without its preview, which is never stored."""
    return {
        "tone": card.tone,
        "title": card.title,
        "text": card.text,
        "quote": card.quote,
        "fields": [{"label": field.label, "value": field.value} for field in card.fields],
        "notes": list(card.notes),
        "code": card.code,
        "pictures": [
            {
                "id": shown.picture.id,
                "format": shown.picture.format,
                "width_px": shown.picture.size.width_px,
                "height_px": shown.picture.size.height_px,
                "bytes_count": shown.picture.bytes_count,
                "label": shown.label,
                "alt": shown.alt,
            }
            for shown in card.pictures
        ],
        "files": [{"id": file.id, "name": file.name} for file in card.files],
        "buttons": [_button_json(button) for button in card.buttons],
        "since": time_json(card.since) if card.since else None,
        "progress": card.progress,
    }


def attachment_json(attachment: Attachment) -> AttachmentJson:
    return {
        "ref": attachment.ref,
        "name": attachment.name,
        "mime": attachment.mime,
        "bytes_count": attachment.bytes_count,
        "role": attachment.role,
    }


def form_json(form: Form) -> FormJson:
    return {
        "title": form.title,
        "submit": form.submit,
        "target": form.target,
        "fields": [
            {
                "name": field.name,
                "label": field.label,
                "kind": field.kind,
                "value": field.value,
                "choices": _choices_json(field.choices),
                "required": field.required,
                "max_count": field.max_count,
            }
            for field in form.fields
        ],
    }


def options_json(options: Iterable[Option]) -> list[OptionJson]:
    return [
        {
            "name": option.name,
            "aliases": list(option.aliases),
            "summary": option.summary,
            "kind": option.kind,
            "example": option.example,
            "choices": _choices_json(option.choices),
            "minimum": option.minimum,
            "maximum": option.maximum,
        }
        for option in options
    ]


def subcommands_json(subcommands: Iterable[Subcommand]) -> list[dict[str, str]]:
    return [{"name": subcommand.name, "summary": subcommand.summary} for subcommand in subcommands]


def people_json(people: Iterable[Person]) -> list[PersonJson]:
    return [{"id": person.id, "name": person.name, "is_admin": person.is_admin} for person in people]


def time_json(moment: datetime) -> str:
    """ISO 8601."""
    return moment.isoformat()


def _button_json(button: Button) -> ButtonJson:
    return {
        "action": button.action,
        "label": button.label,
        "target": button.target,
        "style": button.style,
        "confirm": button.confirm,
    }


def _choices_json(choices: Sequence[Choice]) -> list[ChoiceJson]:
    return [{"value": choice.value, "label": choice.label} for choice in choices]
