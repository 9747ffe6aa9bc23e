"""What Easel keeps in memory of results that Discord has: two thousand of them against a hundred."""

import asyncio
from collections.abc import AsyncIterator

from tests.benchmarks.discord_studio import Studio, open_studio
from tests.benchmarks.measurement import Measurement
from tests.benchmarks.process import memory_bytes
from tests.emulators.discord.server import DiscordEmulator

_FEW, _MANY = 100, 2_000
_AT_ONCE = 20
_PEOPLE = 25
_SETTLED_AFTER_S = 5.0
_MOST = 1.2


async def measure() -> AsyncIterator[Measurement]:
    async with DiscordEmulator() as discord, open_studio(discord, "small", people=_PEOPLE) as studio:
        few_bytes = await _memory_after(studio, range(_FEW))
        many_bytes = await _memory_after(studio, range(_FEW, _MANY))
    yield Measurement(
        f"memory after {_MANY:,} results on Discord",
        f"{many_bytes / 1e6:.0f} MB",
        f"{few_bytes / 1e6:.0f} MB, after {_FEW}",
        many_bytes / few_bytes,
        f"ratio ≤ {_MOST:g}",
        many_bytes <= _MOST * few_bytes,
    )


async def _memory_after(studio: Studio, numbers: range) -> int:
    """People ask for these pictures, and wait for them a few at a time."""
    for first in numbers[::_AT_ONCE]:
        await asyncio.gather(*(studio.type(number) for number in range(first, first + _AT_ONCE)))
        await studio.results(first + _AT_ONCE)
    await asyncio.sleep(_SETTLED_AFTER_S)
    return memory_bytes(studio.process.pid)
