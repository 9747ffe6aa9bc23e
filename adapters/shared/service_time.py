"""A service's own time, as its answers tell it: this machine's clock may be wrong.

Ages of what a service made are told by its clock alone. Otherwise a machine whose clock is ten minutes ahead takes
everything that it hears for old.
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
"""A clock that is wrong by more is said to whoever runs Easel."""
_ACCURACY_S: Final = 2.0
"""`Date` has whole seconds, and the answer takes its time: what is less is no difference."""
_LONGEST_CALL_S: Final = 10.0
"""When in a longer call the service wrote its `Date` nobody knows."""
_ADVICE: Final = "Set it by NTP, for example with: timedatectl set-ntp true. Until then Easel goes by the other clock."

_log = structlog.get_logger(__name__)


class ServiceTime:
    """Args: `service`: its name, for people."""

    def __init__(self, clock: Clock, *, service: str) -> None:
        self._clock = clock
        self._service = service
        self._measured_s: float | None = None
        self._was_logged = False
        self.ahead_s = 0.0
        """By how much this machine's clock is ahead of the service's; less than 0 where it is behind."""

    def now_s(self) -> float:
        """Seconds since 1970 by the service's clock; by ours as long as it has answered nothing."""
        return self._clock.now().timestamp() - self.ahead_s

    def start_request(self) -> float:
        """What `answered` is to be given: when the call went out."""
        return self._clock.monotonic_s()

    def record_response(self, date: str | None, *, begun_s: float) -> None:
        """Learns from the `Date` of an answer. Only for answers that nobody else can have written."""
        ended_s = self._clock.monotonic_s()
        told = _parse_date(date)
        if told is None or not 0 <= ended_s - begun_s <= _LONGEST_CALL_S:
            return
        midway = self._clock.now() - timedelta(seconds=(ended_s - begun_s) / 2)
        # The parts of a second that `Date` leaves out are half of one on average.
        ahead_s = (midway - told).total_seconds() - 0.5
        self.ahead_s = ahead_s if abs(ahead_s) > _ACCURACY_S else 0.0
        self._measured_s = ended_s
        if self._is_wrong and not self._was_logged:
            self._was_logged = True
            _log.warning("clock.wrong", service=self._service, ahead_s=round(ahead_s), hint=_ADVICE)

    def is_older_than(self, age_s: float) -> bool:
        """Whether the service told its time longer ago, or never. The clock may have been set since then."""
        return self._measured_s is None or self._clock.monotonic_s() - self._measured_s > age_s

    def diagnostic(self) -> Diagnostic | None:
        """What there is to say of this machine's clock; None where it is right."""
        if not self._is_wrong:
            return None
        direction = "ahead of" if self.ahead_s > 0 else "behind"
        text = f"This machine's clock is {_format_duration(abs(self.ahead_s))} {direction} {self._service}'s."
        return Diagnostic.warning("clock", text, _ADVICE)

    @property
    def _is_wrong(self) -> bool:
        return abs(self.ahead_s) > MAX_DEVIATION_S


def is_authentic(base_url: str) -> bool:
    """Whether an answer from there is surely the service's: by TLS, or from this very machine."""
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
        told = parsedate_to_datetime(date) if date is not None else None
    except ValueError:
        return None
    return told.replace(tzinfo=UTC) if told is not None and told.tzinfo is None else told


def _format_duration(seconds: float) -> str:
    """A length of time in words, with the unit that leaves few digits."""
    for unit_s, unit in ((86_400, "days"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * unit_s:
            return f"{round(seconds / unit_s)} {unit}"
    return f"{round(seconds)} s"
