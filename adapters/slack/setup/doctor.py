"""Whether Slack lets Easel work, asked of Slack itself: nothing is posted, and nothing is left behind.

What its answers mean is judged in `diagnostics`.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Mapping, Sequence
from typing import Any, Final, TypeVar

import aiohttp

from adapters.shared.test_image import PIXEL
from adapters.slack.errors import PASSING, SlackRefused
from adapters.slack.ids import EVENTS_PATH
from adapters.slack.installations.workspaces import SingleWorkspace, Workspace
from adapters.slack.options import SlackOptions
from adapters.slack.posting.uploads import Uploads
from adapters.slack.setup import diagnostics
from adapters.slack.web_api.client import SlackApi
from bot.domain.diagnostics import Diagnostic
from bot.domain.ids import PictureId
from bot.errors import AdminError, EaselError
from bot.ports import Clock

_HELLO_TIMEOUT_S: Final = 20.0
_ANSWER_TIMEOUT_S: Final = 10.0

_T = TypeVar("_T")


async def examine(
    given: SlackOptions, clock: Clock, *, mentions_only: bool = False, channels: Sequence[str] = ()
) -> AsyncGenerator[Diagnostic]:
    """What is found, as it is found. Needs no running Easel, and does not disturb one.

    Slack may deliver to any connection of Socket Mode, so the one that is tried closes as soon as Slack has said hello.
    What comes in that moment is delivered again, but for a command or a press: its sender is told that it failed.
    """
    for diagnostic in diagnostics.judge_settings(given):
        yield diagnostic
    examination = _Examination(given, clock)
    try:
        if diagnostics.is_kind(given.bot_token, "xoxb-"):
            async for diagnostic in examination.workspace(mentions_only=mentions_only, channels=channels):
                yield diagnostic
        elif channels:
            text = "Cannot be looked at without a bot token."
            yield Diagnostic.warning("--channel", text, "In a workspace that installed the app, try /imagine there.")
        if diagnostics.is_kind(given.app_token, "xapp-"):
            async for diagnostic in examination.socket():
                yield diagnostic
        if given.bot_token is None and given.client_id and given.client_secret:
            yield await examination.client()
        if diagnostics.needs_public_url(given) and given.signing_secret and given.public_url:
            yield await examination.request_url()
        if (clock_finding := examination.clock()) is not None:
            yield clock_finding
    except _SlackUnreachable as unreachable:
        yield unreachable.diagnostic
    except AdminError as problem:
        yield Diagnostic.problem("Slack", problem.text, problem.hint or "See docs/slack.md.")
    finally:
        await examination.close()


# Private


class _SlackUnreachable(Exception):
    """Slack does not answer, or not as Slack: nothing more can be found out from it."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.text)
        self.diagnostic = diagnostic


class _NoPictures:
    """A `PictureReader` for uploads that bring their own bytes."""

    async def read(self, picture: PictureId) -> bytes:
        raise NotImplementedError(picture)


