"""The REST API's front door: reads a call, finds its route, asks whether it may pass, and has it carried out."""

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.emulators.discord.api.asked import Asked
from tests.emulators.discord.api.handlers import HANDLERS
from tests.emulators.discord.buckets import Buckets
from tests.emulators.discord.calls import ApiCall, read_call
from tests.emulators.discord.faults import Dropped, Fault, Refusal, Slow
from tests.emulators.discord.happenings import Happenings
from tests.emulators.discord.posting import Posting
from tests.emulators.discord.problems import ApiError
from tests.emulators.discord.routes import Route, find_route
from tests.emulators.discord.state import State

PREFIX = "/api/v10"
_VIA = {"Via": "1.1 google"}


class TooMany(Exception):
    """A rate limit is reached."""

    def __init__(self, retry_after_s: float, headers: Mapping[str, str], *, is_global: bool) -> None:
        super().__init__(retry_after_s)
        self.body = {"message": "You are being rate limited.", "retry_after": retry_after_s, "global": is_global}
        self.headers = {**headers, "Retry-After": str(max(1, round(retry_after_s)))}


class RestApi:
    def __init__(self, state: State, happenings: Happenings, posting: Posting) -> None:
        self._state = state
        self._happenings = happenings
        self._posting = posting
        self._buckets = Buckets()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix(PREFIX)
        found = find_route(request.method, path) if request.path.startswith(PREFIX) else None
        route, params = found if found is not None else (None, dict[str, str]())
        name = route.name if route is not None else ""
        call = await read_call(request, name, params, path)
        self._state.calls.append(call)
        fault = self._state.faults.take(name)
        held = self._state.held.take(name, lambda each: each.fits(call))
        if held is not None and not held.executed:
            await self._state.wait_aside(held)
        if isinstance(fault, Slow):
            await asyncio.sleep(fault.delay_s)
        if isinstance(fault, Refusal | Dropped) and not fault.executed:
            return spoil(request, fault, call)
        response = await self._answer(call, route)
        if held is not None and held.executed:
            await self._state.wait_aside(held)
        if isinstance(fault, Refusal | Dropped):
            return spoil(request, fault, call)
        return response

    async def _answer(self, call: ApiCall, route: Route | None) -> web.Response:
        headers: dict[str, str] = dict(_VIA)
        try:
            if route is None:
                raise ApiError(404, 0, "404: Not Found", problem=f"{call.verb} {call.path} is no route")
            self._limit(call, route, headers)
            self._authenticate(call, route)
            asked = Asked(self._state, self._happenings, self._posting, call)
            body = HANDLERS[route.name](asked)
            call.executed = True
            call.status = 204 if body is None else 200
        except ApiError as refusal:
            body, call.status, call.code = refusal.body(), refusal.status, refusal.code
            if refusal.problem is not None:
                self._state.note(call.route or "rest", f"{refusal}: {refusal.problem}")
        except TooMany as limit:
            body, call.status = limit.body, 429
            headers |= limit.headers
        if body is None:
            return web.Response(status=204, headers=headers)
        return json_response(body, call.status, headers)

    def _limit(self, call: ApiCall, route: Route, headers: dict[str, str]) -> None:
        now_s = self._state.clock.now_s()
        verdict = self._buckets.take(route, call.params, now_s, enforced=self._state.rate_limits_enabled)
        if verdict.retry_after_s:
            raise TooMany(verdict.retry_after_s, verdict.headers, is_global=verdict.is_global)
        headers |= verdict.headers

    def _authenticate(self, call: ApiCall, route: Route) -> None:
        if route.auth == "bot" and call.token != self._state.token:
            raise ApiError(401, 0)


def json_response(body: Any, status: int, headers: Mapping[str, str]) -> web.Response:
    # Exactly this type, without a charset: clients compare the whole header.
    told = {**headers, "Content-Type": "application/json"}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=told)


def spoil(request: web.Request, fault: Fault, call: ApiCall | None = None) -> web.StreamResponse:
    """What comes instead of an answer."""
    match fault:
        case Dropped():
            cut(request, reset=fault.reset)
            return web.Response()
        case Refusal():
            if call is not None:
                call.status = fault.status
                call.code = fault.body.get("code") if isinstance(fault.body, Mapping) else None
            headers = {**fault.headers, **(_VIA if fault.via else {})}
            if isinstance(fault.body, str):
                return web.Response(text=fault.body, status=fault.status, headers=headers, content_type="text/html")
            return json_response(dict(fault.body), fault.status, headers)
        case Slow():
            raise AssertionError("a slow answer is an answer")


def cut(request: web.Request, *, reset: bool) -> None:
    """Ends the connection before an answer."""
    transport = request.transport
    if transport is None:
        return
    if reset:
        raw: socket.socket = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
