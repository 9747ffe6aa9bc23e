"""Discord shard leases: one process serves a shard at a time, because Discord sends every event to all of them.

A lease is a note with its owner and when it expires. The owner renews it three times in that period, and disconnects
before it expires where it cannot.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog

from bot.errors import EaselError, Transient
from bot.ports import Clock, Json, PlatformState
from bot.texts import storage_errors

LEASE_S: Final = 30.0
RENEW_EVERY_S: Final = LEASE_S / 3
_RETRY_S: Final = 5.0
_DATABASE_TIMEOUT_S: Final = 4.0
"""Without it, a connection over a dead network would wait for a quarter of an hour."""
_DISCONNECT_S: Final = 5.0
"""Time to disconnect before a lease that cannot be renewed expires."""

_log = structlog.get_logger(__name__)


class ShardLease:
    """A lease on one shard. Args: `owner`: the same after a restart, so that the process need not wait for itself."""

    def __init__(self, notes: PlatformState, clock: Clock, *, shard: int, shard_count: int, owner: str) -> None:
        self._notes = notes
        self._clock = clock
        self._key = f"shard:{shard}/{shard_count}"
        self._owner = owner
        self._writing: asyncio.Task[bool] | None = None
        self._held_until_s = 0.0

    async def acquire(self, standing_by: Callable[[], None] = lambda: None) -> None:
        """Waits until the lease is ours; also while the database cannot be reached.

        Args:
            standing_by: called once when another process has it.
        """
        has_waited = False
        while True:
            try:
                if await self._write(self._take):
                    return
                if not has_waited:
                    _log.info("shard.served_elsewhere", shard=self._key)
                    standing_by()
                    has_waited = True
            except EaselError as problem:
                _log.warning("shard.not_acquired", shard=self._key, reason=problem.text, retry_s=_RETRY_S)
            await self._clock.sleep(_RETRY_S)

    async def keep(self) -> None:
        """Renews it; returns when that fails, before another process can get it."""
        pause_s = RENEW_EVERY_S
        while True:
            await self._clock.sleep(pause_s)
            try:
                if not await self._write(self._take):
                    _log.warning("shard.lost", shard=self._key)
                    return
                pause_s = RENEW_EVERY_S
            except EaselError as problem:
                _log.warning("shard.not_renewed", shard=self._key, reason=problem.text)
                pause_s = _RETRY_S
                if self._clock.monotonic_s() + _RETRY_S + _DATABASE_TIMEOUT_S > self._held_until_s - _DISCONNECT_S:
                    return

    async def release(self) -> None:
        """Ends it, so that another process need not wait until it expires."""
        try:
            await self._write(self._let_go)
        except EaselError as problem:
            _log.info("shard.not_released", shard=self._key, reason=problem.text)

    # Private

    async def _write(self, write: Callable[[], Coroutine[Any, Any, bool]]) -> bool:
        """The result of `write`, which is never cancelled: SQLite would stay locked for seconds. Writes never overlap.

        Raises:
            Transient: this write, or the one before it, is still running after the timeout.
        """
        if self._writing is not None and not self._writing.done():
            raise _database_timeout()
        self._writing = asyncio.create_task(write())
        self._writing.add_done_callback(_mark_retrieved)
        try:
            await asyncio.wait((self._writing,), timeout=_DATABASE_TIMEOUT_S)
        except asyncio.CancelledError:
            await asyncio.wait((self._writing,), timeout=_DATABASE_TIMEOUT_S)
            raise
        if not self._writing.done():
            raise _database_timeout()
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


def _mark_retrieved(writing: asyncio.Task[bool]) -> None:
    """Retrieves the exception: asyncio logs those that nobody retrieved."""
    if not writing.cancelled():
        writing.exception()


def _database_timeout() -> Transient:
    return storage_errors.database_silent()
