"""Slack's Socket Mode: opens one WebSocket connection, monitors it, and replaces it when it is dead.

The SDK reconnects by itself, but misses some faults, as measured or reported: with a bad token it retries for ever,
with a closed HTTP session it reports "connected", and connections over a dead network stay registered with Slack, which
then delivers events to them (python-slack-sdk#1940).
"""

import asyncio
import logging
from typing import Final, cast

import structlog
from aiohttp import WSMessage, WSMsgType
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from adapters.shared.backoff import until_reached
from adapters.shared.health import ConnectionStatus
from adapters.shared.proxy import session_for
from adapters.slack import errors
from adapters.slack.errors import REVOKED, SlackRefused
from adapters.slack.ids import PLATFORM
from adapters.slack.payloads.socket_mode import parse_frame
from adapters.slack.payloads.web_api import parse_apps_connections_open
from adapters.slack.web_api.client import SlackApi
from bot.ports import Clock

CONNECT_TIMEOUT_S: Final = 30.0
_MANY_CONNECTIONS: Final = 8
"""Slack allows an app 10 connections. So many are not needed for a rolling update: some belong to dead processes."""

_log = structlog.get_logger(__name__)


class SocketModeConnection:
    """Args: `ping_s`: seconds between two pings, and between two checks of the connection."""

    def __init__(
        self,
        app: AsyncApp,
        api: SlackApi,
        clock: Clock,
        connection: ConnectionStatus,
        *,
        app_token: str,
        ping_s: float,
    ) -> None:
        self._app = app
        self._api = api
        self._clock = clock
        self._connection = connection
        self._app_token = app_token
        self._ping_s = ping_s
        self._handling: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Receives events until cancelled.

        Raises:
            AdminError: Slack does not accept the token: trying again would never help.
        """
        while True:
            await until_reached(self._connect_once, platform=PLATFORM, connection=self._connection, clock=self._clock)

    async def _connect_once(self) -> None:
        """One life of a connection. Raises Transient where it does not come about."""
        try:
            await self._listen(await self._address())
        except TimeoutError as error:
            raise errors.no_answer() from error

    async def _address(self) -> str:
        """The WebSocket address. The SDK would ask for it as well, but with a bad token it retries for ever."""
        try:
            answer = await self._api.call_with(self._app_token, "apps.connections.open")
            return parse_apps_connections_open(answer).url
        except SlackRefused as refused:
            if refused.code in REVOKED or refused.code in ("not_allowed_token_type", "missing_scope"):
                raise errors.app_token_invalid(refused.code) from refused
            if refused.code in ("forbidden_team", "app_not_enabled", "socket_mode_disabled"):
                raise errors.socket_mode_off() from refused
            raise errors.call_refused(refused.code) from refused

    async def _listen(self, address: str) -> None:
        """Runs one client of the SDK; returns when its connection is dead."""
        handler = _Handler(self._app, self._app_token, self._api, self._handling, ping_s=self._ping_s)
        client = handler.client
        await client.aiohttp_client_session.close()
        client.aiohttp_client_session = session_for(address)
        client.proxy = None  # the session uses it already
        client.wss_uri = address
        client.on_message_listeners.append(self._receive)
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await handler.connect_async()
            self._connection.connected()
            _log.info("slack.connected")
            pongs = _PongMonitor(client)
            while (fault := await connection_fault(client) or pongs.fault(4 * self._ping_s)) is None:
                await self._clock.sleep(self._ping_s)
            _log.warning("slack.connection_dead", reason=fault)
            self._connection.lost(fault)
        finally:
            # Events that are being handled are acknowledged first; after the close frame Slack delivers elsewhere.
            await asyncio.gather(*self._handling, return_exceptions=True)
            await handler.close_async()

    async def _receive(self, message: WSMessage) -> None:
        if message.type is not WSMsgType.TEXT or '"hello"' not in str(message.data)[:200]:
            return
        count = parse_frame(str(message.data)).num_connections
        if count is not None and count >= _MANY_CONNECTIONS:
            _log.warning("slack.many_connections", count=count, hint="Connections of dead processes take events away.")


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler; keeps a reference to its tasks, which the event loop alone would let be garbage-collected."""

    client: SocketModeClient

    def __init__(
        self, app: AsyncApp, app_token: str, api: SlackApi, handling: set[asyncio.Task[None]], *, ping_s: float
    ) -> None:
        super().__init__(
            app,
            app_token,
            logger=logging.getLogger("slack_sdk.socket_mode"),
            web_client=api.client(None),
            ping_interval=ping_s,
        )
        self._handling = handling

    async def handle(self, client: AsyncBaseSocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine that runs has a task
        self._handling.add(task)
        try:
            await super().handle(cast("SocketModeClient", client), req)
        finally:
            self._handling.discard(task)


class _PongMonitor:
    """Checks whether the client still gets pongs.

    The SDK keeps the time of day of the last one, which jumps when the machine's clock is set. What counts here is for
    how long that has not changed.
    """

    def __init__(self, client: SocketModeClient) -> None:
        self._client = client
        self._now_s = asyncio.get_running_loop().time
        self._last_pong = client.last_ping_pong_time
        self._changed_s = self._now_s()

    def fault(self, max_wait_s: float) -> str | None:
        """What is wrong if there was no pong for so long; None otherwise."""
        if self._client.last_ping_pong_time != self._last_pong:
            self._last_pong, self._changed_s = self._client.last_ping_pong_time, self._now_s()
        return "no pongs" if self._now_s() - self._changed_s > max_wait_s else None


async def connection_fault(client: SocketModeClient) -> str | None:
    """What is wrong with a connection; None where nothing is."""
    if client.aiohttp_client_session.closed:
        return "session closed"  # `is_connected` of SDK 3.48 does not check it
    if not await client.is_connected():
        return "disconnected"
    return None
