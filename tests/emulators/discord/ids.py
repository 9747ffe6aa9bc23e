"""Snowflakes: identifiers that tell when they were made, of which no two are the same."""

import secrets

EPOCH_MS = 1_420_070_400_000
"""The first millisecond of 2015, from which Discord counts."""
_STEPS = 1 << 22


class Snowflakes:
    """Hands out what was never handed out before, each later than the one before it."""

    def __init__(self) -> None:
        self._last = 0

    def new(self, now_s: float) -> str:
        wanted = (int(now_s * 1000) - EPOCH_MS) * _STEPS
        self._last = max(wanted, self._last + 1)
        return str(self._last)

    def past(self, now_s: float, *, ago_s: float) -> str:
        """One of an earlier time, for what was said long ago."""
        return str((int((now_s - ago_s) * 1000) - EPOCH_MS) * _STEPS + secrets.randbelow(1 << 12))


def made_at_s(snowflake: str) -> float:
    """When it was made, in seconds since 1970."""
    return (int(snowflake) // _STEPS + EPOCH_MS) / 1000


def shard_of(guild_id: str, count: int) -> int:
    return (int(guild_id) >> 22) % count


def secret(prefix: str = "") -> str:
    """Nobody guesses it."""
    return prefix + secrets.token_urlsafe(24)
