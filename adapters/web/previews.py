"""Holds the newest preview of each message that is being drawn, in memory only."""

from typing import Final

from adapters.shared.recent_map import RecentMap
from bot.presentation.card import Card, Preview

_MAX_MESSAGES: Final = 200
"""Being drawn at the same time; a preview may take some megabytes."""


class Previews:
    def __init__(self) -> None:
        self._by_message: RecentMap[str, tuple[int, Preview]] = RecentMap(_MAX_MESSAGES)
        self._count = 0

    def update(self, message: str, card: Card) -> None:
        """Stores the card's preview. Keeps it if the card has none, and removes it when the work has ended."""
        if card.preview is not None:
            self._count += 1
            self._by_message[message] = (self._count, card.preview)
        elif card.tone != "working":
            self._by_message.pop(message, None)

    def number(self, message: str) -> int | None:
        """The number of the message's preview, which increases with every preview of any message; None without one."""
        kept = self._by_message.get(message)
        return kept[0] if kept else None

    def get(self, message: str) -> Preview | None:
        kept = self._by_message.get(message)
        return kept[1] if kept else None
