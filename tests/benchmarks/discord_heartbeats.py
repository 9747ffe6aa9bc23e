"""How late the gateway gets its heartbeats while large pictures are posted all at once, against an idle Easel.

discord.py waits for the interval that the gateway told it, and then for its event loop, before it sends a beat: by how
much more than the interval a beat comes after the one before is what the loop, and all else in the process, took.
Discord's interval is some 41 seconds; here it is so short that no pause falls between two beats unnoticed. The times
are taken by a relay of its own, not by the emulator, which is as busy with the pictures as Easel.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from itertools import pairwise

from tests.benchmarks.discord_server import TOGETHER
from tests.benchmarks.discord_studio import Studio, open_studio
from tests.benchmarks.measurement import Measurement, milliseconds
from tests.benchmarks.process import started
from tests.emulators.discord.server import DiscordEmulator

_EVERY_S = 0.05
_ROUNDS = 3
_IDLE_S = 5.0
_MOST_S = 0.250


async def measure() -> AsyncIterator[Measurement]:
    async with DiscordEmulator() as discord:
        discord.heartbeat_interval_ms = round(_EVERY_S * 1000)
        async with (
            _relayed(discord) as (gateway_url, beats_s),
            open_studio(discord, "large", people=TOGETHER, gateway_url=gateway_url) as studio,
        ):
            await _post(studio, 0)  # whatever is loaded and opened but once
            busy_s = max([await _latest_s(beats_s, _post(studio, number)) for number in range(1, 1 + _ROUNDS)])
            idle_s = max([await _latest_s(beats_s, asyncio.sleep(_IDLE_S)) for _ in range(_ROUNDS)])
    yield Measurement(
        f"latest of Discord's heartbeats while {TOGETHER} pictures of 8 MiB are drawn, kept and posted at once",
        milliseconds(busy_s),
        f"{milliseconds(idle_s)}, idle",
        busy_s / idle_s,
        f"below {milliseconds(_MOST_S)}",
        busy_s < _MOST_S,
    )


@asynccontextmanager
async def _relayed(discord: DiscordEmulator) -> AsyncGenerator[tuple[str, list[float]]]:
    """Another address of the gateway, and when heartbeats came by there, by the monotonic clock."""
    beats_s: list[float] = []
    async with started("-m", "tests.benchmarks.discord_relay", discord.gateway_url) as (relay, address):
        printed = relay.stdout
        assert printed is not None

        async def read() -> None:
            while line := await printed.readline():
                beats_s.append(float(line))

        reading = asyncio.create_task(read())
        yield address.replace("http", "ws", 1), beats_s
        reading.cancel()


async def _post(studio: Studio, number: int) -> None:
    """The round of this number, counted from 0: everybody asks for a picture."""
    await asyncio.gather(*(studio.type(person) for person in range(TOGETHER)))
    await studio.results((number + 1) * TOGETHER)


async def _latest_s(beats_s: list[float], work: Awaitable[object]) -> float:
    """By how much the latest of the beats that were due meanwhile came too late."""
    began = len(beats_s) - 1
    await work
    await _next(beats_s)
    return max(later - earlier for earlier, later in pairwise(beats_s[began:])) - _EVERY_S


async def _next(beats_s: list[float]) -> None:
    """Waits for the beat that is due now."""
    heard, ends_s = len(beats_s), time.monotonic() + 10
    while len(beats_s) == heard:
        if time.monotonic() > ends_s:
            raise RuntimeError("the app has no heartbeat any more")
        await asyncio.sleep(_EVERY_S / 5)
