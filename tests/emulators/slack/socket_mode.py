"""Socket Mode: up to ten sockets to one app, and each parcel to one of them."""

import asyncio
import contextlib
import json
import socket
import struct
from typing import Any, Literal

from aiohttp import WSMsgType, web

from tests.emulators.slack.ids import secret
from tests.emulators.slack.parcels import Ack, Attempt, Parcel
from tests.emulators.slack.state import State
from tests.emulators.slack.things import Json

MAX_CONNECTIONS = 10
PING_EVERY_S = 10.0
CLOSE_LIMIT_S = 1.0
"""How long the client may take to answer a close frame."""
DisconnectReason = Literal["warning", "refresh_requested", "too_many_websockets", "link_disabled"]


class Connection:
    """One socket. `pings` and `pongs` count what came from the client."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self._socket = socket
        self._request = request
        self.envelopes: set[str] = set()
        self.pings = 0
        self.pongs = 0

    @property
    def is_open(self) -> bool:
        return not self._socket.closed and self._request.transport is not None

    async def send(self, frame: Json) -> bool:
        """Whether it could be written."""
        try:
            await self._socket.send_str(json.dumps(frame))
        except ConnectionError:
            return False
        return True

    async def ping(self) -> None:
        with contextlib.suppress(ConnectionError):
            await self._socket.ping(b"Ping from applink-1")

    async def pong(self, data: bytes) -> None:
        with contextlib.suppress(ConnectionError):
            await self._socket.pong(data)

    async def close(self) -> None:
        await self._socket.close()

    def cut(self) -> None:
        """Resets the TCP connection: the client gets no close frame."""
        transport = self._request.transport
        if transport is None:
            return
        raw: socket.socket = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


class SocketMode:
    """Carries parcels over the sockets that the app has opened."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._tickets: set[str] = set()
        self._awaited: dict[str, asyncio.Future[Json | None]] = {}
        self._accepts_response: dict[str, bool] = {}
        self._turn = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.connections: list[Connection] = []

    def new_url(self) -> str:
        """An address that is good for one connection."""
        ticket = secret()
        self._tickets.add(ticket)
        return f"{self._state.origin.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self._state.app_id}"

    # A carrier

    @property
    def is_ready(self) -> bool:
        return any(connection.is_open for connection in self.connections)

    async def ready(self) -> None:
        while not self.is_ready:
            await self._state.changed()

    async def bring(self, parcel: Parcel, attempt: Attempt) -> Ack:
        frame: Json = {"envelope_id": parcel.envelope_id, "payload": parcel.payload, "type": parcel.kind}
        frame["accepts_response_payload"] = parcel.accepts_response
        if parcel.kind == "events_api":
            frame |= {"retry_attempt": attempt.number, "retry_reason": attempt.reason}
        # The same envelope may be under way twice: either acknowledgement is good for both.
        awaited = self._awaited.get(parcel.envelope_id)
        if awaited is None or awaited.done():
            awaited = self._awaited[parcel.envelope_id] = asyncio.get_running_loop().create_future()
        self._accepts_response[parcel.envelope_id] = parcel.accepts_response
        connection = self._next_connection()
        if connection is None or not await self._send(connection, parcel, frame):
            return Ack(ok=False, error="dispatch_failed", reason="timeout")
        try:
            response = await asyncio.wait_for(asyncio.shield(awaited), self._state.patience_s)
        except (TimeoutError, ConnectionError):
            return Ack(ok=False, error="operation_timeout", reason="timeout")
        return Ack(ok=True, response=response)

    # Frames that are no parcels

    def disconnect(self, reason: DisconnectReason, *, close: bool) -> None:
        for connection in list(self.connections):
            self._spawn(self._disconnect(connection, reason, close=close))

    def cut_all(self) -> None:
        for connection in list(self.connections):
            connection.cut()

    # The server's side of a connection

    async def serve(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="bad ticket")
        self._tickets.discard(ticket)
        response = web.WebSocketResponse(autoping=False, max_msg_size=0, timeout=CLOSE_LIMIT_S)
        await response.prepare(request)
        connection = Connection(response, request)
        if len(self.connections) >= MAX_CONNECTIONS:
            await self._disconnect(connection, "too_many_websockets", close=True)
            return response
        self.connections.append(connection)
        pinging = asyncio.create_task(self._ping(connection))
        try:
            await connection.send(self._hello())
            self._state.tell()
            await self._listen(response, connection)
        finally:
            pinging.cancel()
            self.connections.remove(connection)
            self._give_up(connection)
            self._state.tell()
        return response

    async def close(self) -> None:
        await asyncio.gather(*(connection.close() for connection in self.connections))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for awaited in self._awaited.values():
            awaited.cancel()

    async def _listen(self, response: web.WebSocketResponse, connection: Connection) -> None:
        async for message in response:
            match message.type:
                case WSMsgType.TEXT:
                    self._acknowledged(message.data)
                case WSMsgType.PING:
                    connection.pings += 1
                    if self._state.answer_pings:
                        await connection.pong(message.data)
                case WSMsgType.PONG:
                    connection.pongs += 1
                    self._state.tell()
                case _:
                    return

    def _acknowledged(self, data: str) -> None:
        """An acknowledgement counts on whichever socket it comes: the client may have reconnected meanwhile."""
        try:
            frame: Any = json.loads(data)
        except ValueError:
            frame = None
        if not isinstance(frame, dict) or frame.get("envelope_id") not in self._accepts_response:
            self._state.note("socket", f"no envelope is acknowledged by {data[:200]}")
            return
        if frame.get("payload") and not self._accepts_response[frame["envelope_id"]]:
            self._state.note("socket", f"an answer to what takes none: {data[:200]}")
        awaited = self._awaited.get(frame["envelope_id"])
        if awaited is not None and not awaited.done():
            awaited.set_result(frame.get("payload"))

    async def _send(self, connection: Connection, parcel: Parcel, frame: Json) -> bool:
        if parcel.kind == "events_api":
            connection.envelopes.add(parcel.envelope_id)
        return await connection.send(frame)

    def _give_up(self, connection: Connection) -> None:
        """Events that went over a socket which is gone are tried again; a person's client goes on waiting."""
        for envelope_id in connection.envelopes:
            awaited = self._awaited[envelope_id]
            if not awaited.done():
                awaited.set_exception(ConnectionError())
                awaited.exception()

    def _next_connection(self) -> Connection | None:
        live = [connection for connection in self.connections if connection.is_open]
        if not live:
            return None
        self._turn += 1
        return live[self._turn % len(live)]

    def _hello(self) -> Json:
        count = self._state.num_connections
        return {
            "type": "hello",
            "num_connections": len(self.connections) if count is None else count,
            "debug_info": {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._state.app_id},
        }

    async def _disconnect(self, connection: Connection, reason: DisconnectReason, *, close: bool) -> None:
        await connection.send({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}})
        if close:
            await connection.close()

    async def _ping(self, connection: Connection) -> None:
        while True:
            await connection.ping()
            await asyncio.sleep(PING_EVERY_S)

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
