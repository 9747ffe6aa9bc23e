"""Jobs that wait for another attempt while nothing of them is under way: cancelled then, they cost nothing."""

from collections.abc import Generator
from contextlib import contextmanager

from bot.domain.ids import JobId
from bot.domain.retries import Retry
from bot.errors import NotFound
from bot.jobs.retries import OnRetry


class RetryWaits:
    """Of this process: of a job that waits in another one nobody here knows that nothing was sent."""

    def __init__(self) -> None:
        self._waiting: set[JobId] = set()
        self._cancelling: set[JobId] = set()

    @contextmanager
    def waiting(self, job: JobId, tell: OnRetry) -> Generator[OnRetry]:
        """What is to be told of the job's retries, and tells `tell`. It raises NotFound where the job is cancelled."""

        def told(retry: Retry | None) -> None:
            self._waiting.discard(job)
            if retry is not None and retry.is_all:
                self._waiting.add(job)
            elif job in self._cancelling:
                raise NotFound("This was cancelled.")
            tell(retry)

        try:
            yield told
        finally:
            self._waiting.discard(job)

    @contextmanager
    def begin_cancel(self, job: JobId) -> Generator[bool]:
        """Whether the job waits, and so costs nothing; if it does, no attempt of it begins meanwhile."""
        is_waiting = job in self._waiting
        if is_waiting:
            self._cancelling.add(job)
        try:
            yield is_waiting
        finally:
            self._cancelling.discard(job)
