"""Retries temporary errors of providers and inputs, and reports the retries.

A final error says what the person can do.
"""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import structlog

from bot.domain.retries import Retry
from bot.errors import EaselError, Transient
from bot.ports import Clock
from bot.texts import job_errors

ATTEMPTS: Final = 5
"""Attempts in total. Pauses are 1, 2, 4, 8 s, or what the service asks for."""
MAX_RETRY_AFTER_S: Final = 120
"""The longest pause a service may ask for. Rate limits are per minute; a longer pause means a used-up quota."""

OnRetry = Callable[[Retry | None], None]
"""Called with each retry before its delay, and with None when the retry begins."""
DelayFor = Callable[[int, float | None], float]
"""Returns the delay in seconds, given the number of the failed attempt (from 1) and the delay the service asked for."""

_T = TypeVar("_T")
_log = structlog.get_logger(__name__)


def usual_delay_s(attempt: int, asked_s: float | None) -> float:
    """Returns the delay that the service asked for, else exponential backoff."""
    return 2.0 ** (attempt - 1) if asked_s is None else asked_s


async def with_retries(
    work: Callable[[], Awaitable[_T]], *, clock: Clock, on_retry: OnRetry, delay_for: DelayFor = usual_delay_s
) -> _T:
    """Calls `work` until it succeeds, up to `ATTEMPTS` times, and returns its result.

    Args:
        work: the call.
        clock: for delays.
        on_retry: called with each retry before its delay, and with None when the retry begins.
        delay_for: computes the delay before a retry.

    Raises:
        EaselError: an error that is not retryable, or a Transient after the last attempt, with advice for the person.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await work()
        except EaselError as problem:
            if not problem.retryable:
                raise
            if attempt == ATTEMPTS:
                raise _given_up(problem, job_errors.attempts_made(ATTEMPTS)) from problem
            if (problem.retry_after_s or 0) > MAX_RETRY_AFTER_S:
                raise _given_up(problem, job_errors.wait_asked(_duration(problem.retry_after_s or 0))) from problem
            delay_s = delay_for(attempt, problem.retry_after_s)
            _log.info("retrying", attempt=attempt + 1, delay_s=delay_s, reason=problem.text)
            on_retry(Retry(problem.text, attempt + 1, ATTEMPTS, delay_s))
            await clock.sleep(delay_s)
            on_retry(None)
    raise AssertionError("the last attempt returns or raises")


def advice_on(problem: EaselError, *, button: str) -> str:
    """Returns what the person can do about a failed job; empty if nothing.

    Args:
        problem: why the job failed.
        button: the label of the button that tries again.
    """
    return problem.hint or (job_errors.press_to_retry(button) if problem.retryable else "")


def _given_up(problem: EaselError, why: str) -> Transient:
    hint = " ".join(part for part in (problem.hint, why, job_errors.press_to_retry("Again")) if part)
    return Transient(problem.text, hint=hint, retry_after_s=problem.retry_after_s)


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"
