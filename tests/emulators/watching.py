"""What every emulator with a memory tells a test: that something changed, and what the app did wrong."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from tests.clock import PATIENCE_S

T = TypeVar("T")


@dataclass(eq=False, kw_only=True, repr=False)
class Watched:
    """`problems`: what no app should do, and this one did."""

    problems: list[str] = field(default_factory=list[str])
    _watchers: list[asyncio.Future[None]] = field(default_factory=list[asyncio.Future[None]])

    def note(self, where: str, text: str) -> None:
        """That the app did what no app should."""
        self.problems.append(f"{where}: {text}")
        self.tell()

    def tell(self) -> None:
        """Something changed: wakes all who wait for it."""
        watchers, self._watchers = self._watchers, []
        for watcher in watchers:
            if not watcher.done():
                watcher.set_result(None)

    async def changed(self) -> None:
        """Waits until anything changes."""
        watcher: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._watchers.append(watcher)
        await watcher

    async def until(self, predicate: Callable[[], T | None], *, limit_s: float = PATIENCE_S) -> T:
        """The first value of the predicate that is anything: not None, False, 0 or empty.

        Raises:
            AssertionError: it has none within `limit_s`.
        """
        try:
            async with asyncio.timeout(limit_s):
                while not (found := predicate()):
                    await self.changed()
        except TimeoutError:
            raise AssertionError(f"it never came; problems: {self.problems}") from None
        return found
