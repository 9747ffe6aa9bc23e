"""Who serves a shard: one process at a time, since two that serve the same both get every event of it.

A lease is a note with its owner and the time until which it holds. Its owner renews it three times as often as needed,
and stops listening in time where it cannot.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

import structlog

from bot.errors import EaselError
from bot.ports import Clock, Json, Notes

LEASE_S: Final = 30.0
RENEW_EVERY_S: Final = LEASE_S / 3
_RETRY_S: Final = 5.0

_log = structlog.get_logger(__name__)


class Lease:
    """On one shard of so many. `owner` is the same after a restart, which therefore goes on at once."""

    def __init__(self, notes: Notes, clock: Clock, *, shard: int, shard_count: int, owner: str) -> None:
        self._notes = notes
        self._clock = clock
        self._key = f"shard:{shard}/{shard_count}"
        self._owner = owner

    async def acquire(self) -> None:
        """Waits until nobody else serves the shard, and for the database, which alone knows that."""
        has_waited = False
        while True:
            try:
                if await _whole(self._taken()):
                    return
                if not has_waited:
                    _log.info("shard.served_elsewhere", shard=self._key)
                    has_waited = True
            except EaselError as problem:
                _log.warning("shard.not_acquired", shard=self._key, reason=problem.text, retry_s=_RETRY_S)
            await self._clock.sleep(_RETRY_S)

    async def keep(self) -> None:
        """Renews it for as long as that succeeds; returns when it was lost, before anybody else can have it."""
        held_until_s = self._clock.monotonic_s() + LEASE_S
        while True:
            await self._clock.sleep(RENEW_EVERY_S)
            began_s = self._clock.monotonic_s()
            try:
                if not await _whole(self._taken()):
                    _log.warning("shard.lost", shard=self._key)
                    return
                held_until_s = began_s + LEASE_S
            except EaselError as problem:
                _log.warning("shard.not_renewed", shard=self._key, reason=problem.text)
                if self._clock.monotonic_s() + RENEW_EVERY_S > held_until_s - RENEW_EVERY_S / 2:
                    return

    async def release(self) -> None:
        """Lets another process go on at once."""
        try:
            noted = await self._notes.get(self._key)
            if noted is not None and noted["owner"] == self._owner:
                await self._notes.swap(self._key, noted, self._note(0.0))
        except EaselError as problem:
            _log.info("shard.not_released", shard=self._key, reason=problem.text)

    async def _taken(self) -> bool:
        now_s = self._clock.now().timestamp()
        mine = self._note(now_s + LEASE_S)
        noted = await self._notes.get(self._key)
        if noted is None:
            return await self._notes.add(self._key, mine)
        is_free = noted["owner"] == self._owner or float(noted["until_s"]) < now_s
        return is_free and await self._notes.swap(self._key, noted, mine)

    def _note(self, until_s: float) -> Json:
        note: dict[str, Any] = {"owner": self._owner, "until_s": until_s}
        return note


async def _whole(work: Coroutine[Any, Any, bool]) -> bool:
    """Lets a write come to its end although we are cancelled: SQLite stays locked for seconds by one that was cut."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    finally:
        if not task.done():
            await asyncio.wait((task,))
