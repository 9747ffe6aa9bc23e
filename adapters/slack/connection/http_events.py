"""Slack's request URL on Easel's own HTTP server: one address for events, slash commands and interactivity."""

from collections.abc import Callable
from typing import Final

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from adapters.shared.http_server import read_body
from adapters.slack.connection.signatures import RequestVerifier
from adapters.slack.ids import EVENTS_PATH

_NOT_SLACK: Final = "This address is for Slack."


def events_route(app: Callable[[], AsyncApp | None], verifier: RequestVerifier) -> web.RouteDef:
    """Answers 401 to requests that are not Slack's.

    Args:
        app: None while Easel starts or stops: the answer is 503 then, and Slack sends the request again.
    """

    async def answer(request: web.Request) -> web.Response:
        bolt = app()
        if bolt is None:
            return web.Response(status=503, text="Easel is starting or stopping.")
        if not await verifier.is_from_slack(request.headers, await read_body(request)):
            return web.Response(status=401, text=_NOT_SLACK)
        try:
            bolt_request = await to_bolt_request(request)
        except (ValueError, LookupError, RecursionError):
            return web.Response(status=400, text="The request cannot be read.")
        return await to_aiohttp_response(await bolt.async_dispatch(bolt_request))

    return web.post(EVENTS_PATH, answer)
