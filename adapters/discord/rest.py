"""Calls to Discord's REST API: one client for all of them, patient where patience helps, every failure told apart.

discord.py does the limits: its buckets, the global one, and five tries for what is busy. What it lets pass was
measured: 503, ECONNRESET on Linux, and connections that end without an answer.
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

from adapters.discord.errors import DiscordRefused, unauthorised
from adapters.shared.proxy import proxy_for, session_for
from adapters.shared.service_time import ServiceTime, is_authentic
from bot.domain.surrogates import replace_surrogates
from bot.errors import Transient
from bot.ports import Clock

API_URL: Final = "https://discord.com/api/v10"
GATEWAY_URL: Final = "wss://gateway.discord.gg/"
PATIENCE_S: Final = 60.0
"""What discord.py waits for one call's turn; a step of the job engine that gives up is tried again later."""
_ATTEMPTS: Final = 4
_ESCAPED_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
"""In JSON: half a character, or the first of two that make a whole one."""


class ConnectionOptions(TypedDict, total=False):
    """Of `discord.Client`."""

    proxy: str
    connector: aiohttp.BaseConnector


@dataclass(frozen=True, slots=True)
class MultipartFile:
    name: str
    data: bytes
    alt: str = ""


class DiscordRest:
    """Args: `api_url`, `gateway_url`: for proxies and tests. discord.py keeps them for the whole process."""

    def __init__(self, token: str, clock: Clock, *, api_url: str = API_URL, gateway_url: str = GATEWAY_URL) -> None:
        self.token = token
        self.api_url = api_url.rstrip("/")
        self._clock = clock
        self._tells_time = is_authentic(self.api_url)
        self.time = ServiceTime(clock, service="Discord")
        """Discord's own, by the `Date` of its answers."""
        self._client: discord.Client | None = None
        self._session: aiohttp.ClientSession | None = None
        self._opening = asyncio.Lock()
        self._direct: dict[str, int] = {}
        # Otherwise it warns at each start that libraries for speaking are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        Route.BASE = self.api_url
        DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)
        discord.utils._from_json = _from_json  # pyright: ignore[reportPrivateUsage]
        if self.api_url != API_URL:
            Asset.BASE = str(URL(self.api_url).origin() / "cdn")  # pyright: ignore[reportAttributeAccessIssue]

    @property
    def session(self) -> aiohttp.ClientSession:
        """For files: discord.py reads them whole, however large they are."""
        if self._session is None or self._session.closed:
            self._session = session_for(self.api_url)
        return self._session

    def connection_options(self) -> ConnectionOptions:
        """What makes a client of discord.py go through the environment's proxy, which by itself it does not.

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
        """discord.py's own, logged in but not listening.

        Raises:
            AdminError: the token is not accepted.
            Transient: Discord cannot be reached.
        """
        async with self._opening:
            if self._client is None:
                self._client = await self._logged_in()
            return self._client

    async def application(self) -> discord.AppInfo:
        """What Discord says of our app. Raises as `client`."""
        client = await self.client()
        assert client.application is not None  # noqa: S101 - it is what logging in asks for
        return client.application

    async def bot_user(self) -> int:
        """Our own user's id. Raises as `client`."""
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
        **places: int | str,
    ) -> Any:
        """Calls a route. `places` fill in its path; those that Discord counts by have discord.py's names.

        Args:
            repeatable: whether doing it twice does what once does.

        Raises:
            DiscordRefused: Discord said no.
            Transient: Discord cannot be reached, or is busy for too long.
            AdminError: the token is not accepted.
        """
        http = (await self.client()).http
        attempt = 0
        while True:
            attempt += 1
            try:
                return await _send(http, Route(method, path, metadata=None, **places), body, files, query)
            except _TransientFailure as passing:
                if attempt >= _ATTEMPTS or not (repeatable or passing.is_undone):
                    raise Transient("Discord did not answer.") from passing
                await self._clock.sleep(0.25 * 2.0**attempt)

    async def direct_channel(self, user: str) -> int:
        """The channel of our DMs with a person. Raises as `call`."""
        known = self._direct.get(user)
        if known is None:
            made = await self.call("POST", "/users/@me/channels", body={"recipient_id": user})
            if len(self._direct) > 10_000:
                self._direct.clear()
            known = self._direct[user] = int(made["id"])
        return known

    async def _logged_in(self) -> discord.Client:
        client = discord.Client(
            intents=discord.Intents(guilds=True),  # it never listens; without this one discord.py warns
            max_messages=None,
            max_ratelimit_timeout=PATIENCE_S,
            enable_debug_events=False,
            http_trace=self._tracing(),
            **self.connection_options(),
        )
        try:
            await client.login(self.token)
        except discord.LoginFailure as problem:
            await client.close()
            raise unauthorised() from problem
        except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError, TimeoutError) as problem:
            await client.close()
            raise Transient("Discord cannot be reached.") from problem
        return client

    def _tracing(self) -> aiohttp.TraceConfig:
        """Looks at the headers of answers, of which discord.py passes on nothing but the body."""

        async def begin(_: object, context: SimpleNamespace, __: object) -> None:
            context.begun_s = self.time.start_request()

        async def end(_: object, context: SimpleNamespace, ended: aiohttp.TraceRequestEndParams) -> None:
            if self._tells_time and str(ended.url).startswith(self.api_url):
                self.time.record_response(ended.response.headers.get("Date"), begun_s=context.begun_s)

        tracing = aiohttp.TraceConfig()
        tracing.on_request_start.append(begin)
        tracing.on_request_end.append(end)
        return tracing


