"""Changing messages: a status while work goes on, then the result, which is posted anew where the message is gone."""

from collections.abc import Hashable
from typing import Final, Protocol

from adapters.shared.recent_map import RecentMap
from bot.domain.people import MessageRef, Place
from bot.domain.rate_limit import MonotonicClock, TokenBucket
from bot.errors import Transient
from bot.presentation.card import Card

_MAX_SCOPES: Final = 5_000


class MessageGone(Exception):
    """A message cannot be changed any more. `is_shown`: people may still see it."""

    def __init__(self, *, is_shown: bool) -> None:
        super().__init__()
        self.is_shown = is_shown


class ChangeableMessages(Protocol):
    """The messages of one platform, as `update_or_replace` changes them. Methods raise as `Platform.post`."""

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef: ...

    async def show_status(self, message: MessageRef, card: Card) -> None:
        """Shows a card of ongoing work, where the platform's limits allow it."""
        ...

    async def show(self, message: MessageRef, card: Card) -> None:
        """Shows any other card in place of the one before.

        Raises:
            MessageGone: nothing can be shown there any more.
        """
        ...

    async def replaced(self, old: MessageRef, new: MessageRef, card: Card, *, is_shown: bool) -> None:
        """The card was posted as `new`. Args: `is_shown`: people may still see the old message."""
        ...


async def update_or_replace(messages: ChangeableMessages, message: MessageRef, card: Card) -> MessageRef:
    """Shows the card in place of the one before, or posts it anew, once, where that is gone; returns where it is."""
    if card.tone == "working":
        await messages.show_status(message, card)
        return message
    try:
        await messages.show(message, card)
    except MessageGone as gone:
        new = await messages.post(message.place, card, key=f"instead-of:{message.message}")
        await messages.replaced(message, new, card, is_shown=gone.is_shown)
        return new
    return message


class StatusBudget:
    """How often status messages may change, so that results have the platform's own limit for themselves.

    Args:
        platform: its name, for the error.
        updates_per_minute: of all messages together that the platform counts together, such as those of a channel.
    """

    def __init__(self, platform: str, clock: MonotonicClock, *, updates_per_minute: float) -> None:
        self._platform = platform
        self._clock = clock
        self._updates_per_minute = updates_per_minute
        self._buckets: RecentMap[Hashable, TokenBucket] = RecentMap(_MAX_SCOPES)

    def take(self, scope: Hashable, *, is_limited: bool = False) -> None:
        """Takes one update of those that are counted together under `scope`.

        Args:
            is_limited: the platform itself allows none at the moment.

        Raises:
            Transient: there is none left. A status is left out rather than waited for.
        """
        bucket = self._buckets.setdefault(scope, TokenBucket(self._updates_per_minute, self._clock))
        if bucket.wait_s(1) > 0 or is_limited:
            raise Transient(f"{self._platform} allows no more updates at the moment.")
        bucket.take(1)
