"""The time of the tests: they begin at noon on 22 November 2026, and time passes a hundred times slower than it does.

No test sees the real date, so a run a year later, or one that crosses midnight, is the same run. And since an hour of
work is less than a minute, nothing comes too late because the machine is slow: a test moves
forward what has to be late.

Every process in which Easel works calls `hold_the_date` first; the beginning of the run is handed down to it in the
environment.
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
_began_s = float(os.environ.setdefault("TESTS_BEGAN_S", str(time.monotonic())))
"""By the clock that all processes of a machine share (CLOCK_MONOTONIC)."""


def now() -> datetime:
    return BEGINNING + timedelta(seconds=time.monotonic() - _began_s) / _SLOWNESS


def now_s() -> float:
    """The same in seconds since 1970."""
    return now().timestamp()


def hold_the_date(*, ahead: timedelta = timedelta()) -> None:
    """Easel's own clock tells this time from now on, or one that is so far ahead."""
    SystemClock.now = lambda _: now() + ahead


def real_now() -> datetime:
    """For others than Easel: Slack's own library compares signatures with the real time, and browsers start with it."""
    return datetime.now(UTC)
