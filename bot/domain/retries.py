"""An announced retry, as shown on the status card."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retry:
    """Attempt `attempt` of `attempts` starts in `delay_s` seconds; `reason` says why the last one failed, a sentence.

    `is_all`: no other part of the job is running or was paid, so that cancelling now costs nothing.
    """

    reason: str
    attempt: int
    attempts: int
    delay_s: float
    is_all: bool = True
