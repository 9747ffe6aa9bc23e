"""Log lines about requests that are not HTTP: a few a minute, each of one line."""

import logging
import time
from typing import Final

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError

from bot.domain.rate_limit import MonotonicClock, TokenBucket

LINES_A_MINUTE: Final = 10


class _ProcessClock:
    def monotonic_s(self) -> float:
        return time.monotonic()


class BadRequestFilter(logging.Filter):
    """For the server's logger, which otherwise writes a traceback for each request that cannot be parsed."""

    def __init__(self, clock: MonotonicClock | None = None) -> None:
        super().__init__()
        self._lines = TokenBucket(LINES_A_MINUTE, clock or _ProcessClock())
        self._left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if not isinstance(error, HttpProcessingError | RequestPayloadError):
            return True
        if self._lines.wait_s(1) > 0:
            self._left_out += 1
            return False
        self._lines.take(1)
        record.exc_info, record.exc_text = None, None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        # Not the error's text, which quotes what was sent.
        record.msg, record.args = (
            "A malformed request was refused: %s. Left out before: %s.",
            (type(error).__name__, self._left_out),
        )
        self._left_out = 0
        return True
