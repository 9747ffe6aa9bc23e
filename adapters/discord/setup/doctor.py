"""Discord doctor: asks Discord for everything that Easel needs, and reports with `diagnostics`.

Posts only in channels that are named: a test file, without a notification, deleted at once.
"""

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final

from adapters.discord.errors import DiscordRefused
from adapters.discord.options import DiscordOptions
from adapters.discord.payloads.rest_responses import (
    ChannelResponse,
    CommandResponse,
    GatewayResponse,
    GuildResponse,
    MessageResponse,
    RoleResponse,
    parse_member_roles,
)
from adapters.discord.rendering.command_schema import Payload
from adapters.discord.rest import DiscordRest, MultipartFile
from adapters.discord.setup import diagnostics
from adapters.discord.setup.invite import invite
from adapters.shared.test_image import PIXEL
from bot.domain.diagnostics import Diagnostic
from bot.errors import AdminError, EaselError
from bot.ports import Clock

_TEXT_CHANNEL_TYPES: Final = frozenset({0, 5})
"""Text and announcement channels."""
_MAX_SERVERS: Final = 5
"""How many are examined: each takes four calls."""
_SUPPRESS_NOTIFICATIONS: Final = 1 << 12
"""A message flag."""


async def examine(
    given: DiscordOptions, clock: Clock, registered: Sequence[Payload], *, channels: Sequence[int] = ()
) -> AsyncGenerator[Diagnostic]:
    """Findings, one by one. Does not connect to the gateway, so Easel may run or not.

    Args:
        registered: the commands that Easel registers; empty to skip them.
        channels: ids of channels where Easel is to be used.
    """
    examination = _Examination(given, clock)
    try:
        async for diagnostic in examination.app(registered):
            yield diagnostic
        for channel in channels:
            async for diagnostic in examination.channel(channel):
                yield diagnostic
        if (clock_finding := examination.clock()) is not None:
            yield clock_finding
    except AdminError as problem:
        yield Diagnostic.problem(diagnostics.TOKEN, problem.text, problem.hint or "See docs/discord.md.")
    except EaselError:
        text = "It cannot be reached from here."
        advice = "This machine must reach discord.com and gateway.discord.gg by https."
        yield Diagnostic.problem("Discord", text, advice)
    finally:
        await examination.close()


# Private


class _Examination:
    """Methods raise EaselError where Discord cannot be reached or does not accept the token."""

    def __init__(self, given: DiscordOptions, clock: Clock) -> None:
        self._given = given
        self._rest = DiscordRest(given.token, clock, api_url=given.api_url, gateway_url=given.gateway_url)

    async def close(self) -> None:
        await self._rest.close()

    async def app(self, registered: Sequence[Payload]) -> AsyncGenerator[Diagnostic]:
        app = await self._rest.application()
        for diagnostic in diagnostics.judge_application(app):
            yield diagnostic
        yield diagnostics.judge_intents(app.flags, wanted=self._given.message_content)
        for diagnostic in diagnostics.judge_gateway(
            GatewayResponse.parse(await self._get("/gateway/bot")), shard_count=self._given.shard_count
        ):
            yield diagnostic
        if registered:
            found = map(CommandResponse.parse, await self._get(f"/applications/{app.id}/commands"))
            yield diagnostics.judge_commands(found, [CommandResponse.parse(command) for command in registered])
        guilds = [GuildResponse.parse(guild) for guild in await self._get("/users/@me/guilds")]
        yield diagnostics.judge_servers([guild.name for guild in guilds], invite=invite(app.id))
        for guild in guilds[:_MAX_SERVERS]:
            yield await self._server(guild)

    def clock(self) -> Diagnostic | None:
        """How far this machine's clock is from Discord's; None where it is right, or nothing was asked."""
        return self._rest.time.diagnostic()

    async def channel(self, number: int) -> AsyncGenerator[Diagnostic]:
        """Easel's permissions in one channel, and whether a file can be posted there."""
        try:
            channel = ChannelResponse.parse(await self._get(f"/channels/{number}"))
            if channel.is_thread:
                channel = ChannelResponse.parse(await self._get(f"/channels/{channel.parent_id}"))
            permissions = await self._permissions(channel.guild_id or 0)
        except DiscordRefused as problem:
            yield Diagnostic.problem(f"channel {number}", problem.text, problem.hint or "Invite Easel to its server.")
            return
        subject = f"#{channel.name}"
        granted = permissions.granted_in(channel)
        for diagnostic in diagnostics.judge_permissions(subject, granted):
            yield diagnostic
        if granted.view_channel and granted.send_messages and granted.attach_files:
            yield await self._upload(subject, number)

    # Private

    async def _server(self, guild: GuildResponse) -> Diagnostic:
        """Easel's permissions in all channels of one server."""
        try:
            permissions = await self._permissions(guild.id)
            channels = [ChannelResponse.parse(each) for each in await self._get(f"/guilds/{guild.id}/channels")]
        except DiscordRefused as problem:
            return Diagnostic.warning(guild.name, problem.text, problem.hint or "Try /imagine there.")
        text_channels = [channel for channel in channels if channel.type in _TEXT_CHANNEL_TYPES]
        granted = {channel.name: permissions.granted_in(channel) for channel in text_channels}
        return diagnostics.judge_channels(guild.name, granted)

    async def _permissions(self, guild: int) -> diagnostics.ServerPermissions:
        user = await self._rest.bot_user()
        roles = [RoleResponse.parse(role) for role in await self._get(f"/guilds/{guild}/roles")]
        own_roles = parse_member_roles(await self._get(f"/guilds/{guild}/members/{user}"))
        return diagnostics.ServerPermissions.of(roles, own_roles, guild=guild, user=user)

    async def _upload(self, subject: str, channel: int) -> Diagnostic:
        body = {"attachments": [{"id": 0, "filename": "easel-doctor.png"}], "flags": _SUPPRESS_NOTIFICATIONS}
        files = [MultipartFile("easel-doctor.png", PIXEL)]
        path = "/channels/{channel_id}/messages"
        try:
            sent = MessageResponse.parse(
                await self._rest.call("POST", path, body=body, files=files, repeatable=False, channel_id=channel)
            )
            await self._rest.call("DELETE", path + "/{message_id}", channel_id=channel, message_id=sent.id)
        except DiscordRefused as problem:
            return Diagnostic.problem(subject, problem.text, problem.hint or "Try /imagine there.")
        return Diagnostic.ok(subject, "A test file went up, and was deleted again.")

    async def _get(self, path: str) -> Any:
        return await self._rest.call("GET", path)
