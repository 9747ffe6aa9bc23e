"""The same event, told by a platform more than once, is handled once while this process lives.

What it accepts is one job in any case, by its key; this keeps it from being answered twice as well. A second telling
waits for the first, and takes its place where that failed.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")
_MAX_RESULTS = 1_000
"""It is told again within minutes; answers to commands are kept with them, of some kilobytes each."""


class Deduplicator(Generic[_T]):
    def __init__(self) -> None:
        self._done: OrderedDict[str, _T] = OrderedDict()
        self._under_way: dict[str, asyncio.Event] = {}

    async def run_once(self, key: str, work: Callable[[], Awaitable[_T]]) -> tuple[_T, bool]:
        """What `work` gave for this key, now or before; and whether it was now. A failure is not remembered."""
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
        if len(self._done) > _MAX_RESULTS:
            self._done.popitem(last=False)
        return result, True

    def result(self, key: str, *, default: _T) -> _T:
        """What `work` gave for this key; `default` where that is not known (any more)."""
        return self._done.get(key, default)

    def knows(self, key: str) -> bool:
        """Whether it was handled, or is being handled now."""
        return key in self._done or key in self._under_way
