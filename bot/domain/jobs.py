"""The states of a job, and its results: threads and versions."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import JobId, ThreadId, VersionId
from bot.domain.money import UsdMicros
from bot.domain.people import MessageRef, Person, Place
from bot.domain.pictures import Picture
from bot.domain.requests import AppliedSettings, Request


class JobState(StrEnum):
    """`queued → drawing → drawn → delivered`, or `failed`, or `cancelled`. The last three are final."""

    QUEUED = "queued"
    DRAWING = "drawing"
    DRAWN = "drawn"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self in (JobState.DELIVERED, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Thread:
    """The conversation below one root message.

    Attributes:
        place: where the thread is; `place.thread` is None until the root message has been posted.
        head: the version that counts as the newest.
        is_ours: False for a conversation among people in which Easel was mentioned: only mentions of Easel and
            replies to its pictures are edits there.
    """

    id: ThreadId
    place: Place
    head: VersionId | None
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Version:
    """One result in a thread.

    Attributes:
        request: what was asked for.
        typed: the text as the person typed it.
        cost: None if the provider reported no usage.
        seconds: the drawing time.
        message: the message that shows the result.
        applied: the settings that the service says it used.
    """

    id: VersionId
    thread: ThreadId
    number: int
    parent: VersionId | None
    job: JobId
    author: Person
    request: Request
    typed: str
    notes: tuple[str, ...]
    pictures: tuple[Picture, ...]
    cost: UsdMicros | None
    seconds: float
    created_at: datetime
    deleted_at: datetime | None = None
    message: MessageRef | None = None
    applied: AppliedSettings = field(default_factory=AppliedSettings)

    @property
    def name(self) -> str:
        return f"v{self.number}"
