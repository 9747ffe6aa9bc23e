"""The real discord.py, connected to an emulated Discord by nothing but its base addresses."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import discord
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.discord.things import Channel

INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)


class Client(discord.Client):
    """A client that keeps what it was told, with a command tree and a hook for interactions."""

    def __init__(self, intents: discord.Intents = INTENTS, **options: Any) -> None:
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0,
            chunk_guilds_at_startup=False,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            **options,
        )
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        self.handles: Callable[[discord.Interaction], Any] | None = None
        self.events: list[str] = []
        self.tell: Callable[[], None] = lambda: None

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Nobody waits for the limit of identifies here."""

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)
        self.tell()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if self.handles is not None and interaction.type is not discord.InteractionType.application_command:
            await self.handles(interaction)

    async def on_socket_event_type(self, event: str) -> None:
        self.events.append(event)
        self.tell()

    def others(self) -> list[discord.Message]:
        """What it heard of other people."""
        return [each for each in self.heard if self.user is not None and each.author.id != self.user.id]


@contextmanager
def pointed_at(emulator: DiscordEmulator) -> Generator[None]:
    """discord.py in this process talks to the emulator."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = emulator.api_url, yarl.URL(emulator.gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@asynccontextmanager
async def logged_in(emulator: DiscordEmulator, client: Client) -> AsyncGenerator[Client]:
    """Over REST alone. What the client hears of wakes those who wait at the emulator."""
    client.tell = emulator.tell
    with pointed_at(emulator):
        async with client:
            await client.login(emulator.token)
            yield client


@asynccontextmanager
async def connected(emulator: DiscordEmulator, client: Client) -> AsyncGenerator[Client]:
    """Until it is ready, and then in the background."""
    async with logged_in(emulator, client):
        running = asyncio.create_task(client.connect())
        ready = asyncio.create_task(client.wait_until_ready())
        await asyncio.wait((running, ready), return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            ready.cancel()
            await running
        try:
            yield client
        finally:
            await client.close()
            await running


async def refused(emulator: DiscordEmulator, call: Awaitable[object], *, wrong: bool = False) -> discord.HTTPException:
    """The refusal of a call; `wrong` says that no app should have made it, which is noted, and forgiven."""
    with pytest.raises(discord.HTTPException) as refusal:
        await call
    assert bool(emulator.problems) == wrong, emulator.problems
    emulator.forgive()
    return refusal.value


def posted(client: Client, channel: Channel, body: dict[str, Any]) -> Awaitable[Any]:
    """A message exactly as given, past all that discord.py would see to."""
    return client.http.request(Route("POST", "/channels/{channel_id}/messages", channel_id=channel.id), json=body)


def room(client: Client, channel: Channel) -> discord.PartialMessageable:
    """A channel to post in, without a gateway."""
    guild_id = int(channel.guild.id) if channel.guild is not None else None
    return client.get_partial_messageable(int(channel.id), guild_id=guild_id)
