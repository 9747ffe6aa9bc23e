"""How soon people's commands are acknowledged while they come fast, against a bare app that does nothing else."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from tests.benchmarks.measurement import Measurement, milliseconds, percentile

PEOPLE = 25
PATIENCE_S = 60.0
"""What comes too late for the platform's three seconds is measured all the same."""
_PER_S = 50
_COMMANDS = 500
_RATIO = 3.0


async def acknowledged_s(typed: Callable[[int], Awaitable[object]]) -> list[float]:
    """Seconds until each command was acknowledged, each typed at its time whatever became of those before."""

    async def type_and_wait(number: int) -> float:
        began_s = time.perf_counter()
        await typed(number)
        return time.perf_counter() - began_s

    begins_s = time.perf_counter()
    typing: list[asyncio.Task[float]] = []
    for number in range(_COMMANDS):
        await asyncio.sleep(begins_s + number / _PER_S - time.perf_counter())
        typing.append(asyncio.create_task(type_and_wait(number)))
    return await asyncio.gather(*typing)


def measurements(
    what: str, easel_s: Sequence[float], bare_s: Sequence[float], *, bare: str, most_s: float
) -> list[Measurement]:
    """Args: `most_s`: the p99 stays below it, whatever the bare one's is."""
    return [_measurement(f"{what}, {_PER_S} a second", percent, easel_s, bare_s, bare, most_s) for percent in (50, 99)]


def _measurement(
    what: str, percent: int, easel_s: Sequence[float], bare_s: Sequence[float], bare: str, most_s: float
) -> Measurement:
    easel, least = percentile(easel_s, percent), percentile(bare_s, percent)
    is_fast = percent < 99 or easel < most_s
    return Measurement(
        f"{what}, p{percent}",
        milliseconds(easel),
        f"{milliseconds(least)}, {bare}",
        easel / least,
        f"ratio ≤ {_RATIO:g}" + (f", below {milliseconds(most_s)}" if percent == 99 else ""),
        is_fast and easel / least <= _RATIO,
    )
