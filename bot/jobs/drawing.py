"""The life of a drawing job: announced, given its turn, drawn once, delivered. Every step can be repeated.

What a crash may cost, step by step:
* before `draw` began: nothing, the job goes on;
* while a model that costs money draws: the outcome is unknown, so the card says so and offers Again;
* while a free model draws: it draws again;
* after the version is recorded: the delivery is repeated, the drawing never is.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import structlog

from bot.catalog.catalog import Catalog
from bot.catalog.pricing import actual_cost
from bot.domain.ids import JobId, ThreadId
from bot.domain.jobs import JobState, Version
from bot.domain.people import MessageRef, Place
from bot.domain.requests import JobSource, Order
from bot.errors import AdminError, EaselError, PlaceClosed, Transient
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
from bot.store.jobs import JobRow, JobRows
from bot.store.ledger import Closing, SettledCost
from bot.store.versions import Versions

# How often a job looks whether the picture it edits has arrived, where another process draws that one.
_BASE_POLL_S = 1.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How drawing ended; `text` and `hint` are for the person where it failed."""

    state: Literal["drawn", "failed", "cancelled"]
    text: str = ""
    hint: str = ""

    def as_json(self) -> Json:
        return {"state": self.state, "text": self.text, "hint": self.hint}


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

    async def run(self, payload: Json, steps: Steps) -> None:
        order = decode(Order, payload)
        with log_context(job=order.job):
            try:
                announced = await steps.run("announce", partial(self._announce, order))
            except Exception as problem:
                if isinstance(problem, EaselError):
                    _log.warning("job.not_announced", reason=problem.text)
                else:
                    _log.exception("job.not_announced")
                await steps.run("give up", partial(self._give_up, order, problem))
                return
            order = replace(order, thread=ThreadId(str(announced["thread"])))
            try:
                outcome = await self._outcome(order, steps)
                self._busy.add(order.job)
                await steps.run("deliver", partial(self._deliver_at_last, order, outcome))
            finally:
                self._busy.discard(order.job)
            JOBS_ENDED.labels(order.person.platform, order.request.model, str(outcome["state"])).inc()
            await self._tell()

    async def cancel(self, job: JobId) -> bool:
        """Stops a job that waits or draws; False where it is past that."""
        row = await self._rows.get(job)
        if row is None or row.state not in (JobState.QUEUED, JobState.DRAWING):
            return False
        with self._waits.begin_cancel(job) as costs_nothing:
            ledger = "release" if costs_nothing else self._cut_short(row)
            ended = await self._rows.finish(job, JobState.CANCELLED, reason=None, at=self._clock.now(), ledger=ledger)
            if ended:
                self._scheduler.cancel(job)
        if ended:
            await self._tell()
        return ended

    async def drain(self, *, at_most_s: float) -> None:
        """Waits until nothing draws and nothing is being delivered. Close the gate first."""
        try:
            async with asyncio.timeout(at_most_s), self._ended:
                await self._ended.wait_for(lambda: not self._busy)
        except TimeoutError:
            _log.warning("drain.timed_out", left=len(self._busy))

    # The steps

    async def _announce(self, order: Order) -> Json:
        row = await self._rows.open(order, thread_of(order), at=self._clock.now())
        label, place = self._catalog.label(order.request.model), self._scheduler.waiting_count + 1
        await self._messages.announce(row.order, cards.queued(order, model_label=label, place=place))
        JOBS_ACCEPTED.labels(order.person.platform, order.request.model).inc()
        # Where two orders opened a thread at the same place at once, the second has joined the first one's.
        return {"thread": row.order.thread}

    async def _give_up(self, order: Order, problem: Exception) -> Json:
        """The disk was full, or the place is closed to us: the job ends before it began, and if it can it says so."""
        told = cards.internal_error() if not isinstance(problem, EaselError) else cards.error(problem)
        card = cards.failed(order, told.title, told.text, again=False)
        await self._rows.finish(order.job, JobState.FAILED, reason=card.title, at=self._clock.now(), ledger="release")
        await self._tell()
        try:
            # The status card may be there already, only its place was not noted: then this changes it.
            await self._messages.update(await self._messages.post(order.place, card, key=order.job), card)
        except PlaceClosed:
            with suppress(PlaceClosed):  # a whole team has left: nobody is there to be told
                await self._say_elsewhere(order, card, told)
        return {}

    async def _say_elsewhere(self, order: Order, card: Card, told: Card) -> None:
        """To the asker alone; who cannot be reached alone is told where they asked, and not what they asked for."""
        if order.place.audience is None:
            await self._messages.post_private(order.person, order.place, card, key=order.job)
        else:
            await self._messages.post(replace(order.place, audience=None), told, key=f"{order.job}-openly")

    async def _draw(self, order: Order, slot: Slot, status: StatusLine) -> Json:
        row = await self._rows.get(order.job)
        if row is not None and row.state in (JobState.DRAWN, JobState.DELIVERED):
            return Outcome("drawn").as_json()
        if slot.cancelled or row is None or row.state is JobState.CANCELLED:
            return Outcome("cancelled").as_json()
        try:
            return (await self._make(order, slot, status)).as_json()
        except EaselError as problem:
            _log.info("job.failed", kind=type(problem).__name__, reason=problem.text)
            ledger = self._failed(order, problem)
            failed = await self._rows.finish(
                order.job, JobState.FAILED, reason=problem.text, at=self._clock.now(), ledger=ledger
            )
            # What had ended before was cancelled while the provider still drew: its pictures were refused.
            if not failed:
                return Outcome("cancelled").as_json()
            button = "Share" if order.kind == "share" else "Again"
            return Outcome("failed", problem.text, advice_on(problem, button=button)).as_json()

    async def _deliver_at_last(self, order: Order, outcome: Json) -> Json:
        """What was drawn waits for a full disk or a closed channel as it does for a platform out of reach."""
        try:
            return await self._deliver(order, outcome)
        except PlaceClosed as problem:
            return await self._deliver_privately(order, problem)
        except AdminError as problem:
            _log.warning("job.undelivered", reason=problem.text)
            raise Transient(problem.text) from problem

    async def _deliver_privately(self, order: Order, problem: PlaceClosed) -> Json:
        """The place was closed to us meanwhile: what was drawn goes to the asker alone. What was not has no card."""
        version = await self._versions.by_job(order.job)
        if version is not None and order.place.audience is None:
            card = replace(await self._result(order, version, order.to_asker), text=problem.text)
            try:
                message = await self._messages.post(order.to_asker, card, key=f"{order.job}-privately")
            except AdminError as closed:
                raise Transient(closed.text) from closed
            await self._delivered(order, version, message)
            await self._say_where_it_is(order, version, problem)
        elif version is not None:
            raise Transient(problem.text) from problem
        _log.info("job.answered_nobody" if version is None else "job.delivered_privately", reason=problem.text)
        return {}

    async def _say_where_it_is(self, order: Order, version: Version, problem: PlaceClosed) -> None:
        """In the status card, where the place takes words and only the picture was refused."""
        try:
            await self._messages.show(order, cards.delivered_privately(version, problem.text))
        except EaselError as closed:
            _log.info("job.status_left", reason=closed.text)

    async def _delivered(self, order: Order, version: Version, message: MessageRef) -> None:
        await self._versions.set_message(version.id, message)
        await self._rows.finish(order.job, JobState.DELIVERED, reason=None, at=self._clock.now(), ledger="keep")

    async def _deliver(self, order: Order, outcome: Json) -> Json:
        row = await self._rows.get(order.job)
        if row is not None and row.state is JobState.DELIVERED:
            # In a life that ended before the step was noted. Meanwhile the result may have been deleted.
            return {}
        version = await self._versions.by_job(order.job)
        if version is not None:
            await self._delivered(
                order, version, await self._messages.show(order, await self._result(order, version, order.place))
            )
        elif outcome["state"] == "cancelled":
            await self._messages.show(order, cards.cancelled(order))
        else:
            text, hint = str(outcome["text"]), str(outcome["hint"])
            # A no-op where `draw` has already said how it failed; otherwise the fault was ours.
            ledger = self._cut_short(row) if row is not None else "release"
            await self._rows.finish(order.job, JobState.FAILED, reason=text, at=self._clock.now(), ledger=ledger)
            await self._messages.show(order, cards.failed(order, text, hint, again=order.kind != "share"))
        return {}

    # Private

    def _cut_short(self, row: JobRow) -> Closing:
        """Closing the connection does not stop the bill: what a provider has begun counts at its estimate."""
        model = self._catalog.get(row.order.request.model)
        may_be_paid = row.state is JobState.DRAWING and (model is None or model.billed)
        return "settle_estimate" if may_be_paid else "release"

    def _failed(self, order: Order, problem: EaselError) -> Closing:
        if isinstance(problem, PaidWithoutImage):
            model = self._catalog.get(order.request.model)
            return SettledCost(actual_cost(model, problem.usage) if model is not None else None)
        return "release" if problem.outcome_known else "settle_estimate"

    async def _outcome(self, order: Order, steps: Steps) -> Json:
        try:
            return await self._take_turn(order, steps)
        except Exception:
            # After a restart a step's error has another type, so whatever it is must end in a card. The log has
            # it whole; the person is told that it was our fault.
            _log.exception("job.broke")
            card = cards.internal_error()
            return Outcome("failed", card.title, card.text).as_json()

    async def _take_turn(self, order: Order, steps: Steps) -> Json:
        first = self._calls.first(order)
        status = StatusLine(
            order,
            model_label=self._catalog.label(order.request.model),
            capabilities=self._messages.capabilities(order.place),
            clock=self._clock,
            show=partial(self._show_status, order),
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
                has_ended=partial(self._settled, order.job),
            ) as slot:
                # Until it is delivered: a stop waits for both.
                self._busy.add(order.job)
                return await steps.run("draw", partial(self._draw, order, slot, status))

    async def _make(self, order: Order, slot: Slot, status: StatusLine) -> Outcome:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 -- a coroutine always runs in a task
        platform = self._messages.platform(order.place)
        try:
            with slot.cancellable(task), self._waits.waiting(order.job, status.retrying) as on_retry:
                await self._version_builder.build(
                    order, platform, started=status.started, on_progress=status.progressed, on_retry=on_retry
                )
        except asyncio.CancelledError:
            if not slot.cancelled:
                raise
            task.uncancel()
            return Outcome("cancelled")
        return Outcome("drawn")

    async def _await_base(self, order: Order, status: StatusLine) -> None:
        """An edit typed before its picture arrived waits for it here, without holding a slot."""
        for source in order.sources:
            if not isinstance(source, JobSource):
                continue
            status.waits_for_base()
            while not await self._settled(source.job) and not await self._settled(order.job):
                await self._next_end()

    async def _settled(self, job: JobId) -> bool:
        row = await self._rows.get(job)
        return row is None or row.state is JobState.DRAWN or row.state.is_final

    async def _next_end(self) -> None:
        try:
            async with asyncio.timeout(_BASE_POLL_S), self._ended:
                await self._ended.wait()
        except TimeoutError:
            return

    async def _tell(self) -> None:
        async with self._ended:
            self._ended.notify_all()

    async def _show_status(self, order: Order, card: Card) -> None:
        await self._messages.show(order, card)

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
