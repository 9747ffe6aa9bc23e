"""The delays between attempts to reconnect to a chat platform."""

from typing import Final

_WAITS_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)


def reconnect_wait_s(failures: int) -> float:
    """Seconds before the next attempt, after `failures` earlier failures in a row; 30 at most."""
    return _WAITS_S[min(failures, len(_WAITS_S) - 1)]
