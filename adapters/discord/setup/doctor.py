"""Whether Discord lets Easel work, asked of Discord itself. Only in channels that are named is anything posted: a test
file, silently, and deleted at once.

What its answers mean is judged in `diagnostics`.
"""

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final

from adapters.discord.errors import DiscordRefused, to_easel_error
from adapters.discord.options import DiscordOptions
from adapters.discord.rendering.command_schema import Payload
from adapters.discord.rest import DiscordRest, MultipartFile
from adapters.discord.setup import diagnostics
from adapters.discord.setup.diagnostics import Json
from adapters.discord.setup.invite import invite
from adapters.shared.test_image import PIXEL
from bot.domain.diagnostics import Diagnostic
from bot.errors import AdminError, EaselError
from bot.ports import Clock

_THREADS: Final = frozenset({10, 11, 12})
_WRITTEN: Final = frozenset({0, 5})
"""The types of channels where people write: text and announcements."""
_SERVERS: Final = 5
"""So many are looked at closely: each takes three calls."""
_SILENT: Final = 1 << 12


async def examine(
    given: DiscordOptions, clock: Clock, registered: Sequence[Payload], *, channels: Sequence[int] = ()
) -> AsyncGenerator[Diagnostic]:
    """What is found, as it is found. Needs no running Easel, and does not disturb one: it does not connect.

    Args:
        registered: the commands that Easel registers; empty to leave them unexamined.
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
    """Every method raises EaselError where Discord cannot be asked, or does not take the token."""

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
            await self._ask("/gateway/bot"), shard_count=self._given.shard_count
        ):
            yield diagnostic
        if registered:
            yield diagnostics.judge_commands(await self._ask(f"/applications/{app.id}/commands"), registered)
        guilds: Sequence[Json] = await self._ask("/users/@me/guilds")
        yield diagnostics.judge_servers([str(each["name"]) for each in guilds], invite=invite(app.id))
        for guild in guilds[:_SERVERS]:
            yield await self._server(str(guild["id"]), str(guild["name"]))

    def clock(self) -> Diagnostic | None:
        """What this machine's clock is beside Discord's; None where it is right, or nothing was asked."""
        return self._rest.time.diagnostic()

    async def channel(self, number: int) -> AsyncGenerator[Diagnostic]:
        """What Easel may do in one channel, and whether a file goes up there."""
        try:
            channel: Json = await self._ask(f"/channels/{number}")
            if channel.get("type") in _THREADS:
                channel = await self._ask(f"/channels/{channel['parent_id']}")
            rights = await self._rights(str(channel["guild_id"]))
        except DiscordRefused as refused:
            problem = to_easel_error(refused)
            yield Diagnostic.problem(f"channel {number}", problem.text, problem.hint or "Invite Easel to its server.")
            return
        subject = f"#{channel.get('name', number)}"
        granted = rights.granted_in(channel)
        for diagnostic in diagnostics.judge_permissions(subject, granted):
            yield diagnostic
        if granted.view_channel and granted.send_messages and granted.attach_files:
            yield await self._upload(subject, number)

    # Private

    async def _server(self, guild: str, name: str) -> Diagnostic:
        """What Easel may do in all channels of one server."""
        try:
            rights = await self._rights(guild)
            channels: Sequence[Json] = await self._ask(f"/guilds/{guild}/channels")
        except DiscordRefused as refused:
            problem = to_easel_error(refused)
            return Diagnostic.warning(name, problem.text, problem.hint or "Try /imagine there.")
        written = [each for each in channels if each.get("type") in _WRITTEN]
        return diagnostics.judge_channels(name, {str(each["name"]): rights.granted_in(each) for each in written})

    async def _rights(self, guild: str) -> diagnostics.ServerPermissions:
        us = str(await self._rest.bot_user())
        roles: Sequence[Json] = await self._ask(f"/guilds/{guild}/roles")
        member: Json = await self._ask(f"/guilds/{guild}/members/{us}")
        return diagnostics.ServerPermissions.of(roles, member, guild=guild, us=us)

    async def _upload(self, subject: str, channel: int) -> Diagnostic:
        body = {"attachments": [{"id": 0, "filename": "easel-doctor.png"}], "flags": _SILENT}
        files = [MultipartFile("easel-doctor.png", PIXEL)]
        path = "/channels/{channel_id}/messages"
        try:
            sent = await self._rest.call("POST", path, body=body, files=files, repeatable=False, channel_id=channel)
            await self._rest.call("DELETE", path + "/{message_id}", channel_id=channel, message_id=int(sent["id"]))
        except DiscordRefused as refused:
            problem = to_easel_error(refused)
            return Diagnostic.problem(subject, problem.text, problem.hint or "Try /imagine there.")
        return Diagnostic.ok(subject, "A test file went up, and was deleted again.")

    async def _ask(self, path: str) -> Any:
        return await self._rest.call("GET", path)
