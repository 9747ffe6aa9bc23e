"""JSON serialisation between `easel imagine` and the Easel process. Pure.

Both ends are the same version of the same program, so the types of the core are serialised directly.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from adapters.shared.health import Health
from adapters.terminal import errors
from adapters.terminal.limits import TERMINAL
from bot.domain.events import ButtonPressed, CommandTyped, FormSubmitted, MessagePosted
from bot.domain.ids import JobId
from bot.domain.people import MessageRef, Place
from bot.domain.spending import USAGE_KEYS, UsageBy, UsageReport
from bot.errors import AdminError, EaselError
from bot.ports import PrivateResponse
from bot.presentation.card import Card

TerminalEvent = CommandTyped | MessagePosted | ButtonPressed | FormSubmitted
"""The events that a terminal can send."""


@dataclass(frozen=True, slots=True)
class EventResponse:
    """The response to an event: the id of the job it may have created, and the private answer."""

    job: JobId
    answer: PrivateResponse


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message in a channel, without previews. `revision` increases with every change in its channel."""

    id: str
    place: Place
    card: Card
    revision: int

    @property
    def ref(self) -> MessageRef:
        return MessageRef(self.place, self.id)


def event_to_json(event: TerminalEvent) -> bytes:
    match event:
        case CommandTyped():
            wire: _Wire = _Command(event)
        case MessagePosted():
            wire = _Message(event)
        case ButtonPressed():
            wire = _Button(event)
        case FormSubmitted():
            wire = _Form(event)
    return _WIRE.dump_json(wire)


def event_from_json(data: bytes) -> TerminalEvent:
    """Parses an event.

    Raises:
        BadCommand: it is not an event of this platform.
    """
    try:
        event = _WIRE.validate_json(data).event
    except ValidationError as error:
        raise errors.unknown_event() from error
    is_ours = event.person.platform == event.place.platform == TERMINAL and event.key.startswith(f"{TERMINAL}:")
    if not is_ours or not is_channel(event.place.channel):
        raise errors.event_from_elsewhere()
    return event


def is_channel(name: str) -> bool:
    """Whether the name is a legal channel: it is used as a folder name."""
    return _CHANNEL.fullmatch(name) is not None


def response_to_json(sent: EventResponse) -> bytes:
    return _SENT.dump_json(sent)


def response_from_json(data: bytes) -> EventResponse:
    return _SENT.validate_json(data)


def problem_to_json(problem: EaselError) -> bytes:
    return _PROBLEM.dump_json(_Problem(problem.text, problem.hint))


def problem_from_json(data: bytes) -> EaselError:
    problem = _PROBLEM.validate_json(data)
    return AdminError(problem.text, hint=problem.hint)


def message_to_json(message: StoredMessage) -> bytes:
    return _MESSAGE.dump_json(message)


def message_from_json(data: bytes) -> StoredMessage:
    return _MESSAGE.validate_json(data)


def health_to_json(health: Health) -> bytes:
    return _HEALTH.dump_json(health)


def health_from_json(data: bytes) -> Health:
    """Parses a health response. Raises ValueError if it is not one: another program answered."""
    return _HEALTH.validate_json(data)


def parse_usage_key(by: str) -> UsageBy:
    """Validates the grouping of a usage report. Raises NotFound if it is unknown."""
    if by not in USAGE_KEYS:
        raise errors.unknown_usage_key(str(by), known=USAGE_KEYS)
    return by


def usage_to_json(report: UsageReport) -> bytes:
    return _USAGE.dump_json(report)


def usage_from_json(data: bytes) -> UsageReport:
    return _USAGE.validate_json(data)


@dataclass(frozen=True, slots=True)
class _Problem:
    text: str
    hint: str | None


@dataclass(frozen=True, slots=True)
class _Command:
    event: CommandTyped
    kind: Literal["command"] = "command"


@dataclass(frozen=True, slots=True)
class _Message:
    event: MessagePosted
    kind: Literal["message"] = "message"


@dataclass(frozen=True, slots=True)
class _Button:
    event: ButtonPressed
    kind: Literal["button"] = "button"


@dataclass(frozen=True, slots=True)
class _Form:
    event: FormSubmitted
    kind: Literal["form"] = "form"


_Wire = _Command | _Message | _Button | _Form
_WIRE: TypeAdapter[_Wire] = TypeAdapter(Annotated[_Wire, Field(discriminator="kind")])
_PROBLEM = TypeAdapter(_Problem)
_HEALTH = TypeAdapter(Health)
_USAGE = TypeAdapter(UsageReport)
_SENT = TypeAdapter(EventResponse)
_MESSAGE = TypeAdapter(StoredMessage)
_CHANNEL = re.compile(r"[0-9A-Za-z_-]{1,64}")
