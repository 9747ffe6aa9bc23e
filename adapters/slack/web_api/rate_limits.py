"""When each method may be called again: Slack counts by workspace and method, and says so with 429.

Not the SDK's own handler: it lets each call sleep by itself, so that those that wait return as one stampede.
"""

from bot.ports import Clock

_SPACING_S = 1.2
"""Between calls once a method was limited: 50 a minute, the third of Slack's tiers."""
_MEMORY_S = 60.0
"""Limits are counted by the minute: after one without a 429, calls need no spacing."""


class RateLimits:
    """One line for each (team, method): a 429 holds up everybody in it, and lets them go one after the other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._next_s: dict[tuple[str, str], float] = {}
        self._limited_s: dict[tuple[str, str], float] = {}

    def wait_s(self, team: str, method: str) -> float:
        """Seconds until the method is open again; 0 where it is."""
        return max(0.0, self._next_s.get((team, method), 0.0) - self._clock.monotonic_s())

    def reserve(self, team: str, method: str) -> float:
        """Takes the next place in the line; returns the seconds until it is there."""
        line = (team, method)
        now_s = self._clock.monotonic_s()
        limited_s = self._limited_s.get(line)
        if limited_s is None:
            return 0.0
        wait_s = self.wait_s(team, method)
        if now_s - limited_s > _MEMORY_S and wait_s == 0:
            del self._limited_s[line], self._next_s[line]
            return 0.0
        self._next_s[line] = now_s + wait_s + _SPACING_S
        return wait_s

    def hold(self, team: str, method: str, delay_s: float) -> None:
        """Slack itself named the time until the next call."""
        now_s = self._clock.monotonic_s()
        self._limited_s[team, method] = now_s
        self._next_s[team, method] = max(self._next_s.get((team, method), 0.0), now_s + delay_s)
