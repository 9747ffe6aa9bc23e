"""Where a job's card is, and keeping it there: the one message that begins as a status and ends as the result."""

from collections.abc import Mapping

import structlog

from bot.domain.ids import PlatformName
from bot.domain.jobs import Thread
from bot.domain.people import MessageRef, Person, Place
from bot.domain.requests import Order
from bot.errors import AdminError, PlaceClosed
from bot.ports import Platform, VariesByPlace
from bot.presentation.capabilities import Capabilities
from bot.presentation.card import Card
from bot.presentation.fit import fit
from bot.store.jobs import JobRows

_log = structlog.get_logger(__name__)


class JobMessages:
    """Posts and updates cards, and remembers the message of each job and the root of each thread."""

    def __init__(self, platforms: Mapping[PlatformName, Platform], rows: JobRows) -> None:
        self._platforms = platforms
        self._rows = rows

    def platform(self, place: Place) -> Platform:
        """Raises AdminError where the platform was configured when the job was accepted, and is not any more."""
        platform = self._platforms.get(place.platform)
        if platform is None:
            raise AdminError(f"{place.platform} is not connected to Easel any more.")
        return platform

    def capabilities(self, place: Place) -> Capabilities:
        """What can be shown there; raises as `platform`."""
        platform = self.platform(place)
        return platform.capabilities_at(place) if isinstance(platform, VariesByPlace) else platform.capabilities

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef:
        return await self.platform(place).post(place, fit(card, self.capabilities(place)), key=key)

    async def post_private(self, asker: Person, place: Place, card: Card, *, key: str) -> MessageRef | None:
        """Posts to the asker alone what is for a place that is closed to us; None where nothing reaches them either."""
        try:
            return await self.post(place.only_for(asker), card, key=f"{key}-privately")
        except PlaceClosed as problem:
            _log.info("asker.not_reached", reason=problem.text)
            return None

    async def announce(self, order: Order, card: Card) -> None:
        """Posts the status card; where the order opened a thread, its message is the thread's root."""
        message = await self.post(order.place, card, key=order.job)
        await self._remember(order, message)

    async def show(self, order: Order, card: Card) -> MessageRef:
        """Puts a card in place of the one the job shows now; returns where it is."""
        row = await self._rows.get(order.job)
        if row is None or row.status is None:
            message = await self.post(order.place, card, key=order.job)
        else:
            message = await self.update(row.status, card)
        if row is None or message != row.status:
            await self._remember(order, message)
        return message

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        return await self.platform(message.place).update(message, fit(card, self.capabilities(message.place)))

    async def _remember(self, order: Order, message: MessageRef) -> None:
        is_root = order.place.thread is None
        opens = (order.thread, order.place.in_thread(message.message)) if is_root else None
        await self._rows.set_status(order.job, message, opens=opens)


def thread_of(order: Order) -> Thread:
    """The thread an order opens or joins, as it is before anything has been drawn in it."""
    return Thread(order.thread, order.place, head=None, is_ours=order.place.thread is None)
