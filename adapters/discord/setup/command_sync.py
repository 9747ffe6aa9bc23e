"""Discord command registration: only when the commands changed, because Discord limits and announces it."""

from collections.abc import Sequence

import discord
import structlog

from adapters.discord.rendering import command_schema
from adapters.discord.rendering.command_schema import Payload
from adapters.discord.rest import DiscordRest
from bot.ports import PlatformState

_log = structlog.get_logger(__name__)


async def sync(
    rest: DiscordRest, registered: Sequence[Payload], *, notes: PlatformState | None, guild: int | None = None
) -> bool:
    """Registers the commands, globally or in one server; returns whether that was needed.

    Args:
        notes: where the last registration is noted; None to register in any case.

    Raises:
        AdminError, Transient: Discord did not take them.
    """
    application = (await rest.application()).id
    digest = f"{command_schema.digest(registered)}:{discord.__version__}"
    key = f"commands:{application}:{guild or 'everywhere'}"
    if notes is not None and (noted := await notes.get(key)) is not None and noted["digest"] == digest:
        return False
    path = f"/applications/{application}" + (f"/guilds/{guild}" if guild is not None else "") + "/commands"
    await rest.call("PUT", path, body=registered)
    if notes is not None:
        await notes.put(key, {"digest": digest})
    _log.info("commands.synced", count=len(registered))
    return True
