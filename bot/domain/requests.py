"""What a person wished, and the complete order to a model that it became."""

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
    """The words and flags as understood, before the catalog completes them. None means "not said".

    `size` is `1536x1024`, `square`, `portrait`, `landscape` or `auto`; `ratio` is (width, height) of `--ar`.
    `model`, `quality`, `effort`, `background` and `format` are as typed: the catalog forgives and judges them.
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
    """A complete, validated order to a model. Nothing in it is implicit.

    `prompt` is exactly what the model gets. With `base` it is an edit of that picture; `references` join it in
    order ("image 2", "image 3", ...); `mask` is a PNG of the base's size whose transparent pixels may change;
    `markup` is one that is laid over the base to show what is meant. `base_svg` is the drawing that `base` was
    rasterised from. With `auto_size` the model chooses, and `size` is what to expect. `effort` is how long a model
    thinks or plans before it draws, None where it has no such choice.
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
    """What a service says that it really used, where it says so. Size and format show in the pictures themselves."""

    quality: str | None = None
    background: Background | None = None


@dataclass(frozen=True, slots=True)
class VersionSource:
    """A picture of an earlier version in the thread; `label` is what the card calls it ("v2")."""

    version: VersionId
    picture: PictureId
    label: str


@dataclass(frozen=True, slots=True)
class JobSource:
    """The first picture of a job that is still being drawn: an edit typed before its base arrived waits for it."""

    job: JobId


@dataclass(frozen=True, slots=True)
class AttachmentSource:
    """A file that came with the message; fetched and checked by the job itself."""

    attachment: Attachment


@dataclass(frozen=True, slots=True)
class PictureSource:
    """A stored input of an earlier job, so that "Again" never depends on a chat still having the file.

    `svg` is the drawing that it was rasterised from, where it was.
    """

    picture: PictureId
    role: Role
    svg: PictureId | None = None


Source = VersionSource | JobSource | AttachmentSource | PictureSource
OrderKind = Literal["imagine", "edit", "share"]


@dataclass(frozen=True, slots=True)
class Order:
    """What one event was accepted as: all that a job needs to run again after a crash.

    `request` has no pictures yet: `sources` become its base, references and mask when the job gathers them. The
    first source that is no mask is the base of an edit. `follows_base` says that the person named no size, so it
    follows the base's. `share` redraws nothing: its source is shown in a public place.
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
        """Where only the asker sees it: for what its own place is closed to."""
        return self.place.only_for(self.person)
