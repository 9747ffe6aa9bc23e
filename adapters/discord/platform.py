"""Discord as a `bot.ports.Platform`: puts the parts of this package together and runs them."""

import asyncio
from collections.abc import Callable, Sequence

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
from adapters.discord.gateway.supervisor import IdentifyLimiter, MakeClient, ShardSupervisor
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
from adapters.discord.server.attachments import AttachmentDownloads
from adapters.discord.server.file_limits import FileLimits, guild_of
from adapters.discord.server.members import MemberLookup
from adapters.discord.server.place_resolver import PlaceResolver
from adapters.discord.server.places import Places
from adapters.discord.setup.command_sync import sync
from adapters.shared.backoff import until_reached
from bot.domain.events import TeamLeft
from bot.domain.ids import EventKey, PlatformName
from bot.domain.people import MessageRef, Place
from bot.domain.pictures import Attachment
from bot.errors import EaselError
from bot.ports import Clock, Handler, PictureReader, PlatformState
from bot.presentation.capabilities import Capabilities
from bot.presentation.card import Card
from bot.presentation.options import Option, Subcommand
from bot.texts import image_errors

_log = structlog.get_logger(__name__)


class ShardClients:
    """The gateway clients of this process by their shards, and the servers that they keep up to date."""

    def __init__(self) -> None:
        self._clients: dict[int, GatewayClient] = {}

    def add(self, shard: int, client: GatewayClient) -> GatewayClient:
        self._clients[shard] = client
        return client

    def guild(self, guild_id: int) -> discord.Guild | None:
        """None for a server of another process's shard, or one that no longer has Easel."""
        guilds = (client.get_guild(guild_id) for client in self._clients.values())
        return next((guild for guild in guilds if guild is not None), None)

    def boost_tier(self, guild: str) -> int | None:
        found = self.guild(int(guild)) if guild.isdecimal() else None
        return found.premium_tier if found is not None else None


class DiscordPlatform:
    """Implements `bot.ports.Platform`, and `VariesByPlace`: boosted servers take larger files."""

    def __init__(
        self,
        settings: DiscordOptions,
        *,
        notes: PlatformState,
        pictures: PictureReader,
        clock: Clock,
        options: Callable[[], Sequence[Option]],
        questions: Sequence[Subcommand],
    ) -> None:
        self._settings = settings
        self._notes = notes
        self._clock = clock
        self._options = options
        self._commands = command_schema.payload(options(), questions)
        self._capabilities = capabilities(edit_interval_s=settings.edit_interval_s)
        self.connection = ShardConnections()
        self._shard_clients = ShardClients()
        self._rest = DiscordRest(settings.token, clock, api_url=settings.api_url, gateway_url=settings.gateway_url)
        self._places = Places(notes, clock)
        self._tokens = InteractionTokens(notes, clock)
        self._file_limits = FileLimits(self._shard_clients)
        self._multipart = MultipartSender(self._rest, pictures, self._file_limits)
        delivery = MessageDelivery(
            self._rest, self._places, Followups(self._rest, self._tokens, self._multipart), self._multipart
        )
        self._ephemeral_files = EphemeralFiles(self._rest, notes, clock)
        self._messages = DiscordMessages(
            self._rest,
            delivery,
            ThreadOpener(self._rest, self._places, clock, enabled=settings.threads),
            self._ephemeral_files,
            notes,
            clock,
            # For all messages of a channel together: half of the five edits in five seconds that Discord allows.
            updates_per_minute=60 / max(settings.edit_interval_s, 0.001),
        )
        self._downloads = AttachmentDownloads(self._rest)

    @property
    def name(self) -> PlatformName:
        return PLATFORM

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    def capabilities_at(self, place: Place) -> Capabilities:
        file_bytes = self._file_limits.limit_bytes(guild_of(place))
        return capabilities(edit_interval_s=self._settings.edit_interval_s, file_bytes=file_bytes)

    async def run(self, handle: Handler) -> None:
        """Raises AdminError where Discord does not accept the token, the intents or the shard count."""
        count = self._settings.shard_count
        shards = self._settings.shards or tuple(range(count))
        application = await self._fetch_application(first_shard=shards[0])
        await self._sync_commands()
        intents = GatewayIntents(self._rest, application.flags, wanted=self._settings.message_content)
        handlers = self._handlers(handle, sees_all_messages=intents.now.message_content)
        identify_limiter = IdentifyLimiter(self._clock)
        async with asyncio.TaskGroup() as group:
            for shard in shards:
                lease = ShardLease(self._notes, self._clock, shard=shard, shard_count=count, owner=self._settings.owner)
                supervisor = ShardSupervisor(
                    self._client_factory(handlers, intents, identify_limiter, shard),
                    intents.are_granted,
                    lease,
                    identify_limiter,
                    self._clock,
                    self.connection,
                    shard=shard,
                    token=self._settings.token,
                )
                group.create_task(supervisor.run())

    async def close(self) -> None:
        """Closes the HTTP connections to Discord. Nothing can be posted afterwards."""
        await self._rest.close()

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef:
        return await self._messages.post(place, card, key=key)

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        return await self._messages.update(message, card)

    async def fetch(self, attachment: Attachment, *, max_bytes: int) -> bytes:
        if (attachment.bytes_count or 0) > max_bytes:
            raise image_errors.attachment_too_large(max_bytes)
        return await self._downloads.fetch(attachment.ref, max_bytes=max_bytes)

    # Private

    async def _fetch_application(self, *, first_shard: int) -> discord.AppInfo:
        """The app of the token. Retries for as long as Discord cannot be reached."""
        return await until_reached(
            self._rest.application,
            platform=PLATFORM,
            connection=self.connection,
            number=first_shard,
            clock=self._clock,
        )

    async def _sync_commands(self) -> None:
        """Where this fails, the commands that were registered before still work."""
        try:
            await sync(self._rest, self._commands, notes=self._notes)
        except EaselError as problem:
            _log.warning("commands.not_synced", reason=problem.text, hint="Try `easel discord sync` later.")

    def _client_factory(
        self, handlers: EventHandlers, intents: GatewayIntents, identify_limiter: IdentifyLimiter, shard: int
    ) -> MakeClient:
        def make(changed: Callable[[bool], None]) -> GatewayClient:
            handlers.messages.sees_all_messages = intents.now.message_content
            client = GatewayClient(
                handlers,
                intents=intents.now,
                shard=shard,
                shard_count=self._settings.shard_count,
                connection=self.connection,
                before_identify=identify_limiter.wait_shortly,
                changed=changed,
                options=self._rest.connection_options(),
            )
            return self._shard_clients.add(shard, client)

        return make

    def _handlers(self, handle: Handler, *, sees_all_messages: bool) -> EventHandlers:
        place_resolver, members = (
            PlaceResolver(self._rest, self._places),
            MemberLookup(self._rest, self._shard_clients.guild),
        )
        private_replies = PrivateReplies(self._rest, self._places)
        contexts = InteractionContexts(place_resolver, self._places, members, self._settings.access)

        async def server_left(guild: int) -> None:
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
                downloads=self._downloads,
                access=self._settings.access,
                notes=self._notes,
                sees_all_messages=sees_all_messages,
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
            file_limits=self._file_limits,
            response=lambda interaction: InteractionResponse(self._rest, self._multipart, interaction),
            server_left=server_left,
        )
