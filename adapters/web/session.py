"""Access control of the playground: only a browser that opened the printed address, and only our own page in it."""

from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler
from yarl import URL

from adapters.shared.http_server import secrets_equal

_STATIC = Path(__file__).parent / "static"


class Session:
    """A session by a secret token: passed once in the address, then stored in an HttpOnly cookie."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def open(self, request: web.Request) -> web.StreamResponse:
        """Serves `/`. `/?token=...` sets the cookie and redirects to `/`, to keep the token out of the history."""
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
        """Wraps a handler so that it requires the session, and rejects requests of other sites (CSRF)."""

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
    # Cookies are shared by all ports of a host: two playgrounds on one machine need different names.
    return f"easel_{request.url.port}"


def _is_from_our_page(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    try:
        origin = URL(request.headers.get("Origin", ""))
        # Behind a proxy that terminates TLS, scheme and default port differ.
        return bool(origin.host) and origin.host_port_subcomponent == request.url.host_port_subcomponent
    except ValueError:
        return False
