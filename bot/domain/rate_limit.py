"""A token bucket for the pictures-per-minute limit of a service."""

from typing import Protocol


class MonotonicClock(Protocol):
    def monotonic_s(self) -> float: ...


class TokenBucket:
    """A token bucket with a capacity of one minute.

    A call larger than the capacity passes when the bucket is full and leaves it negative, so that the average holds:
    with 5 per minute, a call of 10 pictures passes at once, and the next call waits for two minutes.
    """

    def __init__(self, per_minute: float, clock: MonotonicClock) -> None:
        self._rate_per_s = per_minute / 60
        self._capacity = per_minute
        self._tokens = per_minute
        self._clock = clock
        self._filled_at_s = clock.monotonic_s()

    @property
    def capacity(self) -> float:
        """The largest number of pictures that one call can take without a negative balance."""
        return self._capacity

    def wait_s(self, weight: int) -> float:
        """Seconds until `weight` pictures may pass; 0 if they may now."""
        self._fill()
        missing = min(weight, self._capacity) - self._tokens
        return max(0.0, missing / self._rate_per_s)

    def take(self, weight: int) -> None:
        self._tokens -= weight

    def reserve(self, weight: int) -> float:
        """Takes `weight` pictures in advance. Returns the seconds to wait before the call."""
        wait_s = self.wait_s(weight)
        self.take(weight)
        return wait_s

    def pause(self, delay_s: float) -> None:
        """Lets nothing pass for `delay_s` seconds, as the service requested; then one picture at a time."""
        self._fill()
        self._tokens = min(self._tokens, 1 - delay_s * self._rate_per_s)

    def _fill(self) -> None:
        now_s = self._clock.monotonic_s()
        self._tokens = min(self._capacity, self._tokens + (now_s - self._filled_at_s) * self._rate_per_s)
        self._filled_at_s = now_s
