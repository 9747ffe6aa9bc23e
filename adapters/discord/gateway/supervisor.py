"""Keeps a shard connected: through everything that ends discord.py's client, and never faster than Discord allows.

What it does not see to itself was measured: any exception in reading an event ends the client; a gateway that accepts
connections and closes them is tried hundreds of times a second; and 1,000 new sessions a day get the token reset.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

import aiohttp
import discord
import structlog

from adapters.discord.errors import unauthorised
from adapters.discord.gateway.client import GatewayClient
from adapters.discord.gateway.connection import ShardConnections
from adapters.discord.gateway.shard_leases import ShardLease
from adapters.shared.backoff import reconnect_wait_s
from bot.errors import AdminError, EaselError
from bot.ports import Clock

_STORM: Final = 10
_STORM_S: Final = 60.0
"""As many connections lost in so many seconds are not bad luck."""
_IDENTIFY_EVERY_S: Final = 5.0
"""Discord takes one new session of an app in five seconds."""
_IDENTIFIES_AT_ONCE: Final = 20
_HOUR_S: Final = 3_600.0
_IDENTIFY_PAUSE_S: Final = 120.0
"""After so many within an hour, one every two minutes: 720 a day, of the 1,000 that Discord allows."""

_log = structlog.get_logger(__name__)


class TooManySessions(Exception):
    """A new session may not be begun soon."""


class IdentifyLimiter:
    """When a new session may be begun, by all shards of this process together."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begun_s: deque[float] = deque()
        self._turn = asyncio.Lock()

    async def wait(self) -> None:
        """Returns when it may, and counts it as begun."""
        async with self._turn:
            if (wait_s := self._wait_s()) > 0:
                await self._clock.sleep(wait_s)
            self._begun_s.append(self._clock.monotonic_s())

    async def wait_shortly(self) -> None:
        """As `wait`, for who has a connection already, which discord.py gives a minute to be ready.

        Raises:
            TooManySessions: it would take longer.
        """
        if self._wait_s() > _IDENTIFY_EVERY_S:
            raise TooManySessions
        await self.wait()

    def _wait_s(self) -> float:
        now_s = self._clock.monotonic_s()
        while self._begun_s and now_s - self._begun_s[0] > _HOUR_S:
            self._begun_s.popleft()
        if not self._begun_s:
            return 0.0
        is_many = len(self._begun_s) >= _IDENTIFIES_AT_ONCE
        return self._begun_s[-1] + (_IDENTIFY_PAUSE_S if is_many else _IDENTIFY_EVERY_S) - now_s


class ReconnectCounter:
    """Counts lost connections: discord.py tries again at once, for ever."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lost_s: deque[float] = deque(maxlen=_STORM)

    def count_lost(self) -> bool:
        """One more was lost; whether that makes a storm."""
        now_s = self._clock.monotonic_s()
        self._lost_s.append(now_s)
        return len(self._lost_s) == _STORM and now_s - self._lost_s[0] < _STORM_S


MakeClient = Callable[[Callable[[bool], None]], GatewayClient]
"""Makes a client for a new connection. The argument is called with whether it is connected."""
AreGranted = Callable[[discord.Intents], Awaitable[bool]]
"""Asks Discord whether a connection may ask for these; raises EaselError where it does not say."""


class ShardSupervisor:
    """Of one shard."""

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
        """Listens until cancelled.

        Raises:
            AdminError: the token or an intent is not accepted: trying again would never help.
        """
        self._connection.connecting(self._shard)
        while True:
            await self._lease.acquire(partial(self._connection.standing_by, self._shard))
            self._connection.connecting(self._shard)
            try:
                await self._while_held()
            finally:
                self._connection.lost(number=self._shard)
                await self._lease.release()

    # Private

    async def _while_held(self) -> None:
        """Until the lease is lost."""
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
            stormy = asyncio.Event()

            def changed(
                is_connected: bool, reconnects: ReconnectCounter = reconnects, stormy: asyncio.Event = stormy
            ) -> None:
                nonlocal has_connected
                if is_connected:
                    has_connected = True
                    self._connection.connected(self._shard)
                    return
                self._connection.lost(number=self._shard)
                if reconnects.count_lost():
                    stormy.set()

            await self._identify_limiter.wait()
            reason = await self._connect_once(self._make(changed), stormy)
            self._connection.lost(number=self._shard)
            failures = 0 if has_connected and not stormy.is_set() else failures + 1
            wait_s = reconnect_wait_s(failures)
            _log.warning("discord.connection_ended", shard=self._shard, reason=reason, retry_s=wait_s)
            await self._clock.sleep(wait_s)

    async def _connect_once(self, listener: GatewayClient, stormy: asyncio.Event) -> str:
        """One life of discord.py's client; returns why it ended."""
        connecting = asyncio.create_task(listener.start(self._token))
        waiting = asyncio.create_task(stormy.wait())
        try:
            await asyncio.wait((connecting, waiting), return_when=asyncio.FIRST_COMPLETED)
            if not connecting.done():
                return "too many lost connections"
            connecting.result()
            return "closed"
        except discord.LoginFailure as problem:
            raise unauthorised() from problem
        except discord.PrivilegedIntentsRequired as problem:
            return await self._refused(listener.intents, problem)
        except discord.ConnectionClosed as problem:
            if problem.code == 4004:
                raise unauthorised() from problem
            if problem.code in (4010, 4011):
                raise AdminError(
                    "Discord wants this app to connect in other shards.",
                    hint="Set EASEL_DISCORD_SHARD_COUNT to what `easel doctor` recommends, in all processes.",
                ) from problem
            return f"closed with {problem.code}"
        except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as problem:
            return f"{type(problem).__name__}: {problem}"
        except TooManySessions:
            return "too many new sessions"
        except Exception:
            # Whatever an event holds that discord.py cannot read ends its client: the next one reads the next event.
            _log.exception("discord.client_broke")
            return "an event that could not be read"
        finally:
            waiting.cancel()
            await listener.drain()
            await listener.close()
            connecting.cancel()
            await asyncio.wait((connecting, waiting))

    async def _refused(self, intents: discord.Intents, problem: discord.PrivilegedIntentsRequired) -> str:
        """An intent may have been turned off while we ran: then the next connection does without it."""
        try:
            if not await self._are_granted(intents):
                return "an intent was turned off"
        except EaselError as unknown:
            return unknown.text
        raise AdminError(
            "Discord does not let this app read what people write.",
            hint="Turn on Message Content Intent on the app's page, Bot; or set EASEL_DISCORD_MESSAGE_CONTENT=off.",
        ) from problem
