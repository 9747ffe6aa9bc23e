"""What a process knows of a job while it works on it, and how its drawing ended."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.ids import ThreadId
from bot.domain.jobs import JobState, Version
from bot.domain.people import MessageRef, Place
from bot.domain.requests import Order


@dataclass(frozen=True, slots=True)
class Outcome:
    """How drawing ended; `version` where it was drawn, `text` and `hint` for the person where it failed."""

    state: Literal["drawn", "failed", "cancelled"]
    version: Version | None = None
    text: str = ""
    hint: str = ""


@dataclass(slots=True)
class ActiveJob:
    """A job that this process works on: kept in memory, so that nothing is read twice.

    Attributes:
        state: of the row when this process began with it.
        reason: why it failed, empty where it did not.
        noted: the message that shows the job, as the row has it.
        status: the same as this process knows it, None before it is posted.
    """

    order: Order
    state: JobState
    reason: str
    stored_status: MessageRef | None
    status: MessageRef | None

    @property
    def opens_thread(self) -> bool:
        """Whether its message is the root of its thread."""
        return self.order.place.thread is None

    def root_at(self, message: MessageRef) -> tuple[ThreadId, Place] | None:
        """The job's thread with the place that it hangs at once `message` shows the job; None for a job in a thread."""
        return (self.order.thread, self.order.place.in_thread(message.message)) if self.opens_thread else None
