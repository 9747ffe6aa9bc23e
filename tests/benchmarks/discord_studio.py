"""An emulated Discord in this process, with the app that it is for in another one."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import Literal

from tests.benchmarks.process import started
from tests.benchmarks.studio import at_least
from tests.emulators.discord.messages import Message
from tests.emulators.discord.person import Person
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.discord.things import Channel

Kind = Literal["easel", "small", "large", "bare"]
"""As `tests/benchmarks/discord_server.py` calls them."""


@dataclass(frozen=True, slots=True)
class Studio:
    """`process` is the app's; `discord` is ready for what `people` do in `channel`."""

    discord: DiscordEmulator
    channel: Channel
    people: list[Person]
    process: asyncio.subprocess.Process

    async def type(self, number: int) -> None:
        """One of the people asks for a picture; returns once that is acknowledged."""
        person = self.people[number % len(self.people)]
        outcome = await person.command(self.channel, "imagine", prompt=f"a red fox {number}")
        if outcome.error or (outcome.ephemeral and not outcome.is_thinking):
            raise RuntimeError(f"not accepted: {outcome}")

    async def results(self, count: int) -> list[Message]:
        """All results in the channel, once there are as many, and nothing is under way."""

        def shown() -> list[Message]:
            return [message for message in self.channel.messages if message.attachments]

        return await at_least(count, shown, on=self.discord, by=self.process)


@asynccontextmanager
async def open_studio(
    discord: DiscordEmulator, kind: Kind, *, people: int, gateway_url: str | None = None
) -> AsyncGenerator[Studio]:
    """Args: `gateway_url`: where the app connects, if not to the emulator's own."""
    with TemporaryDirectory() as directory:
        members = [discord.add_person(f"Person {number}") for number in range(people)]
        channel = discord.add_channel("studio")
        os.environ |= {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "DISCORD_GATEWAY_URL": gateway_url or discord.gateway_url,
        }
        async with started("-m", "tests.benchmarks.discord_server", kind, directory) as (process, _):
            await discord.connected()
            yield Studio(discord, channel, members, process)
