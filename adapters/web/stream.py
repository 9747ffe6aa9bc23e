"""Sends changed messages to browsers as server-sent events. Reads them from the database, so none is lost."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress

from aiohttp import web

from adapters.web import limits
from adapters.web.conversation import Conversation, is_stored
from adapters.web.message import Message
from adapters.web.view import ConversationView

_HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx otherwise holds events back until a buffer is full
}


class Streams:
    """All open streams. `close` ends them, since the server cannot stop while one is open."""

    def __init__(self, conversation: Conversation, view: ConversationView) -> None:
        self._conversation = conversation
        self._view = view
        self._is_closing = False

    def close(self) -> None:
        self._is_closing = True
        self._conversation.announce_change()

    async def serve(self, request: web.Request, *, viewer: str) -> web.StreamResponse:
        """Sends all changes since the browser's last event, then each new change."""
        response = web.StreamResponse(headers=_HEADERS)
        await response.prepare(request)
        revision = _last_seen_revision(request)
        # A closed connection is only noticed when writing.
        with suppress(ConnectionError):
            while not self._is_closing:
                news = self._conversation.next_change()
                changed = await self._conversation.changed_since(revision, viewer=viewer)
                await self._send(response, changed, viewer)
                revision = changed[-1].revision if changed else revision
                # After a full batch there may be more.
                if len(changed) < limits.STREAM_BATCH:
                    await self._wait(news, response)
        return response

    async def _send(self, response: web.StreamResponse, changed: Sequence[Message], viewer: str) -> None:
        for message in await self._view.messages(changed, viewer=viewer):
            data = json.dumps(message, ensure_ascii=False, separators=(",", ":"))
            await response.write(f"id: {message['revision']}\nevent: message\ndata: {data}\n\n".encode())

    async def _wait(self, news: asyncio.Event, response: web.StreamResponse) -> None:
        try:
            async with asyncio.timeout(limits.HEARTBEAT_S):
                await news.wait()
        except TimeoutError:
            await response.write(b"event: heartbeat\ndata:\n\n")


def _last_seen_revision(request: web.Request) -> int:
    seen = request.headers.get("Last-Event-ID") or request.query.get("after", "")
    return int(seen) if is_stored(seen) else 0
