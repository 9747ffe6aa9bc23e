"""The HTTP server: health checks, metrics, and routes of platforms.

All responses have strict security headers, and none contains a traceback.
"""

import asyncio
import errno
import hmac
import ipaddress
import logging
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from yarl import URL

from adapters.shared import errors
from adapters.shared.bad_requests import BadRequestFilter
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
"""How long responses in progress may take while the server stops. Streams are closed at once by `on_stop`."""
IDLE_S = 65.0
"""For the headers of a request, and between two requests. Longer than the 60 s that nginx keeps a connection."""
BODY_S = 30.0
"""For the body of a request that is not an upload: at most 1 MB."""
MAX_CONNECTIONS = 400
"""At once. Each needs a file descriptor, of which a process commonly has 1,024; a browser opens one to six."""
_MAX_PATH_BYTES = 250
"""Our own paths are shorter. File systems refuse names of more than 255 bytes with an OSError."""
_LINGERING_S = 5.0
"""How long the rest of an unwanted body is read, so that the client sees the response."""

_server_log = logging.getLogger("aiohttp.server")
_LIVE_PATH = "/health/live"
_HEALTH_PATHS = ("/health", _LIVE_PATH, "/metrics")
"""Paths that accept any Host header: Compose and Kubernetes use a service name such as `easel:8765`."""


class HttpServer:
    """The server. Add routes before `run`; `address` is known once `started` is set.

    Args:
        host: the address or name to listen on.
        port: 0 for any free port.
        health: called at every `/health`.
        hosts: further accepted host names, in lower case, for a reverse proxy.
        max_connections: at once; further ones are closed without a response.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        health: HealthCheck,
        hosts: Iterable[str] = (),
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self.started = asyncio.Event()
        self._host = host
        self._port = port
        self._health = health
        self._max_connections = max_connections
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
        """For example `http://127.0.0.1:8765`, with the actual port."""
        host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)  # noqa: S104
        return str(URL.build(scheme="http", host=host, port=self._port))

    def add_routes(self, routes: Iterable[web.AbstractRouteDef], *, public: Iterable[str] = ()) -> None:
        """Adds routes. Paths in `public` accept any Host header: they authenticate callers themselves."""
        self._app.add_routes(routes)
        self._public.update(public)

    def on_stop(self, close: Callable[[], None]) -> None:
        """Registers a function that is called when the server starts to stop, to close endless streams."""

        async def closing(_: web.Application) -> None:
            close()

        self._app.on_shutdown.append(closing)

    async def run(self) -> None:
        """Serves until cancelled.

        Raises:
            AdminError: the port is taken, or the host is not one of this machine's.
        """
        runner = web.AppRunner(
            self._app,
            access_log=None,
            shutdown_timeout=SHUTDOWN_TIMEOUT_S,
            keepalive_timeout=IDLE_S,
            lingering_time=_LINGERING_S,
            logger=_server_log,
        )
        bad_requests = BadRequestFilter()
        _server_log.addFilter(bad_requests)
        await runner.setup()
        listener = None
        try:
            listener = await self._listen(runner)
            self.started.set()
            await asyncio.Event().wait()
        finally:
            if listener is not None:
                listener.close()
            await runner.cleanup()
            _server_log.removeFilter(bad_requests)

    async def _listen(self, runner: web.AppRunner) -> asyncio.Server:
        server = runner.server
        if server is None:
            raise RuntimeError("the runner was not set up")

        def accept() -> asyncio.Protocol:
            return server() if len(server.connections) < self._max_connections else _Refusal()

        try:
            listener = await asyncio.get_running_loop().create_server(accept, self._host, self._port)
        except OSError as error:
            raise _listen_error(error, self._host, self._port) from error
        for listening in listener.sockets:
            # Connections inherit it. A client that reads nothing of its response is disconnected.
            if (option := getattr(socket, "TCP_USER_TIMEOUT", None)) is not None:  # Linux has it
                with suppress(OSError):
                    listening.setsockopt(socket.IPPROTO_TCP, option, round(IDLE_S * 1000))
        self._port = int(listener.sockets[0].getsockname()[1])
        return listener

    async def _answer_health(self, _: web.Request) -> web.Response:
        health = await self._health()
        body = {"status": "ok" if health.ready else "not ready", **health.details}
        return web.json_response(body, status=200 if health.ready else 503)

    @web.middleware
    async def _check_host(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        # Prevents DNS rebinding: a foreign page could let its own host name resolve to this machine and read our
        # responses. It cannot do that with an IP address or with known names.
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


async def read_body(request: web.Request) -> bytes:
    """The body of a request, of at most 1 MB.

    Raises:
        HTTPException: it is longer, or does not arrive within BODY_S.
    """
    try:
        async with asyncio.timeout(BODY_S):
            return await request.read()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text="The request did not arrive in time.") from error


class _Refusal(asyncio.Protocol):
    """Closes a connection beyond the limit."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


def secrets_equal(offered: str, secret: str) -> bool:
    """Compares two secrets in constant time. A header with invalid UTF-8 never matches."""
    return hmac.compare_digest(offered.encode(errors="replace"), secret.encode(errors="replace"))


@web.middleware
async def _add_security_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        if len(request.path.encode(errors="replace")) > _MAX_PATH_BYTES:
            raise web.HTTPNotFound
        response = await handler(request)
    except web.HTTPException as error:
        error.headers.update(SECURITY_HEADERS)
        raise
    except (web.RequestPayloadError, HttpProcessingError) as error:
        raise web.HTTPBadRequest(text="The request cannot be read.", headers=SECURITY_HEADERS) from error
    if not response.prepared:
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
    return response


async def _answer_live(_: web.Request) -> web.Response:
    """Always successful: an outage of Slack or the database is no reason to restart the process."""
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
        return errors.port_in_use(port)
    if error.errno == errno.EACCES:
        return errors.port_not_permitted(port)
    return errors.cannot_listen(host)
