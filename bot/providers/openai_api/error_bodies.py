"""Parses error responses of different servers into one form."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, cast

from openai import APIError, APIStatusError

from bot.domain.surrogates import replace_surrogates
from bot.observability import redact
from bot.texts import service_errors

_MAX_QUOTE: Final = 200
_MAX_MESSAGE_CHARS: Final = 4_000
"""The time of the searches for secrets grows with the square of the longest word in a message."""


@dataclass(frozen=True, slots=True)
class ServiceError:
    """A parsed error response. Missing values are empty or None.

    Attributes:
        status: None for an error in the middle of a stream.
        message: the service's text, unsafe to show: use `quote_service`.
        param: the parameter that caused the error.
        stage, categories: from the safety system: what was checked ("input", "output"), and what was found.
        retry_after_s: seconds to wait, as the service requested.
    """

    status: int | None
    code: str = ""
    kind: str = ""
    message: str = ""
    param: str = ""
    stage: str = ""
    categories: tuple[str, ...] = ()
    retry_after_s: float | None = None


def parse_error(problem: APIError) -> ServiceError:
    """Parses the body of `problem` from any server. Values of unexpected types are ignored."""
    content: object = replace_surrogates(problem.body)
    body = _as_mapping(content)
    message = _shorten(_find_message(content))
    details = _as_mapping(body.get("moderation_details"))
    violations = _VIOLATIONS.search(message)
    named = violations[1].split(",") if violations else ()
    listed = _as_sequence(details.get("categories")) or _azure_categories(body) or named
    return ServiceError(
        status=problem.status_code if isinstance(problem, APIStatusError) else None,
        code=_as_text(body.get("code")),
        kind=_as_text(body.get("type")),
        message=message,
        param=_as_text(body.get("param")),
        stage=_as_text(details.get("moderation_stage")),
        categories=tuple(text for item in listed if (text := _as_text(item).strip())),
        retry_after_s=_retry_after_s(problem, message),
    )


def _shorten(message: str) -> str:
    """At most _MAX_MESSAGE_CHARS, cut between two words: half of a secret would not be recognised as one."""
    return message if len(message) <= _MAX_MESSAGE_CHARS else message[:_MAX_MESSAGE_CHARS].rsplit(maxsplit=1)[0]


def quote_service(message: str) -> str | None:
    """The service's message as one short line for a hint, without secrets; None if nothing is left."""
    if message.lstrip().startswith("<"):
        return None
    line = _URL.sub("…", " ".join(message.split()))
    line = _PATH.sub("…", _OPAQUE.sub("***", str(redact(line))))
    if not line:
        return None
    line_to_show = line if len(line) <= _MAX_QUOTE else f"{line[: _MAX_QUOTE - 1].rstrip()}…"
    return service_errors.says(line_to_show)


_VIOLATIONS: Final = re.compile(r"safety_violations=\[([^\]]*)\]")
_TRY_AGAIN: Final = re.compile(r"try again in (\d+(?:\.\d+)?)\s?(ms|s)\b", re.IGNORECASE)
_URL: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_OPAQUE: Final = re.compile(r"(?=[\w+/=-]*\d)[\w+/=-]{28,}")
"""A long word with a digit: a key of unknown form, an organisation or request id. Model names are shorter."""
_PATH: Final = re.compile(r"(?<![\w.])/(?:[\w.-]+/)+[\w.-]*")


def _find_message(body: object, *, depth: int = 4) -> str:
    """Finds the message: in `error`, which the SDK has unpacked, or in `detail` of FastAPI servers (text or list)."""
    if isinstance(body, str):
        return body
    if depth == 0:
        return ""
    if isinstance(body, list):
        parts = [_find_message(item, depth=depth - 1) for item in _as_sequence(cast("object", body))]
        return "; ".join(part for part in parts if part)
    content = _as_mapping(body)
    found = (_find_message(content[name], depth=depth - 1) for name in ("message", "detail", "msg") if name in content)
    return next((text for text in found if text), "")


def _azure_categories(body: Mapping[str, object]) -> Sequence[object]:
    """The categories that Azure filtered: `innererror.content_filter_result.violence.filtered`."""
    inner = _as_mapping(body.get("innererror") or body.get("inner_error"))
    results = _as_mapping(inner.get("content_filter_result") or inner.get("content_filter_results"))
    return [name for name, result in results.items() if _as_mapping(result).get("filtered") is True]


def _retry_after_s(problem: APIError, message: str) -> float | None:
    """Seconds to wait, from the headers or the message; None if neither says so."""
    if isinstance(problem, APIStatusError):
        headers = problem.response.headers
        if (milliseconds := _parse_seconds(headers.get("retry-after-ms", ""))) is not None:
            return milliseconds / 1000
        if header := headers.get("retry-after", ""):
            seconds = _parse_seconds(header)
            return _seconds_until(header, headers.get("date", "")) if seconds is None else seconds
    if found := _TRY_AGAIN.search(message):
        return float(found[1]) / (1000 if found[2].lower() == "ms" else 1)
    return None


def _parse_seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _seconds_until(moment: str, answered: str) -> float | None:
    """Seconds until `moment`, a date in Retry-After. Relative to the response's own date: our clock may differ."""
    try:
        wait = _parse_date(moment) - _parse_date(answered)
    except ValueError:
        return None
    return max(0.0, wait.total_seconds())


def _parse_date(date: str) -> datetime:
    moment = parsedate_to_datetime(date)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _as_mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _as_sequence(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list) else ()


def _as_text(value: object) -> str:
    return str(value) if isinstance(value, str | int) else ""
