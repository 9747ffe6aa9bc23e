"""Discord REST API: one client for all calls, with rate limits, retries and typed errors.

discord.py handles the rate limits of buckets and of the app, and tries five times where Discord is busy. It does not
retry after 503, ECONNRESET on Linux, and connections that end without an answer (measured): this module does.
"""

import asyncio
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final, TypedDict

import aiohttp
import discord
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route
from yarl import URL

from adapters.discord import errors
from adapters.discord.errors import refusal, unauthorised
from adapters.shared.proxy import proxy_for, session_for
from adapters.shared.recent_map import RecentMap
from adapters.shared.service_time import ServiceTime, is_authentic
from bot.domain.surrogates import replace_surrogates
from bot.ports import Clock

API_URL: Final = "https://discord.com/api/v10"
GATEWAY_URL: Final = "wss://gateway.discord.gg/"
RATE_LIMIT_TIMEOUT_S: Final = 60.0
"""The longest wait for a rate limit, in seconds. The job engine tries a step that gives up again later."""
_ATTEMPTS: Final = 4
_MAX_DIRECT_CHANNELS: Final = 10_000
_ESCAPED_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
"""In JSON: the first half of a character outside the basic plane, or a lone half."""


class ConnectionOptions(TypedDict, total=False):
    """Arguments of `discord.Client` that make it use a proxy."""

    proxy: str
    connector: aiohttp.BaseConnector


@dataclass(frozen=True, slots=True)
class MultipartFile:
    name: str
    data: bytes
    alt: str = ""


class DiscordRest:
    """Args: `api_url`, `gateway_url`: other than Discord's for proxies and tests. They hold for the whole process."""

    def __init__(self, token: str, clock: Clock, *, api_url: str = API_URL, gateway_url: str = GATEWAY_URL) -> None:
        self.token = token
        self.api_url = api_url.rstrip("/")
        self._clock = clock
        self._reads_service_time = is_authentic(self.api_url)
        self.time = ServiceTime(clock, service="Discord")
        """Discord's clock, by the `Date` of its answers."""
        self._client: discord.Client | None = None
        self._session: aiohttp.ClientSession | None = None
        self._login_lock = asyncio.Lock()
        self._direct: RecentMap[str, int] = RecentMap(_MAX_DIRECT_CHANNELS)
        # Otherwise it warns at each start that libraries for voice are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        Route.BASE = self.api_url
        DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)
        discord.utils._from_json = _from_json  # pyright: ignore[reportPrivateUsage]
        if self.api_url != API_URL:
            Asset.BASE = str(URL(self.api_url).origin() / "cdn")  # pyright: ignore[reportAttributeAccessIssue]

    @property
    def session(self) -> aiohttp.ClientSession:
        """For downloads with a size limit, which discord.py has not."""
        if self._session is None or self._session.closed:
            self._session = session_for(self.api_url)
        return self._session

    def connection_options(self) -> ConnectionOptions:
        """Makes a client of discord.py use the proxy of the environment, which it does not by itself.

        Raises:
            AdminError: the proxy's address is wrong, or it needs a library that is not installed.
        """
        proxy = proxy_for(self.api_url)
        if proxy is None:
            return {}
        return {"connector": proxy.connector()} if proxy.is_socks else {"proxy": str(proxy.url)}

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def client(self) -> discord.Client:
        """discord.py's client, logged in but not connected to the gateway.

        Raises:
            AdminError: the token is not accepted.
            Transient: Discord cannot be reached.
        """
        async with self._login_lock:
            if self._client is None:
                self._client = await self._log_in()
            return self._client

    async def application(self) -> discord.AppInfo:
        """The app of the token. Raises as `client`."""
        client = await self.client()
        assert client.application is not None  # noqa: S101 - the login has set it
        return client.application

    async def bot_user(self) -> int:
        """The id of the bot's user. Raises as `client`."""
        client = await self.client()
        assert client.user is not None  # noqa: S101 - likewise
        return client.user.id

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        files: Sequence[MultipartFile] = (),
        query: Mapping[str, str] | None = None,
        repeatable: bool = True,
        **path_values: int | str,
    ) -> Any:
        """Calls a route, and retries where that is safe.

        Args:
            repeatable: whether a second call changes nothing more, so that it may follow a lost answer.
            path_values: for the names in `path`. Names of rate limit buckets must be discord.py's, as `channel_id`.

        Returns:
            The JSON of the answer, to be read by a parser of `payloads`.

        Raises:
            DiscordRefused: Discord said no; it is also the error of the core that its code means.
            Transient: Discord cannot be reached, or its rate limits take too long.
            AdminError: the token is not accepted.
        """
        http = (await self.client()).http
        attempt = 0
        while True:
            attempt += 1
            try:
                return await _send(http, Route(method, path, metadata=None, **path_values), body, files, query)
            except _TransientFailure as failure:
                if attempt >= _ATTEMPTS or not (repeatable or failure.was_not_sent):
                    raise errors.no_answer() from failure
                await self._clock.sleep(0.25 * 2.0**attempt)

    async def direct_channel(self, user: str) -> int:
        """The id of the DM channel with a person. Raises as `call`."""
        known = self._direct.get(user)
        if known is None:
            made = await self.call("POST", "/users/@me/channels", body={"recipient_id": user})
            known = self._direct[user] = int(made["id"])
        return known

    async def _log_in(self) -> discord.Client:
        client = discord.Client(
            intents=discord.Intents(guilds=True),  # it does not connect; without this one discord.py warns
            max_messages=None,
            max_ratelimit_timeout=RATE_LIMIT_TIMEOUT_S,
            enable_debug_events=False,
            http_trace=self._trace_config(),
            **self.connection_options(),
        )
        try:
            await client.login(self.token)
        except discord.LoginFailure as problem:
            await client.close()
            raise unauthorised() from problem
        except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError, TimeoutError) as problem:
            await client.close()
            raise errors.unreachable() from problem
        return client

    def _trace_config(self) -> aiohttp.TraceConfig:
        """Reads the `Date` header of answers: discord.py returns only the body."""

        async def begin(_: object, context: SimpleNamespace, __: object) -> None:
            context.begun_s = self.time.start_request()

        async def end(_: object, context: SimpleNamespace, ended: aiohttp.TraceRequestEndParams) -> None:
            if self._reads_service_time and str(ended.url).startswith(self.api_url):
                self.time.record_response(ended.response.headers.get("Date"), begun_s=context.begun_s)

        tracing = aiohttp.TraceConfig()
        tracing.on_request_start.append(begin)
        tracing.on_request_end.append(end)
        return tracing


