"""Discord as a platform: put together from its parts, and run."""

import asyncio
from collections.abc import Callable, Sequence
from itertools import count

import discord
import structlog

from adapters.discord.events.components import ComponentEvents
from adapters.discord.events.interaction_context import InteractionContexts
from adapters.discord.events.messages import MessageEvents
from adapters.discord.events.responses import InteractionResponse
from adapters.discord.events.slash_commands import SlashCommands
from adapters.discord.gateway.client import EventHandlers, GatewayClient
from adapters.discord.gateway.connection import ShardConnections
from adapters.discord.gateway.intents import GatewayIntents
from adapters.discord.gateway.shard_leases import ShardLease
from adapters.discord.gateway.supervisor import IdentifyLimiter, MakeListener, ShardSupervisor
from adapters.discord.ids import PLATFORM
from adapters.discord.limits import capabilities
from adapters.discord.options import DiscordOptions
from adapters.discord.posting.delivery import MessageDelivery
from adapters.discord.posting.ephemeral_files import EphemeralFiles
from adapters.discord.posting.followups import Followups
from adapters.discord.posting.interaction_tokens import InteractionTokens
from adapters.discord.posting.messages import DiscordMessages
from adapters.discord.posting.multipart import MultipartSender
from adapters.discord.posting.private_replies import PrivateReplies
from adapters.discord.posting.threads import ThreadOpener
from adapters.discord.rendering import command_schema
from adapters.discord.rest import DiscordRest
from adapters.discord.server.attachments import AttachmentDownloads, too_large
from adapters.discord.server.file_limits import FileLimits, guild_of
from adapters.discord.server.members import MemberLookup
from adapters.discord.server.place_resolver import PlaceResolver
from adapters.discord.server.places import Places
from adapters.discord.setup.command_sync import sync
from adapters.shared.backoff import reconnect_wait_s
from bot.domain.events import TeamLeft
from bot.domain.ids import EventKey, PlatformName
from bot.domain.people import MessageRef, Place
from bot.domain.pictures import Attachment
from bot.errors import EaselError, Transient
from bot.ports import Clock, Handler, PictureReader, PlatformState
from bot.presentation.capabilities import Capabilities
from bot.presentation.card import Card
from bot.presentation.options import Option, Subcommand

_log = structlog.get_logger(__name__)


class ShardClients:
    """The connections that there are now, and what they know of servers."""

    def __init__(self) -> None:
        self._listeners: dict[int, GatewayClient] = {}

    def add(self, shard: int, listener: GatewayClient) -> GatewayClient:
        self._listeners[shard] = listener
        return listener

    def boost_tier(self, guild: str) -> int | None:
        if not guild.isdecimal():
            return None
        found = (listener.get_guild(int(guild)) for listener in self._listeners.values())
        return next((each.premium_tier for each in found if each is not None), None)


