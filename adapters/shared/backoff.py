"""How long to wait between attempts to reach a chat platform that does not answer."""

from typing import Final

_WAITS_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)


def reconnect_wait_s(failures: int) -> float:
    """Seconds before the next attempt, after so many that failed before this one did; from some on, always the same."""
    return _WAITS_S[min(failures, len(_WAITS_S) - 1)]
