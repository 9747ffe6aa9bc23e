"""Peak memory for each picture in flight: all answers come in at once, are kept, posted and fetched by a browser."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measurement import Measurement
from tests.benchmarks.process import memory_bytes, serving, started
from tests.benchmarks.viewer import Viewer, open_viewer

_IN_FLIGHT = 50
_TARGET = 4.0


async def measure() -> AsyncIterator[Measurement]:
    with TemporaryDirectory() as directory:
        command = serving("easel", Path(directory), together=_IN_FLIGHT)
        async with started(*command) as (process, address), open_viewer(address) as viewer:
            # Not warmed up: memory that Python keeps from earlier pictures would hide what these take.
            await viewer.get("/api/state")
            idle_bytes = memory_bytes(process.pid)
            _forget_peak(process.pid)
            picture_bytes = await _post_all(viewer)
            each_bytes = (memory_bytes(process.pid, peak=True) - idle_bytes) / _IN_FLIGHT
    ratio = each_bytes / picture_bytes
    yield Measurement(
        f"peak memory a picture, {_IN_FLIGHT} in flight",
        f"{each_bytes / 1e6:.1f} MB",
        f"{picture_bytes / 1e6:.1f} MB, its own bytes",
        ratio,
        f"ratio ≤ {_TARGET:g}",
        ratio <= _TARGET,
    )


async def _post_all(viewer: Viewer) -> int:
    """Returns the length of one picture."""

    async def post(number: int) -> int:
        (url,) = await viewer.imagine(f"a red fox {number}")
        return await viewer.get(url)

    lengths = await asyncio.gather(*(post(number) for number in range(_IN_FLIGHT)))
    return lengths[0]


def _forget_peak(pid: int) -> None:
    # proc(5): 5 sets the peak to what is in use now.
    Path(f"/proc/{pid}/clear_refs").write_text("5")
