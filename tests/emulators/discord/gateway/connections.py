"""One socket to a client: frames in order, compressed as one stream where the client wants it."""

import asyncio
import contextlib
import itertools
import json
import socket
import struct
import zlib
from collections.abc import AsyncGenerator

from aiohttp import WSMsgType, web

from tests.emulators.discord.gateway.sessions import Session
from tests.emulators.discord.things import Json

Frame = Json | bytes | int | None
"""An object for the client, a probe, a code to close with; None wakes the writer at the end."""


class Connection:
    """Attributes: `heartbeats` counts the client's; `session` is None until it has identified or resumed."""

    def __init__(self, response: web.WebSocketResponse, request: web.Request, *, compresses: bool) -> None:
        self._response = response
        self._request = request
        self._deflate = zlib.compressobj() if compresses else None
        self._queue: asyncio.Queue[Frame] = asyncio.Queue()
        self._probes: dict[bytes, asyncio.Event] = {}
        self._numbers = itertools.count(1)
        self.is_compressed = compresses
        self.session: Session | None = None
        self.heartbeats = 0
        self.was_sent_away = False

    @property
    def is_open(self) -> bool:
        return not self._response.closed and self._request.transport is not None

    @property
    def shard(self) -> tuple[int, int] | None:
        return self.session.shard if self.session else None

    def send(self, frame: Json) -> None:
        """Sends it after all that was sent before."""
        self._queue.put_nowait(frame)

    def close(self, code: int) -> None:
        """Closes after all that was sent before."""
        self.was_sent_away = True
        self._queue.put_nowait(code)

    def cut(self) -> None:
        """Resets the TCP connection: the client gets no close frame."""
        transport = self._request.transport
        if transport is None:
            return
        raw: socket.socket = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()

    async def consumed(self) -> None:
        """Waits until the client has taken everything off the socket so far, or is gone.

        A ping is answered when its turn comes to be read, so whoever answers has parsed all frames before it.
        """
        if not self.is_open:
            return
        probe, answered = str(next(self._numbers)).encode(), asyncio.Event()
        self._probes[probe] = answered
        self._queue.put_nowait(probe)
        await answered.wait()

    def ponged(self, probe: bytes) -> None:
        if (answered := self._probes.pop(probe, None)) is not None:
            answered.set()

    def gone(self) -> None:
        """Nobody needs to wait for it any more."""
        for answered in self._probes.values():
            answered.set()
        self._probes.clear()
        self._queue.put_nowait(None)

    async def write(self) -> None:
        """Sends what is queued, until the end."""
        while (frame := await self._queue.get()) is not None:
            with contextlib.suppress(ConnectionError):
                match frame:
                    case bytes():
                        await self._response.ping(frame)
                    case int():
                        await self._response.close(code=frame)
                    case _:
                        await self._write(frame)

    async def _write(self, frame: Json) -> None:
        text = json.dumps(frame)
        if self._deflate is None:
            await self._response.send_str(text)
        else:
            packed = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
            await self._response.send_bytes(packed)

    async def frames(self) -> AsyncGenerator[Json | None]:
        """What comes from the client, as it comes; None for what is no JSON object."""
        async for message in self._response:
            match message.type:
                case WSMsgType.TEXT:
                    yield _decoded(message.data)
                case WSMsgType.BINARY:
                    yield None
                case WSMsgType.PING:
                    with contextlib.suppress(ConnectionError):
                        await self._response.pong(message.data)
                case WSMsgType.PONG:
                    self.ponged(bytes(message.data))
                case _:
                    return


def _decoded(data: str) -> Json | None:
    try:
        frame = json.loads(data)
    except ValueError:
        return None
    return frame if isinstance(frame, dict) else None
