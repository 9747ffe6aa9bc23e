"""What a person did, in neutral form. Platforms translate their payloads into these and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.ids import EventKey, PlatformName
from bot.domain.people import MessageRef, Person, Place
from bot.domain.pictures import Attachment

Action = Literal["cancel", "again", "edit", "details", "delete", "share", "svg", "draw", "leave"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTyped:
    """`/imagine TEXT`. `text` is what followed the command's name, unescaped to what the person typed.

    `about_thread` is True for a command that is to a thread's pictures what a reply is: `/edit TEXT`, `/tree`.
    """

    key: EventKey
    person: Person
    place: Place
    text: str
    attachments: tuple[Attachment, ...] = ()
    about_thread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePosted:
    """A message in a thread, a mention, or a direct message. `text` is without our own mention.

    `replied_to` is the message a person pointed at; None where the platform has only threads.
    `to_us` is True for a mention of us or a direct message; `to_others` when it addresses another person.
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
    """`target` is the job id that the button carries: a job, or the version that it drew.

    `draw` and `leave` answer a question whether words are an edit: their target is the question.
    """

    key: EventKey
    person: Person
    place: Place
    action: Action
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormAsked:
    """Someone wants a form: with `message` or `attachments` one to edit what they show, without them a new picture."""

    key: EventKey
    person: Person
    place: Place
    message: MessageRef | None = None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSubmitted:
    """A form came back. `target` as in `ButtonPressed`, empty for a form that belongs to no job; `values` as typed."""

    key: EventKey
    person: Person
    place: Place
    target: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeOpened:
    """Someone looks at the page that a platform keeps for each of them."""

    key: EventKey
    person: Person
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultsChosen:
    """Someone chose on their page what applies where they say nothing. An empty value says: no default."""

    key: EventKey
    person: Person
    place: Place
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLeft:
    """A team took Easel's rights away: what it still waits for can neither be shown nor be worth paying for."""

    key: EventKey
    platform: PlatformName
    team: str


Event = (
    CommandTyped | MessagePosted | ButtonPressed | FormAsked | FormSubmitted | HomeOpened | DefaultsChosen | TeamLeft
)
