"""Tries again what failed for now, and says so meanwhile: the one place that may promise another try.

What has failed for good says what the person can do instead.
"""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import structlog

from bot.domain.retries import Retry
from bot.errors import EaselError, Transient
from bot.ports import Clock

ATTEMPTS: Final = 5
"""What is overloaded or out of reach is tried again after 1, 2, 4, 8 s, or after what it asked for."""
MAX_RETRY_AFTER_S: Final = 120
"""Limits are counted by the minute: who asks for more than two of them has nothing to give today."""

OnRetry = Callable[[Retry | None], None]
"""Is told of each further attempt before its delay, and None when that begins."""
DelayFor = Callable[[int, float | None], float]
"""Seconds after this attempt, counted from 1, and after what the other side asked for."""

_T = TypeVar("_T")
_log = structlog.get_logger(__name__)


def usual_delay_s(attempt: int, asked_s: float | None) -> float:
    return 2.0 ** (attempt - 1) if asked_s is None else asked_s


async def with_retries(
    work: Callable[[], Awaitable[_T]], *, clock: Clock, on_retry: OnRetry, delay_for: DelayFor = usual_delay_s
) -> _T:
    """What `work` returns, tried again as long as that can help.

    Raises:
        EaselError: what no further try can put right; a Transient that is left says what the person can do.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await work()
        except EaselError as problem:
            if not problem.retryable:
                raise
            if attempt == ATTEMPTS:
                raise _given_up(problem, f"Easel tried {ATTEMPTS} times.") from problem
            if (problem.retry_after_s or 0) > MAX_RETRY_AFTER_S:
                raise _given_up(problem, f"It asks to wait for {_duration(problem.retry_after_s or 0)}.") from problem
            delay_s = delay_for(attempt, problem.retry_after_s)
            _log.info("retrying", attempt=attempt + 1, delay_s=delay_s, reason=problem.text)
            on_retry(Retry(problem.text, attempt + 1, ATTEMPTS, delay_s))
            await clock.sleep(delay_s)
            on_retry(None)
    raise AssertionError("the last attempt returns or raises")


def advice_on(problem: EaselError, *, button: str) -> str:
    """What the person can do about a job that has failed for good: empty where `problem` knows of nothing."""
    return problem.hint or (_press(button) if problem.retryable else "")


def _press(button: str) -> str:
    return f"Press {button} to try once more."


def _given_up(problem: EaselError, why: str) -> Transient:
    hint = " ".join(part for part in (problem.hint, why, _press("Again")) if part)
    return Transient(problem.text, hint=hint, retry_after_s=problem.retry_after_s)


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"
