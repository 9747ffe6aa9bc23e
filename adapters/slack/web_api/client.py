"""Calls to Slack's Web API: waits for rate limits, retries only what is safe to repeat, and distinguishes failures."""

import asyncio
import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, Protocol, cast

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.shared.proxy import session_for
from adapters.shared.service_time import ServiceTime, is_authentic
from adapters.slack import errors
from adapters.slack.errors import REVOKED, ConnectionLost, SlackRefused, refusal
from adapters.slack.installations.workspaces import Workspace, Workspaces, workspace_from_auth_test
from adapters.slack.payloads.web_api import AuthTest, parse_auth_test, parse_failure
from adapters.slack.web_api.rate_limits import RateLimits
from bot.domain.surrogates import replace_surrogates
from bot.errors import EaselError, Transient
from bot.ports import Clock

CALL_TIMEOUT_S: Final = 30.0
PATIENCE_S: Final = 120.0
"""How long a call waits for its turn after 429; a step of the job engine that gives up is tried again later."""
LOOK_UP_S: Final = 1.0
"""How long an acknowledgement may wait for a look-up of a user, a channel or a message.

Slack waits three seconds for the acknowledgement. A command without one fails visibly, and people type it, and pay for
it, again.
"""
_TIME_VALID_S: Final = 60.0
"""How long `check_time` makes no further call."""
_ATTEMPTS: Final = 3
_RETRY_AFTER_S: Final = 30.0
"""For a 429 without a Retry-After header."""

_FORMS: Final = frozenset(
    {
        "api.test",
        "auth.test",
        "conversations.history",
        "conversations.replies",
        "files.getUploadURLExternal",
        "files.info",
        "oauth.v2.access",
        "users.info",
    }
)
"""Methods that read take form parameters; the others take JSON, so that no prompt is ever part of an address."""

_REPEATABLE: Final = _FORMS - {"oauth.v2.access"} | {
    "apps.connections.open",
    "assistant.threads.setStatus",
    "chat.update",
    "conversations.join",
    "files.delete",
    "views.publish",
}
"""Idempotent methods. All others are sent again only where Slack cannot have got the request."""

_UNFINISHED = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})

_log = structlog.get_logger(__name__)


class _Answer(Protocol):
    """The fields of the SDK's answers that we use; its own types are incomplete."""

    data: object
    headers: Mapping[str, str]
    status_code: int


class _Caller(Protocol):
    async def api_call(
        self, api_method: str, *, data: Mapping[str, object] | None = None, json: Mapping[str, object] | None = None
    ) -> _Answer: ...


