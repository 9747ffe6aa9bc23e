"""Events: what a person did, independent of the platform. Adapters translate their payloads into these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.ids import EventKey, PlatformName
from bot.domain.people import MessageRef, Person, Place
from bot.domain.pictures import Attachment

Action = Literal["cancel", "again", "edit", "details", "delete", "share", "svg", "draw", "leave"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTyped:
    """`/imagine TEXT`. `text` is what follows the command's name, with the platform's escaping removed.

    `about_thread` is True for a command about the thread it was typed in: `/edit TEXT`, `/tree`.
    """

    key: EventKey
    person: Person
    place: Place
    text: str
    attachments: tuple[Attachment, ...] = ()
    about_thread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePosted:
    """A message in a thread, a mention of us, or a direct message. `text` is without the mention.

    `replied_to` is the message that it replies to; None on platforms that only have threads.
    `to_us` is True for a mention of us or a direct message; `to_others` if it mentions another person.
    """

    key: EventKey
    person: Person
    place: Place
    text: str
    attachments: tuple[Attachment, ...] = ()
    replied_to: MessageRef | None = None
    to_us: bool = False
    to_others: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPressed:
    """A button of a card. `target` is the job id in the button: it stands for the job or the version that it drew.

    For `draw` and `leave`, the answers to "is this an edit?", `target` is the question's id.
    """

    key: EventKey
    person: Person
    place: Place
    action: Action
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormAsked:
    """A person asked for the form: to edit the picture in `message` or `attachments`, or to draw a new one."""

    key: EventKey
    person: Person
    place: Place
    message: MessageRef | None = None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmitted:
    """A submitted form. `target` as in `ButtonPressed`, empty for a form without a job; `values` as typed."""

    key: EventKey
    person: Person
    place: Place
    target: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOpened:
    """A person opened their page in the app (Slack's App Home)."""

    key: EventKey
    person: Person
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultsChosen:
    """A person set their defaults on that page. An empty value means no default."""

    key: EventKey
    person: Person
    place: Place
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLeft:
    """A team removed Easel: its waiting jobs cannot be delivered any more and are cancelled."""

    key: EventKey
    platform: PlatformName
    team: str


Event = (
    CommandTyped | MessagePosted | ButtonPressed | FormAsked | FormSubmitted | HomeOpened | DefaultsChosen | TeamLeft
)
