"""What a person asked for (`PromptSpec`), the complete request to a model (`Request`) and the job's `Order`."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.ids import EventKey, JobId, ModelName, PictureId, ThreadId, VersionId
from bot.domain.money import UsdMicros
from bot.domain.people import Person, Place
from bot.domain.pictures import Attachment, Background, PictureFormat, Role, Size


@dataclass(frozen=True, slots=True)
class VersionName:
    """`v2`, or `v2b` for the second picture of version 2. `picture` counts from 0; None means the first."""

    number: int
    picture: int | None = None

    def __str__(self) -> str:
        return f"v{self.number}" + ("" if self.picture is None else chr(ord("a") + self.picture))


@dataclass(frozen=True, slots=True)
class PromptSpec:
    """A parsed prompt and its flags, before the catalog completes them. None: the flag was not given.

    `size` is `1536x1024`, `square`, `portrait`, `landscape` or `auto`; `ratio` is (width, height) of `--ar`.
    `model`, `quality`, `effort`, `background` and `format` are as typed: the catalog validates them. `exclude` is
    `--no`; `on` is the version of the thread to edit.
    """

    prompt: str
    model: str | None = None
    size: str | None = None
    ratio: tuple[int, int] | None = None
    quality: str | None = None
    effort: str | None = None
    n: int | None = None
    background: str | None = None
    format: str | None = None
    compression: int | None = None
    exclude: str | None = None
    on: VersionName | None = None
    private: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A complete, validated request to a model. It relies on no defaults.

    Attributes:
        prompt: exactly the text that the model gets.
        size: in pixels; with `auto_size` only the size to expect.
        effort: how long the model reasons before it draws; None if it has no such setting.
        auto_size: the model chooses the size.
        n: the number of pictures.
        compression: 0 to 100, quality of WebP and JPEG; None: the service's default.
        partials: the number of partial images to stream.
        base: the picture to edit; None for a new picture.
        references: further input pictures, in order ("image 2", "image 3", ...).
        mask: a PNG of the base's size; its transparent pixels may change.
        markup: a PNG of the base's size with marks that show what to change.
        base_svg: the SVG that `base` was rasterised from.
    """

    prompt: str
    model: ModelName
    size: Size
    quality: str
    effort: str | None = None
    auto_size: bool = False
    n: int = 1
    background: Background = "auto"
    format: PictureFormat = "png"
    compression: int | None = None
    partials: int = 0
    base: PictureId | None = None
    references: tuple[PictureId, ...] = ()
    mask: PictureId | None = None
    markup: PictureId | None = None
    base_svg: PictureId | None = None


@dataclass(frozen=True, slots=True)
class AppliedSettings:
    """The settings that the service reports as used; None if it does not. Pictures show size and format themselves."""

    quality: str | None = None
    background: Background | None = None


@dataclass(frozen=True, slots=True)
class VersionSource:
    """A picture of an earlier version in the thread; `label` is its name on the card ("v2")."""

    version: VersionId
    picture: PictureId
    label: str


@dataclass(frozen=True, slots=True)
class JobSource:
    """The first picture of a job that is still drawing: an edit of it waits until it is done."""

    job: JobId


@dataclass(frozen=True, slots=True)
class AttachmentSource:
    """A file attached to the message; the job downloads and checks it."""

    attachment: Attachment


@dataclass(frozen=True, slots=True)
class PictureSource:
    """A stored input of an earlier job, so that "Again" works after the chat deleted the file.

    `svg` is the SVG that it was rasterised from, if there is one.
    """

    picture: PictureId
    role: Role
    svg: PictureId | None = None


Source = VersionSource | JobSource | AttachmentSource | PictureSource
OrderKind = Literal["imagine", "edit", "share"]


@dataclass(frozen=True, slots=True)
class Order:
    """The accepted work of one event: all that a job needs to start again after a crash.

    Attributes:
        kind: "share" draws nothing: it posts its source in a public place.
        request: has no pictures yet: the job loads `sources` and sets base, references and mask.
        typed: the text as the person typed it.
        estimate: the estimated cost; None if unknown.
        parent: the version that the result is a child of.
        sources: the input pictures; for an edit, the first that is no mask is the base.
        follows_base: no size was given, so it is set from the base's size.
        notes: what was adjusted, one sentence each, shown on the card.
    """

    job: JobId
    key: EventKey
    kind: OrderKind
    person: Person
    place: Place
    thread: ThreadId
    request: Request
    typed: str
    accepted_at: datetime
    estimate: UsdMicros | None
    parent: VersionId | None = None
    sources: tuple[Source, ...] = ()
    follows_base: bool = False
    notes: tuple[str, ...] = field(default=())

    @property
    def to_asker(self) -> Place:
        """A private place for the asker, used if `place` is closed."""
        return self.place.only_for(self.person)