def _from_json(text: str) -> Any:
    """How discord.py reads what Discord sends, from the gateway as in answers: the one place for both."""
    value: Any = json.loads(text)
    return replace_surrogates(value) if _ESCAPED_SURROGATE.search(text) else value


class _TransientFailure(Exception):
    """The call came to nothing, and may come to something in a moment. `is_undone`: it surely was not carried out."""

    def __init__(self, *, is_undone: bool) -> None:
        super().__init__()
        self.is_undone = is_undone


async def _send(
    http: HTTPClient, route: Route, body: object, uploads: Sequence[MultipartFile], query: Mapping[str, str] | None
) -> Any:
    arguments: dict[str, Any] = {"params": query} if query else {}
    # Anew for each attempt: a file that was sent is empty the second time, without an error.
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
        raise Transient("Discord allows no more calls at the moment.", retry_after_s=limited.retry_after) from limited
    except discord.HTTPException as refused:
        if refused.status >= 500:
            raise _TransientFailure(is_undone=False) from refused
        if refused.status == 401 and refused.code == 0:
            raise unauthorised() from refused
        raise DiscordRefused(f"{route.method} {route.path}", refused.status, refused.code, refused.text) from refused
    except KeyError as unnamed:
        # A 429 that names no time: discord.py counts on it.
        raise DiscordRefused(f"{route.method} {route.path}", 429, 0) from unnamed
    except aiohttp.ClientConnectorError as unreachable:
        raise _TransientFailure(is_undone=True) from unreachable
    except (aiohttp.ClientError, OSError, TimeoutError) as lost:
        raise _TransientFailure(is_undone=False) from lost
    finally:
        for file in files:
            file.close()
        if route.webhook_token is not None:
            _forget_limit(http, route)


def _forget_limit(http: HTTPClient, route: Route) -> None:
    """Of one interaction, unless it was reached. discord.py keeps it for five minutes, and looks through all that it
    keeps whenever there is a new one: with 50 interactions a second, for longer than the call itself takes.
    """
    buckets, hashes = http._buckets, http._bucket_hashes  # pyright: ignore[reportPrivateUsage]
    for name in (route.key, hashes.get(route.key)):
        key = f"{name}:{route.major_parameters}"
        limit = buckets.get(key)
        if limit is not None and limit.remaining > 0:
            del buckets[key]