def _from_json(text: str) -> Any:
    """discord.py calls this for all JSON of the gateway and of REST answers. Lone surrogates are replaced."""
    value: Any = json.loads(text)
    return replace_surrogates(value) if _ESCAPED_SURROGATE.search(text) else value


class _TransientFailure(Exception):
    """A call failed that may succeed in a moment. `was_not_sent`: it certainly did not reach Discord."""

    def __init__(self, *, was_not_sent: bool) -> None:
        super().__init__()
        self.was_not_sent = was_not_sent


async def _send(
    http: HTTPClient, route: Route, body: object, uploads: Sequence[MultipartFile], query: Mapping[str, str] | None
) -> Any:
    arguments: dict[str, Any] = {"params": query} if query else {}
    # New file objects for each attempt: one that was sent is at its end, and would be sent empty without an error.
    files = [discord.File(io.BytesIO(each.data), each.name, description=each.alt or None) for each in uploads]
    if files:
        form: list[dict[str, Any]] = [{"name": "payload_json", "value": json.dumps(body)}]
        form += [
            {
                "name": f"files[{index}]",
                "value": file.fp,
                "filename": file.filename,
                "content_type": "application/octet-stream",
            }
            for index, file in enumerate(files)
        ]
        arguments |= {"files": files, "form": form}
    elif body is not None:
        arguments["json"] = body
    try:
        return await http.request(route, **arguments)
    except discord.RateLimited as limited:
        raise errors.calls_limited(retry_after_s=limited.retry_after) from limited
    except discord.HTTPException as refused:
        if refused.status >= 500:
            raise _TransientFailure(was_not_sent=False) from refused
        if refused.status == 401 and refused.code == 0:
            raise unauthorised() from refused
        raise refusal(f"{route.method} {route.path}", refused.status, refused.code, refused.text) from refused
    except KeyError as unnamed:
        # A 429 without `retry_after`, which discord.py expects.
        raise refusal(f"{route.method} {route.path}", 429, 0) from unnamed
    except aiohttp.ClientConnectorError as unreachable:
        raise _TransientFailure(was_not_sent=True) from unreachable
    except (aiohttp.ClientError, OSError, TimeoutError) as lost:
        raise _TransientFailure(was_not_sent=False) from lost
    finally:
        for file in files:
            file.close()
        if route.webhook_token is not None:
            _forget_bucket(http, route)


def _forget_bucket(http: HTTPClient, route: Route) -> None:
    """Drops the rate limit bucket of one interaction, unless it is used up. discord.py keeps buckets for five minutes
    and looks through all of them for each new one: at 50 interactions a second, that takes longer than the call.
    """
    buckets, hashes = http._buckets, http._bucket_hashes  # pyright: ignore[reportPrivateUsage]
    for name in (route.key, hashes.get(route.key)):
        key = f"{name}:{route.major_parameters}"
        limit = buckets.get(key)
        if limit is not None and limit.remaining > 0:
            del buckets[key]
