"""One connection to Discord's gateway: discord.py's client, with as little memory as it can do with."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import discord
import structlog
from discord.gateway import KeepAliveHandler

from adapters.discord.events.components import ComponentEvents
from adapters.discord.events.messages import MessageEvents
from adapters.discord.events.responses import InteractionResponse
from adapters.discord.events.slash_commands import SlashCommands
from adapters.discord.gateway.connection import ShardConnections
from adapters.discord.ids import DIRECT
from adapters.discord.rest import PATIENCE_S, ConnectionOptions
from adapters.discord.server.file_limits import FileLimits
from adapters.discord.server.places import Places
from adapters.shared.deduplication import Deduplicator

_DRAIN_S: Final = 3.0
_DEALT_WITH: Final = frozenset({"message", "raw_message_edit", "interaction", "guild_remove"})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EventHandlers:
    """Who deals with what is heard. `reply` makes the answer to an interaction, `left` is told of a server."""

    messages: MessageEvents
    commands: SlashCommands
    components: ComponentEvents
    places: Places
    file_limits: FileLimits
    reply: Callable[[discord.Interaction], InteractionResponse]
    server_left: Callable[[int], Awaitable[None]]


class GatewayClient(discord.Client):
    """Args: `before_identify`: waits until a further session may be begun, within a minute, or raises something that
    ends this connection. `changed` is called with whether it is connected; `options` lead through a proxy.
    """

    def __init__(
        self,
        handlers: EventHandlers,
        *,
        intents: discord.Intents,
        shard: int,
        shard_count: int,
        connection: ShardConnections,
        before_identify: Callable[[], Awaitable[None]],
        changed: Callable[[bool], None],
        options: ConnectionOptions,
    ) -> None:
        super().__init__(
            intents=intents,
            shard_id=shard,
            shard_count=shard_count,
            # Neither messages nor members: everything that is needed comes with each event.
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=PATIENCE_S,
            enable_debug_events=False,
            **options,
        )
        self._event_handlers = handlers
        self._watched = connection
        self._before_identify = before_identify
        self._changed = changed
        self._once: Deduplicator[None] = Deduplicator()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        if not initial:  # the first one was waited for before there was a connection
            await self._before_identify()

    async def close(self) -> None:
        await super().close()
        # A connection that was given up before it was ready belongs to nobody: its socket is closed with the session,
        # but its heart would go on beating in a thread of its own.
        for thread in threading.enumerate():
            if isinstance(thread, KeepAliveHandler) and thread.ws._dispatch == self.dispatch:  # pyright: ignore[reportPrivateUsage]
                thread.stop()

    async def drain(self) -> None:
        """Waits for what is being dealt with: it will be answered by this connection or by none."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_S):
                await self._watched.at_rest()

    # What discord.py calls

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        if event in _DEALT_WITH:
            self._watched.began()
        super().dispatch(event, *args, **kwargs)

    async def on_connect(self) -> None:
        self._changed(True)

    async def on_resumed(self) -> None:
        self._changed(True)

    async def on_disconnect(self) -> None:
        self._changed(False)

    async def on_message(self, message: discord.Message) -> None:
        us = self.user
        try:
            if us is not None:
                await self._event_handlers.messages.message(message, us=us)
        finally:
            self._watched.ended()

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        us = self.user
        try:
            if us is not None:
                await self._event_handlers.messages.edited(payload.message, us=us)
        finally:
            self._watched.ended()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        try:
            guild = str(interaction.guild_id) if interaction.guild_id is not None else DIRECT
            self._event_handlers.file_limits.state(guild, interaction.filesize_limit)
            await self._once.run_once(str(interaction.id), partial(self._answer, interaction))
        finally:
            self._watched.ended()

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        _log.warning("guild.left", guild=guild.id)
        try:
            await self._event_handlers.server_left(guild.id)
        finally:
            self._watched.ended()

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        await self._event_handlers.places.forget_thread(payload.thread_id)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        _log.exception("event.broke", kind=event_method)

    # Private

    async def _answer(self, interaction: discord.Interaction) -> None:
        reply = self._event_handlers.reply(interaction)
        try:
            await self._deal_with(interaction, reply)
        except Exception:
            # Somebody waits for an answer, whatever is wrong with us.
            _log.exception("interaction.broke", kind=interaction.type.name)
            await reply.internal_error()

    async def _deal_with(self, interaction: discord.Interaction, reply: InteractionResponse) -> None:
        match interaction.type:
            case discord.InteractionType.application_command if _is_menu(interaction):
                await self._event_handlers.components.menu(interaction, reply)
            case discord.InteractionType.application_command:
                await self._event_handlers.commands.command(interaction, reply)
            case discord.InteractionType.autocomplete:
                await self._event_handlers.commands.autocomplete(interaction, reply)
            case discord.InteractionType.component:
                await self._event_handlers.components.press(interaction, reply)
            case discord.InteractionType.modal_submit:
                await self._event_handlers.components.submit(interaction, reply)
            case _:
                return


def _is_menu(interaction: discord.Interaction) -> bool:
    return bool(interaction.data) and interaction.data.get("type") in (2, 3)
