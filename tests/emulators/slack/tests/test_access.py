"""Apps get into emulated workspaces and are thrown out; another process can act as a person."""

import asyncio
import base64
import json
import signal
import sys
from typing import Any, Self

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.oauth import AuthorizeUrlGenerator
from slack_sdk.web.async_client import AsyncWebClient

from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.tests.workspace import a_client, a_socket_app, refused


class Site:
    """The app's own pages: one that leads to Slack, and one to which Slack leads back."""

    def __init__(self, slack: SlackEmulator) -> None:
        self._slack = slack
        self.back: list[dict[str, str]] = []

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_get("/install", self._install)
        application.router.add_get("/redirect", self._redirected)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _install(self, _: web.Request) -> web.Response:
        generator = AuthorizeUrlGenerator(
            client_id=self._slack.client_id,
            redirect_uri=f"{self.origin}/redirect",
            scopes=["chat:write", "commands"],
            authorization_url=f"{self._slack.origin}/oauth/v2/authorize",
        )
        page = f'<html><a href="{generator.generate("s1")}">Add to Slack</a></html>'
        return web.Response(text=page, content_type="text/html")

    async def _redirected(self, request: web.Request) -> web.Response:
        self.back.append(dict(request.query))
        return web.Response(text="Thank you")


async def exchange(slack: SlackEmulator, asked: dict[str, str]) -> Any:
    client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    data = {"client_id": slack.client_id, "client_secret": slack.client_secret, **asked}
    return await client.api_call("oauth.v2.access", data=data)


async def test_an_app_is_installed(slack: SlackEmulator) -> None:
    """Consent gives a code, the code gives a token, once and for the same address only."""
    team = slack.add_team("Globex", installed=False)
    async with Site(slack) as site, aiohttp.ClientSession() as session:
        assert await slack.install(team, f"{site.origin}/install", session) == (200, "Thank you")
        redirect_uri = f"{site.origin}/redirect"
    (back,) = site.back
    assert back["state"] == "s1"
    asked = {"code": back["code"], "redirect_uri": redirect_uri}
    installed = await exchange(slack, asked)
    assert (installed["team"]["id"], installed["scope"]) == (team.id, "chat:write,commands")
    assert (await a_client(slack, token=installed["access_token"]).auth_test())["team_id"] == team.id
    assert (await refused(slack, exchange(slack, asked)))["error"] == "invalid_code"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"client_secret": "guess"}, "bad_client_secret"),
        ({"redirect_uri": "http://elsewhere/"}, "bad_redirect_uri"),
    ],
)
async def test_a_code_is_guarded(slack: SlackEmulator, changed: dict[str, str], error: str) -> None:
    """Another app, another secret and another address get nothing."""
    async with Site(slack) as site, aiohttp.ClientSession() as session:
        await slack.install(slack.team, f"{site.origin}/install", session)
        asked = {"code": site.back[0]["code"], "redirect_uri": f"{site.origin}/redirect"}
    assert (await refused(slack, exchange(slack, {**asked, **changed})))["error"] == error


async def test_the_app_may_name_itself_in_a_header(slack: SlackEmulator) -> None:
    """The SDK sends client id and secret as Basic authentication."""
    async with Site(slack) as site, aiohttp.ClientSession() as session:
        await slack.install(slack.team, f"{site.origin}/install", session)
        redirect_uri = f"{site.origin}/redirect"
    client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    # Slack's SDK still uses what aiohttp has deprecated.
    with pytest.warns(DeprecationWarning, match="BasicAuth"):
        installed = await client.oauth_v2_access(
            client_id=slack.client_id,
            client_secret=slack.client_secret,
            code=site.back[0]["code"],
            redirect_uri=redirect_uri,
        )
    assert installed["access_token"] == slack.team.bot_token


async def test_consent_can_be_denied(slack: SlackEmulator) -> None:
    """Then the app hears access_denied, and gets no code."""
    async with Site(slack) as site, aiohttp.ClientSession() as session:
        await slack.install(slack.team, f"{site.origin}/install", session, answer="cancel")
    assert site.back == [{"state": "s1", "error": "access_denied"}]


async def test_an_app_is_thrown_out(slack: SlackEmulator) -> None:
    """It is told in two events; its token is dead, and a new installation gives another one."""
    token = slack.team.bot_token
    async with a_socket_app(slack) as app:
        slack.revoke(slack.team, error="token_revoked")
        await slack.quiet()
        assert app.kinds() == ["tokens_revoked", "app_uninstalled"]
    assert (await refused(slack, a_client(slack, token=token).auth_test()))["error"] == "token_revoked"
    slack.admit(slack.team, ["chat:write"])
    assert slack.team.bot_token != token
    assert (await a_client(slack).auth_test())["ok"]


async def test_an_app_leaves(slack: SlackEmulator) -> None:
    """auth.revoke ends its own token, unless it only tests."""
    client = a_client(slack)
    assert (await client.auth_revoke(test=True))["revoked"] is False
    assert (await client.auth_revoke())["revoked"] is True
    assert (await refused(slack, client.auth_test()))["error"] == "account_inactive"


async def test_another_process_acts_as_a_person() -> None:
    """The command line prints where everything is, and its control interface types, presses and sees."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.emulators.slack", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    told = json.loads(await process.stdout.readline())
    client = AsyncWebClient(token=told["bot_token"], base_url=told["api_url"])
    channel = told["channels"]["studio"]
    async with aiohttp.ClientSession(told["origin"]) as session:
        who = {"person": "Ada", "channel": "studio"}
        async with session.post("/control/command", json={**who, "text": "fox"}) as answer:
            assert (await answer.json())["error"] == '/imagine failed with the error "dispatch_failed"'
        files = [{"name": "fox.png", "data": base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()}]
        async with session.post("/control/say", json={**who, "text": "look", "files": files}) as answer:
            ts = (await answer.json())["ts"]
        button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
        blocks = [{"type": "actions", "elements": [button]}]
        card = await client.chat_postMessage(channel=channel, text="card", blocks=blocks, thread_ts=ts)
        async with session.post("/control/press", json={**who, "ts": card["ts"], "action_id": "go"}) as answer:
            seen = (await answer.json())["messages"]
        async with session.get("/control/seen", params={"person": "Bob", "channel": "studio"}) as answer:
            assert (await answer.json())["messages"] == seen
        assert [message["text"] for message in seen] == ["look", "card"]
        file = seen[0]["files"][0]["id"]
        async with session.get("/control/download", params={"person": "Bob", "file": file}) as answer:
            assert await answer.read() == b"\x89PNG\r\n\x1a\n"
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
