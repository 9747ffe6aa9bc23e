"""The emulator: a real server on the loopback address that behaves to an app as Discord does."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.clock import PATIENCE_S
from tests.emulators.discord.calls import ApiCall
from tests.emulators.discord.faults import Fault
from tests.emulators.discord.gateway.connections import Connection
from tests.emulators.discord.gateway.gateway import Identify
from tests.emulators.discord.gateway.sessions import Session
from tests.emulators.discord.guilds import Guilds
from tests.emulators.discord.messages import Message
from tests.emulators.discord.posting import Posting
from tests.emulators.discord.rest import RestApi
from tests.emulators.discord.routes import ROUTES
from tests.emulators.script import Held

MAX_REQUEST_BYTES = 2_000_000_000
_OTHER_ROUTES = ("download", "*")


class DiscordEmulator(Guilds):
    """Runs while its context is open. Leaving it fails where the app did what no app should, and nobody forgave it.

    Args:
        port: 0 for any that is free.
    """

    def __init__(self, *, port: int = 0) -> None:
        super().__init__()
        self._port = port
        self._all_held: list[Held] = []
        self._more_routes: list[web.RouteDef] = []

    # The gateway

    @property
    def connections(self) -> list[Connection]:
        """The sockets that are open. `shard` is None before a client has identified itself."""
        return self._gateway.connections

    @property
    def sessions(self) -> list[Session]:
        return self._gateway.sessions

    @property
    def identifies(self) -> list[Identify]:
        return self._gateway.identifies

    @property
    def resumes(self) -> int:
        """How often a client asked to go on where it was."""
        return self._gateway.resumes

    def connections_on(self, shard: int = 0) -> int:
        return sum(each.shard is not None and each.shard[0] == shard for each in self.connections)

    async def connected(self, *, shards: int = 1) -> None:
        """Waits until a client is on each of so many shards."""
        await self.until(lambda: all(self._gateway.is_connected(shard) for shard in range(shards)))

    def reconnect(self) -> None:
        """Opcode 7: every client is to connect anew and resume."""
        self._gateway.reconnect()

    def invalidate(self, *, resumable: bool = False) -> None:
        """Opcode 9: every client's session is over, unless it is `resumable`."""
        self._gateway.invalidate(resumable=resumable)

    def close_gateway(self, code: int = 4000) -> None:
        """Closes every socket with this code."""
        self._gateway.close_all(code)

    def cut_gateway(self) -> None:
        """Resets every socket's connection, without a close frame."""
        self._gateway.cut_all()

    def refuse_gateway(self, times: int = 1, *, code: int = 4000) -> None:
        """The next `times` sockets are closed as soon as they are open."""
        self._gateway.refusals += [code] * times

    def double_messages(self, times: int = 1) -> None:
        """The next `times` messages are told twice, as after a resume."""
        self._happenings.duplicates += times

    def retell(self, message: Message) -> None:
        """Tells of a message once more."""
        self._happenings.posted(message)

    # What goes wrong

    def forgive(self) -> None:
        """Forgets what the app did wrong so far."""
        self.problems.clear()

    def fail(self, route: str, fault: Fault, *, times: int = 1) -> None:
        """The next `times` calls of the route meet this fault; also of "download", or "*" of any."""
        self.faults.add(fault, to=_known(route), times=times)

    def hold(self, route: str, *, executed: bool = False, fits: Callable[[ApiCall], bool] = lambda _: True) -> Held:
        """The next call of the route that fits waits for `go`; with `executed` it is carried out before it waits."""
        held = Held(executed=executed, fits=fits)
        self.held.add(held, to=_known(route))
        self._all_held.append(held)
        return held

    async def quiet(self, *, limit_s: float = PATIENCE_S) -> None:
        """Waits until every client has read all it was told, and no call and no interaction is under way.

        A call that is held does not count. That an app has read a message does not say that it has dealt with it:
        nothing on the wire says that.
        """
        try:
            async with asyncio.timeout(limit_s):
                before = -1
                while before != len(self.calls) or self._is_busy:
                    before = len(self.calls)
                    await self._gateway.consumed()
                    while self._is_busy:
                        await self.changed()
        except TimeoutError:
            raise AssertionError(f"it is never quiet; problems: {self.problems}") from None

    @property
    def _is_busy(self) -> bool:
        return self.calls_under_way > 0 or self._bringing.under_way > 0

    @property
    def invalid_requests(self) -> int:
        """How many calls met 401, 403 or 429: ten thousand in ten minutes, and Discord bans the address."""
        return sum(call.status in (401, 403, 429) for call in self.calls)

    # Runs

    def also_serve(self, routes: Iterable[web.RouteDef]) -> None:
        """Adds what is no part of Discord, before the context is entered."""
        self._more_routes += routes

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for held in self._all_held:
            held.go()
        await self._gateway.close()
        await self._runner.cleanup()
        if kind is None and self.problems:
            raise AssertionError("what no app should do:\n" + "\n".join(self.problems))

    def _application(self) -> web.Application:
        api, cdn = RestApi(self, self._happenings, Posting(self, self._happenings)), self._services.cdn
        routes: Sequence[web.RouteDef] = [
            web.get("/gateway/", self._gateway.serve),
            web.get("/cdn/{kind:attachments|ephemeral-attachments}/{channel}/{attachment}/{name}", cdn.download),
            web.get("/media/{kind:attachments|ephemeral-attachments}/{channel}/{attachment}/{name}", cdn.download_copy),
            web.get("/{host:cdn|media}/stickers/{name}", cdn.download_sticker),
            web.get("/media/external/{sig}/{url:.+}", cdn.download_external),
            web.get("/outside/{name:.*}", cdn.visit),
            web.route("*", "/api/{path:.*}", api.serve),
        ]
        middlewares = [self._count, self._notice_own_faults]
        application = web.Application(client_max_size=MAX_REQUEST_BYTES, middlewares=middlewares)
        application.add_routes([*routes, *self._more_routes])
        application.on_response_prepare.append(self._date)
        return application

    async def _date(self, _: web.Request, response: web.StreamResponse) -> None:
        """Its own time, and not the real one that the server would put there."""
        response.headers["Date"] = self.clock.http_date()

    @web.middleware
    async def _count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(("/api/", "/cdn/", "/media/")):
            return await handler(request)
        self.calls_under_way += 1
        try:
            return await handler(request)
        finally:
            self.calls_under_way -= 1
            self.tell()

    @web.middleware
    async def _notice_own_faults(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Exception as fault:
            if not isinstance(fault, web.HTTPException | ConnectionError):
                self.note("emulator", f"broke in {request.path}: {fault!r}")
            raise


def _known(route: str) -> str:
    """A name that no route has would arrange nothing, and nobody would notice."""
    if route not in ROUTES and route not in _OTHER_ROUTES:
        raise LookupError(f"there is no route {route!r}")
    return route
