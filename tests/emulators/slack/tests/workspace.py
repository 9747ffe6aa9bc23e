"""The real SDK and a real Bolt app, connected to an emulated Slack."""

import logging
import re
from collections.abc import AsyncGenerator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.request_verification.async_request_verification import AsyncRequestVerification
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import Clock
from slack_sdk.web.async_client import AsyncWebClient

from tests.clock import now_s
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.state import ACK_LIMIT_S
from tests.emulators.slack.things import Team

Json = dict[str, Any]


def a_client(slack: SlackEmulator, *, token: str | None = None, team: Team | None = None) -> AsyncWebClient:
    """Makes every call once: what a client tries again by itself would hide what happened."""
    return AsyncWebClient(
        token=token or (team or slack.team).bot_token, base_url=slack.api_url, retry_handlers=[], timeout=10
    )


async def refused(slack: SlackEmulator, call: Awaitable[object], *, faults: int = 0) -> Any:
    """The answer to a call that is refused; `faults` of the app were noted with it, and are forgiven."""
    with pytest.raises(SlackApiError) as refusal:
        await call
    assert len(slack.problems) == faults, slack.problems
    slack.forgive()
    return refusal.value.response


async def upload(slack: SlackEmulator, data: bytes, name: str = "fox.png", **asked: Any) -> str:
    """The first two of the three steps; gives the file's id."""
    ticket = await a_client(slack).files_getUploadURLExternal(filename=name, length=len(data), **asked)
    async with aiohttp.ClientSession() as session, session.post(ticket["upload_url"], data=data) as answer:
        assert await answer.text() == f"OK - {len(data)}"
    return ticket["file_id"]


async def complete(slack: SlackEmulator, files: Sequence[str], **asked: Any) -> Any:
    """The third step, as JSON."""
    body = {"files": [{"id": file, "title": f"Picture {file}"} for file in files], **asked}
    return await a_client(slack).api_call("files.completeUploadExternal", json=body)


class TestTime(Clock):
    """The time of the tests, for what Slack's library compares with."""

    __test__ = False

    def now(self) -> float:
        return now_s()


@dataclass(eq=False)
class Listening:
    """A Bolt app that keeps what it hears.

    Attributes:
        heard: the body of every event, command and interaction.
        headers: of the same.
        failures: how many of the next requests break before they are acknowledged.
        answer: what commands and forms are acknowledged with.
    """

    bolt: AsyncApp
    heard: list[Json] = field(default_factory=list[Json])
    headers: list[dict[str, Sequence[str]]] = field(default_factory=list["dict[str, Sequence[str]]"])
    failures: int = 0
    answer: Json = field(default_factory=dict[str, Any])

    @property
    def events(self) -> list[Json]:
        return [body["event"] for body in self.heard if "event" in body]

    def kinds(self) -> list[str]:
        """The events by type and subtype."""
        return [event.get("subtype", event["type"]) for event in self.events]


@asynccontextmanager
async def a_socket_app(slack: SlackEmulator, *, ping_interval: float = 10) -> AsyncGenerator[Listening]:
    """An app that is connected over Socket Mode."""
    app = an_app(slack)
    handler = AsyncSocketModeHandler(app.bolt, slack.app_token, ping_interval=ping_interval)
    await handler.connect_async()
    try:
        yield app
    finally:
        await handler.close_async()


@asynccontextmanager
async def an_http_app(slack: SlackEmulator) -> AsyncGenerator[Listening]:
    """An app that listens at an address of its own, to which the emulator is told to deliver."""
    app = an_app(slack)

    async def serve(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.bolt.async_dispatch(await to_bolt_request(request)))

    application = web.Application()
    application.router.add_post("/slack/events", serve)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    slack.delivery = "http"
    slack.request_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    try:
        yield app
    finally:
        await runner.cleanup()


def an_app(slack: SlackEmulator) -> Listening:
    async def authorize(enterprise_id: str | None, team_id: str | None, **_: object) -> AuthorizeResult:
        team = slack.teams[str(team_id)]
        return AuthorizeResult(
            enterprise_id=None,
            team_id=team.id,
            bot_token=team.bot_token,
            bot_id=team.bot_id,
            bot_user_id=team.bot_user_id,
        )

    # What the app breaks on purpose is no news.
    logger = logging.getLogger("an_app")
    logger.setLevel(logging.CRITICAL)
    bolt = AsyncApp(
        process_before_response=True,
        authorize=authorize,
        client=AsyncWebClient(base_url=slack.api_url, retry_handlers=[]),
        signing_secret=slack.signing_secret,
        logger=logger,
    )
    for middleware in bolt._async_middleware_list:  # pyright: ignore[reportPrivateUsage]
        if isinstance(middleware, AsyncRequestVerification):
            middleware.verifier.clock = TestTime()  # signatures are of the time of the tests
    app = Listening(bolt)

    async def hear(body: Json, ack: Any, req: Any) -> None:
        app.heard.append(body)
        app.headers.append(dict(req.headers))
        slack.tell()
        if app.failures:
            app.failures -= 1
            if not app.failures:
                slack.ack_limit_s = ACK_LIMIT_S  # a test does not wait long for what is to fail, but for the rest
            raise RuntimeError("broken on purpose")
        await ack(**app.answer) if "event" not in body else None

    bolt.event(re.compile(".*"))(hear)
    bolt.command(re.compile(".*"))(hear)
    bolt.action(re.compile(".*"))(hear)
    bolt.shortcut(re.compile(".*"))(hear)
    bolt.view(re.compile(".*"))(hear)
    bolt.view_closed(re.compile(".*"))(hear)
    return app
