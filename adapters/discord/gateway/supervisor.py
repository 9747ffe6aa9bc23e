"""Discord shard supervisor: replaces the gateway client when it ends, within Discord's session limits.

Measured with discord.py: any exception while it reads an event ends the client, and a gateway that accepts connections
and closes them is tried hundreds of times a second. Discord resets a token that starts 1,000 sessions in a day.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

import aiohttp
import discord
import structlog

from adapters.discord import errors
from adapters.discord.errors import unauthorised
from adapters.discord.gateway.client import GatewayClient
from adapters.discord.gateway.connection import ShardConnections
from adapters.discord.gateway.shard_leases import ShardLease
from adapters.shared.backoff import reconnect_wait_s
from bot.errors import EaselError
from bot.ports import Clock

_MAX_RECONNECTS: Final = 10
_RECONNECTS_WITHIN_S: Final = 60.0
"""After so many lost connections within this time, the client is replaced, with a pause."""
_IDENTIFY_EVERY_S: Final = 5.0
"""Discord accepts one new session of an app every 5 s."""
_MAX_FAST_IDENTIFIES: Final = 20
_HOUR_S: Final = 3_600.0
_IDENTIFY_PAUSE_S: Final = 120.0
"""After 20 sessions within an hour, one every two minutes: 720 a day, of the 1,000 that Discord allows."""

_log = structlog.get_logger(__name__)


class TooManySessions(Exception):
    """A new session cannot be started within seconds."""


class IdentifyLimiter:
    """Limits new sessions (IDENTIFY) of all shards of this process together."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started_s: deque[float] = deque()
        self._turn = asyncio.Lock()

    async def wait(self) -> None:
        """Waits until a session may be started, and counts it."""
        async with self._turn:
            if (wait_s := self._wait_s()) > 0:
                await self._clock.sleep(wait_s)
            self._started_s.append(self._clock.monotonic_s())

    async def wait_shortly(self) -> None:
        """As `wait`, for an open connection, which discord.py gives a minute to become ready.

        Raises:
            TooManySessions: it would take longer.
        """
        if self._wait_s() > _IDENTIFY_EVERY_S:
            raise TooManySessions
        await self.wait()

    def _wait_s(self) -> float:
        now_s = self._clock.monotonic_s()
        while self._started_s and now_s - self._started_s[0] > _HOUR_S:
            self._started_s.popleft()
        if not self._started_s:
            return 0.0
        is_many = len(self._started_s) >= _MAX_FAST_IDENTIFIES
        return self._started_s[-1] + (_IDENTIFY_PAUSE_S if is_many else _IDENTIFY_EVERY_S) - now_s


class ReconnectCounter:
    """Counts lost connections of one client, which by itself reconnects at once and without end."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lost_s: deque[float] = deque(maxlen=_MAX_RECONNECTS)

    def count_lost(self) -> bool:
        """Counts one more; returns whether these are too many."""
        now_s = self._clock.monotonic_s()
        self._lost_s.append(now_s)
        return len(self._lost_s) == _MAX_RECONNECTS and now_s - self._lost_s[0] < _RECONNECTS_WITHIN_S


MakeClient = Callable[[Callable[[bool], None]], GatewayClient]
"""Makes a client for a new connection. The argument is called with whether it is connected."""
AreGranted = Callable[[discord.Intents], Awaitable[bool]]
"""As `GatewayIntents.are_granted`."""


class ShardSupervisor:
    """Keeps one shard connected for as long as this process has its lease."""

    def __init__(
        self,
        make: MakeClient,
        are_granted: AreGranted,
        lease: ShardLease,
        identify_limiter: IdentifyLimiter,
        clock: Clock,
        connection: ShardConnections,
        *,
        shard: int,
        token: str,
    ) -> None:
        self._make = make
        self._are_granted = are_granted
        self._identify_limiter = identify_limiter
        self._lease = lease
        self._clock = clock
        self._connection = connection
        self._shard = shard
        self._token = token

    async def run(self) -> None:
        """Runs until cancelled.

        Raises:
            AdminError: Discord does not accept the token, the intents or the shards, so that a retry cannot help.
        """
        self._connection.connecting(self._shard)
        while True:
            await self._lease.acquire(partial(self._connection.standing_by, self._shard))
            self._connection.connecting(self._shard)
            try:
                await self._serve_until_lease_lost()
            finally:
                self._connection.lost(number=self._shard)
                await self._lease.release()

    # Private

    async def _serve_until_lease_lost(self) -> None:
        serving = asyncio.create_task(self._serve(), name=f"discord shard {self._shard}")
        keeping = asyncio.create_task(self._lease.keep(), name=f"lease of discord shard {self._shard}")
        try:
            await asyncio.wait((serving, keeping), return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                serving.result()
        finally:
            serving.cancel()
            keeping.cancel()
            await asyncio.wait((serving, keeping))

    async def _serve(self) -> None:
        failures = 0
        while True:
            has_connected = False
            reconnects = ReconnectCounter(self._clock)
            too_many_reconnects = asyncio.Event()

            def changed(
                is_connected: bool,
                reconnects: ReconnectCounter = reconnects,
                too_many_reconnects: asyncio.Event = too_many_reconnects,
            ) -> None:
                nonlocal has_connected
                if is_connected:
                    has_connected = True
                    self._connection.connected(self._shard)
                    return
                self._connection.lost(number=self._shard)
                if reconnects.count_lost():
                    too_many_reconnects.set()

            await self._identify_limiter.wait()
            reason = await self._connect_once(self._make(changed), too_many_reconnects)
            self._connection.lost(number=self._shard)
            failures = 0 if has_connected and not too_many_reconnects.is_set() else failures + 1
            wait_s = reconnect_wait_s(failures)
            _log.warning("discord.connection_ended", shard=self._shard, reason=reason, retry_s=wait_s)
            await self._clock.sleep(wait_s)

    async def _connect_once(self, client: GatewayClient, too_many_reconnects: asyncio.Event) -> str:
        """Runs a client until it ends; returns why, for the log."""
        connecting = asyncio.create_task(client.start(self._token))
        waiting = asyncio.create_task(too_many_reconnects.wait())
        try:
            await asyncio.wait((connecting, waiting), return_when=asyncio.FIRST_COMPLETED)
            if not connecting.done():
                return "too many lost connections"
            connecting.result()
            return "closed"
        except discord.LoginFailure as problem:
            raise unauthorised() from problem
        except discord.PrivilegedIntentsRequired as problem:
            return await self._intents_refused(client.intents, problem)
        except discord.ConnectionClosed as problem:
            if problem.code == 4004:
                raise unauthorised() from problem
            if problem.code in (4010, 4011):
                raise errors.other_shards() from problem
            return f"closed with {problem.code}"
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as problem:
            return f"{type(problem).__name__}: {problem}"
        except TooManySessions:
            return "too many new sessions"
        except Exception:
            # An event that discord.py cannot read ends its client. The next client gets the next event.
            _log.exception("discord.client_broke")
            return "an event that could not be read"
        finally:
            waiting.cancel()
            await client.drain()
            await client.close()
            connecting.cancel()
            await asyncio.wait((connecting, waiting))

    async def _intents_refused(self, intents: discord.Intents, problem: discord.PrivilegedIntentsRequired) -> str:
        """Where an intent was turned off meanwhile, the next connection does without it."""
        try:
            if not await self._are_granted(intents):
                return "an intent was turned off"
        except EaselError as unknown:
            return unknown.text
        raise errors.message_content_denied() from problem
