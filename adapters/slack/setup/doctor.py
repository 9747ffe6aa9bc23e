"""Checks the Slack set-up by calls to Slack: tokens, scopes, channels, uploads, Socket Mode and the request URL.

Nothing is posted, and nothing is left behind. `diagnostics` explains the answers.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Mapping, Sequence
from typing import Final, TypeVar

import aiohttp

from adapters.shared.test_image import PIXEL
from adapters.slack.errors import PASSING, SlackRefused
from adapters.slack.ids import EVENTS_PATH
from adapters.slack.installations.workspaces import SingleWorkspace, Workspace, workspace_from_auth_test
from adapters.slack.options import SlackOptions
from adapters.slack.payloads.socket_mode import parse_frame
from adapters.slack.payloads.web_api import parse_apps_connections_open
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
    """Yields each diagnostic as it is found. Easel may run meanwhile or not.

    Slack may deliver events to any Socket Mode connection, so the test connection closes right after `hello`. An event
    in that moment is delivered again; a slash command or button press fails visibly for the person.
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
    """Slack does not answer, or not as Slack: no further check is possible."""

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
        """Checks the bot token, its scopes, the channels and an upload."""
        identity = await self._identity()
        if isinstance(identity, Diagnostic):
            yield identity
            return
        team, name = identity
        yield Diagnostic.ok(diagnostics.BOT_TOKEN, f"Accepted: @{name} in {team.name} ({team.id}).")
        if team.scopes:
            for diagnostic in diagnostics.judge_scopes(
                team.scopes, mentions_only=mentions_only, manifest=self._manifest
            ):
                yield diagnostic
        for channel in channels:
            yield diagnostics.judge_channel(channel, await self._channel_error(team, channel), granted=team.scopes)
        if "files:write" in team.scopes or not team.scopes:
            yield await self._upload(team)

    def clock(self) -> Diagnostic | None:
        """Compares this machine's clock with Slack's; None where it is right, or Slack was not called."""
        return self._api.time.diagnostic()

    async def socket(self) -> AsyncGenerator[Diagnostic]:
        """Checks the app token, and opens a connection with it until Slack sends `hello`."""
        try:
            answer = await self._call(self._given.app_token, "apps.connections.open")
            address = parse_apps_connections_open(answer).url
        except SlackRefused as refused:
            yield diagnostics.judge_app_token(refused.code, manifest=self._manifest)
            return
        yield Diagnostic.ok(diagnostics.APP_TOKEN, "Accepted.")
        try:
            async with asyncio.timeout(_HELLO_TIMEOUT_S), self._api.session.ws_connect(address) as socket:
                frame = parse_frame(await socket.receive_str())
        except (aiohttp.ClientError, TimeoutError, OSError, TypeError, ValueError):
            text = "The connection to Slack is not made, or breaks at once."
            advice = "Let this machine open wss:// connections to Slack: a firewall or proxy may keep it from that."
            yield Diagnostic.problem("Socket Mode", text, advice)
            return
        yield diagnostics.judge_first_frame(frame)

    async def client(self) -> Diagnostic:
        """Checks the client ID and secret, with a made-up authorisation code."""
        client_id, client_secret = self._given.client_id or "", self._given.client_secret or ""
        try:
            await self._call(
                None, "oauth.v2.access", code="easel-doctor", client_id=client_id, client_secret=client_secret
            )
        except SlackRefused as refused:
            return diagnostics.judge_client(refused.code)
        return diagnostics.judge_client("ok")

    async def request_url(self) -> Diagnostic:
        """Sends a request to the address where Slack is to send events."""
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
        """The workspace and the bot's name; a diagnostic where the token cannot be used."""
        token = self._given.bot_token or ""
        try:
            tested, scopes = await self._unless_unreachable(self._api.auth_test(token))
            if tested.is_enterprise_install:
                text = "The app was installed for a whole organisation, which Easel does not support."
                return Diagnostic.problem(
                    diagnostics.BOT_TOKEN, text, "Install it in one workspace, and copy that token."
                )
        except SlackRefused as refused:
            return diagnostics.judge_bot_token(refused.code)
        except AdminError as problem:
            raise _not_slack() from problem
        team = workspace_from_auth_test(tested, token, scopes)
        self._one.connected(team)
        return team, tested.user or team.bot_user

    async def _channel_error(self, team: Workspace, channel: str) -> str | None:
        try:
            await self._call(team.token, "conversations.history", channel=channel, limit="1")
        except SlackRefused as refused:
            return refused.code
        return None

    async def _upload(self, team: Workspace) -> Diagnostic:
        """Uploads a file, to no channel, and deletes it."""
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
            is_left = file is not None and not await self._is_deleted(team, file)
        if is_left:
            text = "A test file went up, but could not be deleted again."
            return Diagnostic.warning("uploads", text, "Nobody but the app sees it: easel-doctor.png.")
        return Diagnostic.ok("uploads", "A test file went up, and was deleted again.")

    async def _is_deleted(self, team: Workspace, file: str) -> bool:
        try:
            await self._uploads.delete(team.id, file)
        except EaselError:
            return False
        return True

    async def _call(self, token: str | None, method: str, **arguments: str) -> Mapping[str, object]:
        return await self._unless_unreachable(self._api.call_with(token, method, **arguments))

    async def _unless_unreachable(self, work: Awaitable[_T]) -> _T:
        """Raises SlackRefused where Slack refuses; `_SlackUnreachable` where it cannot be reached."""
        try:
            return await work
        except SlackRefused as refused:
            if refused.code in PASSING or refused.code.startswith("http_5"):
                text = f"It is out of order at the moment: {refused.code}."
                raise _SlackUnreachable(Diagnostic.problem("Slack", text, "Try again in some minutes.")) from refused
            if refused.code.startswith("http_"):
                raise _not_slack() from refused
            raise
        except AdminError:
            raise
        except EaselError as problem:
            text = "It cannot be reached from here."
            advice = "This machine must reach slack.com by https; a proxy is set with HTTPS_PROXY."
            raise _SlackUnreachable(Diagnostic.problem("Slack", text, advice)) from problem


def _not_slack() -> _SlackUnreachable:
    advice = "Leave it out, or for GovSlack: SLACK_API_URL=https://slack-gov.com/api/"
    return _SlackUnreachable(Diagnostic.problem("SLACK_API_URL", "What answers there is not Slack.", advice))
