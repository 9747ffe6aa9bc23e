"""The gateway: clients identify or resume, and are told what their intents and shard let them know."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.emulators.discord.gateway.connections import Connection
from tests.emulators.discord.gateway.sessions import (
    GUILD_MEMBERS,
    GUILD_PRESENCES,
    KNOWN_INTENTS,
    MESSAGE_CONTENT,
    Session,
)
from tests.emulators.discord.ids import secret, shard_of
from tests.emulators.discord.shapes import guild_create_json, user_json
from tests.emulators.discord.state import State
from tests.emulators.discord.things import Guild, Json

CLOSE_LIMIT_S = 1.0
"""How long the client may take to answer a close frame."""
Shape = Callable[[Session], Json]

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT = 0, 1, 2, 3, 4, 6, 7
MEMBERS, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 8, 9, 10, 11


@dataclass(frozen=True, slots=True)
class Identify:
    """That a client began a session: which shard of how many, with which intents, when by the emulated clock."""

    shard: tuple[int, int]
    intents: int
    at_s: float


class _Closing(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Gateway:
    def __init__(self, state: State) -> None:
        self._state = state
        self.connections: list[Connection] = []
        self.sessions: list[Session] = []
        self.identifies: list[Identify] = []
        self.resumes = 0
        self.refusals: list[int] = []
        """Codes with which the next connections are closed as soon as they are made."""

    # Tells

    def dispatch(self, event: str, shape: Json | Shape, *, guild: Guild | None, intent: int = 0) -> None:
        """Tells every session that is to know, also those whose client is away."""
        for session in self.sessions:
            number, count = session.shard
            is_its_shard = number == (shard_of(guild.id, count) if guild is not None else 0)
            if not session.is_over and is_its_shard and session.wants(intent):
                session.tell(event, shape(session) if callable(shape) else shape)

    async def consumed(self) -> None:
        """Waits until every client has parsed what it was sent."""
        await asyncio.gather(*(connection.consumed() for connection in list(self.connections)))

    def is_connected(self, shard: int | None = None) -> bool:
        """Whether a client has been told that it is ready, on that shard or on any."""
        return any(each.shard is not None and shard in (None, each.shard[0]) for each in self.connections)

    # Misbehaves

    def reconnect(self) -> None:
        """Asks every client to connect again and resume, and leaves it a moment before it closes."""
        for connection in self.connections:
            connection.send({"op": RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool) -> None:
        for connection in self.connections:
            if not resumable and connection.session is not None:
                connection.session.is_over = True
            connection.send({"op": INVALID_SESSION, "d": resumable})

    def close_all(self, code: int) -> None:
        for connection in self.connections:
            if code in (4007, 4009) and connection.session is not None:
                connection.session.is_over = True
            connection.close(code)

    def cut_all(self) -> None:
        for connection in list(self.connections):
            connection.cut()

    # Serves

    async def serve(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        if query.get("v") != "10" or query.get("encoding") != "json":
            self._state.note("gateway", f"connected with {dict(query)} instead of v=10 and encoding=json")
        response = web.WebSocketResponse(autoping=False, max_msg_size=0, timeout=CLOSE_LIMIT_S)
        await response.prepare(request)
        compresses = query.get("compress") == "zlib-stream" and self._state.compresses
        connection = Connection(response, request, compresses=compresses)
        self.connections.append(connection)
        writing = asyncio.create_task(connection.write())
        try:
            await self._talk(connection)
        except _Closing as closing:
            await response.close(code=closing.code)
        finally:
            self._leave(connection, response.close_code)
            await writing
        return response

    async def close(self) -> None:
        """Every client is sent away; whoever hangs on is cut off."""
        for connection in list(self.connections):
            connection.close(1001)
        try:
            async with asyncio.timeout(CLOSE_LIMIT_S):
                while self.connections:
                    await self._state.changed()
        except TimeoutError:
            self.cut_all()

    async def _talk(self, connection: Connection) -> None:
        if self.refusals:
            raise _Closing(self.refusals.pop(0))
        connection.send({"op": HELLO, "d": {"heartbeat_interval": self._state.heartbeat_interval_ms, "_trace": []}})
        async for frame in connection.frames():
            if frame is None or not isinstance(frame.get("op"), int):
                self._state.note("gateway", f"sent {frame}")
                raise _Closing(4002)
            self._hear(connection, frame["op"], frame.get("d"))

    def _leave(self, connection: Connection, code: int | None) -> None:
        connection.gone()
        self.connections.remove(connection)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            # With these codes a client says that it will not come back, unless it only repeats what it was told.
            session.is_over = session.is_over or (code in (1000, 1001) and not connection.was_sent_away)
        self._state.tell()

    def _hear(self, connection: Connection, op: int, data: Any) -> None:
        match op:
            case 1:  # heartbeat
                connection.heartbeats += 1
                if self._state.answer_heartbeats:
                    connection.send({"op": HEARTBEAT_ACK, "d": None})
                self._state.tell()
            case 2:
                self._identify(connection, data)
            case 6:
                self._resume(connection, data)
            case 3 | 4 | 8:
                if connection.session is None:
                    raise _Closing(4003)
                if op == MEMBERS:
                    self._state.note("gateway", "asked for members, which an app of this kind has no need of")
            case _:
                self._state.note("gateway", f"sent the opcode {op}")
                raise _Closing(4001)

    def _identify(self, connection: Connection, data: Any) -> None:
        if connection.session is not None:
            raise _Closing(4005)
        if data.get("token") != self._state.token:
            raise _Closing(4004)
        shard = self._shard(data.get("shard"))
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            raise _Closing(4013)
        for bit, granted in (
            (MESSAGE_CONTENT, self._state.message_content_granted),
            (GUILD_MEMBERS, self._state.members_granted),
            (GUILD_PRESENCES, self._state.presences_granted),
        ):
            if intents & bit and not granted:
                raise _Closing(4014)
        session = Session(id=secret(), intents=intents, shard=shard, connection=connection)
        connection.session = session
        self.sessions.append(session)
        self.identifies.append(Identify(shard, intents, self._state.clock.now_s()))
        self._state.identified += 1
        self._welcome(session)
        self._state.tell()

    def _shard(self, asked: Any) -> tuple[int, int]:
        if asked is None:
            return 0, 1
        number, count = asked
        if not 0 <= number < count:
            raise _Closing(4010)
        return number, count

    def _welcome(self, session: Session) -> None:
        number, count = session.shard
        guilds = [self._state.guilds[each] for each in self._state.bot.memberships]
        mine = [guild for guild in guilds if shard_of(guild.id, count) == number]
        ready: Json = {
            "v": 10,
            "user": {**user_json(self._state.bot), "verified": True, "mfa_enabled": False, "flags": 0, "email": None},
            "guilds": [{"id": guild.id, "unavailable": True} for guild in mine],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self._state.gateway_url,
            "shard": [number, count],
            "application": {"id": self._state.application_id, "flags": 1 << 23},
            "private_channels": [],
            "relationships": [],
            "_trace": [],
        }
        session.tell("READY", ready)
        for guild in mine:
            if not guild.is_unavailable:
                session.tell("GUILD_CREATE", guild_create_json(self._state, guild, is_new=False))

    def _resume(self, connection: Connection, data: Any) -> None:
        if data.get("token") != self._state.token:
            raise _Closing(4004)
        self.resumes += 1
        session = next((each for each in self.sessions if each.id == data.get("session_id")), None)
        if session is None or session.is_over:
            connection.send({"op": INVALID_SESSION, "d": False})
            return
        if data.get("seq") is None or data["seq"] > session.sequence:
            raise _Closing(4007)
        before = session.connection
        connection.session, session.connection = session, connection
        if before is not None:
            before.session = None
            before.close(4000)
        for frame in session.missed(data["seq"]):
            connection.send(frame)
        session.tell("RESUMED", {"_trace": []})
        self._state.tell()
