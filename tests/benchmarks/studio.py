"""What the emulated platforms have in common for who measures with them."""

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar

_PATIENCE_S = 300.0

T = TypeVar("T")


class Emulated(Protocol):
    async def until(self, predicate: Callable[[], bool], *, limit_s: float) -> bool: ...

    async def quiet(self) -> None: ...


async def at_least(
    count: int, shown: Callable[[], list[T]], *, on: Emulated, by: asyncio.subprocess.Process
) -> list[T]:
    """All that is shown, once there are as many, and nothing is under way.

    Raises:
        RuntimeError: the app that was to show it has ended.
    """

    def is_enough() -> bool:
        if by.returncode is not None:
            raise RuntimeError("the app has ended")
        return len(shown()) >= count

    await on.until(is_enough, limit_s=_PATIENCE_S)
    await on.quiet()
    return shown()
