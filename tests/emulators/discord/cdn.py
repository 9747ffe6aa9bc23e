"""Where files are fetched from: Discord's own servers, its media proxy, and places that are not Discord's."""

import asyncio
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from tests.emulators.discord.faults import Dropped, Refusal, Slow
from tests.emulators.discord.links import attachment_path, is_good, proxied
from tests.emulators.discord.messages import STICKER_ENDINGS, Attachment
from tests.emulators.discord.rest import spoil
from tests.emulators.discord.state import State


class Cdn:
    def __init__(self, state: State) -> None:
        self._state = state

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file as it was uploaded: for everybody who has a link that is still good."""
        if (spoilt := await self._spoilt(request)) is not None:
            return spoilt
        attachment = self._attachment(request, "/cdn")
        if attachment is None or attachment.deleted_s is not None:
            return _gone()
        return _content(attachment.data, attachment.content_type)

    async def download_copy(self, request: web.Request) -> web.StreamResponse:
        """The media proxy's copy, which outlives the file by a few minutes."""
        if (spoilt := await self._spoilt(request)) is not None:
            return spoilt
        attachment = self._attachment(request, "/media")
        now_s = self._state.clock.now_s()
        is_kept = attachment is not None and (
            attachment.deleted_s is None or now_s - attachment.deleted_s <= self._state.proxy_keeps_s
        )
        if attachment is None or not is_kept:
            return _gone()
        return _content(attachment.data, attachment.content_type)

    async def download_sticker(self, request: web.Request) -> web.StreamResponse:
        """Lottie is JSON; all others are pictures."""
        name, _, ending = request.match_info["name"].rpartition(".")
        sticker = self._state.stickers.get(name)
        if sticker is None or ending != STICKER_ENDINGS[sticker.format]:
            return _gone()
        return _content(sticker.data, "application/json" if ending == "json" else f"image/{ending}")

    async def download_external(self, request: web.Request) -> web.StreamResponse:
        """Something that is elsewhere, through the proxy."""
        url = unquote(request.match_info["url"])
        found = self._state.outside.get(url)
        if found is None or proxied(self._state, url).rpartition("/")[0].split("/")[-1] != request.match_info["sig"]:
            return _gone()
        return _content(*found)

    async def visit(self, request: web.Request) -> web.StreamResponse:
        """A server that is not Discord's, to which no app has reason to go."""
        url = f"{self._state.origin}{request.path}"
        self._state.visited.append(url)
        self._state.tell()
        found = self._state.outside.get(url)
        return _gone() if found is None else _content(*found)

    def read(self, url: str) -> bytes:
        """What a client that has a link would get.

        Raises:
            LookupError: nothing, or not any more.
        """
        path, _, query = url.removeprefix(self._state.cdn_url).removeprefix(self._state.media_url).partition("?")
        for attachment in self._state.attachments.values():
            is_it = attachment_path(attachment) == path and attachment.deleted_s is None
            if is_it and is_good(self._state, path, dict(parse_qsl(query))):
                return attachment.data
        raise LookupError(url)

    async def _spoilt(self, request: web.Request) -> web.StreamResponse | None:
        fault, held = self._state.faults.take("download"), self._state.held.take("download")
        if held is not None:
            await self._state.wait_aside(held)
        if isinstance(fault, Slow):
            await asyncio.sleep(fault.delay_s)
        return spoil(request, fault) if isinstance(fault, Refusal | Dropped) else None

    def _attachment(self, request: web.Request, prefix: str) -> Attachment | None:
        if "Authorization" in request.headers:
            self._state.note("download", "the token was sent where none is wanted")
        attachment = self._state.attachments.get(request.match_info["attachment"])
        path = request.rel_url.raw_path.removeprefix(prefix)
        if attachment is None or attachment_path(attachment) != path:
            return None
        return attachment if is_good(self._state, path, request.query) else None


def _gone() -> web.Response:
    return web.Response(status=404, text="This content is no longer available.")


def _content(data: bytes, content_type: str | None) -> web.Response:
    return web.Response(body=data, headers={"Content-Type": content_type or "application/octet-stream"})
