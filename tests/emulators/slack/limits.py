"""Rate limits, per method and workspace, on the emulated clock: nobody has to wait for them."""

import math
from collections import defaultdict, deque

from tests.emulators.slack.methods import Tier

PER_MINUTE: dict[Tier, int] = {1: 1, 2: 20, 3: 50, 4: 100}
POSTS_A_MINUTE = 300
"""Of chat.postMessage in a workspace: "several hundred"."""
POSTS_IN_A_BURST = 4
"""In a channel, before one a second is all that is allowed."""


class Limits:
    def __init__(self) -> None:
        self._times: defaultdict[tuple[str, ...], deque[float]] = defaultdict(deque)

    def wait_s(self, tier: Tier, team: str, method: str, channel: str, now_s: float) -> int:
        """0 where the call may pass, which is then counted; otherwise the seconds of `Retry-After`."""
        if tier == "none":
            return 0
        if tier == "posting":
            wanted = [
                ((team, method), POSTS_A_MINUTE, 60.0),
                ((team, method, channel), POSTS_IN_A_BURST, float(POSTS_IN_A_BURST)),
            ]
        else:
            wanted = [((team, method), PER_MINUTE[tier], 60.0)]
        waits = [self._wait_s(key, allowed, within_s, now_s) for key, allowed, within_s in wanted]
        if not any(waits):
            for key, _, _ in wanted:
                self._times[key].append(now_s)
        return max(waits)

    def _wait_s(self, key: tuple[str, ...], allowed: int, within_s: float, now_s: float) -> int:
        times = self._times[key]
        while times and times[0] <= now_s - within_s:
            times.popleft()
        return 0 if len(times) < allowed else max(math.ceil(times[0] + within_s - now_s), 1)
