"""Updates chat messages: with a status during work, then with the result; posts a new message if the old is gone."""

from collections.abc import Hashable
from typing import Final, Protocol

from adapters.shared import errors
from adapters.shared.recent_map import RecentMap
from bot.domain.people import MessageRef, Place
from bot.domain.rate_limit import MonotonicClock, TokenBucket
from bot.presentation.card import Card

_MAX_SCOPES: Final = 5_000


class MessageGone(Exception):
    """A message cannot be updated any more.

    Attributes:
        is_shown: whether people may still see it.
    """

    def __init__(self, *, is_shown: bool) -> None:
        super().__init__()
        self.is_shown = is_shown


class ChangeableMessages(Protocol):
    """The messages of one platform, for `update_or_replace`. Methods raise as `Platform.post`."""

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef: ...

    async def show_status(self, message: MessageRef, card: Card) -> None:
        """Updates the message with a card of unfinished work, if the platform's limits allow it."""
        ...

    async def show(self, message: MessageRef, card: Card) -> None:
        """Updates the message with any other card.

        Raises:
            MessageGone: the message cannot be updated any more.
        """
        ...

    async def replaced(self, old: MessageRef, new: MessageRef, card: Card, *, is_shown: bool) -> None:
        """Called after the card was posted as `new`. Args: `is_shown`: whether people may still see the old message."""
        ...


async def update_or_replace(messages: ChangeableMessages, message: MessageRef, card: Card) -> MessageRef:
    """Updates a message with a card, or posts a new message once if the old is gone; returns the current one."""
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
    """Limits how often status messages are updated, so that the platform's rate limit is left for results.

    Args:
        platform: the name of the platform, for the error.
        updates_per_minute: for each scope, such as a channel, whose messages share a rate limit of the platform.
    """

    def __init__(self, platform: str, clock: MonotonicClock, *, updates_per_minute: float) -> None:
        self._platform = platform
        self._clock = clock
        self._updates_per_minute = updates_per_minute
        self._buckets: RecentMap[Hashable, TokenBucket] = RecentMap(_MAX_SCOPES)

    def take(self, scope: Hashable, *, is_limited: bool = False) -> None:
        """Uses one update of the budget of `scope`.

        Args:
            is_limited: whether the platform's own rate limit is exhausted at the moment.

        Raises:
            Transient: the budget is used up. The status must be skipped; do not wait.
        """
        bucket = self._buckets.setdefault(scope, TokenBucket(self._updates_per_minute, self._clock))
        if bucket.wait_s(1) > 0 or is_limited:
            raise errors.updates_limited(self._platform)
        bucket.take(1)
