"""Handles SIGINT (Ctrl-C) and SIGTERM."""

import asyncio
import signal
from collections.abc import Callable

_SAME_REQUEST_S = 1.0
"""`timeout` and some supervisors signal a process and then its group: both signals count as one request."""


def on_interrupt(stop: Callable[[], None]) -> None:
    """Calls `stop` at the first SIGINT or SIGTERM. A later signal ends the process at once."""
    loop = asyncio.get_running_loop()
    stopping_at_s: float | None = None

    def interrupted(received: signal.Signals) -> None:
        nonlocal stopping_at_s
        if stopping_at_s is None:
            stopping_at_s = loop.time()
            stop()
        elif loop.time() - stopping_at_s > _SAME_REQUEST_S:
            loop.remove_signal_handler(received)
            signal.raise_signal(received)

    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, interrupted, each)
