"""Easel's own HTTP server: health, metrics and whatever platforms add to it.

It knows no platform. Every answer carries the same strict headers, and no answer ever shows a traceback.
"""

import asyncio
import errno
import hmac
import ipaddress
from collections.abc import Callable, Iterable

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from yarl import URL

from adapters.shared.health import HealthCheck
from bot.errors import AdminError

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
        "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",  # unless a handler knows better: after an update, no browser may mix old and new
}
SHUTDOWN_TIMEOUT_S = 3.0
"""How long answers in progress may take once the server is stopping; streams are closed at once by their owners."""


_LIVE_PATH = "/health/live"
_HEALTH_PATHS = ("/health", _LIVE_PATH, "/metrics")
"""They answer to any host name: compose and Kubernetes call them by a service's name, such as `easel:8765`."""


class HttpServer:
    """One listening socket. Add routes before `run`; `address` is known once `started` is set.

    Args:
        host: the address or name to listen on.
        port: 0 takes a free one.
        health: asked at every `/health`.
        hosts: further names that browsers may reach it by, in lower case: those that a reverse proxy passes on.
    """

    def __init__(self, host: str, port: int, *, health: HealthCheck, hosts: Iterable[str] = ()) -> None:
        self.started = asyncio.Event()
        self._host = host
        self._port = port
        self._health = health
        self._hosts = frozenset(("localhost", host.lower(), *hosts))
        self._public: set[str] = set(_HEALTH_PATHS)
        self._app = web.Application(middlewares=[_add_security_headers, self._check_host])
        self._app.add_routes(
            [
                web.get("/health", self._answer_health),
                web.get(_LIVE_PATH, _answer_live),
                web.get("/metrics", _answer_metrics),
            ]
        )

    @property
    def address(self) -> str:
        """`http://127.0.0.1:8765`, with the port that was really taken."""
        host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104
        return str(URL.build(scheme="http", host=host, port=self._port))

    def add_routes(self, routes: Iterable[web.AbstractRouteDef], *, public: Iterable[str] = ()) -> None:
        """Paths in `public` answer to any host name: what is there proves by itself who asks."""
        self._app.add_routes(routes)
        self._public.update(public)

    def on_stop(self, close: Callable[[], None]) -> None:
        """`close` is called when the server begins to stop: the place to end streams that would never end."""

        async def closing(_: web.Application) -> None:
            close()

        self._app.on_shutdown.append(closing)

    async def run(self) -> None:
        """Serves until cancelled.

        Raises:
            AdminError: the port is taken, or the host is not one of this machine's.
        """
        runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=SHUTDOWN_TIMEOUT_S)
        await runner.setup()
        try:
            await self._listen(runner)
            self.started.set()
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    async def _listen(self, runner: web.AppRunner) -> None:
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            raise _listen_error(error, self._host, self._port) from error
        self._port = int(runner.addresses[0][1])

    async def _answer_health(self, _: web.Request) -> web.Response:
        health = await self._health()
        body = {"status": "ok" if health.ready else "not ready", **health.details}
        return web.json_response(body, status=200 if health.ready else 503)

    @web.middleware
    async def _check_host(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        # A page elsewhere can point its own name at this machine (DNS rebinding) and read our answers as its own.
        # It cannot do so with an IP address or with the names below.
        try:
            name = (request.url.host or "").lower().removesuffix(".")
        except ValueError as error:
            raise web.HTTPBadRequest(text="The header Host holds no name, or no port.") from error
        is_known = name in self._hosts or _is_ip(name)
        if not is_known and request.path not in self._public:
            raise web.HTTPMisdirectedRequest(
                text=f"Easel does not answer to the name {name!r}. Use its IP address, or set EASEL_WEB_HOSTS={name}."
            )
        return await handler(request)


def secrets_equal(offered: str, secret: str) -> bool:
    """Whether they are equal, in a time that tells nothing. Bytes of a header that are no UTF-8 are equal to none."""
    return hmac.compare_digest(offered.encode(errors="replace"), secret.encode(errors="replace"))


@web.middleware
async def _add_security_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as error:
        error.headers.update(SECURITY_HEADERS)
        raise
    if not response.prepared:
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
    return response


async def _answer_live(_: web.Request) -> web.Response:
    """That it answers is all: a process is not to be started anew because Slack or a database is away."""
    return web.json_response({"status": "alive"})


async def _answer_metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _listen_error(error: OSError, host: str, port: int) -> AdminError:
    if error.errno == errno.EADDRINUSE:
        return AdminError(
            f"Port {port} is already in use, perhaps by another Easel.",
            hint="Stop the other program, or choose another port, such as EASEL_WEB_PORT=8766.",
        )
    if error.errno == errno.EACCES:
        return AdminError(f"Port {port} may not be opened.", hint="Choose one above 1023, such as EASEL_WEB_PORT=8765.")
    return AdminError(
        f"Easel cannot listen on {host!r}.",
        hint="EASEL_WEB_HOST must be an address of this machine, such as 127.0.0.1.",
    )
