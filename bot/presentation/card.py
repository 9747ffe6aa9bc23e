"""Cards and forms as platform-independent data. Adapters render them and add no texts.

All strings are plain text: adapters escape them, so that typed text cannot become markup or a mention.
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
    """A stored picture to show. `label` is its name (`v2b`), `alt` its text for screen readers."""

    picture: Picture
    label: str
    alt: str


@dataclass(frozen=True, slots=True)
class CardFile:
    """A stored file for download, such as the SVG of a picture. `name` is the file name."""

    id: PictureId
    name: str


@dataclass(frozen=True, slots=True)
class Preview:
    """An unfinished picture, shown while drawing and never stored."""

    data: bytes
    format: PictureFormat


@dataclass(frozen=True, slots=True)
class Button:
    """A button. Pressing it sends `action` and `target` back. `confirm` is a question to confirm first."""

    action: Action
    label: str
    target: str
    style: Literal["plain", "primary", "danger"] = "plain"
    confirm: str | None = None


@dataclass(frozen=True, slots=True)
class ResultData:
    """A result's values for programs. `cost` is None if unknown."""

    version: int
    model: ModelName
    quality: str
    seconds: float
    cost: UsdMicros | None


@dataclass(frozen=True, slots=True)
class Card:
    """One message.

    Attributes:
        title: one line, also shown in notifications and to screen readers; never empty.
        quote: text that a person typed, shown as a quotation.
        notes: adjustments and remarks, one sentence each.
        code: text to copy, shown in a fixed-width box.
        files: files for download.
        since: when work began, for platforms that can show a running clock; the title has the elapsed time otherwise.
        progress: 0 to 1; None if unknown or no work is in progress.
        data: the values of a result for programs; not shown.
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
    """An input. `text` is prefilled with `value`; `choice` offers `choices`; `pictures` takes up to `max_count` files.

    `place` asks where to post the result; platforms that know the place omit it.
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
    """A form. It is submitted as `FormSubmitted` with the same `target` and the attached files."""

    title: str
    submit: str
    target: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class HomePicture:
    """A recent picture: `caption` is the typed prompt, `message` the message that shows it."""

    shown: CardPicture
    caption: str
    message: MessageRef | None


@dataclass(frozen=True, slots=True)
class Home:
    """A person's page in the app.

    Attributes:
        title: the title of the page.
        recent_title: the heading of the pictures, or a text if there are none.
        recent: the newest pictures, newest first.
        usage: this month's usage.
        defaults: the form for the person's defaults; submitted with every change.
        help: the help card.
        notice: an error about the last change.
    """

    title: str
    recent_title: str
    recent: tuple[HomePicture, ...]
    usage: Card
    defaults: Form
    help: Card
    notice: Card | None = None
