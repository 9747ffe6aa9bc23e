"""When each method may be called again: Slack counts by workspace and method, and says so with 429.

Not the SDK's own handler: it lets each call sleep by itself, so that those that wait return as one stampede.
"""

from typing import Final, NamedTuple

from adapters.shared.recent_map import RecentMap
from bot.ports import Clock

_SPACING_S: Final = 1.2
"""Between calls once a method was limited: 50 a minute, the third of Slack's tiers."""
_MEMORY_S: Final = 60.0
"""Limits are counted by the minute: after one without a 429, calls need no spacing."""
_MAX_LINES: Final = 10_000


class _Line(NamedTuple):
    """Seconds on the monotonic clock: when the last 429 came, and when the next call may go out."""

    limited_s: float
    next_s: float


class RateLimits:
    """One line for each (team, method): a 429 holds up everybody in it, and lets them go one after the other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lines: RecentMap[tuple[str, str], _Line] = RecentMap(_MAX_LINES)

    def wait_s(self, team: str, method: str) -> float:
        """Seconds until the method is open again; 0 where it is."""
        line = self._lines.get((team, method))
        return max(0.0, line.next_s - self._clock.monotonic_s()) if line is not None else 0.0

    def reserve(self, team: str, method: str) -> float:
        """Takes the next place in the line; returns the seconds until it is there."""
        line = self._lines.get((team, method))
        if line is None:
            return 0.0
        now_s, wait_s = self._clock.monotonic_s(), self.wait_s(team, method)
        if now_s - line.limited_s > _MEMORY_S and wait_s == 0:
            del self._lines[team, method]
            return 0.0
        self._lines[team, method] = line._replace(next_s=now_s + wait_s + _SPACING_S)
        return wait_s

    def hold(self, team: str, method: str, delay_s: float) -> None:
        """Slack itself named the time until the next call."""
        now_s, wait_s = self._clock.monotonic_s(), self.wait_s(team, method)
        self._lines[team, method] = _Line(limited_s=now_s, next_s=now_s + max(wait_s, delay_s))
