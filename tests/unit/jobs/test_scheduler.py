"""The gate: fair to people, within slots and rates, and left in a blink."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.ids import JobId
from bot.domain.rate_limit import TokenBucket
from bot.jobs.clock import SystemClock
from bot.jobs.scheduler import Scheduler, Slot
from tests.clock import PATIENCE_S

START = datetime(2026, 11, 22, tzinfo=UTC)


class HandClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def monotonic_s(self) -> float:
        return self.now_s


class People:
    """Sends jobs to a gate and keeps what became of them."""

    def __init__(self, gate: Scheduler) -> None:
        self.gate = gate
        self.granted: list[str] = []
        self.refused: list[str] = []
        self.places: dict[str, list[int]] = {}
        self._leave: dict[str, asyncio.Event] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._accepted = 0

    async def queue(self, *names: str, service: str = "", weight: int = 1, at_once: int | None = None) -> None:
        """Names are a person and a number, such as `ada1`; they are accepted in the order given."""
        for name in names:
            self._accepted += 1
            self._leave[name] = asyncio.Event()
            self._tasks.append(
                asyncio.create_task(self._draw(name, service, weight, at_once or weight, self._accepted))
            )
        await settle()

    async def finish(self, *names: str) -> None:
        for name in names:
            self._leave[name].set()
            await settle()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _draw(self, name: str, service: str, weight: int, at_once: int, accepted: int) -> None:
        async with self.gate.slot(
            JobId(name),
            person=name.rstrip("0123456789"),
            service=service,
            weight=weight,
            first_call_pictures=at_once,
            accepted_at=START + timedelta(seconds=accepted),
            on_place=self.places.setdefault(name, []).append,
        ) as turn:
            (self.refused if turn.cancelled else self.granted).append(name)
            if not turn.cancelled:
                await self._leave[name].wait()


async def settle() -> None:
    """Lets everything that can run now run: each round runs what the one before made ready."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
async def people(request: pytest.FixtureRequest):
    slots, per_person = getattr(request, "param", (2, 2))
    people = People(Scheduler(slots=slots, slots_per_person=per_person, buckets={}))
    yield people
    await people.close()


async def test_a_free_slot_is_granted_at_once(people: People) -> None:
    """Nobody waits while there is room."""
    await people.queue("ada1", "ben1")

    assert people.granted == ["ada1", "ben1"]
    assert people.gate.waiting_count == 0


@pytest.mark.parametrize("people", [(1, 1)], indirect=True)
async def test_people_take_turns(people: People) -> None:
    """Someone with one order is next, however many another has queued before."""
    await people.queue("ada1", "ada2", "ada3", "ben1")
    await people.finish("ada1", "ben1", "ada2", "ada3")

    assert people.granted == ["ada1", "ben1", "ada2", "ada3"]


@pytest.mark.parametrize("people", [(4, 2)], indirect=True)
async def test_nobody_takes_every_slot(people: People) -> None:
    """One person's orders hold at most their cap, and the rest stays free for others."""
    await people.queue("ada1", "ada2", "ada3", "ada4")
    assert people.granted == ["ada1", "ada2"]

    await people.queue("ben1")
    assert people.granted == ["ada1", "ada2", "ben1"]


@pytest.mark.parametrize("people", [(1, 1)], indirect=True)
async def test_places_are_told_and_go_down(people: People) -> None:
    """Who waits knows their place, counted from 1, and hears of every change."""
    await people.queue("ada1", "ben1", "cleo1")
    assert (people.places["ben1"][-1], people.places["cleo1"][-1]) == (1, 2)

    await people.finish("ada1")
    assert people.places["cleo1"][-1] == 1


@pytest.mark.parametrize("people", [(1, 1)], indirect=True)
async def test_the_older_order_of_one_person_goes_first(people: People) -> None:
    """After a restart jobs enter in any order; their age decides."""
    await people.queue("ada1")
    people._accepted = 10
    await people.queue("ada9")
    people._accepted = 5
    await people.queue("ada5")
    await people.finish("ada1")

    assert people.granted == ["ada1", "ada5"]


@pytest.mark.parametrize("people", [(1, 1)], indirect=True)
async def test_a_queued_job_is_cancelled_in_place(people: People) -> None:
    """Cancelling ends the wait without a slot, and the next one moves up."""
    await people.queue("ada1", "ben1", "cleo1")
    people.gate.cancel(JobId("ben1"))
    await settle()

    assert people.refused == ["ben1"]
    assert people.places["cleo1"][-1] == 1
    assert people.gate.waiting_count == 1


