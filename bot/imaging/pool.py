"""The one place where picture work leaves the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple, Unpack

Result = TypeVar("Result")
Args = TypeVarTuple("Args")


class ImagingPool:
    """Two private threads. Pillow releases the GIL, so two threads double the speed and processes would add nothing.

    Private, because the job engine replaces the loop's default executor and shuts it down with itself: nothing
    that uses `asyncio.to_thread` would survive that.
    """

    def __init__(self, threads: int = 2) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="imaging")

    async def run(self, work: Callable[[Unpack[Args]], Result], *args: *Args) -> Result:
        """Runs `work(*args)` in a thread.

        Cancelling the caller returns at once: work that has not begun never begins, work that has is left to end
        and its result is dropped. So `work` must not hold anything that its caller gives back.
        """
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, *args)

    def close(self) -> None:
        """Drops what waits and lets what runs end by itself."""
        self._executor.shutdown(wait=False, cancel_futures=True)