class SlackApi:
    """Calls for all workspaces. `session` is opened when it is first needed, since it belongs to the event loop."""

    def __init__(self, *, base_url: str, workspaces: Workspaces, clock: Clock) -> None:
        self._base_url = base_url
        self._workspaces = workspaces
        self._clock = clock
        self._pacing = RateLimits(clock)
        self._has_authentic_time = is_authentic(base_url)
        self.time = ServiceTime(clock, service="Slack")
        """Slack's time, by the `Date` header of its answers."""
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            # Without it the SDK would open a connection for every call; with it, it ignores its own timeout.
            timeout = aiohttp.ClientTimeout(total=CALL_TIMEOUT_S)
            self._session = session_for(self._base_url, timeout=timeout)
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def client(self, token: str | None) -> AsyncWebClient:
        """Slack's own client, without its retries: its default one sends a message twice where an answer is lost."""
        client = AsyncWebClient(token=token, base_url=self._base_url, session=self.session, retry_handlers=[])
        client.proxy = None  # it reads the environment by itself, without NO_PROXY and SOCKS: the session knows better
        return client

    def is_limited(self, team: str, method: str) -> bool:
        """Whether a call would have to wait because of a 429."""
        return self._pacing.wait_s(team, method) > 0

    async def call(self, team: str, method: str, **arguments: object) -> Mapping[str, object]:
        """Calls a method for a workspace; None among the arguments means: leave it out.

        Raises:
            SlackRefused: Slack said no; it is also the error of the core that its code means.
            ConnectionLost: it is not known whether Slack did it.
            Transient: Slack cannot be reached, or is busy for too long.
            PlaceClosed: the workspace is not connected.
        """
        token = await self._workspaces.token(team)
        try:
            return await self.call_with(token, method, team=team, **arguments)
        except SlackRefused as refused:
            if refused.code in REVOKED:
                self._workspaces.forget(team)  # another process may have got a new token meanwhile
            raise

    async def check_time(self, team: str) -> None:
        """Gets Slack's time, unless that was done less than a minute ago: the machine's clock may have been set.

        Takes at most a second; where Slack does not answer, nothing changes.
        """
        if not self.time.is_older_than(_TIME_VALID_S):
            return
        try:
            async with asyncio.timeout(LOOK_UP_S):
                await self._call_for_time(team)
        except (EaselError, TimeoutError) as problem:
            _log.info("time.not_told", reason=str(problem) or "no answer")

    async def auth_test(self, token: str) -> tuple[AuthTest, str]:
        """The workspace and the bot that a bot token is for, and its scopes, separated by commas. Raises as `call`."""
        answer = await self._call(token, "auth.test", "", {})
        try:
            tested = parse_auth_test(_object(answer.data))
        except ValueError:
            raise errors.not_slack() from None
        return tested, answer.headers.get("x-oauth-scopes", "")

    async def identify(self, token: str) -> Workspace:
        """The workspace that a bot token is for. Raises as `call`."""
        tested, scopes = await self.auth_test(token)
        if tested.is_enterprise_install:
            raise errors.installed_for_organisation()
        return workspace_from_auth_test(tested, token, scopes)

    async def call_with(
        self, token: str | None, method: str, *, team: str = "", **arguments: object
    ) -> Mapping[str, object]:
        """As `call`, with a token that belongs to no known workspace."""
        return _object((await self._call(token, method, team, arguments)).data)

    async def _call_for_time(self, team: str) -> None:
        try:
            token = await self._workspaces.token(team)
        except EaselError:
            await self.call_with(None, "api.test")  # where nobody has installed the app yet
        else:
            await self.call_with(token, "auth.test", team=team)

    async def _call(self, token: str | None, method: str, team: str, arguments: Mapping[str, object]) -> _Answer:
        given = {name: value for name, value in arguments.items() if value is not None}
        caller = cast("_Caller", self.client(token))
        waited_s = 0.0
        attempt = 0
        while True:
            attempt += 1
            wait_s = self._pacing.reserve(team, method)
            waited_s += wait_s
            if waited_s > PATIENCE_S:
                raise errors.calls_limited()
            if wait_s:
                await self._clock.sleep(wait_s)
            begun_s = self.time.start_request()
            try:
                return await _send(caller, method, given, partial(self._learn_time, begun_s=begun_s))
            except _Limited as limited:
                # Refused, so nothing was done: the only failure after which everything may be sent again.
                self._pacing.hold(team, method, limited.retry_after_s + random.uniform(0, 0.5))  # noqa: S311 - jitter
            except (SlackRefused, Transient) as problem:
                if _is_unfinished(problem) and method not in _REPEATABLE:
                    raise ConnectionLost from problem
                if attempt >= _ATTEMPTS or not _may_repeat(method, problem):
                    raise
                await self._clock.sleep(0.5 * 2.0**attempt)

    def _learn_time(self, headers: Mapping[str, str], *, begun_s: float) -> None:
        if self._has_authentic_time:
            self.time.record_response(headers.get("Date"), begun_s=begun_s)


class _Limited(Exception):
    def __init__(self, retry_after_s: float) -> None:
        super().__init__(retry_after_s)
        self.retry_after_s = retry_after_s


def _may_repeat(method: str, problem: SlackRefused | Transient) -> bool:
    if isinstance(problem, SlackRefused):
        return _is_unfinished(problem)
    # What never went out may always be sent again.
    return not isinstance(problem, ConnectionLost) or method in _REPEATABLE


def _is_unfinished(problem: Exception) -> bool:
    """A gateway's error page, or a fault of Slack's: the request may have been carried out all the same."""
    return isinstance(problem, SlackRefused) and (problem.code in _UNFINISHED or problem.code.startswith("http_5"))


async def _send(
    caller: _Caller, method: str, arguments: Mapping[str, object], learn_time: Callable[[Mapping[str, str]], None]
) -> _Answer:
    """Args: `learn_time`: is given the headers of what Slack itself answered."""
    try:
        if method in _FORMS:
            answer = await caller.api_call(method, data=arguments)
        else:
            answer = await caller.api_call(method, json=arguments)
        learn_time(answer.headers)
        return answer
    except SlackApiError as error:
        raise _refused(method, cast("object", error.response), learn_time) from error
    except aiohttp.ClientConnectorError as error:
        raise errors.unreachable() from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise ConnectionLost from error


def _refused(method: str, response: object, learn_time: Callable[[Mapping[str, str]], None]) -> _Limited | SlackRefused:
    if not isinstance(response, AsyncSlackResponse):
        # Not even JSON: an error page, of which the SDK gives us the bare answer.
        return refusal(method, f"http_{getattr(response, 'status', 0)}")
    answer = cast("_Answer", response)
    body = _object(answer.data)
    failure = parse_failure(body)
    if answer.status_code == 429 or failure.error == "ratelimited":
        named = str(answer.headers.get("Retry-After", ""))
        return _Limited(float(named) if named.isdecimal() else _RETRY_AFTER_S)
    if "ok" in body:  # the page of a gateway says nothing of Slack
        learn_time(answer.headers)
    code = failure.error or f"http_{answer.status_code}"
    return refusal(method, code, needed=failure.needed or None)


def _object(data: object) -> Mapping[str, object]:
    return replace_surrogates(cast("Mapping[str, object]", data)) if isinstance(data, dict) else {}