async def test_cancelling_a_drawing_job_stops_its_task() -> None:
    """What a drawing job has registered is cancelled at once."""
    gate = Scheduler(slots=1, slots_per_person=1, buckets={})
    turns: list[Slot] = []

    async def draw() -> None:
        async with gate.slot(
            JobId("a"),
            person="ada",
            service="",
            weight=1,
            first_call_pictures=1,
            accepted_at=START,
            on_place=lambda _: None,
        ) as turn:
            turns.append(turn)
            task = asyncio.current_task()
            assert task is not None
            with turn.cancellable(task):
                await asyncio.Event().wait()

    task = asyncio.create_task(draw())
    await settle()
    gate.cancel(JobId("a"))
    with pytest.raises(asyncio.CancelledError):
        await task

    assert turns[0].cancelled


async def test_a_closed_gate_grants_nothing() -> None:
    """While Easel stops, who waits keeps waiting."""
    gate = Scheduler(slots=1, slots_per_person=1, buckets={})
    people = People(gate)
    await people.queue("ada1", "ben1")
    gate.close()
    await people.finish("ada1")

    assert people.granted == ["ada1"]
    await people.close()


def test_a_bucket_holds_one_minute() -> None:
    """Five a minute: five at once, then one every twelve seconds."""
    clock = HandClock()
    bucket = TokenBucket(5, clock)
    for _ in range(5):
        assert bucket.wait_s(1) == 0
        bucket.take(1)

    assert bucket.wait_s(1) == pytest.approx(12)
    clock.now_s = 12
    assert bucket.wait_s(1) == pytest.approx(0, abs=1e-9)


def test_an_order_heavier_than_the_bucket_passes_when_it_is_full() -> None:
    """It leaves a debt, so that the average still holds."""
    clock = HandClock()
    bucket = TokenBucket(5, clock)
    assert bucket.wait_s(10) == 0
    bucket.take(10)

    assert bucket.wait_s(1) == pytest.approx(72)


def test_reserved_pictures_wait_one_after_the_other() -> None:
    """What a job takes in advance comes in the order in which it was taken, at the bucket's pace."""
    bucket = TokenBucket(5, HandClock())
    bucket.take(4)

    assert [bucket.reserve(1) for _ in range(4)] == pytest.approx([0, 12, 24, 36])


def test_a_held_bucket_lets_nobody_pass_before_the_time_that_was_named() -> None:
    """A service that says when its next picture may come empties our bucket: then they pass one by one."""
    clock = HandClock()
    bucket = TokenBucket(5, clock)
    bucket.pause(30)
    assert bucket.wait_s(1) == pytest.approx(30)
    assert [bucket.reserve(1), bucket.wait_s(1)] == pytest.approx([30, 42])

    bucket.pause(20)
    assert bucket.wait_s(1) == pytest.approx(42), "the longer wait holds"
    clock.now_s = 42
    assert bucket.wait_s(1) == pytest.approx(0, abs=1e-9)


async def test_a_turn_takes_what_its_first_call_needs() -> None:
    """An order of many single calls passes as soon as there is room for the first of them."""
    gate = Scheduler(slots=4, slots_per_person=4, buckets={"slow": TokenBucket(2, HandClock())})
    people = People(gate)
    await people.queue("ada1", service="slow", weight=10, at_once=1)
    await people.queue("ben1", service="slow")
    await people.queue("cleo1", service="slow")

    assert people.granted == ["ada1", "ben1"]
    await people.close()


async def test_a_service_that_must_wait_holds_up_nobody_else() -> None:
    """An order for another service passes those whose bucket is empty."""
    clock = HandClock()
    gate = Scheduler(slots=4, slots_per_person=4, buckets={"slow": TokenBucket(1, clock)})
    people = People(gate)
    await people.queue("ada1", "ada2", service="slow")
    await people.queue("ada3")

    assert people.granted == ["ada1", "ada3"]
    await people.close()


async def test_a_bucket_that_has_filled_up_wakes_the_gate() -> None:
    """Nobody needs to ask again: with 6000 a minute the next order of one passes some milliseconds later."""
    gate = Scheduler(slots=9, slots_per_person=9, buckets={"quick": TokenBucket(6000, SystemClock())})
    people = People(gate)
    await people.queue("ada1", service="quick", weight=6000)
    async with (
        asyncio.timeout(PATIENCE_S),
        gate.slot(
            JobId("ben1"),
            person="ben",
            service="quick",
            weight=1,
            first_call_pictures=1,
            accepted_at=START,
            on_place=lambda _: None,
        ) as turn,
    ):
        assert not turn.cancelled
    await people.close()
