"""Handles buttons. A button carries only a job ID; permissions are checked when it is pressed."""

from bot.domain.events import ButtonPressed
from bot.domain.jobs import JobState, Version
from bot.domain.thread_actions import ThreadAction
from bot.intake.order_builder import EventOrigin, OrderBuilder
from bot.intake.private_answers import PrivateAnswers
from bot.intake.version_lookup import VersionLookup
from bot.ports import Jobs, PrivateResponse
from bot.presentation import cards
from bot.store.jobs import JobRow
from bot.texts import command_errors

_NOTHING = PrivateResponse()


class Buttons:
    """Runs the action of a button."""

    def __init__(
        self, *, jobs: Jobs, version_lookup: VersionLookup, orders: OrderBuilder, answers: PrivateAnswers
    ) -> None:
        self._jobs = jobs
        self._version_lookup = version_lookup
        self._orders = orders
        self._answers = answers

    async def handle(self, event: ButtonPressed) -> PrivateResponse:
        """Runs the action of the pressed button. Raises PersonError if the person may not, or the target is gone."""
        row = await self._version_lookup.job(event.target, person=event.person, place=event.place)
        match event.action:
            case "cancel":
                return await self._cancel(event, row)
            case "again":
                return await self._again(event, row)
            case "edit":
                version = await self._version_lookup.version_of(row.order.job)
                if version is None:
                    return self._answers.retry_form(row.order)
                return self._answers.edit_form(_require_not_deleted(version))
            case "details":
                return self._answers.details(await self._require_version(row))
            case "svg":
                return PrivateResponse(cards.drawings(await self._require_version(row)))
            case "delete":
                return await self._delete(event, row)
            case "share":
                return await self._share(event, row)
            case "draw" | "leave":
                raise AssertionError("these answer a question, and name no job")

    async def _cancel(self, event: ButtonPressed, row: JobRow) -> PrivateResponse:
        self._version_lookup.require_author(row.order.person, event.person, to="cancel")
        # Pressed twice, or redelivered after a crash that came before the answer, it has simply worked.
        if row.state is not JobState.CANCELLED and not await self._jobs.cancel(row.order.job):
            raise command_errors.too_late_to_cancel()
        return _NOTHING

    async def _again(self, event: ButtonPressed, row: JobRow) -> PrivateResponse:
        version = await self._version_lookup.version_of(row.order.job)
        if version is not None:
            _require_not_deleted(version)
        thread = await self._version_lookup.thread_of(row.order)
        origin = EventOrigin(event.key, event.person, event.place)
        await self._jobs.submit(self._orders.again(origin, row.order, thread=thread, request=row.request))
        return _NOTHING

    async def _delete(self, event: ButtonPressed, row: JobRow) -> PrivateResponse:
        version = await self._require_version(row)
        self._version_lookup.require_author(version.author, event.person, to="delete")
        place = row.order.place
        await self._jobs.submit(ThreadAction(event.key, "delete", event.person, place, version.thread, version.id))
        return _NOTHING

    async def _share(self, event: ButtonPressed, row: JobRow) -> PrivateResponse:
        version = await self._require_version(row)
        self._version_lookup.require_author(version.author, event.person, to="share")
        origin = EventOrigin(event.key, event.person, event.place)
        await self._jobs.submit(self._orders.share(origin, version, row.order.place))
        return _NOTHING

    async def _require_version(self, row: JobRow) -> Version:
        version = await self._version_lookup.version_of(row.order.job)
        if version is None:
            raise command_errors.nothing_drawn()
        return _require_not_deleted(version)


def _require_not_deleted(version: Version) -> Version:
    if version.deleted_at is not None:
        raise command_errors.version_deleted(version.name)
    return version
