"""`easel discord`: commands for the setup of Discord. Each imports what it needs, as in `main`."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import click

from bot.errors import AdminError

if TYPE_CHECKING:
    from adapters.discord.rest import DiscordRest
    from bot.settings.settings import Settings

    ReadSettings = Callable[[], Settings]


@click.group()
def discord() -> None:
    """Set Discord up: docs/discord.md leads through it."""


@discord.command()
@click.pass_obj
def invite(read_settings: "ReadSettings") -> None:
    """Print the link that adds Easel to a server.

    It asks for the rights that Easel needs, and for no others.
    """
    from adapters.discord.setup.invite import invite

    async def link(rest: "DiscordRest") -> str:
        return invite((await rest.application()).id)

    click.echo(_call_discord(read_settings(), link))


@discord.command()
@click.option("--guild", type=int, metavar="ID", help="In this server alone, besides those that are there everywhere.")
@click.option("--remove", is_flag=True, help="Take them away instead.")
@click.pass_obj
def sync(read_settings: "ReadSettings", guild: int | None, remove: bool) -> None:
    """Register the commands, whether or not they changed. `easel run` does so when they did."""
    from adapters.app.bootstrap import load_catalog
    from adapters.discord.rendering import command_schema
    from adapters.discord.setup.command_sync import sync
    from bot.jobs.clock import SystemClock
    from bot.options import command_options
    from bot.presentation.options import SUBCOMMANDS

    catalog = load_catalog(read_settings(), SystemClock())
    everything = command_schema.payload(command_options(catalog), SUBCOMMANDS)
    registered = () if remove else everything

    async def done(rest: "DiscordRest") -> str:
        await sync(rest, registered, notes=None, guild=guild)
        where = "in all servers" if guild is None else f"in the server {guild}"
        return f"Registered {where}: {', '.join(str(each['name']) for each in registered) or 'none'}"

    click.echo(_call_discord(read_settings(), done))


def _call_discord(settings: "Settings", ask: "Callable[[DiscordRest], Coroutine[Any, Any, str]]") -> str:
    from adapters.discord.rest import DiscordRest
    from bot.jobs.clock import SystemClock
    from bot.observability import configure_logging

    configure_logging("console", "ERROR")
    token = settings.secret(settings.discord_token)
    if token is None:
        raise AdminError("DISCORD_TOKEN is not set.", hint="docs/discord.md leads to it.")

    async def call() -> str:
        api_url = settings.secret(settings.discord_api_url) or ""
        rest = DiscordRest(token, SystemClock(), api_url=api_url)
        try:
            return await ask(rest)
        finally:
            await rest.close()

    return asyncio.run(call())
