"""Pictures a second, from the typed command to the bytes in the browser, against a loop that only moves bytes."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from tests.benchmarks.measurement import Measurement
from tests.benchmarks.process import serving, started
from tests.benchmarks.viewer import open_viewer

_AT_ONCE = 16
_COMMANDS = 160
_TARGET = 0.5


async def measure() -> AsyncIterator[Measurement]:
    bare = await _bare_per_s()
    for n in (1, 4):
        posted = await _posted_per_s(n)
        ratio = posted / bare
        yield Measurement(
            f"pictures posted, {n} a command",
            f"{posted:.0f} /s",
            f"{bare:.0f} /s decoded, written, served by a bare loop",
            ratio,
            f"ratio ≥ {_TARGET}",
            ratio >= _TARGET,
        )


async def _bare_per_s() -> float:
    with TemporaryDirectory() as directory:
        async with started(*serving("bare", Path(directory))) as (_, address), aiohttp.ClientSession() as session:

            async def fetch(number: int) -> None:
                async with session.get(f"{address}/{number}") as response:
                    await response.read()

            await fetch(-1)
            return await _per_s(fetch)


async def _posted_per_s(n: int) -> float:
    with TemporaryDirectory() as directory:
        async with started(*serving("easel", Path(directory))) as (_, address), open_viewer(address) as viewer:

            async def post(number: int) -> None:
                for url in await viewer.imagine(f"a red fox {number}", f"--n {n}"):
                    await viewer.get(url)

            await post(-1)
            return n * await _per_s(post)


async def _per_s(work: Callable[[int], Awaitable[None]]) -> float:
    numbers = iter(range(_COMMANDS))

    async def work_on() -> None:
        for number in numbers:
            await work(number)

    began_s = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(work_on())
    return _COMMANDS / (time.perf_counter() - began_s)
