"""The few seams of the core: what it needs from platforms, providers, the job engine and the clock."""

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
    """What `handle` gives back: shown to the asker alone. Empty for what was accepted or is not for us.

    Attributes:
        replaces: the card takes the place of the message whose button was pressed.
        reaction: the message was read and left alone; a platform that has reactions shows one on it.
    """

    card: Card | None = None
    form: Form | None = None
    home: Home | None = None
    replaces: bool = False
    reaction: bool = False


Handler = Callable[[Event], Awaitable[PrivateResponse]]
Json = Mapping[str, Any]


class Platform(Protocol):
    """Speaks for one place where people talk. `post`, `update` and `fetch` work before and without `run`."""

    @property
    def name(self) -> PlatformName: ...

    @property
    def capabilities(self) -> Capabilities: ...

    async def run(self, handle: Handler) -> None:
        """Listens until cancelled, reconnecting inside; acknowledges an event only after `handle` returned."""
        ...

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef:
        """Posts a message. The same `key` is the same message: repeating it after a crash is safe.

        Raises:
            Transient: the platform could not be reached; the core tries again.
            PlaceClosed: the place is gone or closed to us; `update` raises it too.
            AdminError: the platform lets us do nothing there at all, such as for a revoked token.
        """
        ...

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        """Changes a message, or posts anew where it is gone or too old to change; returns where the card is now."""
        ...

    async def fetch(self, attachment: Attachment, *, max_bytes: int) -> bytes:
        """The attachment's bytes.

        Raises:
            BadPicture: gone, forbidden, or longer than `max_bytes`.
            Transient: the platform could not be reached.
        """
        ...


@runtime_checkable
class VariesByPlace(Protocol):
    """A platform that can show more in some places than its `capabilities` promise for all of them."""

    def capabilities_at(self, place: Place) -> Capabilities:
        """What it can show there, as far as is known now."""
        ...


class PictureReader(Protocol):
    """Where adapters get the bytes of a card's pictures from."""

    async def read(self, picture: PictureId) -> bytes: ...


class PlatformState(Protocol):
    """What a platform must remember across restarts and processes: small JSON objects by key, all of one platform."""

    async def get(self, key: str) -> Json | None: ...

    async def add(self, key: str, note: Json) -> bool:
        """Keeps a note unless there is one of that key; says whether it did."""
        ...

    async def put(self, key: str, note: Json) -> None:
        """Keeps a note in place of any other of that key."""
        ...

    async def pop(self, key: str) -> Json | None:
        """Gives a note out for the last time: of several who ask at once, one gets it."""
        ...

    async def compare_and_set(self, key: str, expected: Json, note: Json) -> bool:
        """Keeps a note in place of `expected` and of nothing else; says whether it did. Of several, one does."""
        ...


@dataclass(frozen=True, slots=True)
class Image:
    """Bytes on their way to a model, already checked and upright; `svg` is the drawing they were rasterised from."""

    data: bytes
    format: PictureFormat
    size: Size
    svg: bytes | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """The pictures that a request names, in its order.

    Mask and markup are PNGs of the base's size: alpha 0 may change in the one, and shows the base in the other.
    """

    base: Image | None = None
    references: tuple[Image, ...] = ()
    mask: Image | None = None
    markup: Image | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a drawing is: `done` of `n` pictures, a `fraction` 0 to 1 of the whole where known, perhaps a preview."""

    done: int = 0
    fraction: float | None = None
    preview: Preview | None = None


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a provider made.

    Attributes:
        pictures: encoded, as they came.
        usage: None where the service reported none.
        notes: the provider's remarks, one sentence each.
        svgs: the sanitised drawing behind each picture, None for one that was not rasterised; empty for none at all.
        others: the usage of further models that took part, by their names in the catalog: GPT Image 2.6 lets a text
            model write its SVG.
    """

    pictures: tuple[bytes, ...]
    usage: Usage | None
    notes: tuple[str, ...] = ()
    svgs: tuple[bytes | None, ...] = ()
    applied: AppliedSettings = field(default_factory=AppliedSettings)
    others: Mapping[str, Usage] = field(default_factory=dict[str, Usage])


class PaidWithoutImage(EaselError):
    """The model answered, and will be paid, but not with a picture: `usage` is what its answers took."""

    def __init__(self, text: str, *, hint: str | None = None, usage: Usage | None) -> None:
        super().__init__(text, hint=hint)
        self.usage = usage


class Provider(Protocol):
    """Can make models draw. One object serves every model of its kind and may be called concurrently."""

    async def draw(self, request: Request, inputs: Inputs, *, asker: Person, on_progress: OnProgress) -> Drawing:
        """Draws `request.n` pictures for `asker`, in one attempt: who calls it tries again, and splits orders.

        Cancelling the task stops the work; `on_progress` is called on the event loop.

        Raises:
            PersonError, Refused, AdminError, Transient, OutcomeUnknown: see `bot.errors`.
            Fruitless: the model was paid for something that is no picture.
        """
        ...


class Jobs(Protocol):
    """The durable engine, as the rest of the core sees it."""

    async def submit(self, work: Order | ThreadAction) -> None:
        """One durable commit, idempotent by `work.key`; after it returns, the work will be done.

        Raises:
            AdminError: it could not be committed, so nothing was accepted.
        """
        ...

    async def knows(self, key: EventKey) -> bool:
        """Whether work was accepted under this key before."""
        ...

    async def cancel(self, job: JobId) -> bool:
        """Stops a job that waits or draws. False where it is already past that."""
        ...

    async def purge(self, *, ended_before: datetime) -> int:
        """Forgets the engine's rows of jobs that ended before that moment; returns how many."""
        ...


class UsageReader(Protocol):
    """Tells those who run Easel what it costs."""

    async def this_month(self, by: UsageBy) -> UsageReport:
        """What everybody spent in this calendar month (UTC), dearest first."""
        ...


class Clock(Protocol):
    """Time, so that tests need not wait for it."""

    def now(self) -> datetime:
        """The time of day, aware, in UTC."""
        ...

    def monotonic_s(self) -> float:
        """Seconds on a clock that never goes back."""
        ...

    async def sleep(self, delay_s: float) -> None: ...
