"""Time as the emulated Slack tells it: that of all tests, which one may move forward instead of waiting."""

from email.utils import formatdate

from tests import clock


class Clock:
    def __init__(self) -> None:
        self._ahead_s = 0.0

    def now_s(self) -> float:
        """Seconds since 1970."""
        return clock.now_s() + self._ahead_s

    def http_date(self) -> str:
        """As the `Date` of an answer tells it: without the parts of a second."""
        return formatdate(self.now_s(), usegmt=True)

    def advance(self, seconds: float) -> None:
        self._ahead_s += seconds