class DiscordPlatform:
    """Implements `bot.ports.Platform`, and `VariesByPlace`: boosted servers take larger files."""

    def __init__(
        self,
        given: DiscordOptions,
        *,
        notes: PlatformState,
        pictures: PictureReader,
        clock: Clock,
        options: Callable[[], Sequence[Option]],
        questions: Sequence[Subcommand],
    ) -> None:
        self._given = given
        self._notes = notes
        self._clock = clock
        self._options = options
        self._registered = command_schema.payload(options(), questions)
        self._capabilities = capabilities(edit_interval_s=given.edit_interval_s)
        self.connection = ShardConnections()
        self._shard_clients = ShardClients()
        self._rest = DiscordRest(given.token, clock, api_url=given.api_url, gateway_url=given.gateway_url)
        self._places = Places(notes, clock)
        self._tokens = InteractionTokens(notes, clock)
        self._sizes = FileLimits(self._shard_clients)
        self._multipart = MultipartSender(self._rest, pictures, self._sizes)
        delivery = MessageDelivery(
            self._rest, self._places, Followups(self._rest, self._tokens, self._multipart), self._multipart
        )
        self._ephemeral_files = EphemeralFiles(self._rest, notes, clock)
        self._messages = DiscordMessages(
            self._rest,
            delivery,
            self._places,
            ThreadOpener(self._rest, self._places, clock, enabled=given.threads),
            self._ephemeral_files,
            notes,
            clock,
            # What one message may take, all of a channel's may take together: half of Discord's five in five seconds.
            updates_per_minute=60 / max(given.edit_interval_s, 0.001),
        )
        self._attachments_ = AttachmentDownloads(self._rest)

    @property
    def name(self) -> PlatformName:
        return PLATFORM

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    def capabilities_at(self, place: Place) -> Capabilities:
        file_bytes = self._sizes.limit_bytes(guild_of(place))
        return capabilities(edit_interval_s=self._given.edit_interval_s, file_bytes=file_bytes)

    async def run(self, handle: Handler) -> None:
        """Raises AdminError where Discord does not accept the token, or the way in which we connect."""
        count = self._given.shard_count
        shards = self._given.shards or tuple(range(count))
        application = await self._connected(first_shard=shards[0])
        await self._register()
        intents = GatewayIntents(self._rest, application.flags, wanted=self._given.message_content)
        handlers = self._handlers(handle, hears_all=intents.now.message_content)
        identify_limiter = IdentifyLimiter(self._clock)
        async with asyncio.TaskGroup() as group:
            for shard in shards:
                lease = ShardLease(self._notes, self._clock, shard=shard, shard_count=count, owner=self._given.owner)
                supervisor = ShardSupervisor(
                    self._maker(handlers, intents, identify_limiter, shard),
                    intents.are_granted,
                    lease,
                    identify_limiter,
                    self._clock,
                    self.connection,
                    shard=shard,
                    token=self._given.token,
                )
                group.create_task(supervisor.run())

    async def close(self) -> None:
        """Closes the connections to Discord; nothing can be posted afterwards."""
        await self._rest.close()

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef:
        return await self._messages.post(place, card, key=key)

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        return await self._messages.update(message, card)

    async def fetch(self, attachment: Attachment, *, max_bytes: int) -> bytes:
        if (attachment.bytes_count or 0) > max_bytes:
            raise too_large(max_bytes)
        return await self._attachments_.fetch(attachment.ref, max_bytes=max_bytes)

    # Private

    async def _connected(self, *, first_shard: int) -> discord.AppInfo:
        """Learns which app the token is for. Without an answer it waits: nothing can be drawn meanwhile."""
        for failures in count():
            wait_s = reconnect_wait_s(failures)
            try:
                return await self._rest.application()
            except Transient as problem:
                self.connection.lost(problem.text.rstrip("."), first_shard)
                _log.warning("discord.unreachable", reason=problem.text, retry_s=wait_s)
            await self._clock.sleep(wait_s)
        raise AssertionError("it is tried for ever")

    async def _register(self) -> None:
        """Commands that were registered before go on working where this fails."""
        try:
            await sync(self._rest, self._registered, notes=self._notes)
        except EaselError as problem:
            _log.warning("commands.not_synced", reason=problem.text, hint="Try `easel discord sync` later.")

    def _maker(
        self, handlers: EventHandlers, intents: GatewayIntents, identify_limiter: IdentifyLimiter, shard: int
    ) -> MakeListener:
        def make(changed: Callable[[bool], None]) -> GatewayClient:
            handlers.messages.hears_all = intents.now.message_content
            listener = GatewayClient(
                handlers,
                intents=intents.now,
                shard=shard,
                shard_count=self._given.shard_count,
                connection=self.connection,
                before_identify=identify_limiter.wait_shortly,
                changed=changed,
                options=self._rest.connection_options(),
            )
            return self._shard_clients.add(shard, listener)

        return make

    def _handlers(self, handle: Handler, *, hears_all: bool) -> EventHandlers:
        place_resolver, members = PlaceResolver(self._rest, self._places), MemberLookup(self._rest)
        private_replies = PrivateReplies(self._rest, self._places)
        contexts = InteractionContexts(place_resolver, self._places, members, self._given.access)

        async def left(guild: int) -> None:
            key = EventKey(f"{PLATFORM}:{guild}:left")
            await handle(TeamLeft(key=key, platform=PLATFORM, team=str(guild)))

        return EventHandlers(
            messages=MessageEvents(
                handle,
                places=self._places,
                place_resolver=place_resolver,
                members=members,
                messages=self._messages,
                private_replies=private_replies,
                attachments_=self._attachments_,
                access=self._given.access,
                notes=self._notes,
                hears_all=hears_all,
            ),
            commands=SlashCommands(
                handle, contexts=contexts, tokens=self._tokens, private_replies=private_replies, options=self._options
            ),
            components=ComponentEvents(
                handle,
                contexts=contexts,
                tokens=self._tokens,
                ephemeral_files=self._ephemeral_files,
                private_replies=private_replies,
                rest=self._rest,
            ),
            places=self._places,
            file_limits=self._sizes,
            reply=lambda interaction: InteractionResponse(self._rest, self._multipart, interaction),
            server_left=left,
        )
