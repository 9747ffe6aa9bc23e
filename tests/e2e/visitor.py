"""Somebody who uses the playground over HTTP as its page does, and does not mind that Easel keeps dying."""

import asyncio
import hashlib
import json
import uuid
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from bot.domain.ids import EventKey, JobId, job_id_for
from tests.e2e.process import Easel, House

Message = Mapping[str, Any]
"""A message as the playground's page gets it."""

_DISCONNECTED = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, ConnectionError)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for, under a key of their own making. `accepted` is what the answer to it said."""

    key: EventKey
    text: str
    accepted: bool
    answer: Message | None = None

    @property
    def job(self) -> JobId:
        return job_id_for(self.key)


class Visitor:
    """What gets no answer is sent again with the same key, as often as it takes."""

    def __init__(self, house: House | Easel, session: aiohttp.ClientSession, name: str) -> None:
        self.name = name
        self.specs: list[Wish] = []
        self._house = house
        self._session = session
        self._seen: dict[str, Message] = {}
        self._revision = 0
        self._news = asyncio.Condition()

    async def say(self, text: str, *, under: Message | None = None) -> Wish:
        """Says it in the channel, or in the thread that begins with `under`."""
        body = {"channel": "studio", "text": text, "attachments": []}
        return await self._spec("/api/messages", text, body | ({"thread": root_of(under)} if under else {}))

    async def press(self, action: str, message: Message) -> Wish:
        target = next(button["target"] for button in message["card"]["buttons"] if button["action"] == action)
        return await self._spec("/api/buttons", action, {"message": message["id"], "action": action, "target": target})

    async def sees(self, fits: Callable[[Message], bool]) -> Message:
        """Waits for a card that fits."""
        async with self._news:
            while True:
                for message in self._seen.values():
                    if message["card"] is not None and fits(message):
                        return message
                await self._news.wait()

    async def does_something(self) -> None:
        """Waits until something that was asked for is accepted, or something new is seen."""
        async with self._news:
            await self._news.wait()

    async def sees_end_of(self, spec: Wish) -> Message:
        """The card that a wish for a picture became: its result, or why there is none."""
        return await self.sees(lambda message: message["card"]["tone"] != "working" and spec.job in targets(message))

    async def downloads(self, message: Message) -> list[str]:
        """The hashes of the message's pictures."""
        return [hashlib.sha256(await self._get(picture["url"])).hexdigest() for picture in message["card"]["pictures"]]

    async def follow(self) -> None:
        """Sees what happens, until cancelled, through one life after the other."""
        while True:
            life = await self._house.life()
            with suppress(*_DISCONNECTED):
                await self._follow(life.address)
            await life.ended.wait()

    # Private

    async def _spec(self, path: str, text: str, body: Mapping[str, object]) -> Wish:
        key = str(uuid.uuid4())
        answer = json.loads(await self._request("POST", f"{path}?person={self.name}", {"key": key, **body}))
        spec = Wish(EventKey(f"web:{key}"), text, answer.get("is_accepted", False), answer)
        self.specs.append(spec)
        async with self._news:
            self._news.notify_all()
        return spec

    async def _get(self, path: str) -> bytes:
        return await self._request("GET", path, None)

    async def _request(self, method: str, path: str, body: object) -> bytes:
        while True:
            life = await self._house.life()
            url, headers = _page(life.address)
            with suppress(*_DISCONNECTED):
                async with self._session.request(method, url.join(URL(path)), json=body, headers=headers) as response:
                    return await response.read()
            await life.ended.wait()

    async def _follow(self, address: str) -> None:
        url, headers = _page(address)
        events = url / "api/events" % {"person": self.name, "after": str(self._revision)}
        async with self._session.get(events, headers=headers) as response:
            async for line in response.content:
                if line.startswith(b"data: "):
                    await self._see(json.loads(line.removeprefix(b"data: ")))

    async def _see(self, message: Message) -> None:
        async with self._news:
            self._seen[message["id"]] = message
            self._revision = message["revision"]
            self._news.notify_all()


@asynccontextmanager
async def visitors(house: House | Easel, *names: str) -> AsyncGenerator[list[Visitor]]:
    """People of these names, who see what happens from now on."""
    async with aiohttp.ClientSession() as session:
        people = [Visitor(house, session, name) for name in names]
        following = [asyncio.create_task(person.follow()) for person in people]
        try:
            yield people
        finally:
            for task in following:
                task.cancel()
            await asyncio.wait(following)


def root_of(message: Message) -> str:
    return message["thread"] or message["id"]


def targets(message: Message) -> Iterator[str]:
    """The jobs that a card's buttons are for."""
    return (button["target"] for button in message["card"]["buttons"])


def _page(address: str) -> tuple[URL, dict[str, str]]:
    """The playground's own address, and what its page sends along with every request."""
    url = URL(address)
    token = url.query["token"]
    return url.origin(), {"Cookie": f"easel_{url.port}={token}", "Origin": str(url.origin())}
