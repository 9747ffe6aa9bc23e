"""Ports: the interfaces between the core and its platforms, providers, job engine, stored state and clock."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from bot.domain.events import Event
from bot.domain.ids import EventKey, JobId, PictureId, PlatformName
from bot.domain.people import MessageRef, Person, Place
from bot.domain.pictures import Attachment, PictureFormat, Size
from bot.domain.requests import AppliedSettings, Order, Request
from bot.domain.spending import UsageBy, UsageReport
from bot.domain.thread_actions import ThreadAction
from bot.domain.usage import Usage
from bot.errors import EaselError
from bot.presentation.capabilities import Capabilities
from bot.presentation.card import Card, Form, Home, Preview


@dataclass(frozen=True, slots=True)
class PrivateResponse:
    """What `handle` returns: a card or form shown to the asker only. Empty if the event was accepted or ignored.

    Attributes:
        card: a message for the asker.
        form: a form to open for the asker.
        home: the asker's page in the app (Slack's App Home).
        replaces: the card replaces the message whose button was pressed.
        reaction: the message was read and needs no answer; a platform with reactions adds one to it.
    """

    card: Card | None = None
    form: Form | None = None
    home: Home | None = None
    replaces: bool = False
    reaction: bool = False


Handler = Callable[[Event], Awaitable[PrivateResponse]]
Json = Mapping[str, Any]


class Platform(Protocol):
    """A chat platform, implemented by each adapter.

    The composition root calls `run` once; jobs call `post`, `update` and `fetch`, concurrently, also before `run` has
    been called and in processes that never call it.
    """

    @property
    def name(self) -> PlatformName: ...

    @property
    def capabilities(self) -> Capabilities: ...

    async def run(self, handle: Handler) -> None:
        """Receives events until cancelled, and reconnects by itself.

        Args:
            handle: call it once per event; concurrent calls are allowed. It returns errors as cards. Acknowledge the
                event to the platform only after it returned: what was accepted is stored then. Calling it again for a
                redelivered event is safe.

        Raises:
            AdminError: the platform cannot be used as it is configured.
        """
        ...

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef:
        """Posts a message. Idempotent by `key`: a repeated call, also after a crash, posts nothing twice.

        Args:
            place: the channel or thread; `place.audience` limits who may see the message.
            card: the content; it must fit `capabilities`.
            key: identifies the message for good, chosen by the job.

        Raises:
            Transient: the platform could not be reached; the job retries.
            PlaceClosed: the place is gone or closed to us; the job posts to the asker instead.
            AdminError: the platform allows us nothing there at all, for example after a token was revoked.
        """
        ...

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        """Changes a message. Idempotent. If it was deleted or is too old to change, posts a new one.

        Returns:
            The message that shows the card now: `message`, or the new one.

        Raises:
            Transient, PlaceClosed, AdminError: as `post`.
        """
        ...

    async def fetch(self, attachment: Attachment, *, max_bytes: int) -> bytes:
        """Downloads a file that a person attached.

        Raises:
            BadPicture: the file is gone or not accessible (`TooLarge`: longer than `max_bytes`).
            Transient: the platform could not be reached; the job retries.
        """
        ...


@runtime_checkable
class VariesByPlace(Protocol):
    """A platform that can show more in some places than its general `capabilities` promise."""

    def capabilities_at(self, place: Place) -> Capabilities:
        """The capabilities at `place`, as far as is known without a request. Never raises."""
        ...


class PictureReader(Protocol):
    """Gives adapters the bytes of a card's pictures. Implemented by the store."""

    async def read(self, picture: PictureId) -> bytes:
        """The stored bytes.

        Raises:
            NotFound: there is no such picture (any more).
            AdminError, Transient: the storage failed.
        """
        ...


class PlatformState(Protocol):
    """A key-value store for one platform: small JSON objects ("notes") that survive restarts.

    Implemented by the store and called by adapters, concurrently and from several processes. Every method may raise
    AdminError or Transient where the database cannot be used. Kinds of notes and how long each is kept: `NoteKind`.
    """

    async def get(self, key: str) -> Json | None:
        """The note, or None if there is none."""
        ...

    async def add(self, key: str, note: Json) -> bool:
        """Stores a note if the key is free. Returns whether it did."""
        ...

    async def put(self, key: str, note: Json) -> None:
        """Stores a note and overwrites an existing one."""
        ...

    async def pop(self, key: str) -> Json | None:
        """Removes and returns a note. Atomic: of several concurrent callers, only one gets it."""
        ...

    async def compare_and_set(self, key: str, expected: Json, note: Json) -> bool:
        """Replaces the note if it still equals `expected`. Atomic. Returns whether it did."""
        ...


