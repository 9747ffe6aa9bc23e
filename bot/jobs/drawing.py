"""The life of a drawing job: announced, given a slot, drawn once, delivered.

The job's row says how far it is, and every part can be repeated. What a crash may cost, by the row's state:
* queued: nothing, the job goes on;
* drawing, by a model that costs money: the outcome is unknown, so the card says so and offers Again;
* drawing, by a free model: it is drawn again;
* drawn, failed or cancelled: the delivery is repeated, the drawing never is.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal, TypeVar

import structlog

from bot.catalog.catalog import Catalog
from bot.catalog.pricing import actual_cost
from bot.domain.ids import JobId, ThreadId
from bot.domain.jobs import JobState, Version
from bot.domain.people import MessageRef, Place
from bot.domain.requests import JobSource, Order
from bot.errors import EaselError, PlaceClosed, Transient
from bot.jobs.delivery_images import DeliveryImages
from bot.jobs.engine import Json, Steps
from bot.jobs.job_messages import JobMessages, thread_of
from bot.jobs.provider_calls import ProviderCalls
from bot.jobs.retries import advice_on
from bot.jobs.scheduler import Scheduler, Slot
from bot.jobs.serialization import decode
from bot.jobs.status import StatusLine
from bot.jobs.version_builder import VersionBuilder
from bot.jobs.waits import RetryWaits
from bot.observability import JOBS_ACCEPTED, JOBS_ENDED, log_context
from bot.ports import Clock, PaidWithoutImage
from bot.presentation import cards
from bot.presentation.card import Card
from bot.store.jobs import JobRows
from bot.store.ledger import Closing, SettledCost
from bot.store.versions import Versions

# How often a job looks whether the picture it edits has arrived, where another process draws that one.
_BASE_POLL_S: Final = 1.0

_FIRST_RETRY_S: Final = 0.5
_LONGEST_RETRY_S: Final = 60 * 60
"""What was drawn is worth an attempt an hour, for as long as it takes."""

_T = TypeVar("_T")
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How drawing ended; `version` where it was drawn, `text` and `hint` for the person where it failed."""

    state: Literal["drawn", "failed", "cancelled"]
    version: Version | None = None
    text: str = ""
    hint: str = ""


@dataclass(slots=True)
class _Job:
    """What this process knows of a job while it works on it, so that nothing is read twice.

    Attributes:
        state: of the row when this process began with it.
        reason: why it failed, empty where it did not.
        noted: the message that shows the job, as the row has it.
        status: the same as this process knows it, None before it is posted.
    """

    order: Order
    state: JobState
    reason: str
    noted: MessageRef | None
    status: MessageRef | None

    @property
    def opens_thread(self) -> bool:
        """Whether its message is the root of its thread."""
        return self.order.place.thread is None

    def root_at(self, message: MessageRef) -> tuple[ThreadId, Place] | None:
        """The job's thread with the place that it hangs at once `message` shows the job; None for a job in a thread."""
        return (self.order.thread, self.order.place.in_thread(message.message)) if self.opens_thread else None


