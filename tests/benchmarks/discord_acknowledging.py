"""How soon Discord has its acknowledgement while people type fast, against a bare discord.py bot that only defers.

No call is refused for coming too soon: with Discord's limits there would be less to do at the same time.
"""

from collections.abc import AsyncIterator

from tests.benchmarks.acknowledging import PATIENCE_S, PEOPLE, acknowledged_s, measurements
from tests.benchmarks.discord_studio import Kind, open_studio
from tests.benchmarks.measurement import Measurement
from tests.emulators.discord.server import DiscordEmulator

_P99_S = 0.300


async def measure() -> AsyncIterator[Measurement]:
    bare_s = await _acknowledged_s("bare")
    easel_s = await _acknowledged_s("easel")
    what = "Discord command acknowledged"
    for measurement in measurements(what, easel_s, bare_s, bare="a bare discord.py bot", most_s=_P99_S):
        yield measurement


async def _acknowledged_s(kind: Kind) -> list[float]:
    async with DiscordEmulator() as discord, open_studio(discord, kind, people=PEOPLE) as studio:
        discord.ack_limit_s = PATIENCE_S
        for number in range(PEOPLE):
            await studio.type(number)
        await studio.results(PEOPLE if kind == "easel" else 0)
        return await acknowledged_s(studio.type)
