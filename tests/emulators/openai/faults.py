"""What can be made to go wrong: each function is one fault, for `OpenAIEmulator.fail`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Behaviour = Literal[
    "stalled",
    "stalled_stream",
    "dropped",
    "dropped_stream",
    "no_completed_event",
    "stream_ignored",
    "truncated_base64",
    "wrong_format",
    "missing_usage",
    "length",
    "refusal",
    "empty",
]
STREAMED: frozenset[Behaviour] = frozenset({"stalled_stream", "dropped_stream", "no_completed_event"})
"""Only a stream can meet these."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer other than the one hoped for: `body` is sent as JSON, or as it is where it is text.

    In a stream its `error` is sent as an event, after a partial picture.
    """

    status: int
    body: object
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content_type: str = "application/json"
    in_stream: bool = False


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """The right answer, spoilt."""

    kind: Behaviour


Fault = Refusal | Misbehaviour
AnyFault = Fault | Callable[[], Fault]


def the_fault(fault: AnyFault) -> Fault:
    """`overloaded` means the same as `overloaded()`."""
    return fault() if callable(fault) else fault


def rate_limited(retry_after_s: float | Literal["in_text"] | None = None, *, text_s: float = 12) -> Refusal:
    """More pictures per minute than the tier allows; how long to wait stands in a header, in the text, or nowhere."""
    message = (
        "Rate limit reached for gpt-image-2.6-flare (for limit gpt-image) in organization org-4f1b on input-images per "
        "min: Limit 5, Used 5, Requested 1."
    )
    headers: dict[str, str] = {}
    if retry_after_s == "in_text":
        message += f" Please try again in {text_s:g}s." if text_s >= 1 else f" Please try again in {text_s * 1000:g}ms."
    elif retry_after_s is not None and retry_after_s == int(retry_after_s):
        headers["Retry-After"] = str(int(retry_after_s))
    elif retry_after_s is not None:
        headers["retry-after-ms"] = f"{retry_after_s * 1000:g}"
    return _error(429, message, type_="input-images", code="rate_limit_exceeded", headers=headers)


def insufficient_quota() -> Refusal:
    message = "You exceeded your current quota, please check your plan and billing details."
    return _error(429, message, type_="insufficient_quota", code="insufficient_quota")


def credit_exhausted() -> Refusal:
    message = "Your credit balance is exhausted. Add credits in the billing settings."
    return _error(429, message, type_="insufficient_quota", code="credit_balance_exhausted")


def slow_down() -> Refusal:
    return _error(
        503, "Slow down: the request rate rose too fast.", type_="service_unavailable_error", code="slow_down"
    )


def moderation_blocked(stage: Literal["input", "output"] = "input", categories: Sequence[str] = ("sexual",)) -> Refusal:
    """The safety system says no, to the words and pictures sent or to the picture drawn."""
    message = (
        "Your request was rejected by the safety system. If you believe this is an error, contact us at "
        "help.openai.com and include the request ID req_5d3e. "
        f"safety_violations=[{', '.join(categories)}]."
    )
    details = {"moderation_stage": stage, "categories": list(categories)}
    return _error(
        400, message, type_="image_generation_user_error", code="moderation_blocked", moderation_details=details
    )


def content_policy_violation() -> Refusal:
    message = "Your request was rejected as a result of our safety system."
    return _error(400, message, code="content_policy_violation")


def content_filter() -> Refusal:
    """As Azure says it."""
    message = "Your task failed as a result of our safety system."
    return _error(400, message, type_=None, code="contentFilter")


def unverified_organisation() -> Refusal:
    message = (
        "Your organization must be verified to use the model `gpt-image-2.6-flare`. Please go to: "
        "https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just "
        "verified, it can take up to 15 minutes for access to propagate."
    )
    return _error(403, message, code=None)


def unknown_model() -> Refusal:
    message = "The model 'gpt-image-9' does not exist or you do not have access to it."
    return _error(404, message, code="model_not_found")


def bad_key() -> Refusal:
    message = (
        "Incorrect API key provided: sk-test-********4d1e. You can find your API key at "
        "https://platform.openai.com/api-keys."
    )
    return _error(401, message, code="invalid_api_key")


def overloaded(retry_after_s: int | None = None) -> Refusal:
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    message = "The server is overloaded. Please try again later."
    return _error(503, message, type_="service_unavailable_error", code="server_is_overloaded", headers=headers)


def server_error() -> Refusal:
    message = "The server had an error while processing your request. Sorry about that!"
    return _error(500, message, type_="server_error", code=None)


def html_error() -> Refusal:
    """The page of a gateway in front of the service."""
    page = (
        "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad gateway</h1>"
        "<hr>cloudflare, ray id 8f2c6d</body></html>"
    )
    return Refusal(502, page, content_type="text/html")


def not_found() -> Refusal:
    return _error(404, "Invalid URL (POST /v1/images/generations)", code=None)


def string_error(text: str = "internal failure: out of memory", status: int = 500) -> Refusal:
    """As stable-diffusion.cpp says it."""
    return Refusal(status, {"error": text})


def detail_error(text: str = "Value error, size is not a valid WIDTHxHEIGHT", status: int = 422) -> Refusal:
    """As servers built on FastAPI say it."""
    return Refusal(status, {"detail": [{"type": "value_error", "loc": ["body", "size"], "msg": text, "input": "x"}]})


def error_in_stream(error: Callable[[], Refusal] | Refusal = moderation_blocked) -> Refusal:
    """The same error, but in the middle of a stream that began well; without a stream, as usual."""
    found = error() if callable(error) else error
    return Refusal(found.status, found.body, found.headers, found.content_type, in_stream=True)


def stalled() -> Misbehaviour:
    """Never answers: the connection stays open until the client leaves or the server stops."""
    return Misbehaviour("stalled")


def stalled_stream() -> Misbehaviour:
    """Falls silent after a partial picture, or after some words."""
    return Misbehaviour("stalled_stream")


def dropped() -> Misbehaviour:
    """The connection is cut after the request was read."""
    return Misbehaviour("dropped")


def dropped_stream() -> Misbehaviour:
    """The connection is cut after a partial picture, or after some words."""
    return Misbehaviour("dropped_stream")


def no_completed_event() -> Misbehaviour:
    """The stream ends well, but without its result."""
    return Misbehaviour("no_completed_event")


def stream_ignored() -> Misbehaviour:
    """Plain JSON although a stream was asked for."""
    return Misbehaviour("stream_ignored")


def truncated_base64() -> Misbehaviour:
    """The picture ends in the middle."""
    return Misbehaviour("truncated_base64")


def wrong_format() -> Misbehaviour:
    """JPEG where another format was asked for, PNG where JPEG was."""
    return Misbehaviour("wrong_format")


def missing_usage() -> Misbehaviour:
    return Misbehaviour("missing_usage")


def length() -> Misbehaviour:
    """A text answer that was cut at its longest."""
    return Misbehaviour("length")


def refusal() -> Misbehaviour:
    """The text model declines."""
    return Misbehaviour("refusal")


def empty() -> Misbehaviour:
    """A text answer without text; no picture in `data`."""
    return Misbehaviour("empty")


def _error(
    status: int,
    message: str,
    *,
    type_: str | None = "invalid_request_error",
    code: str | None,
    headers: Mapping[str, str] | None = None,
    **more: object,
) -> Refusal:
    error = {"message": message, "type": type_, "param": None, "code": code, **more}
    return Refusal(status, {"error": error}, headers or {})
