"""The time of the tests: they begin at noon on 22 November 2026, and time passes a hundred times slower than it does.

No test sees the real date, so a run a year later, or one that crosses midnight, is the same run. And since an hour of
work is less than a minute, nothing comes too late because the machine is slow: what has to be late, a test moves on.

Every process of a run in which Easel works calls `hold_the_date` first; the beginning of the run is handed down to it
in the environment. Before that, as in emulators that somebody starts by hand and in benchmarks, time is real.
"""

import os
import time
from datetime import UTC, date, datetime, timedelta

from bot.jobs.clock import SystemClock

BEGINNING = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY: date = BEGINNING.date()
PATIENCE_S = 900.0
"""For what takes less than a second: the end of a test that hangs, and never a measure of what it waits for."""

_SLOWNESS = 100
_BEGAN = "TESTS_BEGAN_S"
"""When the run began, by the clock that all processes of a machine share (CLOCK_MONOTONIC)."""


class _Time:
    began_s: float | None = None


def hold_the_date(*, ahead: timedelta = timedelta()) -> None:
    """From now on, Easel's own clock and `now` tell the time of the tests; Easel's own may be so far ahead."""
    _Time.began_s = float(os.environ.setdefault(_BEGAN, str(time.monotonic())))
    SystemClock.now = lambda _: now() + ahead


def now() -> datetime:
    if _Time.began_s is None:
        return real_now()
    return BEGINNING + timedelta(seconds=time.monotonic() - _Time.began_s) / _SLOWNESS


def now_s() -> float:
    """The same in seconds since 1970."""
    return now().timestamp()


def real_now() -> datetime:
    """For others than Easel: browsers start with it."""
    return datetime.now(UTC)
