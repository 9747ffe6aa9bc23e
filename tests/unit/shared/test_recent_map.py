"""The bounded cache of the adapters: how many entries it keeps, and for how long."""

from adapters.shared.recent_map import RecentMap


class HandClock:
    now_s = 0.0

    def monotonic_s(self) -> float:
        return self.now_s


def test_least_recently_used_entry_goes_first() -> None:
    """Both setting and reading count as use."""
    cache: RecentMap[str, int] = RecentMap(2)
    cache["a"], cache["b"] = 1, 2
    assert cache["a"] == 1
    cache["c"] = 3
    assert dict(cache) == {"a": 1, "c": 3}
    cache["a"] = 4
    cache["d"] = 5
    assert dict(cache) == {"a": 4, "d": 5}
    assert cache.pop("a") == 4
    assert "a" not in cache


def test_entry_is_gone_once_it_is_too_old() -> None:
    """Its age counts from when it was set: reading it makes it no younger."""
    clock = HandClock()
    cache: RecentMap[str, None] = RecentMap(2, max_age_s=10, clock=clock)
    cache["a"] = None
    clock.now_s = 9.0
    assert "a" in cache
    cache["b"] = None
    clock.now_s = 10.0
    assert "a" not in cache
    assert "b" in cache
    assert len(cache) == 1
