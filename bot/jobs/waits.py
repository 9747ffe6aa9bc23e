"""Tracks jobs that wait for a retry while none of their calls is running: cancelling them costs nothing."""

from collections.abc import Generator
from contextlib import contextmanager

from bot.domain.ids import JobId
from bot.domain.retries import Retry
from bot.jobs.retries import OnRetry
from bot.texts import job_errors


class RetryWaits:
    """The jobs of this process that wait for a retry. Jobs that wait in other processes are not known here."""

    def __init__(self) -> None:
        self._waiting: set[JobId] = set()
        self._cancelling: set[JobId] = set()

    @contextmanager
    def waiting(self, job: JobId, on_retry: OnRetry) -> Generator[OnRetry]:
        """Yields a callback for the job's retries, which calls `on_retry`. Raises NotFound if the job is cancelled."""

        def track(retry: Retry | None) -> None:
            self._waiting.discard(job)
            if retry is not None and retry.is_all:
                self._waiting.add(job)
            elif job in self._cancelling:
                raise job_errors.was_cancelled()
            on_retry(retry)

        try:
            yield track
        finally:
            self._waiting.discard(job)

    @contextmanager
    def begin_cancel(self, job: JobId) -> Generator[bool]:
        """Yields whether the job waits for a retry, so costs nothing. Inside the context, no attempt of it begins."""
        is_waiting = job in self._waiting
        if is_waiting:
            self._cancelling.add(job)
        try:
            yield is_waiting
        finally:
            self._cancelling.discard(job)
