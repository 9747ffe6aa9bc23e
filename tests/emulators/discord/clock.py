"""Time as the emulated Discord tells it: real time, which a test may move forward instead of waiting."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


class Clock:
    """Attributes: `moved` is called after a test moved it, so that whatever waits for a time looks again."""

    def __init__(self) -> None:
        self._ahead_s = 0.0
        self.moved: Callable[[], None] = lambda: None

    def now_s(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._ahead_s

    def advance(self, seconds: float) -> None:
        self._ahead_s += seconds
        self.moved()


def iso(seconds: float) -> str:
    """A time as Discord writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()
