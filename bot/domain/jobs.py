"""The states of a job, and the results it leaves behind."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import JobId, ThreadId, VersionId
from bot.domain.money import UsdMicros
from bot.domain.people import MessageRef, Person, Place
from bot.domain.pictures import Picture
from bot.domain.requests import AppliedSettings, Request


class JobState(StrEnum):
    """`queued → drawing → drawn → delivered`; `failed` and `cancelled` are ends too. Nothing leaves an end."""

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
    """The conversation around one root message. `root` is None until its status card has been posted.

    `place` is where the thread hangs; `place.thread` is its root once known. `head` is what "newest" means.
    `is_ours` is False for a conversation of people that Easel was called into: there only mentions, and answers to its
    pictures, are edits.
    """

    id: ThreadId
    place: Place
    head: VersionId | None
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Version:
    """One result in a thread. `request` is what was asked for, `applied` what the service says it made of it.

    `cost` is None where the provider reported no usage. `seconds` is drawing time.
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
