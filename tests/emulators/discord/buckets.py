"""Rate limits: a bucket for each route and major parameter, and one for everything, on the emulated clock."""

import hashlib
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass

from tests.emulators.discord.routes import MAJOR, Route

GLOBAL_CALLS = 50
"""A second, of a bot; what goes through an interaction does not count."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a call may pass: `retry_after_s` is 0 then."""

    headers: Mapping[str, str]
    retry_after_s: float = 0.0
    is_global: bool = False


class Buckets:
    def __init__(self) -> None:
        self._times: defaultdict[tuple[str, ...], deque[float]] = defaultdict(deque)

    def take(self, route: Route, params: Mapping[str, str], now_s: float, *, enforced: bool) -> Verdict:
        """Counts the call, and says what its answer's headers say."""
        bucket = hashlib.md5(route.name.encode(), usedforsecurity=False).hexdigest()
        if not enforced:
            return Verdict(_headers(bucket, 1000, 999, 1.0, now_s))
        if route.auth == "bot" and (wait_s := self._wait_s(("global",), GLOBAL_CALLS, 1.0, now_s)):
            return Verdict({"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}, wait_s, is_global=True)
        key = (route.name, *(params.get(name, "") for name in MAJOR))
        times = self._times[key]
        wait_s = self._wait_s(key, route.calls, route.per_s, now_s)
        if wait_s:
            headers = {**_headers(bucket, route.calls, 0, wait_s, now_s), "X-RateLimit-Scope": "user"}
            return Verdict(headers, wait_s)
        times.append(now_s)
        if route.auth == "bot":
            self._times["global",].append(now_s)
        reset_s = max(times[0] + route.per_s - now_s, 0.001)
        return Verdict(_headers(bucket, route.calls, route.calls - len(times), reset_s, now_s))

    def _wait_s(self, key: tuple[str, ...], calls: int, per_s: float, now_s: float) -> float:
        times = self._times[key]
        while times and times[0] <= now_s - per_s:
            times.popleft()
        return 0.0 if len(times) < calls else max(times[0] + per_s - now_s, 0.001)


def _headers(bucket: str, limit: int, remaining: int, reset_s: float, now_s: float) -> dict[str, str]:
    return {
        "X-RateLimit-Bucket": bucket,
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": f"{now_s + reset_s:.3f}",
        "X-RateLimit-Reset-After": f"{reset_s:.3f}",
    }
