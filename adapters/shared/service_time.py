"""Estimates the time of a service's clock from its responses, since this machine's clock may be wrong.

The age of events must be computed by the clock of the service that created them. Otherwise a machine whose clock is ten
minutes ahead would treat all events as old.
"""

import ipaddress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import structlog
from yarl import URL

from bot.domain.diagnostics import Diagnostic
from bot.ports import Clock

MAX_DEVIATION_S: Final = 30.0
"""A larger deviation is reported to the administrator."""
_ACCURACY_S: Final = 2.0
"""Smaller deviations are ignored: `Date` has whole seconds, and the response takes time."""
_LONGEST_CALL_S: Final = 10.0
"""Longer requests are ignored: it is unknown when the service set `Date`."""
_ADVICE: Final = "Set it by NTP, for example with: timedatectl set-ntp true. Until then Easel goes by the other clock."

_log = structlog.get_logger(__name__)


class ServiceTime:
    """The estimated clock of a service. `service` is its name for messages."""

    def __init__(self, clock: Clock, *, service: str) -> None:
        self._clock = clock
        self._service = service
        self._measured_s: float | None = None
        self._was_logged = False
        self.ahead_s = 0.0
        """How many seconds this machine's clock is ahead of the service's; negative if it is behind."""

    def now_s(self) -> float:
        """Unix time in seconds by the service's clock; by ours before the first response."""
        return self._clock.now().timestamp() - self.ahead_s

    def start_request(self) -> float:
        """The start time to pass to `record_response`."""
        return self._clock.monotonic_s()

    def record_response(self, date: str | None, *, begun_s: float) -> None:
        """Updates the estimate from the `Date` header of a response, which must be authentic (see `is_authentic`)."""
        ended_s = self._clock.monotonic_s()
        service_date = _parse_date(date)
        if service_date is None or not 0 <= ended_s - begun_s <= _LONGEST_CALL_S:
            return
        midway = self._clock.now() - timedelta(seconds=(ended_s - begun_s) / 2)
        # `Date` is truncated to seconds: half a second on average.
        ahead_s = (midway - service_date).total_seconds() - 0.5
        self.ahead_s = ahead_s if abs(ahead_s) > _ACCURACY_S else 0.0
        self._measured_s = ended_s
        if self._is_wrong and not self._was_logged:
            self._was_logged = True
            _log.warning("clock.wrong", service=self._service, ahead_s=round(ahead_s), hint=_ADVICE)

    def is_older_than(self, age_s: float) -> bool:
        """Whether the last estimate is older than this, or there is none: the clock may have been set since."""
        return self._measured_s is None or self._clock.monotonic_s() - self._measured_s > age_s

    def diagnostic(self) -> Diagnostic | None:
        """A warning if this machine's clock is wrong; None otherwise."""
        if not self._is_wrong:
            return None
        direction = "ahead of" if self.ahead_s > 0 else "behind"
        text = f"This machine's clock is {_format_duration(abs(self.ahead_s))} {direction} {self._service}'s."
        return Diagnostic.warning("clock", text, _ADVICE)

    @property
    def _is_wrong(self) -> bool:
        return abs(self.ahead_s) > MAX_DEVIATION_S


def is_authentic(base_url: str) -> bool:
    """Whether responses from this URL are certainly the service's: by TLS, or because it is this machine."""
    address = URL(base_url)
    host = address.host or ""
    if address.scheme == "https" or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parse_date(date: str | None) -> datetime | None:
    try:
        service_date = parsedate_to_datetime(date) if date is not None else None
    except ValueError:
        return None
    return (
        service_date.replace(tzinfo=UTC) if service_date is not None and service_date.tzinfo is None else service_date
    )


def _format_duration(seconds: float) -> str:
    """A duration as text in a suitable unit, such as "5 min"."""
    for unit_s, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * unit_s:
            return f"{round(seconds / unit_s)} {unit}"
    return f"{round(seconds)} s"
