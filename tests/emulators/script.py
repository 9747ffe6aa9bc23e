"""What a test arranges for calls that are yet to come."""

import asyncio
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Held:
    """A call that waits: it has `begun` once it arrived, and goes on after `go`. `fits` says which one it may be."""

    def __init__(self, *, executed: bool = False, fits: Callable[[Any], bool] = lambda _: True) -> None:
        self.begun = asyncio.Event()
        self.executed = executed
        self.fits = fits
        self._may_go = asyncio.Event()

    def go(self) -> None:
        self._may_go.set()

    async def pass_by(self) -> None:
        self.begun.set()
        await self._may_go.wait()


class Script(Generic[T]):
    """Each entry serves the first calls by its name, `*` those by any."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, T]] = []

    def add(self, entry: T, *, to: str, times: int = 1) -> None:
        self._entries += [(to, entry)] * times

    def take(self, name: str, fits: Callable[[T], bool] = lambda _: True) -> T | None:
        for index, (wanted, entry) in enumerate(self._entries):
            if wanted in (name, "*") and fits(entry):
                del self._entries[index]
                return entry
        return None
