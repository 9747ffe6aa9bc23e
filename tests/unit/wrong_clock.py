"""A machine's clock that is wrong."""

from datetime import datetime, timedelta

from bot.jobs.clock import SystemClock


class WrongClock(SystemClock):
    """Attributes:
    ahead_s: by how much it is ahead of everybody else's; less than 0 where it is behind.
    passed_s: how much later it is than it would be, without anybody having set the clock.
    """

    def __init__(self, ahead_s: float) -> None:
        self.ahead_s = ahead_s
        self.passed_s = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.ahead_s)

    def monotonic_s(self) -> float:
        return super().monotonic_s() + self.passed_s
