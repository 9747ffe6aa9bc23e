"""How many bytes people may send to the playground in a minute: each of them, and all together."""

from adapters.web import errors, limits
from bot.domain.rate_limit import MonotonicClock, TokenBucket


class ByteQuota:
    """Args: per_minute_bytes: of one person; all together may send `limits.PEOPLE_AT_ONCE` times as much."""

    def __init__(self, per_minute_bytes: int, clock: MonotonicClock) -> None:
        self._per_minute_bytes = per_minute_bytes
        self._clock = clock
        self._all = TokenBucket(per_minute_bytes * limits.PEOPLE_AT_ONCE, clock)
        # At most MAX_PEOPLE: their ids are looked up before anything is taken.
        self._people: dict[str, TokenBucket] = {}

    def take(self, count: int, *, person: str = "") -> None:
        """Counts bytes that came in; `person` is empty for somebody who is not known yet.

        Raises:
            TooManyBytes: they are too many, and are not counted.
        """
        own = self._people.setdefault(person, TokenBucket(self._per_minute_bytes, self._clock))
        wait_s = max(own.wait_s(count), self._all.wait_s(count))
        if wait_s > 0:
            raise errors.too_many_bytes(retry_after_s=wait_s)
        own.take(count)
        self._all.take(count)
