"""What can be made to go wrong with a call: each function is one fault, for `SlackEmulator.fail`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer other than the one hoped for: `body` is sent as JSON, or as a page where it is text.

    Attributes:
        executed: whether the call was carried out nevertheless.
    """

    status: int
    body: Mapping[str, Any] | str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    executed: bool = False


@dataclass(frozen=True, slots=True)
class Dropped:
    """The connection is cut, before or after the call was carried out."""

    executed: bool


@dataclass(frozen=True, slots=True)
class Slow:
    """The right answer, but late."""

    delay_s: float


Fault = Refusal | Dropped | Slow


def error(code: str, **more: Any) -> Refusal:
    """Slack says no, without a reason that the emulator would have had."""
    return Refusal(200, {"ok": False, "error": code, **more})


def rate_limited(retry_after_s: int = 1) -> Refusal:
    return Refusal(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(retry_after_s)})


def status(code: int = 502, html: str = GATEWAY_PAGE, *, executed: bool = False) -> Refusal:
    """A page of a gateway in front of Slack."""
    return Refusal(code, html, executed=executed)


def dropped_before() -> Dropped:
    """The connection is cut, and nothing was done."""
    return Dropped(executed=False)


def dropped_after() -> Dropped:
    """It was done, but the connection is cut before the answer."""
    return Dropped(executed=True)


def slow(delay_s: float) -> Slow:
    return Slow(delay_s)
