"""Posts a job's status, result or error to the place it was requested from."""

from contextlib import suppress
from dataclasses import replace

import structlog

from bot.catalog.catalog import Catalog
from bot.domain.ids import ThreadId
from bot.domain.jobs import JobState, Version
from bot.domain.people import MessageRef, Place
from bot.domain.requests import Order
from bot.errors import EaselError, PlaceClosed, Transient
from bot.jobs.active_job import ActiveJob, Outcome
from bot.jobs.delivery_images import DeliveryImages
from bot.jobs.job_messages import JobMessages
from bot.ports import Clock
from bot.presentation import cards
from bot.presentation.card import Card
from bot.store.jobs import JobRows
from bot.store.versions import Versions
from bot.texts import job_errors

_log = structlog.get_logger(__name__)


class Delivery:
    """Posts and updates a job's message: first it shows the status, at the end the result."""

    def __init__(
        self,
        *,
        rows: JobRows,
        versions: Versions,
        catalog: Catalog,
        messages: JobMessages,
        delivery_images: DeliveryImages,
        clock: Clock,
    ) -> None:
        self._rows = rows
        self._versions = versions
        self._catalog = catalog
        self._messages = messages
        self._delivery_images = delivery_images
        self._clock = clock

    async def deliver(self, job: ActiveJob, outcome: Outcome) -> None:
        """Posts the outcome where the job was requested, or privately if Easel can no longer post there.

        Raises:
            Transient: it could not be posted. This includes a full disk, a closed channel and internal errors: a result
                that was drawn is retried without end.
        """
        try:
            try:
                await self._deliver_here(job, outcome)
            except PlaceClosed as problem:
                await self._deliver_privately(job, outcome, problem)
        except EaselError as problem:
            _log.warning("job.undelivered", reason=problem.text)
            raise Transient(problem.text) from problem
        except Exception as problem:
            _log.exception("job.undelivered")
            raise job_errors.not_posted() from problem

    async def _deliver_here(self, job: ActiveJob, outcome: Outcome) -> None:
        order = job.order
        match outcome.state:
            case "drawn":
                assert outcome.version is not None  # noqa: S101 -- what was drawn has a version
                message = await self._post_or_update(job, await self._result_card(order, outcome.version, order.place))
                await self._record_delivery(job, outcome.version, message, opens=job.root_at(message))
            case "cancelled":
                await self.show(job, cards.cancelled(order))
            case "failed":
                await self.show(job, cards.failed(order, outcome.text, outcome.hint, again=order.kind != "share"))

    async def _deliver_privately(self, job: ActiveJob, outcome: Outcome, problem: PlaceClosed) -> None:
        """Posts a drawn result to the requester only. Posts nothing if the job failed or was cancelled."""
        order, version = job.order, outcome.version
        if version is None:
            _log.info("job.answered_nobody", reason=problem.text)
            return
        if order.place.audience is not None:
            raise problem
        card = replace(await self._result_card(order, version, order.to_asker), text=problem.text)
        message = await self._messages.post(order.to_asker, card, key=f"{order.job}-privately")
        await self._record_delivery(job, version, message, opens=None)
        # The place may refuse files only: then the status card can still say where the result is.
        try:
            await self.show(job, cards.delivered_privately(version, problem.text))
        except EaselError as closed:
            _log.info("job.status_left", reason=closed.text)
        _log.info("job.delivered_privately", reason=problem.text)

    async def _record_delivery(
        self, job: ActiveJob, version: Version, message: MessageRef, *, opens: tuple[ThreadId, Place] | None
    ) -> None:
        await self._rows.deliver(job.order.job, version.id, message, opens=opens, at=self._clock.now())

    async def show(self, job: ActiveJob, card: Card) -> None:
        """Replaces the job's card, and stores the message if it is new."""
        message = await self._post_or_update(job, card)
        if message != job.stored_status:
            await self._rows.set_status(job.order.job, message, opens=job.root_at(message))
            job.stored_status = message

    async def _post_or_update(self, job: ActiveJob, card: Card) -> MessageRef:
        if job.status is None:
            job.status = await self._messages.post(job.order.place, card, key=job.order.job)
        else:
            job.status = await self._messages.update(job.status, card)
        return job.status

    async def _result_card(self, order: Order, version: Version, place: Place) -> Card:
        """Returns the result card for a place: the order's place, or the requester's private one."""
        parent = await self._versions.get(version.parent) if version.parent is not None else None
        return cards.result(
            version,
            model_label=self._catalog.label(version.request.model),
            parent=parent.name if parent is not None else None,
            shown=await self._delivery_images.prepare(version, self._messages.capabilities(place)),
            private=order.place.audience is not None,
        )

    async def give_up(self, order: Order, problem: Exception) -> None:
        """Ends a job that could not be announced, and reports the error if possible.

        Args:
            order: the job's order.
            problem: an EaselError, or an internal error.
        """
        notice = cards.internal_error() if not isinstance(problem, EaselError) else cards.error(problem)
        card = cards.failed(order, notice.title, notice.text, again=False)
        await self._rows.finish(order.job, JobState.FAILED, reason=card.title, at=self._clock.now(), ledger="release")
        try:
            # The status card may have been posted without being stored: then `post` finds it and `update` changes it.
            await self._messages.update(await self._messages.post(order.place, card, key=order.job), card)
        except PlaceClosed:
            with suppress(PlaceClosed):  # Easel was removed from the team: nobody can be reached
                await self._report_elsewhere(order, card, notice)

    async def _report_elsewhere(self, order: Order, card: Card, notice: Card) -> None:
        """Posts `card` to the requester only. For a private order, posts `notice` publicly, which omits the prompt."""
        if order.place.audience is None:
            await self._messages.post_private(order.person, order.place, card, key=order.job)
        else:
            await self._messages.post(replace(order.place, audience=None), notice, key=f"{order.job}-openly")