@dataclass(frozen=True, slots=True)
class Image:
    """An input picture for a model, checked and with its orientation applied.

    `svg` is the source that it was rasterised from, if there is one.
    """

    data: bytes
    format: PictureFormat
    size: Size
    svg: bytes | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """The input pictures of a request, with their bytes.

    Mask and markup are PNGs of the base's size. In the mask, pixels of alpha 0 may change; in the markup, they are
    empty and show the base below.
    """

    base: Image | None = None
    references: tuple[Image, ...] = ()
    mask: Image | None = None
    markup: Image | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a drawing.

    Attributes:
        done: how many of the pictures are finished.
        fraction: the progress of the whole request, 0 to 1; None if unknown.
        preview: an unfinished picture to show.
    """

    done: int = 0
    fraction: float | None = None
    preview: Preview | None = None


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Drawing:
    """The result of a provider.

    Attributes:
        pictures: the encoded pictures, as the service sent them.
        usage: None where the service reported none.
        notes: remarks to show with the result, one sentence each.
        svgs: the sanitised SVG of each picture, None for one that was not rasterised; empty if none was.
        applied: the settings that the service says it used.
        others: the usage of further models that took part, by their catalog names: GPT Image 2.6 lets a text model
            write its SVG.
    """

    pictures: tuple[bytes, ...]
    usage: Usage | None
    notes: tuple[str, ...] = ()
    svgs: tuple[bytes | None, ...] = ()
    applied: AppliedSettings = field(default_factory=AppliedSettings)
    others: Mapping[str, Usage] = field(default_factory=dict[str, Usage])


class PaidWithoutImage(EaselError):
    """The model answered and is charged for it, but the answer has no usable picture. `usage` is what was charged."""

    def __init__(self, text: str, *, hint: str | None = None, usage: Usage | None) -> None:
        super().__init__(text, hint=hint)
        self.usage = usage


class Provider(Protocol):
    """Draws with all models of one kind. Called by jobs, concurrently."""

    async def draw(self, request: Request, inputs: Inputs, *, asker: Person, on_progress: OnProgress) -> Drawing:
        """Draws `request.n` pictures in one attempt, without retries: `jobs/provider_calls` retries and splits.

        Not idempotent: every call may be charged. Cancelling the task stops the work.

        Args:
            request: complete and valid for its model.
            inputs: the pictures that `request` names.
            asker: only for a pseudonymous identifier that some services require.
            on_progress: called on the event loop, any number of times; must not block.

        Raises:
            PersonError, Refused, AdminError: a retry would not help.
            Transient: nothing was charged; a retry may succeed.
            OutcomeUnknown: the call may have been charged; never retried automatically.
            PaidWithoutImage: the model was charged, but produced no usable picture.
        """
        ...


class Jobs(Protocol):
    """The durable job engine. Called by intake; implemented in `bot.jobs`."""

    async def submit(self, work: Order | ThreadAction) -> None:
        """Stores the work durably and starts it. Idempotent by `work.key`: a known key is ignored.

        Once it has returned, the work is carried out even after a crash.

        Raises:
            AdminError: it could not be stored, so nothing was accepted.
        """
        ...

    async def knows(self, key: EventKey) -> bool:
        """Whether work with this key was accepted before."""
        ...

    async def cancel(self, job: JobId) -> bool:
        """Cancels a job that is waiting or drawing. Returns False if it is past that. Idempotent."""
        ...

    async def purge(self, *, ended_before: datetime) -> int:
        """Deletes the engine's rows of jobs that ended before that moment (aware). Returns how many."""
        ...


class UsageReader(Protocol):
    """Reports spending. Called by intake and the command line; implemented by the store."""

    async def this_month(self, by: UsageBy) -> UsageReport:
        """The spending of the current calendar month (UTC), highest first."""
        ...


class Clock(Protocol):
    """Time and waiting, so that tests can control both."""

    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...

    def monotonic_s(self) -> float:
        """Seconds on a monotonic clock; only differences mean something."""
        ...

    async def sleep(self, delay_s: float) -> None: ...
