"""Slack over HTTP, on Easel's own server: one signed address for events, commands, menus and forms."""

from collections.abc import Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from adapters.shared.http_server import read_body
from adapters.slack.events.signatures import RequestVerifier
from adapters.slack.ids import EVENTS_PATH


def events_route(app: Callable[[], AsyncApp | None], signatures: RequestVerifier) -> web.RouteDef:
    """Args:
    app: None while Easel starts or stops: then Slack is told to come again.
    signatures: checked before Bolt parses anything of the request.
    """

    async def answer(request: web.Request) -> web.Response:
        bolt = app()
        if bolt is None:
            return web.Response(status=503, text="Easel is starting or stopping.")
        if not signatures.is_signed(request.headers, await read_body(request)):
            return web.Response(status=401, text="This address is for Slack.")
        try:
            signed = await to_bolt_request(request)
        except (ValueError, LookupError, RecursionError):
            return web.Response(status=400, text="The request cannot be read.")
        return await to_aiohttp_response(await bolt.async_dispatch(signed))

    return web.post(EVENTS_PATH, answer)
