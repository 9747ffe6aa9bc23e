"""The thread pool for image processing, which must not run on the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, TypeVarTuple, Unpack

Result = TypeVar("Result")
Args = TypeVarTuple("Args")


class ImagingPool:
    """A private pool of two threads. Pillow releases the GIL, so processes would not be faster.

    It is private because the job engine replaces the loop's default executor and shuts it down when it stops:
    `asyncio.to_thread` would fail then.
    """

    def __init__(self, threads: int = 2) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="imaging")

    async def run(self, work: Callable[[Unpack[Args]], Result], *args: *Args) -> Result:
        """Runs `work(*args)` in a thread.

        Cancelling the caller returns at once: work that has not started is dropped; running work continues and its
        result is ignored. So `work` must not use a resource that its caller releases.
        """
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, *args)

    def close(self) -> None:
        """Drops waiting work, and lets running work finish by itself."""
        self._executor.shutdown(wait=False, cancel_futures=True)
