"""The Web API's front door: reads a call, finds out who calls and whether they may, and lets it be carried out."""

import asyncio

from aiohttp import web

from tests.emulators.slack.api.asked import Asked, need_scope
from tests.emulators.slack.api.handlers import HANDLERS
from tests.emulators.slack.arguments import understand
from tests.emulators.slack.calls import ApiCall, read_call
from tests.emulators.slack.deliveries import Deliveries
from tests.emulators.slack.faults import Dropped, Fault, Refusal, Slow
from tests.emulators.slack.happenings import Happenings
from tests.emulators.slack.limits import Limits
from tests.emulators.slack.methods import METHODS, Method
from tests.emulators.slack.problems import SlackError
from tests.emulators.slack.socket_mode import SocketMode
from tests.emulators.slack.state import State
from tests.emulators.slack.things import Json, Team

_NO_TEAM = Team(id="", name="", domain="", bot_token="", bot_user_id="", bot_id="")


class TooMany(Exception):
    """The limit of a method is reached."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(retry_after_s)
        self.retry_after_s = retry_after_s


class WebApi:
    def __init__(self, state: State, happenings: Happenings, deliveries: Deliveries, socket: SocketMode) -> None:
        self._state = state
        self._happenings = happenings
        self._deliveries = deliveries
        self._socket = socket
        self._limits = Limits()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        method = METHODS.get(name)
        call = await read_call(request, name, takes_json=method is None or method.takes_json)
        self._state.calls.append(call)
        team = self._state.team_of(call.token)
        call.team = team.id if team else None
        fault, held = self._state.faults.take(name), self._state.held.take(name)
        if held is not None and not held.executed:
            await held.pass_by()
        if (spoilt := await self._spoilt_before(request, call, fault)) is not None:
            return spoilt
        body, headers = await self._answer(call, method, team)
        if held is not None and held.executed:
            await held.pass_by()
        if fault is not None and (spoilt := _spoilt_after(request, call, fault)) is not None:
            return spoilt
        return self._respond(call, team, body, headers)

    async def _spoilt_before(
        self, request: web.Request, call: ApiCall, fault: Fault | None
    ) -> web.StreamResponse | None:
        match fault:
            case Slow(delay_s):
                await asyncio.sleep(delay_s)
            case Dropped(executed=False):
                return cut(request)
            case Refusal(executed=False):
                return refuse(fault, call)
            case _:
                pass
        return None

    async def _answer(self, call: ApiCall, method: Method | None, team: Team | None) -> tuple[Json, dict[str, str]]:
        headers: dict[str, str] = {}
        try:
            body = await self._carry_out(call, method, team)
            call.executed = True
            body = {"ok": True, **body}
        except SlackError as refusal:
            body = refusal.body()
            call.error = refusal.code
            if refusal.problem is not None:
                self._state.note(call.method, f"{refusal.code}: {refusal.problem}")
        except TooMany as limit:
            call.error, call.status = "ratelimited", 429
            body = {"ok": False, "error": "ratelimited"}
            headers["Retry-After"] = str(limit.retry_after_s)
        return body, headers

    async def _carry_out(self, call: ApiCall, method: Method | None, team: Team | None) -> Json:
        if method is None:
            raise SlackError("unknown_method", problem="no such method is emulated", req_method=call.method)
        self._authenticate(call, method, team)
        if team is not None and method.caller == "bot":
            for scope in method.scopes:
                need_scope(team, scope)
        arguments, complaints = understand(call, method)
        for complaint in complaints:
            self._state.note(call.method, complaint)
        if self._state.limits_enabled:
            where = arguments.text("channel") if "channel" in method.arguments else ""
            now_s = self._state.clock.now_s()
            if wait_s := self._limits.wait_s(method.tier, call.team or "", call.method, where, now_s):
                raise TooMany(wait_s)
        asked = Asked(
            self._state,
            self._happenings,
            self._deliveries,
            call,
            team or _NO_TEAM,
            arguments,
            self._socket.new_url,
        )
        return await HANDLERS[call.method](asked)

    def _authenticate(self, call: ApiCall, method: Method, team: Team | None) -> None:
        if method.caller in ("client", "anyone"):
            return
        if call.token is None:
            raise SlackError("not_authed", problem="no token in the Authorization header")
        if method.caller == "app":
            if call.token != self._state.app_token:
                raise SlackError("not_allowed_token_type" if team else "invalid_auth")
        elif call.token == self._state.app_token:
            raise SlackError("not_allowed_token_type", problem="the app's token where the bot's is wanted")
        elif team is None:
            raise SlackError(self._state.dead_tokens.get(call.token, "invalid_auth"))

    def _respond(self, call: ApiCall, team: Team | None, body: Json, headers: dict[str, str]) -> web.StreamResponse:
        call.ok, call.status = body["ok"], call.status or 200
        headers["x-slack-req-id"] = f"{self._state.ids.number():032x}"
        if team is not None:
            headers["x-oauth-scopes"] = ",".join(sorted(team.scopes))
            headers["x-accepted-oauth-scopes"] = ",".join(METHODS[call.method].scopes if call.method in METHODS else ())
        self._state.tell()
        return web.json_response(body, status=call.status, headers=headers)


def _spoilt_after(request: web.Request, call: ApiCall, fault: Fault) -> web.StreamResponse | None:
    match fault:
        case Dropped():
            return cut(request)
        case Refusal():
            return refuse(fault, call)
        case Slow():
            return None


def refuse(fault: Refusal, call: ApiCall | None = None) -> web.Response:
    if isinstance(fault.body, str):
        response = web.Response(text=fault.body, content_type="text/html")
    else:
        response = web.json_response(dict(fault.body))
        if call is not None:
            call.ok, call.error = fault.body.get("ok"), fault.body.get("error")
    response.set_status(fault.status)
    response.headers.update(fault.headers)
    if call is not None:
        call.status = fault.status
    return response


def cut(request: web.Request) -> web.Response:
    """Drops the connection before an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
