"""The in-memory state of a running job, and the outcome of its drawing."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.ids import ThreadId
from bot.domain.jobs import JobState, Version
from bot.domain.people import MessageRef, Place
from bot.domain.requests import Order


@dataclass(frozen=True, slots=True)
class Outcome:
    """How drawing ended: with a `version` if it was drawn, with `text` and `hint` for the person if it failed."""

    state: Literal["drawn", "failed", "cancelled"]
    version: Version | None = None
    text: str = ""
    hint: str = ""


@dataclass(slots=True)
class ActiveJob:
    """A job that this process runs.

    Attributes:
        order: what was accepted.
        state: the state of the job's row when this process started it.
        reason: why it failed; empty if it did not.
        stored_status: the message that shows the job, as stored in the row; None if none is stored.
        status: the message that shows the job; None until it is posted.
    """

    order: Order
    state: JobState
    reason: str
    stored_status: MessageRef | None
    status: MessageRef | None

    def root_at(self, message: MessageRef) -> tuple[ThreadId, Place] | None:
        """Returns the thread that `message` opens, with its place; None if the job is in an existing thread."""
        place = self.order.place
        return (self.order.thread, place.in_thread(message.message)) if place.thread is None else None