class DrawingWorkflow:
    """`run` is the workflow; the rest is what people and shutdowns do to it."""

    def __init__(
        self,
        *,
        rows: JobRows,
        versions: Versions,
        catalog: Catalog,
        scheduler: Scheduler,
        calls: ProviderCalls,
        version_builder: VersionBuilder,
        messages: JobMessages,
        delivery_images: DeliveryImages,
        clock: Clock,
    ) -> None:
        self._delivery_images = delivery_images
        self._rows = rows
        self._versions = versions
        self._catalog = catalog
        self._scheduler = scheduler
        self._calls = calls
        self._version_builder = version_builder
        self._messages = messages
        self._clock = clock
        self._ended = asyncio.Condition()
        self._busy: set[JobId] = set()
        self._waits = RetryWaits()

    async def run(self, payload: Json, _steps: Steps) -> None:
        """Runs a job to its end, from wherever its row says that it is. Safe to repeat."""
        order = decode(Order, payload)
        with log_context(job=order.job):
            try:
                job = await self._until_done(partial(self._open, order))
                outcome = await self._ended_before(job)
                if outcome is None:
                    await self._until_done(partial(self._announce, job))
            except Exception as problem:
                if isinstance(problem, EaselError):
                    _log.warning("job.not_announced", reason=problem.text)
                else:
                    _log.exception("job.not_announced")
                with suppress(EaselError):  # nobody can be told there
                    await self._until_done(partial(self._give_up, order, problem))
                return
            if job.state is JobState.DELIVERED:
                return
            try:
                outcome = outcome or await self._outcome(job)
                self._busy.add(order.job)
                await self._until_done(partial(self._deliver_somewhere, job, outcome))
            finally:
                self._busy.discard(order.job)
            JOBS_ENDED.labels(order.person.platform, order.request.model, outcome.state).inc()
            await self._notify_ended()

    async def cancel(self, job: JobId) -> bool:
        """Stops a job that waits or draws; False where it is past that."""
        row = await self._rows.get(job)
        if row is None or row.state not in (JobState.QUEUED, JobState.DRAWING):
            return False
        with self._waits.begin_cancel(job) as costs_nothing:
            ledger = "release" if costs_nothing else self._closing(row.order, row.state)
            ended = await self._rows.finish(job, JobState.CANCELLED, reason=None, at=self._clock.now(), ledger=ledger)
            if ended:
                self._scheduler.cancel(job)
        if ended:
            await self._notify_ended()
        return ended

    async def drain(self, *, at_most_s: float) -> None:
        """Waits until nothing draws and nothing is being delivered. Close the scheduler first."""
        try:
            async with asyncio.timeout(at_most_s), self._ended:
                await self._ended.wait_for(lambda: not self._busy)
        except TimeoutError:
            _log.warning("drain.timed_out", left=len(self._busy))

    # Accepted

    async def _open(self, order: Order) -> _Job:
        row = await self._rows.open(order, thread_of(order), at=self._clock.now())
        # Where two orders opened a thread at the same place at once, the second has joined the first one's.
        return _Job(row.order, row.state, row.reason or "", noted=row.status, status=row.status)

    async def _ended_before(self, job: _Job) -> Outcome | None:
        """How drawing ended in an earlier life of the process, which may not have shown it; None where it did not."""
        match job.state:
            case JobState.DRAWN:
                return Outcome("drawn", await self._versions.by_job(job.order.job))
            case JobState.FAILED:
                return Outcome("failed", text=job.reason)
            case JobState.CANCELLED:
                return Outcome("cancelled")
            case JobState.DELIVERED:
                return Outcome("drawn")
            case JobState.QUEUED | JobState.DRAWING:
                return None

    async def _announce(self, job: _Job) -> None:
        if job.noted is not None:
            return
        label, place = self._catalog.label(job.order.request.model), self._scheduler.waiting_count + 1
        await self._show(job, cards.queued(job.order, model_label=label, place=place))
        JOBS_ACCEPTED.labels(job.order.person.platform, job.order.request.model).inc()

    async def _give_up(self, order: Order, problem: Exception) -> None:
        """The place is closed to us, or our own fault: the job ends before it began, and if it can it says so."""
        told = cards.internal_error() if not isinstance(problem, EaselError) else cards.error(problem)
        card = cards.failed(order, told.title, told.text, again=False)
        await self._rows.finish(order.job, JobState.FAILED, reason=card.title, at=self._clock.now(), ledger="release")
        await self._notify_ended()
        try:
            # The status card may be there already, only its place was not noted: then this changes it.
            await self._messages.update(await self._messages.post(order.place, card, key=order.job), card)
        except PlaceClosed:
            with suppress(PlaceClosed):  # a whole team has left: nobody is there to be told
                await self._say_elsewhere(order, card, told)

    async def _say_elsewhere(self, order: Order, card: Card, told: Card) -> None:
        """To the asker alone; who cannot be reached alone is told where they asked, and not what they asked for."""
        if order.place.audience is None:
            await self._messages.post_private(order.person, order.place, card, key=order.job)
        else:
            await self._messages.post(replace(order.place, audience=None), told, key=f"{order.job}-openly")

    # Drawn

    async def _outcome(self, job: _Job) -> Outcome:
        try:
            return await self._wait_and_draw(job)
        except Exception:
            # Whatever it is must end in a card. The log has it whole; the person is told that it was our fault.
            _log.exception("job.broke")
            return await self._until_done(partial(self._end_as_broken, job))

    async def _wait_and_draw(self, job: _Job) -> Outcome:
        order, first = job.order, self._calls.first(job.order)
        status = StatusLine(
            order,
            model_label=self._catalog.label(order.request.model),
            capabilities=self._messages.capabilities(order.place),
            clock=self._clock,
            show=partial(self._show, job),
        )
        async with status:
            await self._await_base(order, status)
            async with self._scheduler.slot(
                order.job,
                person=order.person.key,
                service=first.service,
                weight=order.request.n,
                at_once=first.pictures,
                accepted_at=order.accepted_at,
                moved=status.queued,
                has_ended=partial(self._is_settled, order.job),
            ) as slot:
                # Until it is delivered: a stop waits for both.
                self._busy.add(order.job)
                return await self._draw(job, slot, status)

    async def _draw(self, job: _Job, slot: Slot, status: StatusLine) -> Outcome:
        if slot.cancelled:
            return Outcome("cancelled")
        try:
            return await self._build(job.order, slot, status, began_before=job.state is JobState.DRAWING)
        except EaselError as problem:
            _log.info("job.failed", kind=type(problem).__name__, reason=problem.text)
            button = "Share" if job.order.kind == "share" else "Again"
            outcome = Outcome("failed", text=problem.text, hint=advice_on(problem, button=button))
            closing = self._closing_after(job.order, problem)
            return await self._until_done(partial(self._end_as_failed, job, outcome, closing))

    async def _build(self, order: Order, slot: Slot, status: StatusLine, *, began_before: bool) -> Outcome:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 -- a coroutine always runs in a task
        platform = self._messages.platform(order.place)
        try:
            with slot.cancellable(task), self._waits.waiting(order.job, status.retrying) as on_retry:
                version = await self._version_builder.build(
                    order,
                    platform,
                    began_before=began_before,
                    started=status.started,
                    on_progress=status.progressed,
                    on_retry=on_retry,
                )
        except asyncio.CancelledError:
            if not slot.cancelled:
                raise
            task.uncancel()
            return Outcome("cancelled")
        return Outcome("drawn", version)

    async def _end_as_broken(self, job: _Job) -> Outcome:
        card = cards.internal_error()
        outcome = Outcome("failed", text=card.title, hint=card.text)
        state = await self._rows.state(job.order.job) or JobState.QUEUED
        return await self._end_as_failed(job, outcome, self._closing(job.order, state))

    async def _end_as_failed(self, job: _Job, outcome: Outcome, ledger: Closing) -> Outcome:
        failed = await self._rows.finish(
            job.order.job, JobState.FAILED, reason=outcome.text, at=self._clock.now(), ledger=ledger
        )
        # What had ended before was cancelled while the provider still drew: its pictures were refused.
        return outcome if failed else Outcome("cancelled")

    # Delivered

    async def _deliver_somewhere(self, job: _Job, outcome: Outcome) -> None:
        """Delivers where it was asked for, or privately where that place is closed.

        Raises:
            Transient: it was not delivered. A full disk, a closed channel or a fault of ours is waited for like a
                platform that is out of reach: what was drawn is never given up.
        """
        try:
            try:
                await self._deliver(job, outcome)
            except PlaceClosed as problem:
                await self._deliver_privately(job, outcome, problem)
        except EaselError as problem:
            _log.warning("job.undelivered", reason=problem.text)
            raise Transient(problem.text) from problem
        except Exception as problem:
            _log.exception("job.undelivered")
            raise Transient("This could not be posted.") from problem

    async def _deliver(self, job: _Job, outcome: Outcome) -> None:
        order = job.order
        match outcome.state:
            case "drawn":
                assert outcome.version is not None  # noqa: S101 -- what was drawn has a version
                message = await self._put(job, await self._result(order, outcome.version, order.place))
                await self._delivered(job, outcome.version, message, opens=job.root_at(message))
            case "cancelled":
                await self._show(job, cards.cancelled(order))
            case "failed":
                await self._show(job, cards.failed(order, outcome.text, outcome.hint, again=order.kind != "share"))

    async def _deliver_privately(self, job: _Job, outcome: Outcome, problem: PlaceClosed) -> None:
        """The place was closed to us meanwhile: what was drawn goes to the asker alone. What was not has no card."""
        order, version = job.order, outcome.version
        if version is None:
            _log.info("job.answered_nobody", reason=problem.text)
            return
        if order.place.audience is not None:
            raise problem
        card = replace(await self._result(order, version, order.to_asker), text=problem.text)
        message = await self._messages.post(order.to_asker, card, key=f"{order.job}-privately")
        await self._delivered(job, version, message, opens=None)
        # In the status card, where the place takes words and only the picture was refused.
        try:
            await self._show(job, cards.delivered_privately(version, problem.text))
        except EaselError as closed:
            _log.info("job.status_left", reason=closed.text)
        _log.info("job.delivered_privately", reason=problem.text)

    async def _delivered(
        self, job: _Job, version: Version, message: MessageRef, *, opens: tuple[ThreadId, Place] | None
    ) -> None:
        await self._rows.deliver(job.order.job, version.id, message, opens=opens, at=self._clock.now())

    # Shown

    async def _show(self, job: _Job, card: Card) -> None:
        """Puts a card in place of the one the job shows now, and notes where it is."""
        message = await self._put(job, card)
        if message != job.noted:
            await self._rows.set_status(job.order.job, message, opens=job.root_at(message))
            job.noted = message

    async def _put(self, job: _Job, card: Card) -> MessageRef:
        if job.status is None:
            job.status = await self._messages.post(job.order.place, card, key=job.order.job)
        else:
            job.status = await self._messages.update(job.status, card)
        return job.status

    async def _result(self, order: Order, version: Version, place: Place) -> Card:
        """As it can be shown at that place, which is the asker's own where the order's was closed."""
        parent = await self._versions.get(version.parent) if version.parent is not None else None
        return cards.result(
            version,
            model_label=self._catalog.label(version.request.model),
            parent=parent.name if parent is not None else None,
            shown=await self._delivery_images.prepare(version, self._messages.capabilities(place)),
            private=order.place.audience is not None,
        )

    # Waits and costs

    async def _until_done(self, work: Callable[[], Awaitable[_T]]) -> _T:
        """Repeats what fails for now, with growing pauses, for as long as it takes.

        Raises:
            EaselError: what no further attempt can put right.
        """
        delay_s = _FIRST_RETRY_S
        while True:
            try:
                return await work()
            except EaselError as problem:
                if not problem.retryable:
                    raise
                _log.info("job.retried", reason=problem.text, delay_s=delay_s)
            await self._clock.sleep(delay_s)
            delay_s = min(2 * delay_s, _LONGEST_RETRY_S)

    def _closing(self, order: Order, state: JobState) -> Closing:
        """Closing the connection does not stop the bill: what a provider has begun counts at its estimate."""
        model = self._catalog.get(order.request.model)
        may_be_paid = state is JobState.DRAWING and (model is None or model.billed)
        return "settle_estimate" if may_be_paid else "release"

    def _closing_after(self, order: Order, problem: EaselError) -> Closing:
        if isinstance(problem, PaidWithoutImage):
            model = self._catalog.get(order.request.model)
            return SettledCost(actual_cost(model, problem.usage) if model is not None else None)
        return "release" if problem.outcome_known else "settle_estimate"

    async def _await_base(self, order: Order, status: StatusLine) -> None:
        """An edit typed before its picture arrived waits for it here, without holding a slot."""
        for source in order.sources:
            if not isinstance(source, JobSource):
                continue
            status.waits_for_base()
            while not await self._is_settled(source.job) and not await self._is_settled(order.job):
                await self._next_end()

    async def _is_settled(self, job: JobId) -> bool:
        state = await self._rows.state(job)
        return state is None or state is JobState.DRAWN or state.is_final

    async def _next_end(self) -> None:
        try:
            async with asyncio.timeout(_BASE_POLL_S), self._ended:
                await self._ended.wait()
        except TimeoutError:
            return

    async def _notify_ended(self) -> None:
        async with self._ended:
            self._ended.notify_all()
