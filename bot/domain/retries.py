"""One more try of something that failed for now, as people are told of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retry:
    """Attempt `attempt` of `attempts` begins in `delay_s` seconds; `reason`, a sentence, is why the last one failed.

    `is_all` says that nothing else of the job is under way meanwhile, or was paid: cancelled now, it costs nothing.
    """

    reason: str
    attempt: int
    attempts: int
    delay_s: float
    is_all: bool = True
