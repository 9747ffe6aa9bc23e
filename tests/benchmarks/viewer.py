"""A browser without a window: opens the playground's address, follows its stream, types and fetches pictures."""

import asyncio
import json
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
from yarl import URL

from adapters.web.message import MessageJson

_PERSON = "ada"
_HEADERS = {"Sec-Fetch-Site": "same-origin"}


class Viewer:
    def __init__(self, session: aiohttp.ClientSession, page: URL) -> None:
        self._session = session
        self._page = page
        self._results: dict[str, asyncio.Future[list[str]]] = {}

    async def imagine(self, prompt: str, flags: str = "") -> list[str]:
        """Types a command; returns the addresses of its pictures once the result is on the page."""
        result = self._results[prompt] = asyncio.get_running_loop().create_future()
        body = {"key": str(uuid.uuid4()), "channel": "studio", "text": f"/imagine {prompt} {flags}"}
        async with self._session.post(self._url("/api/messages"), json=body, headers=_HEADERS) as response:
            answer = await response.json()
            if not answer.get("is_accepted"):
                raise RuntimeError(f"not accepted: {answer}")
        return await result

    async def get(self, path: str) -> int:
        """Fetches a page or picture; returns its length in bytes."""
        async with self._session.get(self._url(path)) as response:
            response.raise_for_status()
            return len(await response.read())

    async def watch(self) -> None:
        """Follows the stream until cancelled."""
        timeout = aiohttp.ClientTimeout(total=None)
        async with self._session.get(self._url("/api/events"), timeout=timeout) as response:
            async for line in response.content:
                if line.startswith(b"data: {"):
                    self._take(json.loads(line.removeprefix(b"data: ")))

    def _take(self, message: MessageJson) -> None:
        card = message["card"]
        result = self._results.get(card["quote"]) if card and card["pictures"] else None
        if card and result is not None and not result.done():
            result.set_result([picture["url"] for picture in card["pictures"]])

    def _url(self, path: str) -> URL:
        return self._page.join(URL(path, encoded=True)).update_query(person=_PERSON)


@asynccontextmanager
async def open_viewer(address: str) -> AsyncGenerator[Viewer]:
    """A viewer that has entered with the token in `address`, and watches."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        await (await session.get(address)).read()
        viewer = Viewer(session, URL(address).with_query(None))
        watching = asyncio.create_task(viewer.watch())
        try:
            yield viewer
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
