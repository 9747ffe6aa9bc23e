"""Waits for a chat platform that cannot be reached: longer after every failure, and reported to health."""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Final, TypeVar

import structlog

from adapters.shared.health import ConnectionStatus
from bot.errors import Transient
from bot.ports import Clock

_WAITS_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)

_T = TypeVar("_T")

_log = structlog.get_logger(__name__)


def reconnect_wait_s(failures: int) -> float:
    """Seconds before the next attempt, after `failures` earlier failures in a row; 30 at most."""
    return _WAITS_S[min(failures, len(_WAITS_S) - 1)]


async def until_reached(
    attempt: Callable[[], Awaitable[_T]], *, platform: str, connection: ConnectionStatus, number: int = 0, clock: Clock
) -> _T:
    """Calls `attempt` until it does not raise Transient, and returns its result.

    Args:
        platform: its name, such as `slack`, for the log.
        connection: is set to "not connected" after every failure, with the error's text as the reason.
        number: of the connection; on Discord, of the shard.

    Raises:
        EaselError: what `attempt` raises, other than Transient.
    """
    for failures in count():
        try:
            return await attempt()
        except Transient as problem:
            reason, wait_s = problem.text.rstrip("."), reconnect_wait_s(failures)
            connection.lost(reason, number)
            _log.warning(f"{platform}.unreachable", reason=reason, retry_s=wait_s)
        await clock.sleep(wait_s)
    raise AssertionError("the loop has no end")
