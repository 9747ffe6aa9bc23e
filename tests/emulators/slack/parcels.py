"""What Slack brings to an app, whichever way, and what comes of it."""

from dataclasses import dataclass, field
from typing import Literal, Protocol
from uuid import uuid4

from tests.emulators.slack.things import Json

ParcelKind = Literal["events_api", "slash_commands", "interactive"]
RetryReason = Literal["", "timeout", "http_timeout", "http_error", "connection_failed"]


@dataclass(frozen=True, slots=True)
class Parcel:
    """One event, command or interaction.

    `payload` is the body as JSON; a command's is sent as a form over HTTP. `accepts_response` says whether the
    acknowledgement may carry an answer.
    """

    kind: ParcelKind
    payload: Json
    accepts_response: bool = False
    envelope_id: str = field(default_factory=lambda: str(uuid4()))


@dataclass(frozen=True, slots=True)
class Attempt:
    """Which attempt at the same parcel it is: 0 for the first."""

    number: int = 0
    reason: RetryReason = ""


@dataclass(frozen=True, slots=True)
class Ack:
    """How an attempt ended.

    Attributes:
        ok: whether it was acknowledged in time.
        response: what the acknowledgement carried; its text alone is `{"text": …}`.
        error: as the person's client names it where `ok` is false.
        reason: as a retry names it.
        stop: whether the app asked for no more retries.
    """

    ok: bool
    response: Json | None = None
    error: str = ""
    reason: RetryReason = ""
    stop: bool = False


class Carrier(Protocol):
    """One way to an app."""

    async def bring(self, parcel: Parcel, attempt: Attempt) -> Ack: ...

    async def ready(self) -> None:
        """Waits until there is anyone to bring an event to."""
        ...

    @property
    def is_ready(self) -> bool: ...
