"""Slack over HTTP, on Easel's own server: one signed address for events, commands, menus and forms."""

from collections.abc import Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from adapters.slack.ids import EVENTS_PATH


def events_route(app: Callable[[], AsyncApp | None]) -> web.RouteDef:
    """Args: `app`: None while Easel starts or stops: then Slack is told to come again."""

    async def answer(request: web.Request) -> web.Response:
        bolt = app()
        if bolt is None:
            return web.Response(status=503, text="Easel is starting or stopping.")
        # Bolt reads it as a number and fails with a traceback where it is none.
        sent_s = request.headers.get("X-Slack-Request-Timestamp", "")
        if not (sent_s.isascii() and sent_s.isdecimal()):
            return web.Response(status=401, text="This address is for Slack.")
        try:
            signed = await to_bolt_request(request)
        except UnicodeDecodeError:
            return web.Response(status=401, text="This address is for Slack.")
        return await to_aiohttp_response(await bolt.async_dispatch(signed))

    return web.post(EVENTS_PATH, answer)
