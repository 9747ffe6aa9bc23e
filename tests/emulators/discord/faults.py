"""What can be made to go wrong with a call: each function is one fault, for `DiscordEmulator.fail`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.emulators.discord.problems import MESSAGES

GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad gateway</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer other than the one hoped for: `body` is sent as JSON, or as a page where it is text.

    Attributes:
        executed: whether the call was carried out nevertheless.
        via: whether the answer comes from Discord itself, as its `Via` header says; otherwise from what stands before.
    """

    status: int
    body: Mapping[str, Any] | str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    executed: bool = False
    via: bool = True


@dataclass(frozen=True, slots=True)
class Dropped:
    """The connection ends before an answer: closed, or `reset` as by a broken network."""

    executed: bool
    reset: bool


@dataclass(frozen=True, slots=True)
class Slow:
    """The right answer, but late."""

    delay_s: float


Fault = Refusal | Dropped | Slow


def refused(status: int, code: int, message: str | None = None, *, executed: bool = False, **more: Any) -> Refusal:
    """Discord says no, without a reason that the emulator would have had."""
    told = {"message": message or MESSAGES.get(code, "something"), "code": code, **more}
    return Refusal(status, told, executed=executed)


def rate_limited(retry_after_s: float = 0.05, *, is_global: bool = False, scope: str = "user") -> Refusal:
    """Too many calls of a route, or `is_global`ly."""
    body = {"message": "You are being rate limited.", "retry_after": retry_after_s, "global": is_global}
    headers = {"Retry-After": str(max(1, round(retry_after_s))), "X-RateLimit-Scope": "global" if is_global else scope}
    return Refusal(429, body, headers | ({"X-RateLimit-Global": "true"} if is_global else {}))


def banned(retry_after_s: int = 3600) -> Refusal:
    """Too many invalid requests: what stands before Discord refuses them all, without `Via` and without JSON."""
    return Refusal(429, "error code: 1015", {"Retry-After": str(retry_after_s)}, via=False)


def status(code: int = 502, *, executed: bool = False) -> Refusal:
    """A page of a gateway before Discord; 500, 502 and 504 are retried by discord.py, 503 only through webhooks."""
    return Refusal(code, GATEWAY_PAGE, executed=executed)


def redirected(to: str) -> Refusal:
    """A CDN that sends on to this address, as none of Discord's does today."""
    return Refusal(302, "", {"Location": to}, via=False)


def dropped_before() -> Dropped:
    """The connection is closed, and nothing was done."""
    return Dropped(executed=False, reset=False)


def dropped_after() -> Dropped:
    """It was done, but the connection is closed before the answer."""
    return Dropped(executed=True, reset=False)


def reset_before() -> Dropped:
    """ECONNRESET, and nothing was done."""
    return Dropped(executed=False, reset=True)


def reset_after() -> Dropped:
    """It was done, but then ECONNRESET."""
    return Dropped(executed=True, reset=True)


def slow(delay_s: float) -> Slow:
    return Slow(delay_s)
