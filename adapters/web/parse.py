"""Parses requests of the browser into events. Pure: the caller looks up the person and the thread."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast, get_args

from adapters.web import errors, limits
from bot.domain.events import Action, ButtonPressed, CommandTyped, FormSubmitted, MessagePosted
from bot.domain.ids import EventKey, PlatformName
from bot.domain.people import MessageRef, Person, Place
from bot.domain.pictures import Attachment, Role

PLATFORM = PlatformName("web")
TEAM = "playground"
COMMAND = "/imagine"

_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_REF = re.compile(r"[0-9a-f]{64}")
_MESSAGE = re.compile(r"w?[0-9]{1,18}")
_MENTION = re.compile(r"(?<!\w)@easel\b[,:]?\s*", re.IGNORECASE)
_MIME = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}")


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """Text and files from a composer. `thread` is None for the channel's composer."""

    key: EventKey
    channel: str
    text: str
    thread: str | None = None
    replied_to: str | None = None
    attachments: tuple[Attachment, ...] = ()

    @property
    def is_command(self) -> bool:
        return self.text.split(maxsplit=1)[:1] == [COMMAND]


@dataclass(frozen=True, slots=True)
class ButtonPress:
    key: EventKey
    message: str
    action: Action
    target: str


@dataclass(frozen=True, slots=True)
class FormSubmission:
    """A submitted form. `message` is the one whose button opened it."""

    key: EventKey
    message: str
    target: str
    values: Mapping[str, str]
    attachments: tuple[Attachment, ...] = ()


def parse_message(body: object) -> IncomingMessage:
    """Parses the request of a composer.

    Raises:
        BadCommand: the request is malformed, or the slash command is unknown.
    """
    fields = _as_mapping(body)
    text = _read_text(fields, "text", max_chars=limits.MAX_TEXT_CHARS, may_be_empty=True).strip()
    attachments = _read_attachments(fields)
    if not text and not attachments:
        raise errors.nothing_to_send()
    result = IncomingMessage(
        key=_read_key(fields),
        channel=_read_text(fields, "channel"),
        text=text,
        thread=_read_message_id(fields, "thread", optional=True),
        replied_to=_read_message_id(fields, "replied_to", optional=True),
        attachments=attachments,
    )
    if text.startswith("/") and not text.startswith("//") and not result.is_command:
        raise errors.unknown_command(repr(text.split()[0]), command=COMMAND)
    return result


def parse_button_press(body: object) -> ButtonPress:
    fields = _as_mapping(body)
    action = _read_text(fields, "action")
    if action not in get_args(Action):
        raise errors.unknown_button(action)
    return ButtonPress(
        key=_read_key(fields),
        message=_read_message_id(fields, "message") or "",
        action=cast(Action, action),
        target=_read_text(fields, "target"),
    )


def parse_submission(body: object) -> FormSubmission:
    fields = _as_mapping(body)
    values = _as_mapping(fields.get("values", {}))
    return FormSubmission(
        key=_read_key(fields),
        message=_read_message_id(fields, "message") or "",
        target=_read_text(fields, "target"),
        values={name: _read_text(values, name, max_chars=limits.MAX_TEXT_CHARS, may_be_empty=True) for name in values},
        attachments=_read_attachments(fields),
    )


def person_name(body: object) -> str:
    """Parses and validates the name of a new person."""
    name = " ".join(_read_text(_as_mapping(body), "name").split())
    if not name or len(name) > limits.MAX_NAME_CHARS or not name.isprintable():
        raise errors.bad_name(limits.MAX_NAME_CHARS)
    return name


def message_event(
    incoming: IncomingMessage, *, person: Person, place: Place, names: Sequence[str]
) -> CommandTyped | MessagePosted:
    """The event for a message: `/imagine ...` is a command, other text a message. `names` can be mentioned by @name."""
    if incoming.is_command:
        text = incoming.text[len(COMMAND) :].strip()
        return CommandTyped(key=incoming.key, person=person, place=place, text=text, attachments=incoming.attachments)
    to_us = _MENTION.search(incoming.text) is not None
    return MessagePosted(
        key=incoming.key,
        person=person,
        place=place,
        text=_MENTION.sub("", incoming.text, count=1).strip(),
        attachments=incoming.attachments,
        replied_to=MessageRef(place, incoming.replied_to) if incoming.replied_to else None,
        to_us=to_us,
        to_others=not to_us and any(_mentions(incoming.text, name) for name in names if name != person.name),
    )


def button_event(pressed: ButtonPress, *, person: Person, place: Place) -> ButtonPressed:
    return ButtonPressed(key=pressed.key, person=person, place=place, action=pressed.action, target=pressed.target)


def form_event(submitted: FormSubmission, *, person: Person, place: Place) -> FormSubmitted:
    return FormSubmitted(
        key=submitted.key,
        person=person,
        place=place,
        target=submitted.target,
        values=submitted.values,
        attachments=submitted.attachments,
    )


def _mentions(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w)@{re.escape(name)}\b", text, re.IGNORECASE) is not None


def _as_mapping(body: object) -> Mapping[str, object]:
    if not isinstance(body, dict):
        raise errors.bad_request()
    return cast(Mapping[str, object], body)


def _read_text(fields: Mapping[str, object], name: str, *, max_chars: int = 200, may_be_empty: bool = False) -> str:
    value = fields.get(name, "" if may_be_empty else None)
    if not isinstance(value, str) or not (value or may_be_empty):
        raise errors.field_missing(name)
    if len(value) > max_chars:
        raise errors.text_too_long(len(value), max_chars=max_chars)
    return value


def _read_key(fields: Mapping[str, object]) -> EventKey:
    value = _read_text(fields, "key")
    if not _KEY.fullmatch(value):
        raise errors.bad_key()
    return EventKey(f"{PLATFORM}:{value}")


def _read_message_id(fields: Mapping[str, object], name: str, *, optional: bool = False) -> str | None:
    if optional and fields.get(name) is None:
        return None
    value = _read_text(fields, name)
    if not _MESSAGE.fullmatch(value):
        raise errors.bad_message(value)
    return value


def _read_attachments(fields: Mapping[str, object]) -> tuple[Attachment, ...]:
    items = fields.get("attachments", [])
    if not isinstance(items, list):
        raise errors.bad_attachments()
    files = cast(list[object], items)
    if len(files) > limits.MAX_ATTACHMENTS:
        raise errors.too_many_files(len(files), max_count=limits.MAX_ATTACHMENTS)
    return tuple(_read_attachment(_as_mapping(item)) for item in files)


def _read_attachment(fields: Mapping[str, object]) -> Attachment:
    ref, mime, count = _read_text(fields, "ref"), fields.get("mime"), fields.get("bytes_count")
    if not _REF.fullmatch(ref):
        raise errors.attachment_not_uploaded()
    role = fields.get("role")
    return Attachment(
        ref=ref,
        name=_read_text(fields, "name", max_chars=limits.MAX_FILE_NAME_CHARS),
        mime=mime if isinstance(mime, str) and _MIME.fullmatch(mime) else None,
        bytes_count=count if isinstance(count, int) and count >= 0 else None,
        role=cast(Role, role) if role in get_args(Role) else "picture",
    )
