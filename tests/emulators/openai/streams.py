"""Server-sent events, as the API sends them."""

import json
from collections.abc import Mapping

from aiohttp import web


class EventStream:
    """One open stream. `named` events carry their type beside the data; Chat Completions sends data alone."""

    def __init__(self, response: web.StreamResponse, request: web.Request, *, named: bool = True) -> None:
        self._response = response
        self._request = request
        self._named = named

    @classmethod
    async def open(cls, request: web.Request, headers: Mapping[str, str], *, named: bool = True) -> "EventStream":
        response = web.StreamResponse(headers={**headers, "Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(request)
        return cls(response, request, named=named)

    async def send(self, data: Mapping[str, object]) -> None:
        await self.send_encoded(str(data.get("type", "")), json.dumps(data).encode())

    async def send_encoded(self, event: str, data: bytes) -> None:
        head = f"event: {event}\n".encode() if self._named else b""
        await self._response.write(head + b"data: " + data + b"\n\n")

    async def send_error(self, body: object) -> None:
        """`body` is what a plain answer would have held: `{"error": ...}`."""
        await self.send_encoded("error", json.dumps(body).encode())

    async def send_done(self) -> None:
        await self._response.write(b"data: [DONE]\n\n")

    async def close(self) -> web.StreamResponse:
        await self._response.write_eof()
        return self._response

    def cut(self) -> web.StreamResponse:
        """Drops the connection in the middle."""
        cut(self._request)
        return self._response


def cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
