"""Discord gateway client: one connection for one shard. Parses its events and passes them to the handlers."""

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
from adapters.discord.payloads.interaction_parser import parse_interaction, parse_interaction_data
from adapters.discord.payloads.interactions import (
    Autocomplete,
    ComponentPress,
    Interaction,
    InteractionData,
    MessageContextMenu,
    ModalSubmission,
    SlashCommand,
)
from adapters.discord.payloads.messages import parse_message
from adapters.discord.rest import RATE_LIMIT_TIMEOUT_S, ConnectionOptions
from adapters.discord.server.file_limits import FileLimits
from adapters.discord.server.places import Places
from adapters.shared.deduplication import Deduplicator

_DRAIN_S: Final = 3.0
_HANDLED_EVENTS: Final = frozenset({"message", "raw_message_edit", "interaction", "guild_remove"})

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EventHandlers:
    """What handles the events of the gateway.

    Attributes:
        response: makes the response to an interaction.
        server_left: called with the id of a server that the bot was removed from.
    """

    messages: MessageEvents
    commands: SlashCommands
    components: ComponentEvents
    places: Places
    file_limits: FileLimits
    response: Callable[[Interaction], InteractionResponse]
    server_left: Callable[[int], Awaitable[None]]


class GatewayClient(discord.Client):
    """discord.py's client, without its caches of messages and members.

    Args:
        before_identify: waits, for less than a minute, until a further session may be started; an exception ends
            this connection.
        changed: called with whether it is connected.
        options: the proxy to use.
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
            # No caches of messages and members: each event brings what Easel needs.
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=RATE_LIMIT_TIMEOUT_S,
            enable_debug_events=False,
            **options,
        )
        self._event_handlers = handlers
        self._connection_status = connection
        self._before_identify = before_identify
        self._changed = changed
        self._deduplicator: Deduplicator[None] = Deduplicator()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        if not initial:  # the supervisor has waited before the first one
            await self._before_identify()

    async def close(self) -> None:
        await super().close()
        # discord.py loses track of a connection that was given up before it was ready. Its socket is closed with the
        # session, but its heartbeat thread would run on.
        for thread in threading.enumerate():
            if isinstance(thread, KeepAliveHandler) and thread.ws._dispatch == self.dispatch:  # pyright: ignore[reportPrivateUsage]
                thread.stop()

    async def drain(self) -> None:
        """Waits for events that are being handled: no other connection will get them."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_S):
                await self._connection_status.at_rest()

    # What discord.py calls

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        if event in _HANDLED_EVENTS:
            self._connection_status.began()
        super().dispatch(event, *args, **kwargs)

    async def on_connect(self) -> None:
        self._changed(True)

    async def on_resumed(self) -> None:
        self._changed(True)

    async def on_disconnect(self) -> None:
        self._changed(False)

    async def on_message(self, message: discord.Message) -> None:
        try:
            parsed = parse_message(message, self.user) if self.user is not None else None
            if parsed is not None:
                await self._event_handlers.messages.message(parsed)
        finally:
            self._connection_status.ended()

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        try:
            parsed = parse_message(payload.message, self.user) if self.user is not None else None
            if parsed is not None:
                await self._event_handlers.messages.edited(parsed)
        finally:
            self._connection_status.ended()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        try:
            parsed = parse_interaction(interaction)
            guild = str(parsed.guild_id) if parsed.guild_id is not None else DIRECT
            self._event_handlers.file_limits.state(guild, parsed.attachment_limit_bytes)
            await self._deduplicator.run_once(str(parsed.id), partial(self._respond, parsed, interaction))
        finally:
            self._connection_status.ended()

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        _log.warning("guild.left", guild=guild.id)
        try:
            await self._event_handlers.server_left(guild.id)
        finally:
            self._connection_status.ended()

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        await self._event_handlers.places.forget_thread(payload.thread_id)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        _log.exception("event.broke", kind=event_method)

    # Private

    async def _respond(self, interaction: Interaction, unparsed: discord.Interaction) -> None:
        response = self._event_handlers.response(interaction)
        try:
            await self._route(interaction, parse_interaction_data(unparsed), response)
        except Exception:
            # The person waits for a response, whatever failed.
            _log.exception("interaction.broke", kind=interaction.type.name)
            await response.internal_error()

    async def _route(
        self, interaction: Interaction, data: InteractionData | None, response: InteractionResponse
    ) -> None:
        commands, components = self._event_handlers.commands, self._event_handlers.components
        match data:
            case SlashCommand():
                await commands.command(interaction, data, response)
            case Autocomplete():
                await commands.autocomplete(data, response)
            case ComponentPress():
                await components.press(interaction, data, response)
            case MessageContextMenu():
                await components.context_menu(interaction, data, response)
            case ModalSubmission():
                await components.modal(interaction, data, response)
            case None:
                return
