"""An in-memory LRU cache with a maximum number of entries and an optional maximum age."""

import math
from collections import OrderedDict
from collections.abc import Iterator, MutableMapping
from typing import TypeVar, overload

from bot.domain.rate_limit import MonotonicClock

_K = TypeVar("_K")
_V = TypeVar("_V")


class RecentMap(MutableMapping[_K, _V]):
    """A mapping that drops the least recently used entry when it is full. Setting and reading count as use.

    Args:
        max_entries: the maximum number of entries.
        max_age_s: seconds on `clock` after which a set entry expires; never by default.
    """

    @overload
    def __init__(self, max_entries: int) -> None: ...
    @overload
    def __init__(self, max_entries: int, *, max_age_s: float, clock: MonotonicClock) -> None: ...
    def __init__(self, max_entries: int, *, max_age_s: float = math.inf, clock: MonotonicClock | None = None) -> None:
        self._max_entries = max_entries
        self._max_age_s = max_age_s
        self._clock = clock
        self._entries: OrderedDict[_K, tuple[float, _V]] = OrderedDict()

    def __getitem__(self, key: _K) -> _V:
        set_s, value = self._entries[key]
        if self._now_s() - set_s >= self._max_age_s:
            del self._entries[key]
            raise KeyError(key)
        self._entries.move_to_end(key)
        return value

    def __setitem__(self, key: _K, value: _V) -> None:
        self._entries[key] = self._now_s(), value
        self._entries.move_to_end(key)
        if len(self._entries) > self._max_entries:
            self._entries.popitem(last=False)

    def __delitem__(self, key: _K) -> None:
        del self._entries[key]

    def __iter__(self) -> Iterator[_K]:
        """All keys, including those of expired entries."""
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def _now_s(self) -> float:
        return self._clock.monotonic_s() if self._clock is not None else 0.0
