"""Handles each event once per process, although platforms may deliver it several times.

The event's key ensures that only one job is created; this also prevents a second answer. A repeated delivery waits for
the first one, and is handled if that failed.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from adapters.shared.recent_map import RecentMap

_T = TypeVar("_T")
_MAX_RESULTS: Final = 1_000
"""Enough for the minutes in which events are redelivered. A result may have several kilobytes."""


class Deduplicator(Generic[_T]):
    def __init__(self) -> None:
        self._done: RecentMap[str, _T] = RecentMap(_MAX_RESULTS)
        self._under_way: dict[str, asyncio.Event] = {}

    async def run_once(self, key: str, work: Callable[[], Awaitable[_T]]) -> tuple[_T, bool]:
        """Runs `work` unless this key was handled before. Returns its result, and whether it ran now.

        If `work` raises, the key counts as not handled.
        """
        while (under_way := self._under_way.get(key)) is not None:
            await under_way.wait()
        if key in self._done:
            return self._done[key], False
        ended = self._under_way[key] = asyncio.Event()
        try:
            result = self._done[key] = await work()
        finally:
            del self._under_way[key]
            ended.set()
        return result, True

    def result(self, key: str, *, default: _T) -> _T:
        """The stored result for this key; `default` if there is none (any more)."""
        return self._done.get(key, default)

    def knows(self, key: str) -> bool:
        """Whether this key was handled, or is being handled."""
        return key in self._done or key in self._under_way
