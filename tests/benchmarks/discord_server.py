"""The processes that an emulated Discord speaks to: Easel with a provider that answers soon, and a bare bot.

Run as `python -m tests.benchmarks.discord_server easel|small|large|bare DIRECTORY`, with Discord's settings in the
environment. `small` is Easel with small pictures that are there at once; for `large`, with pictures of 8 MiB, sixteen
are there at the same moment. It prints an address once it listens, Easel's own or the API's, and serves until it is
killed.
"""

import asyncio
import itertools
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.app.bootstrap import open_easel
from bot.domain.people import Person
from bot.domain.requests import Request
from bot.observability import configure_logging
from bot.ports import Drawing, Inputs, OnProgress, Provider, Usage
from bot.settings.reading import load_settings
from tests.benchmarks.answering import SMALL, AnsweringProvider, noise

TOGETHER = 16
_TAKES_S = 2.0
"""Faster than any real model draws."""
_LARGE = (1024, 2730)
"""Of noise, this is 8 MiB."""

_PROVIDERS: Mapping[str, Callable[[], Provider]] = {
    "easel": lambda: AnsweringProvider(takes_s=_TAKES_S),
    "small": lambda: AnsweringProvider(size=SMALL),
    "large": lambda: _LargeProvider(),
}


class _LargeProvider:
    """Implements `bot.ports.Provider`. Nothing is decoded: those of real services leave the event loop for that."""

    def __init__(self) -> None:
        self._png = noise(_LARGE)
        self._number = itertools.count()
        self._together = asyncio.Barrier(TOGETHER)

    async def draw(self, request: Request, inputs: Inputs, *, asker: Person, on_progress: OnProgress) -> Drawing:
        picture = self._png + next(self._number).to_bytes(9)  # no two are equal
        await self._together.wait()
        return Drawing((picture,), Usage())


async def _serve_easel(directory: Path, provider: Provider) -> None:
    configure_logging("console", "WARNING")
    env = {"EASEL_DATA_DIR": str(directory), "EASEL_WEB_PORT": "0", "EASEL_DEFAULT_MODEL": "sketch"}
    told = {name: value for name, value in os.environ.items() if name.startswith("DISCORD_")}
    async with open_easel(load_settings({**env, **told}, None), providers={"sketch": provider}) as easel:
        server = easel.platforms.server
        assert server is not None
        await easel.serve(lambda _: print(server.address, flush=True))


async def _serve_bare() -> None:
    """All that discord.py needs to defer the answer to a command."""
    Route.BASE = os.environ["DISCORD_API_URL"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
    client = discord.Client(intents=discord.Intents(guilds=True))
    tree = app_commands.CommandTree(client)

    @tree.command(description="Only defers")
    async def imagine(interaction: discord.Interaction, prompt: str) -> None:  # pyright: ignore[reportUnusedFunction]
        await interaction.response.defer(ephemeral=True)

    async def on_ready() -> None:
        await tree.sync()
        print(Route.BASE, flush=True)

    client.event(on_ready)
    async with client:
        await client.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    _, _kind, _directory = sys.argv
    if _kind == "bare":
        asyncio.run(_serve_bare())
    else:
        asyncio.run(_serve_easel(Path(_directory), _PROVIDERS[_kind]()))
