"""Time as the emulated Discord tells it: that of all tests, which one may move forward instead of waiting."""

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import formatdate

from tests import clock


class Clock:
    """Attributes: `moved` is called after a test moved it, so that whatever waits for a time looks again."""

    def __init__(self) -> None:
        self._ahead_s = 0.0
        self.moved: Callable[[], None] = lambda: None

    def now_s(self) -> float:
        """Seconds since 1970."""
        return clock.now_s() + self._ahead_s

    def http_date(self) -> str:
        """As the `Date` of an answer tells it: without the parts of a second."""
        return formatdate(self.now_s(), usegmt=True)

    def advance(self, seconds: float) -> None:
        self._ahead_s += seconds
        self.moved()


def iso(seconds: float) -> str:
    """A time as Discord writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()
