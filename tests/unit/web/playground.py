"""A running playground with a handler of the test's own, and people who use it over HTTP."""

import asyncio
import hashlib
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar
from yarl import URL

from adapters.shared.health import Health
from adapters.shared.http_server import HttpServer
from adapters.web.platform import WebPlatform
from bot.domain.events import Event
from bot.domain.ids import PictureId
from bot.domain.people import MessageRef, Place
from bot.domain.pictures import Picture, Size
from bot.jobs.clock import SystemClock
from bot.ports import PrivateResponse
from bot.presentation.card import Card
from bot.presentation.options import Option, Subcommand
from tests.clock import PATIENCE_S

TOKEN = "let-me-in"
PNG = b"\x89PNG\r\n\x1a\n" + b"fox" * 100
FOX = Picture(PictureId(hashlib.sha256(PNG).hexdigest()), "png", Size(64, 64), len(PNG))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
FOX_SVG = PictureId(hashlib.sha256(SVG).hexdigest())


class FewPictures:
    async def read(self, picture: PictureId) -> bytes:
        return {FOX.id: PNG, FOX_SVG: SVG}[picture]


@dataclass
class Playground:
    """A running platform, the events that it delivered, and what it answers to them."""

    platform: WebPlatform
    server: HttpServer
    client: ClientSession
    events: list[Event] = field(default_factory=list[Event])
    answer: Callable[[Event], Awaitable[PrivateResponse]] | None = None

    async def handle(self, event: Event) -> PrivateResponse:
        self.events.append(event)
        return await self.answer(event) if self.answer else PrivateResponse()

    async def get(self, path: str, person: str = "ada", **more: Any) -> ClientResponse:
        return await self.client.get(self._url(path, person), **more)

    async def post(self, path: str, body: object, person: str = "ada", key: str | None = None) -> ClientResponse:
        content = {"key": key or str(uuid.uuid4()), "channel": "studio", **body} if isinstance(body, dict) else body
        return await self.client.post(self._url(path, person), json=content)

    async def seen(self, person: str = "ada", **query: str) -> list[dict[str, Any]]:
        where = query or {"channel": "studio"}
        response = await self.client.get(self._url("/api/messages", person).extend_query(where))
        return (await response.json())["messages"]

    async def show(self, card: Card, *, key: str = "k", **place: str | None) -> MessageRef:
        return await self.platform.post(Place(self.platform.name, "playground", "studio", **place), card, key=key)

    def _url(self, path: str, person: str) -> URL:
        return URL(self.server.address + path).extend_query(person=person)


MAX_UPLOAD_BYTES = 3_000_000


@asynccontextmanager
async def playing(folder: Path) -> AsyncIterator[Playground]:
    async def healthy() -> Health:
        return Health(details={"queued": "0"})

    server = HttpServer("127.0.0.1", 0, health=healthy, hosts=["easel.example.com"])
    platform = WebPlatform(
        server=server,
        clock=SystemClock(),
        data_dir=folder,
        pictures=FewPictures(),
        options=lambda: [Option("n", (), "how many", "number", "--n 2", minimum=1, maximum=10)],
        subcommands=[Subcommand("help", "how to ask")],
        token=TOKEN,
        max_upload_bytes=MAX_UPLOAD_BYTES,
    )
    serving = asyncio.create_task(server.run())
    await server.started.wait()
    origin = {"Origin": server.address}
    async with ClientSession(cookie_jar=CookieJar(unsafe=True), headers=origin) as client:
        playground = Playground(platform, server, client)
        listening = asyncio.create_task(platform.run(playground.handle))
        (await client.get(platform.address)).raise_for_status()
        try:
            yield playground
        finally:
            for task in (listening, serving):
                task.cancel()
            await asyncio.gather(listening, serving, return_exceptions=True)
            await platform.close()


class Stream:
    """What one browser hears: the messages of `/api/events`, one by one."""

    def __init__(self, response: ClientResponse) -> None:
        self._response = response

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            async for line in self._response.content:
                if line.startswith(b"data: {"):
                    return json.loads(line[6:])
        raise AssertionError("the stream ended")
