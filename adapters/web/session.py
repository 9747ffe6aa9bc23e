"""Who may use the playground: the browser that opened the address which Easel printed, and no other page in it."""

from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler
from yarl import URL

from adapters.shared.http_server import secrets_equal

_STATIC = Path(__file__).parent / "static"


class Session:
    """One secret token, given once in the address and then kept in a cookie that no script can read."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def open(self, request: web.Request) -> web.StreamResponse:
        """`/?token=...` opens the session and leads to `/`, so that the token stays out of the history."""
        if secrets_equal(request.query.get("token", ""), self._token):
            response = web.Response(status=303, headers={"Location": "/", "Cache-Control": "no-store"})
            response.set_cookie(
                _cookie_name(request), self._token, httponly=True, samesite="Strict", secure=request.secure, path="/"
            )
            return response
        if not self._is_open(request):
            return web.FileResponse(_STATIC / "locked.html", status=401, headers={"Cache-Control": "no-store"})
        return web.FileResponse(_STATIC / "index.html", headers={"Cache-Control": "no-cache"})

    def guard(self, handler: Handler) -> Handler:
        """The same handler, for our own page only."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if not self._is_open(request):
                raise web.HTTPUnauthorized(text="Open the address that Easel printed when it started.")
            if request.method not in ("GET", "HEAD") and not _is_from_our_page(request):
                raise web.HTTPForbidden(text="Requests from other sites are refused.")
            return await handler(request)

        return guarded

    def _is_open(self, request: web.Request) -> bool:
        return secrets_equal(request.cookies.get(_cookie_name(request), ""), self._token)


def _cookie_name(request: web.Request) -> str:
    # Cookies are shared by all ports of a host: two playgrounds on one machine must not close each other's session.
    return f"easel_{request.url.port}"


def _is_from_our_page(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    try:
        origin = URL(request.headers.get("Origin", ""))
    except ValueError:
        return False
    # Behind a proxy that ends TLS the schemes differ, and with them the ports that go without saying.
    return bool(origin.host) and origin.host_port_subcomponent == request.url.host_port_subcomponent
