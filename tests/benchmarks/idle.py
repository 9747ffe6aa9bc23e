"""What the real `easel run` costs while nobody asks for anything, alone and with a browser watching."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.measurement import Measurement
from tests.benchmarks.process import started
from tests.benchmarks.viewer import open_viewer

_SETTLED_AFTER_S = 3.0
_FOR_S = 10.0
_TARGET = 0.02


async def measure() -> AsyncIterator[Measurement]:
    with TemporaryDirectory() as directory:
        os.environ |= {"EASEL_DATA_DIR": directory, "EASEL_WEB_PORT": "0", "EASEL_LOG_LEVEL": "WARNING"}
        async with started("-m", "adapters.cli.main", "run") as (process, address):
            yield _measurement("idle, nobody there", await _share_of_a_core(process.pid))
            async with open_viewer(address):
                yield _measurement("idle, a browser watching", await _share_of_a_core(process.pid))


async def _share_of_a_core(pid: int) -> float:
    await asyncio.sleep(_SETTLED_AFTER_S)
    began_s, used_s = time.perf_counter(), _used_s(pid)
    await asyncio.sleep(_FOR_S)
    return (_used_s(pid) - used_s) / (time.perf_counter() - began_s)


def _used_s(pid: int) -> float:
    """Processor time of all its threads: fields 14 and 15 of proc(5)'s stat, counted behind the name in brackets."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _measurement(what: str, share: float) -> Measurement:
    return Measurement(
        what, f"{share:.1%}", f"one core, over {_FOR_S:g} s", share, f"below {_TARGET:.0%}", share < _TARGET
    )
