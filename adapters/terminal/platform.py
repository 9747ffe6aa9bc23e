"""The terminal platform: an HTTP server on the loopback address, which `easel imagine` connects to."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar, TypeVarTuple

from aiohttp import web
from aiohttp.typedefs import Handler as Answering
from aiohttp.typedefs import Middleware

from adapters.shared.health import HealthCheck
from adapters.shared.http_server import secrets_equal
from adapters.terminal import errors
from adapters.terminal.announcement import Announcement, new_token, remove_announcement, write_announcement
from adapters.terminal.limits import CAPABILITIES, MAX_FILE_BYTES, TERMINAL
from adapters.terminal.messages import StoredMessages
from adapters.terminal.parse import (
    EventResponse,
    StoredMessage,
    event_from_json,
    health_to_json,
    is_channel,
    message_to_json,
    parse_usage_key,
    problem_to_json,
    response_to_json,
    usage_to_json,
)
from bot.domain.ids import PictureId, PlatformName, job_id_for
from bot.domain.people import MessageRef, Place
from bot.domain.pictures import Attachment
from bot.errors import EaselError
from bot.ports import Clock, Handler, PictureReader, UsageReader
from bot.presentation.capabilities import Capabilities
from bot.presentation.card import Card

Result = TypeVar("Result")
Args = TypeVarTuple("Args")


class TerminalPlatform:
    """Implements `bot.ports.Platform`. Each `easel imagine` is a channel.

    `started` is set while the server is running and announced in `terminal.json`.
    """

    def __init__(
        self, *, data_dir: Path, pictures: PictureReader, health: HealthCheck, usage: UsageReader, clock: Clock
    ) -> None:
        self.started = asyncio.Event()
        self._data_dir = data_dir
        self._pictures = pictures
        self._health = health
        self._usage = usage
        self._messages = StoredMessages(data_dir / "terminal", clock)
        # Private, because the job engine replaces the loop's default executor and shuts it down when it stops.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="terminal")
        self._changed = asyncio.Event()

    @property
    def name(self) -> PlatformName:
        return TERMINAL

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    async def run(self, handle: Handler) -> None:
        await self._in_thread(self._messages.prune)
        token = new_token()
        app = web.Application(middlewares=[_require_token(token)], client_max_size=MAX_FILE_BYTES)
        app.add_routes(self._routes(handle))
        async with _serve(app) as address:
            announcement = Announcement(address, token, os.getpid())
            write_announcement(self._data_dir, announcement)
            self.started.set()
            try:
                await asyncio.Event().wait()
            finally:
                self.started.clear()
                self._wake_streams()
                remove_announcement(self._data_dir, announcement)

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef:
        return self._announce_change(await self._in_thread(self._messages.post, place, card, key))

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        return self._announce_change(await self._in_thread(self._messages.update, message, card))

    async def fetch(self, attachment: Attachment, *, max_bytes: int) -> bytes:
        return await self._in_thread(self._messages.read_file, attachment.ref, max_bytes)

    def _announce_change(self, message: StoredMessage) -> MessageRef:
        self._wake_streams()
        return message.ref

    def _wake_streams(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def _in_thread(self, work: Callable[[*Args], Result], *args: *Args) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)

    def _routes(self, handle: Handler) -> list[web.RouteDef]:
        async def take_event(request: web.Request) -> web.Response:
            event = event_from_json(await request.read())
            return web.Response(body=response_to_json(EventResponse(job_id_for(event.key), await handle(event))))

        return [
            web.get("/health", self._answer_health),
            web.get("/usage/{by}", self._answer_usage),
            web.post("/events", take_event),
            web.post("/files", self._receive_file),
            web.get("/channels/{channel}", self._stream_channel),
            web.get("/pictures/{picture}", self._answer_picture),
        ]

    async def _receive_file(self, request: web.Request) -> web.Response:
        data = await request.read()
        return web.Response(text=await self._in_thread(self._messages.store_file, data))

    async def _answer_health(self, _: web.Request) -> web.Response:
        return web.Response(body=health_to_json(await self._health()))

    async def _answer_usage(self, request: web.Request) -> web.Response:
        report = await self._usage.this_month(parse_usage_key(request.match_info["by"]))
        return web.Response(body=usage_to_json(report))

    async def _answer_picture(self, request: web.Request) -> web.Response:
        return web.Response(body=await self._pictures.read(PictureId(request.match_info["picture"])))

    async def _stream_channel(self, request: web.Request) -> web.StreamResponse:
        """Streams messages as JSON lines, each again when it changes, until the client disconnects."""
        channel = request.match_info["channel"]
        if not is_channel(channel):
            raise errors.unknown_channel()
        stream = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await stream.prepare(request)
        seen = 0
        # A handler is not notified of a disconnected client, so this is checked at every change.
        while self.started.is_set() and request.transport is not None:
            changed = self._changed
            for message in await self._in_thread(self._messages.changed_since, channel, seen):
                await stream.write(message_to_json(message) + b"\n")
                seen = message.revision
            await changed.wait()
        return stream


@asynccontextmanager
async def _serve(app: web.Application) -> AsyncGenerator[str]:
    """Serves `app` on a free loopback port and yields its address."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


def _require_token(token: str) -> Middleware:
    @web.middleware
    async def check(request: web.Request, handler: Answering) -> web.StreamResponse:
        if not secrets_equal(request.headers.get("Authorization", ""), f"Bearer {token}"):
            return web.Response(status=HTTPStatus.UNAUTHORIZED, text="This listener is for easel on this machine.\n")
        try:
            return await handler(request)
        except EaselError as error:
            return web.Response(status=HTTPStatus.UNPROCESSABLE_ENTITY, body=problem_to_json(error))

    return check
