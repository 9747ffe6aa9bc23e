"""Decides which job draws next: fair between people, within the process's slots and each service's rate limit.

Start-time fair queueing, counted in pictures: the person with the fewest pictures granted so far is next, and a new
person starts at the count of the person served last. Within one person's queue, the oldest order goes first. One person
has at most `slots_per_person` drawings at a time. A waiting job is a future. The only timer fires when a service's
token bucket has enough tokens for a waiting job.
"""

import asyncio
import bisect
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.ids import JobId
from bot.domain.rate_limit import TokenBucket
from bot.observability import JOBS_DRAWING, JOBS_WAITING


@dataclass(slots=True)
class Slot:
    """A job that waits for a slot, or holds one.

    Attributes:
        job: the job.
        person: `Person.key`.
        service: names the token bucket; empty for none.
        weight: how many pictures the job draws.
        first_call_pictures: how many of them the first call requests.
        accepted_at: orders the jobs of one person.
        granted: resolves to True with the slot, or to False if the job is cancelled while it waits.
        on_place: called with the place in the queue, from 1, when it changes.
        place: in the queue; 0 before the first call of `on_place`.
        on_cancel: called when the job is cancelled.
        cancelled: may become True at any time.
    """

    job: JobId
    person: str
    service: str
    weight: int
    first_call_pictures: int
    accepted_at: datetime
    granted: "asyncio.Future[bool]"
    on_place: Callable[[int], None]
    place: int = 0
    on_cancel: list[Callable[[], object]] = field(default_factory=list[Callable[[], object]])
    cancelled: bool = False

    @contextmanager
    def cancellable(self, task: "asyncio.Task[object]") -> Generator[None]:
        """Inside this context, cancelling the job cancels `task`."""
        self.on_cancel.append(task.cancel)
        try:
            yield
        finally:
            self.on_cancel.remove(task.cancel)


