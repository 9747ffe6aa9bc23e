"""Who serves a shard: one process at a time, since two that serve the same both get every event of it.

A lease is a note with its owner and the time until which it holds. Its owner renews it three times as often as needed,
and stops listening in time where it cannot.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog

from bot.errors import EaselError, Transient
from bot.ports import Clock, Json, PlatformState

LEASE_S: Final = 30.0
RENEW_EVERY_S: Final = LEASE_S / 3
_RETRY_S: Final = 5.0
_PATIENCE_S: Final = 4.0
"""How long the database may take to answer. A connection over a dead network gives none for a quarter of an hour."""
_LEAVING_S: Final = 5.0
"""What is left of a lease when it is given up: time to stop listening."""

_log = structlog.get_logger(__name__)


class ShardLease:
    """On one shard of so many. `owner` is the same after a restart, which therefore goes on at once."""

    def __init__(self, notes: PlatformState, clock: Clock, *, shard: int, shard_count: int, owner: str) -> None:
        self._notes = notes
        self._clock = clock
        self._key = f"shard:{shard}/{shard_count}"
        self._owner = owner
        self._writing: asyncio.Task[bool] | None = None
        self._held_until_s = 0.0

    async def acquire(self, standing_by: Callable[[], None] = lambda: None) -> None:
        """Waits until nobody else serves the shard, and for the database, which alone knows that.

        Args:
            standing_by: is called when somebody else serves it.
        """
        has_waited = False
        while True:
            try:
                if await self._written(self._take):
                    return
                if not has_waited:
                    _log.info("shard.served_elsewhere", shard=self._key)
                    standing_by()
                    has_waited = True
            except EaselError as problem:
                _log.warning("shard.not_acquired", shard=self._key, reason=problem.text, retry_s=_RETRY_S)
            await self._clock.sleep(_RETRY_S)

    async def keep(self) -> None:
        """Renews it for as long as that succeeds; returns when it was lost, before anybody else can have it."""
        pause_s = RENEW_EVERY_S
        while True:
            await self._clock.sleep(pause_s)
            try:
                if not await self._written(self._take):
                    _log.warning("shard.lost", shard=self._key)
                    return
                pause_s = RENEW_EVERY_S
            except EaselError as problem:
                _log.warning("shard.not_renewed", shard=self._key, reason=problem.text)
                pause_s = _RETRY_S
                if self._clock.monotonic_s() + _RETRY_S + _PATIENCE_S > self._held_until_s - _LEAVING_S:
                    return

    async def release(self) -> None:
        """Lets another process go on at once."""
        try:
            await self._written(self._let_go)
        except EaselError as problem:
            _log.info("shard.not_released", shard=self._key, reason=problem.text)

    # Private

    async def _written(self, write: Callable[[], Coroutine[Any, Any, bool]]) -> bool:
        """Whether the shard is ours from now on. A write is never cut, though we are cancelled or it takes long: SQLite
        stays locked for seconds by one that was. Nor are there ever two, which could overtake each other.

        Raises:
            Transient: it goes on for longer than we wait, or the one before it does.
        """
        if self._writing is not None and not self._writing.done():
            raise _no_answer()
        self._writing = asyncio.create_task(write())
        self._writing.add_done_callback(_seen)
        try:
            await asyncio.wait((self._writing,), timeout=_PATIENCE_S)
        except asyncio.CancelledError:
            await asyncio.wait((self._writing,), timeout=_PATIENCE_S)
            raise
        if not self._writing.done():
            raise _no_answer()
        return self._writing.result()

    async def _take(self) -> bool:
        began_s, now_s = self._clock.monotonic_s(), self._clock.now().timestamp()
        mine = self._note(now_s + LEASE_S)
        noted = await self._notes.get(self._key)
        if noted is None:
            is_ours = await self._notes.add(self._key, mine)
        else:
            is_free = noted["owner"] == self._owner or float(noted["until_s"]) < now_s
            is_ours = is_free and await self._notes.compare_and_set(self._key, noted, mine)
        if is_ours:
            self._held_until_s = began_s + LEASE_S
        return is_ours

    async def _let_go(self) -> bool:
        noted = await self._notes.get(self._key)
        if noted is not None and noted["owner"] == self._owner:
            await self._notes.compare_and_set(self._key, noted, self._note(0.0))
        return False

    def _note(self, until_s: float) -> Json:
        note: dict[str, Any] = {"owner": self._owner, "until_s": until_s}
        return note


def _seen(writing: asyncio.Task[bool]) -> None:
    """Otherwise asyncio complains of a failure that nobody waited for."""
    if not writing.cancelled():
        writing.exception()


def _no_answer() -> Transient:
    return Transient("The state database does not answer.")
