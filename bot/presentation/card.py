"""A message in neutral form. Adapters render it; they add no words of their own.

Every string here is plain text: adapters escape it, so nothing a person typed can become markup or a mention.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.events import Action
from bot.domain.ids import ModelName, PictureId
from bot.domain.money import UsdMicros
from bot.domain.people import MessageRef
from bot.domain.pictures import Picture, PictureFormat

Tone = Literal["working", "done", "info", "error"]


@dataclass(frozen=True, slots=True)
class Field:
    """A short labelled value, such as `Model: sketch`."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class CardPicture:
    """A stored picture to show. `label` is what people call it (`v2b`); `alt` tells screen readers what it shows."""

    picture: Picture
    label: str
    alt: str


@dataclass(frozen=True, slots=True)
class CardFile:
    """A stored file to keep rather than to look at, such as the SVG behind a picture. `name` is what to save it as."""

    id: PictureId
    name: str


@dataclass(frozen=True, slots=True)
class Preview:
    """An unfinished picture: shown while drawing where a platform can, and never stored."""

    data: bytes
    format: PictureFormat


@dataclass(frozen=True, slots=True)
class Button:
    """Pressing it sends `action` and `target` back. `confirm` is a question to ask first."""

    action: Action
    label: str
    target: str
    style: Literal["plain", "primary", "danger"] = "plain"
    confirm: str | None = None


@dataclass(frozen=True, slots=True)
class ResultData:
    """A result's facts as numbers, for programs. `cost` is None where nobody reported it."""

    version: int
    model: ModelName
    quality: str
    seconds: float
    cost: UsdMicros | None


@dataclass(frozen=True, slots=True)
class Card:
    """One message.

    Attributes:
        title: the line that a notification or a screen reader shows; always there.
        quote: a person's own words, shown set apart from ours.
        notes: what was adjusted or is worth knowing, one sentence each.
        code: text to copy, shown in a fixed-width box.
        files: to be downloaded.
        since: when work began, where a platform can let a clock run; the title holds the elapsed time for the rest.
        progress: the part done, 0 to 1, None where unknown or no work is going on.
        data: what the fields of a result say, for programs: nothing that is shown.
    """

    tone: Tone
    title: str
    text: str = ""
    quote: str = ""
    fields: tuple[Field, ...] = ()
    notes: tuple[str, ...] = ()
    code: str = ""
    pictures: tuple[CardPicture, ...] = ()
    files: tuple[CardFile, ...] = ()
    preview: Preview | None = None
    buttons: tuple[Button, ...] = ()
    since: datetime | None = None
    progress: float | None = None
    data: ResultData | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FormField:
    """One input. `text` holds `value` at first; `choice` offers `choices`; `pictures` takes up to `max_count` files.

    `place` asks where the result should appear, in the platform's own way; who knows it leaves the field out.
    """

    name: str
    label: str
    kind: Literal["text", "choice", "pictures", "place"]
    value: str = ""
    choices: tuple[Choice, ...] = ()
    required: bool = False
    max_count: int = 1


@dataclass(frozen=True, slots=True)
class Form:
    """A question with inputs; it comes back as `FormSubmitted` with the same `target`, and what was attached to it."""

    title: str
    submit: str
    target: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class HomePicture:
    """One of a person's newest pictures: `caption` in their words, `message` where it was shown."""

    shown: CardPicture
    caption: str
    message: MessageRef | None


@dataclass(frozen=True, slots=True)
class Home:
    """A person's own page, where a platform has one.

    Attributes:
        title: of the whole page.
        recent_title: above the pictures; says so where there are none.
        recent: newest first.
        usage: what this month cost.
        defaults: choices that apply where their commands are silent, as a form that is sent with every change.
        help: how to ask for pictures.
        notice: what went wrong with the last choice.
    """

    title: str
    recent_title: str
    recent: tuple[HomePicture, ...]
    usage: Card
    defaults: Form
    help: Card
    notice: Card | None = None
