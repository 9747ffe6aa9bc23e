"""Doing what was asked before saying so, and saying so in time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

_SOON_S: Final = 1.5
"""Discord waits for three seconds, of which the way there and back takes its part."""

_T = TypeVar("_T")


async def in_time(work: Awaitable[_T], defer: Callable[[], Awaitable[None]], *, soon_s: float = _SOON_S) -> _T:
    """What `work` gives; where that takes longer than `soon_s`, `defer` is called meanwhile.

    An acknowledgement thus says as a rule that what was asked for is stored, and never comes too late.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait((task,), timeout=soon_s)
        if not task.done():
            await defer()
        return await task
    finally:
        task.cancel()