class Scheduler:
    """Grants slots. Call all methods in the event loop's thread.

    Args:
        slots: drawings at a time in this process.
        slots_per_person: drawings at a time per person.
        buckets: the rate limits of services; a granted slot takes the tokens of its first call.
    """

    def __init__(self, *, slots: int, slots_per_person: int, buckets: Mapping[str, TokenBucket]) -> None:
        self._slots = slots
        self._slots_per_person = slots_per_person
        self._buckets = buckets
        self._waiting: dict[str, list[Slot]] = {}
        # Pictures granted per person, starting at `_virtual_time` when the person joins the queue.
        self._granted_pictures: dict[str, int] = {}
        self._virtual_time = 0
        self._drawing: dict[JobId, Slot] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._is_open = True

    @property
    def waiting_count(self) -> int:
        return sum(len(queue) for queue in self._waiting.values())

    @asynccontextmanager
    async def slot(
        self,
        job: JobId,
        *,
        person: str,
        service: str,
        weight: int,
        first_call_pictures: int,
        accepted_at: datetime,
        on_place: Callable[[int], None],
        has_ended: Callable[[], Awaitable[bool]] | None = None,
    ) -> AsyncGenerator[Slot]:
        """Context manager that waits for a slot and holds it.

        Args:
            job: the job.
            person: `Person.key`.
            service: names the token bucket; empty for none.
            weight: how many pictures the job draws.
            first_call_pictures: how many of them the first call requests.
            accepted_at: orders the jobs of one person.
            on_place: called with the place in the queue, from 1, when it changes.
            has_ended: whether the job was cancelled already. Checked once if the job must wait, after `cancel` can
                find it, so that an earlier cancellation is noticed at once.

        Yields:
            The slot. If its `cancelled` is True, the job was cancelled while it waited and holds no slot.
        """
        granted: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        slot = Slot(job, person, service, weight, first_call_pictures, accepted_at, granted, on_place)
        if person not in self._waiting:
            self._waiting[person] = []
            self._granted_pictures[person] = max(self._granted_pictures.get(person, 0), self._virtual_time)
        bisect.insort(self._waiting[person], slot, key=lambda queued: queued.accepted_at)
        self._grant_slots()
        try:
            if has_ended is not None and not slot.granted.done() and await has_ended():
                self.cancel(job)
            await slot.granted
            yield slot
        finally:
            self._release(slot)

    def cancel(self, job: JobId) -> None:
        """Ends the wait of a queued job, or cancels the task that a drawing job registered with `Slot.cancellable`."""
        slot = self._drawing.get(job) or next(
            (slot for queue in self._waiting.values() for slot in queue if slot.job == job), None
        )
        if slot is None:
            return
        slot.cancelled = True
        if not slot.granted.done():
            slot.granted.set_result(False)
        for stop in tuple(slot.on_cancel):
            stop()

    def close(self) -> None:
        """Grants no more slots. Waiting jobs keep waiting; the next start resumes them."""
        self._is_open = False

    def _release(self, slot: Slot) -> None:
        self._drawing.pop(slot.job, None)
        queue = self._waiting.get(slot.person, [])
        if slot in queue:
            self._remove(slot)
        self._grant_slots()

    def _grant_slots(self) -> None:
        """Grants every slot that can be granted now, reports the places of the other jobs, and sets the timer."""
        while (slot := self._next_grantable()) is not None:
            self._remove(slot)
            self._virtual_time = self._granted_pictures[slot.person]
            self._granted_pictures[slot.person] += slot.weight
            if (bucket := self._buckets.get(slot.service)) is not None:
                bucket.take(slot.first_call_pictures)
            self._drawing[slot.job] = slot
            slot.granted.set_result(True)
        self._forget_caught_up()
        JOBS_WAITING.set(self.waiting_count)
        JOBS_DRAWING.set(len(self._drawing))
        self._report_places()
        self._set_timer()

    def _forget_caught_up(self) -> None:
        """Removes people whose count is not above the virtual time: a new person starts there anyway."""
        known = {person: given for person, given in self._granted_pictures.items() if given > self._virtual_time}
        self._granted_pictures = known | {person: self._granted_pictures[person] for person in self._waiting}

    def _next_grantable(self) -> Slot | None:
        if not self._is_open or len(self._drawing) >= self._slots:
            return None
        for person in sorted(self._waiting, key=self._granted_pictures.__getitem__):
            if self._drawing_count(person) >= self._slots_per_person:
                continue
            # A newer order may overtake an older one whose service has no tokens.
            for slot in self._waiting[person]:
                if not slot.granted.done() and self._wait_s(slot) == 0:
                    return slot
        return None

    def _drawing_count(self, person: str) -> int:
        return sum(1 for slot in self._drawing.values() if slot.person == person)

    def _wait_s(self, slot: Slot) -> float:
        bucket = self._buckets.get(slot.service)
        return bucket.wait_s(slot.first_call_pictures) if bucket is not None else 0.0

    def _remove(self, slot: Slot) -> None:
        queue = self._waiting[slot.person]
        queue.remove(slot)
        if not queue:
            del self._waiting[slot.person]

    def _report_places(self) -> None:
        """Reports each waiting job's place, in the order in which slots would be granted one by one."""
        starts: list[tuple[int, datetime, Slot]] = []
        for person, queue in self._waiting.items():
            given = self._granted_pictures[person]
            for slot in queue:
                starts.append((given, slot.accepted_at, slot))
                given += slot.weight
        starts.sort(key=lambda start: start[:2])
        for place, (_, _, slot) in enumerate(starts, start=1):
            if slot.place != place:
                slot.place = place
                slot.on_place(place)

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._buckets or not self._waiting or len(self._drawing) >= self._slots:
            return
        waits_s = [self._wait_s(slot) for queue in self._waiting.values() for slot in queue]
        delay_s = min((wait_s for wait_s in waits_s if wait_s > 0), default=None)
        if delay_s is not None:
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._grant_slots)
