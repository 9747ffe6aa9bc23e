"""The workflow of a drawing job: announce it, wait for a slot, draw once, deliver.

The state in the job's row records the progress, and every step is safe to repeat. After a crash, by state:
* queued: the job continues;
* drawing, with a model that costs money: the outcome is unknown, so the card says so and offers Again;
* drawing, with a free model: it is drawn again;
* drawn, failed or cancelled: only the delivery is repeated.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar

import structlog

from bot.catalog.catalog import Catalog
from bot.catalog.pricing import actual_cost
from bot.domain.ids import JobId
from bot.domain.jobs import JobState
from bot.domain.requests import JobSource, Order
from bot.errors import EaselError
from bot.jobs.active_job import ActiveJob, Outcome
from bot.jobs.delivery import Delivery
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
from bot.store.jobs import JobRows
from bot.store.ledger import Closing, SettledCost
from bot.store.versions import Versions

# How often an edit checks whether its base picture is ready, if another process draws that one.
_BASE_POLL_S: Final = 1.0

_FIRST_RETRY_S: Final = 0.5
_LONGEST_RETRY_S: Final = 60 * 60
"""The longest pause between two attempts, for example to deliver a result."""

_T = TypeVar("_T")
_log = structlog.get_logger(__name__)


class DrawingWorkflow:
    """Runs drawing jobs, cancels them, and waits for them on shutdown."""

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
        delivery: Delivery,
        clock: Clock,
    ) -> None:
        self._delivery = delivery
        self._rows = rows
        self._versions = versions
        self._catalog = catalog
        self._scheduler = scheduler
        self._calls = calls
        self._version_builder = version_builder
        self._messages = messages
        self._clock = clock
        self._job_ended = asyncio.Condition()
        self._busy: set[JobId] = set()
        self._waits = RetryWaits()

    async def run(self, payload: Json, _steps: Steps) -> None:
        """Runs a job to its end, starting from the state in its row. Safe to repeat.

        Args:
            payload: an `Order` as JSON.
        """
        order = decode(Order, payload)
        with log_context(job=order.job):
            try:
                job = await self._retry_until_done(partial(self._open, order))
                if job.state is JobState.DELIVERED:
                    return
                outcome = await self._retry_until_done(partial(self._earlier_outcome, job))
                if outcome is None:
                    await self._retry_until_done(partial(self._announce, job))
            except Exception as problem:
                if isinstance(problem, EaselError):
                    _log.warning("job.not_announced", reason=problem.text)
                else:
                    _log.exception("job.not_announced")
                with suppress(EaselError):  # the error cannot be posted either
                    await self._retry_until_done(partial(self._delivery.give_up, order, problem))
                await self._notify_ended()
                return
            try:
                outcome = outcome or await self._draw_or_fail(job)
                self._busy.add(order.job)
                await self._retry_until_done(partial(self._delivery.deliver, job, outcome))
            finally:
                self._busy.discard(order.job)
            JOBS_ENDED.labels(order.person.platform, order.request.model, outcome.state).inc()
            await self._notify_ended()

    async def cancel(self, job: JobId) -> bool:
        """Cancels a queued or drawing job. Returns False if it is in another state or does not exist."""
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
        """Waits until no job is drawing or being delivered, for at most `at_most_s`. Close the scheduler first."""
        try:
            async with asyncio.timeout(at_most_s), self._job_ended:
                await self._job_ended.wait_for(lambda: not self._busy)
        except TimeoutError:
            _log.warning("drain.timed_out", left=len(self._busy))

    # Accept

    async def _open(self, order: Order) -> ActiveJob:
        row = await self._rows.open(order, thread_of(order), at=self._clock.now())
        # The row's order can differ: of two orders that open a thread at the same place, the second joins the first.
        return ActiveJob(row.order, row.state, row.reason or "", stored_status=row.status, status=row.status)

    async def _earlier_outcome(self, job: ActiveJob) -> Outcome | None:
        """Returns the outcome of drawing before a restart, which may not have been delivered; None if there is none."""
        match job.state:
            case JobState.DRAWN:
                return Outcome("drawn", await self._versions.by_job(job.order.job))
            case JobState.FAILED:
                return Outcome("failed", text=job.reason)
            case JobState.CANCELLED:
                return Outcome("cancelled")
            case _:
                return None

    async def _announce(self, job: ActiveJob) -> None:
        if job.stored_status is not None:
            return
        label, place = self._catalog.label(job.order.request.model), self._scheduler.waiting_count + 1
        await self._delivery.show(job, cards.queued(job.order, model_label=label, place=place))
        JOBS_ACCEPTED.labels(job.order.person.platform, job.order.request.model).inc()

    # Draw

    async def _draw_or_fail(self, job: ActiveJob) -> Outcome:
        try:
            return await self._wait_and_draw(job)
        except Exception:
            # Every failure must end in a card. The card says "internal error"; the log has the details.
            _log.exception("job.broke")
            return await self._retry_until_done(partial(self._record_internal_error, job))

    async def _wait_and_draw(self, job: ActiveJob) -> Outcome:
        order, first = job.order, self._calls.first_call(job.order)
        status = StatusLine(
            order,
            model_label=self._catalog.label(order.request.model),
            capabilities=self._messages.capabilities(order.place),
            clock=self._clock,
            show=partial(self._delivery.show, job),
        )
        async with status:
            await self._await_base(order, status)
            async with self._scheduler.slot(
                order.job,
                person=order.person.key,
                service=first.service,
                weight=order.request.n,
                first_call_pictures=first.pictures,
                accepted_at=order.accepted_at,
                on_place=status.queued,
                has_ended=partial(self._is_settled, order.job),
            ) as slot:
                # Removed after the delivery: a shutdown waits for both.
                self._busy.add(order.job)
                return await self._draw(job, slot, status)

    async def _draw(self, job: ActiveJob, slot: Slot, status: StatusLine) -> Outcome:
        if slot.cancelled:
            return Outcome("cancelled")
        try:
            return await self._build(job.order, slot, status, began_before=job.state is JobState.DRAWING)
        except EaselError as problem:
            _log.info("job.failed", kind=type(problem).__name__, reason=problem.text)
            button = "Share" if job.order.kind == "share" else "Again"
            outcome = Outcome("failed", text=problem.text, hint=advice_on(problem, button=button))
            closing = self._closing_after(job.order, problem)
            return await self._retry_until_done(partial(self._record_failure, job, outcome, closing))

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

    async def _record_internal_error(self, job: ActiveJob) -> Outcome:
        card = cards.internal_error()
        outcome = Outcome("failed", text=card.title, hint=card.text)
        state = await self._rows.state(job.order.job) or JobState.QUEUED
        return await self._record_failure(job, outcome, self._closing(job.order, state))

    async def _record_failure(self, job: ActiveJob, outcome: Outcome, ledger: Closing) -> Outcome:
        failed = await self._rows.finish(
            job.order.job, JobState.FAILED, reason=outcome.text, at=self._clock.now(), ledger=ledger
        )
        # If the row had ended before, the job was cancelled while the provider was drawing.
        return outcome if failed else Outcome("cancelled")

    # Waits and costs

    async def _retry_until_done(self, work: Callable[[], Awaitable[_T]]) -> _T:
        """Calls `work` until it succeeds. Retries without limit, with exponential backoff.

        Raises:
            EaselError: an error that is not retryable.
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
        """Returns how to close the ledger entry. A cancelled call may be billed, so it counts at its estimate."""
        model = self._catalog.get(order.request.model)
        may_be_paid = state is JobState.DRAWING and (model is None or model.billed)
        return "settle_estimate" if may_be_paid else "release"

    def _closing_after(self, order: Order, problem: EaselError) -> Closing:
        if isinstance(problem, PaidWithoutImage):
            model = self._catalog.get(order.request.model)
            return SettledCost(actual_cost(model, problem.usage) if model is not None else None)
        return "release" if problem.outcome_known else "settle_estimate"

    async def _await_base(self, order: Order, status: StatusLine) -> None:
        """Waits until the picture that the order edits is drawn. Holds no slot meanwhile."""
        for source in order.sources:
            if not isinstance(source, JobSource):
                continue
            status.waits_for_base()
            while not await self._is_settled(source.job) and not await self._is_settled(order.job):
                await self._wait_for_any_end()

    async def _is_settled(self, job: JobId) -> bool:
        state = await self._rows.state(job)
        return state is None or state is JobState.DRAWN or state.is_final

    async def _wait_for_any_end(self) -> None:
        try:
            async with asyncio.timeout(_BASE_POLL_S), self._job_ended:
                await self._job_ended.wait()
        except TimeoutError:
            return

    async def _notify_ended(self) -> None:
        async with self._job_ended:
            self._job_ended.notify_all()