class _Examination:
    """Every method raises `_SlackUnreachable` where Slack itself cannot be asked."""

    def __init__(self, given: SlackOptions, clock: Clock) -> None:
        self._given = given
        self._manifest = diagnostics.manifest_command(given)
        self._one = SingleWorkspace(given.bot_token or "")
        self._api = SlackApi(base_url=given.api_url, workspaces=self._one, clock=clock)
        self._uploads = Uploads(self._api, _NoPictures(), clock)

    async def close(self) -> None:
        await self._api.close()

    async def workspace(self, *, mentions_only: bool, channels: Sequence[str]) -> AsyncGenerator[Diagnostic]:
        """The bot token, and all that it may do."""
        told = await self._identity()
        if isinstance(told, Diagnostic):
            yield told
            return
        team, name = told
        yield Diagnostic.ok(diagnostics.BOT_TOKEN, f"Accepted: @{name} in {team.name} ({team.id}).")
        if team.scopes:
            for diagnostic in diagnostics.judge_scopes(
                team.scopes, mentions_only=mentions_only, manifest=self._manifest
            ):
                yield diagnostic
        for channel in channels:
            yield diagnostics.judge_channel(channel, await self._refused_channel(team, channel), granted=team.scopes)
        if "files:write" in team.scopes or not team.scopes:
            yield await self._upload(team)

    def clock(self) -> Diagnostic | None:
        """What this machine's clock is beside Slack's; None where it is right, or nothing was asked."""
        return self._api.time.diagnostic()

    async def socket(self) -> AsyncGenerator[Diagnostic]:
        """The app token, and a connection with it that lasts until Slack says hello."""
        try:
            address = str((await self._ask(self._given.app_token, "apps.connections.open"))["url"])
        except SlackRefused as refused:
            yield diagnostics.judge_app_token(refused.code, manifest=self._manifest)
            return
        yield Diagnostic.ok(diagnostics.APP_TOKEN, "Accepted.")
        try:
            async with asyncio.timeout(_HELLO_TIMEOUT_S), self._api.session.ws_connect(address) as socket:
                frame = json.loads(await socket.receive_str())
        except (aiohttp.ClientError, TimeoutError, OSError, TypeError, ValueError):
            text = "The connection to Slack is not made, or breaks at once."
            advice = "Let this machine open wss:// connections to Slack: a firewall or proxy may keep it from that."
            yield Diagnostic.problem("Socket Mode", text, advice)
            return
        yield diagnostics.judge_first_frame(frame)

    async def client(self) -> Diagnostic:
        """The client ID and secret, by a code that nobody was given."""
        client_id, client_secret = self._given.client_id or "", self._given.client_secret or ""
        try:
            await self._ask(
                None, "oauth.v2.access", code="easel-doctor", client_id=client_id, client_secret=client_secret
            )
        except SlackRefused as refused:
            return diagnostics.judge_client(refused.code)
        return diagnostics.judge_client("ok")

    async def request_url(self) -> Diagnostic:
        """What answers where Slack is to send events."""
        address = f"{(self._given.public_url or '').rstrip('/')}{EVENTS_PATH}"
        timeout = aiohttp.ClientTimeout(total=_ANSWER_TIMEOUT_S)
        try:
            async with self._api.session.post(address, data=b"", timeout=timeout, allow_redirects=False) as response:
                body = (await response.content.read(500)).decode(errors="replace")
                return diagnostics.judge_request_url(address, response.status, body)
        except (aiohttp.ClientError, TimeoutError, OSError):
            text = f"{address} cannot be reached from here. Slack may reach it all the same."
            advice = f"Its name must lead to your proxy, which needs a certificate. {diagnostics.PROXY}"
            return Diagnostic.warning(diagnostics.PUBLIC_URL, text, advice)

    # Private

    async def _identity(self) -> tuple[Workspace, str] | Diagnostic:
        """The workspace and the bot's name; a finding where the token is of no use."""
        token = self._given.bot_token or ""
        try:
            told = await self._ask(token, "auth.test")
            if "team_id" not in told or "user_id" not in told:
                raise _no_slack()
            if told.get("is_enterprise_install"):
                text = "The app was installed for a whole organisation, which Easel does not support."
                return Diagnostic.problem(
                    diagnostics.BOT_TOKEN, text, "Install it in one workspace, and copy that token."
                )
            team = await self._asked(self._api.identify(token))
        except SlackRefused as refused:
            return diagnostics.judge_bot_token(refused.code)
        self._one.connected(team)
        return team, str(told.get("user", team.bot_user))

    async def _refused_channel(self, team: Workspace, channel: str) -> str | None:
        try:
            await self._ask(team.token, "conversations.history", channel=channel, limit="1")
        except SlackRefused as refused:
            return refused.code
        return None

    async def _upload(self, team: Workspace) -> Diagnostic:
        """A file goes up, to no channel, and is deleted again."""
        file: str | None = None
        try:
            file = await self._uploads.upload_bytes(team.id, "easel-doctor.png", PIXEL)
            await self._uploads.complete(team.id, [(file, "Test")])
        except SlackRefused as refused:
            return diagnostics.judge_upload(refused.code, manifest=self._manifest)
        except EaselError as problem:
            advice = "Let this machine reach files.slack.com as well: a firewall or proxy may keep it from that."
            return Diagnostic.problem("uploads", problem.text, advice)
        finally:
            kept = file is not None and not await self._deleted(team, file)
        if kept:
            text = "A test file went up, but could not be deleted again."
            return Diagnostic.warning("uploads", text, "Nobody but the app sees it: easel-doctor.png.")
        return Diagnostic.ok("uploads", "A test file went up, and was deleted again.")

    async def _deleted(self, team: Workspace, file: str) -> bool:
        try:
            await self._uploads.delete(team.id, file)
        except EaselError:
            return False
        return True

    async def _ask(self, token: str | None, method: str, **arguments: str) -> Mapping[str, Any]:
        return await self._asked(self._api.call_with(token, method, **arguments))

    async def _asked(self, work: Awaitable[_T]) -> _T:
        """Raises SlackRefused for what Slack refuses for a reason."""
        try:
            return await work
        except SlackRefused as refused:
            if refused.code in PASSING or refused.code.startswith("http_5"):
                text = f"It is out of order at the moment: {refused.code}."
                raise _SlackUnreachable(Diagnostic.problem("Slack", text, "Try again in some minutes.")) from refused
            if refused.code.startswith("http_"):
                raise _no_slack() from refused
            raise
        except AdminError:
            raise
        except EaselError as problem:
            text = "It cannot be reached from here."
            advice = "This machine must reach slack.com by https; a proxy is set with HTTPS_PROXY."
            raise _SlackUnreachable(Diagnostic.problem("Slack", text, advice)) from problem


def _no_slack() -> _SlackUnreachable:
    advice = "Leave it out, or for GovSlack: SLACK_API_URL=https://slack-gov.com/api/"
    return _SlackUnreachable(Diagnostic.problem("SLACK_API_URL", "What answers there is not Slack.", advice))
