"""Identifiers in Slack's forms, and message times of which no two are the same."""

import itertools
import secrets

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


class Ids:
    """Hands out what was never handed out before."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._last_micros = 0

    def new(self, prefix: str) -> str:
        """`prefix` is the letter that says what it names: T, C, D, G, U, B, F, V, A, Ev."""
        tail = "".join(secrets.choice(_LETTERS) for _ in range(4))
        return f"{prefix}0{next(self._numbers):05d}{tail}"

    def number(self) -> int:
        return next(self._numbers)

    def ts(self, now_s: float) -> str:
        """A message's time, which is also its name in the channel: later than every one before it.

        A time in the past is taken as it is, for messages that come late.
        """
        micros = int(now_s * 1_000_000)
        if micros > self._last_micros - 60_000_000:
            micros = self._last_micros = max(micros, self._last_micros + 1)
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"


def secret(prefix: str = "") -> str:
    """Nobody guesses it."""
    return prefix + secrets.token_hex(12)
