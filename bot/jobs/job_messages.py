"""Posts and updates cards on the platform of a place."""

from collections.abc import Mapping

import structlog

from bot.domain.ids import PlatformName
from bot.domain.jobs import Thread
from bot.domain.people import MessageRef, Person, Place
from bot.domain.requests import Order
from bot.errors import PlaceClosed
from bot.ports import Platform, VariesByPlace
from bot.presentation.capabilities import Capabilities
from bot.presentation.card import Card
from bot.presentation.fit import fit
from bot.texts import job_errors

_log = structlog.get_logger(__name__)


class JobMessages:
    """Posts cards, adapted to the capabilities of the place."""

    def __init__(self, platforms: Mapping[PlatformName, Platform]) -> None:
        self._platforms = platforms

    def platform(self, place: Place) -> Platform:
        """Returns the platform of a place. Raises AdminError if it is no longer configured."""
        platform = self._platforms.get(place.platform)
        if platform is None:
            raise job_errors.platform_gone(place.platform)
        return platform

    def capabilities(self, place: Place) -> Capabilities:
        """Returns what the platform can show at a place. Raises AdminError like `platform`."""
        platform = self.platform(place)
        return platform.capabilities_at(place) if isinstance(platform, VariesByPlace) else platform.capabilities

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef:
        """Posts a card once per `key`."""
        return await self.platform(place).post(place, fit(card, self.capabilities(place)), key=key)

    async def post_private(self, asker: Person, place: Place, card: Card, *, key: str) -> MessageRef | None:
        """Posts to the requester only, if `place` is closed to Easel. Returns None if they cannot be reached either."""
        try:
            return await self.post(place.only_for(asker), card, key=f"{key}-privately")
        except PlaceClosed as problem:
            _log.info("asker.not_reached", reason=problem.text)
            return None

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        return await self.platform(message.place).update(message, fit(card, self.capabilities(message.place)))


def thread_of(order: Order) -> Thread:
    """Returns the thread that an order opens or joins, without a head version."""
    return Thread(order.thread, order.place, head=None, is_ours=order.place.thread is None)
