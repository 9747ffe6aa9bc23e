"""How soon Slack has its acknowledgement while people type fast, against a bare Bolt app that does nothing else."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence

from tests.benchmarks.measurement import Measurement, milliseconds, percentile
from tests.benchmarks.slack_studio import Kind, Studio, Transport, open_studio

_PER_S = 50
_COMMANDS = 500
_PEOPLE = 25
_PATIENCE_S = 60.0
"""What comes too late for Slack's three seconds is measured all the same."""
_RATIO = 3.0
_P99_S = 0.150


async def measure() -> AsyncIterator[Measurement]:
    transports: tuple[Transport, ...] = ("socket", "http")
    for transport in transports:
        bare_s = await _acknowledged_s("bare", transport)
        easel_s = await _acknowledged_s("easel", transport)
        for percent in (50, 99):
            yield _measurement(transport, percent, easel_s, bare_s)


async def _acknowledged_s(kind: Kind, transport: Transport) -> list[float]:
    """Seconds until each command was acknowledged, each typed at its time whatever became of those before."""
    async with open_studio(kind, transport, people=_PEOPLE) as studio:
        studio.slack.ack_limit_s = _PATIENCE_S
        for number in range(_PEOPLE):
            await _type(studio, number)
        await studio.results(_PEOPLE if kind == "easel" else 0)
        begins_s = time.perf_counter()
        typing: list[asyncio.Task[float]] = []
        for number in range(_COMMANDS):
            await asyncio.sleep(begins_s + number / _PER_S - time.perf_counter())
            typing.append(asyncio.create_task(_type(studio, number)))
        return await asyncio.gather(*typing)


async def _type(studio: Studio, number: int) -> float:
    began_s = time.perf_counter()
    outcome = await studio.people[number % _PEOPLE].command(studio.channel, f"a red fox {number}")
    if outcome.error or outcome.ephemeral:
        raise RuntimeError(f"not accepted: {outcome}")
    return time.perf_counter() - began_s


def _measurement(transport: Transport, percent: int, easel_s: Sequence[float], bare_s: Sequence[float]) -> Measurement:
    easel, bare = percentile(easel_s, percent), percentile(bare_s, percent)
    is_fast = percent < 99 or easel < _P99_S
    return Measurement(
        f"command acknowledged over {transport}, {_PER_S} a second, p{percent}",
        milliseconds(easel),
        f"{milliseconds(bare)}, a bare Bolt app",
        easel / bare,
        f"ratio ≤ {_RATIO:g}" + (f", below {milliseconds(_P99_S)}" if percent == 99 else ""),
        is_fast and easel / bare <= _RATIO,
    )
