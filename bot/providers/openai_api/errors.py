"""Maps errors of the OpenAI SDK and of the transport to the classes of `bot.errors`."""

import socket
import ssl
from collections.abc import Iterator
from typing import Final

import structlog
from httpx2 import (
    ConnectError,
    ConnectTimeout,
    InvalidURL,
    LocalProtocolError,
    PoolTimeout,
    ProxyError,
    RequestError,
    TimeoutException,
    UnsupportedProtocol,
)
from openai import APIConnectionError, APIError, APIResponseValidationError

from bot.catalog.model import Model
from bot.errors import NOT_REPEATED, AdminError, BadCommand, BadPicture, EaselError, OutcomeUnknown, Refused, Transient
from bot.providers.openai_api.bounds import CallTooLong
from bot.providers.openai_api.error_bodies import ServiceError, parse_error, quote_service
from bot.providers.openai_api.network import certificate_variables, proxy_variable_name

_log = structlog.get_logger(__name__)


class RequestNotSent(Exception):
    """A request could not be built, so nothing was sent. Its `__cause__` is the reason."""


PROBLEMS: Final = (APIError, RequestError, RequestNotSent)
"""What a call can raise: errors of the SDK, and of the transport while a streamed response is read."""


def to_easel_error(problem: Exception, model: Model) -> EaselError:
    """The `EaselError` for `problem`. Raises `problem` again if it is none of `PROBLEMS`: that is a bug."""
    match problem:
        case RequestNotSent():
            return _not_sent(problem.__cause__, model)
        case APIConnectionError():
            return _transport_error(problem.__cause__ or problem, model)
        case RequestError():
            return _transport_error(problem, model)
        case APIResponseValidationError():
            if "html" in problem.response.headers.get("content-type", ""):
                return _no_service_at_address(model, "It answered with a web page.")
            return unreadable_response(model)
        case APIError():
            return _service_error(parse_error(problem), model)
        case _:
            raise problem


def unreadable_response(model: Model) -> EaselError:
    """The error for a successful response whose body is cut off, too long, or not of this API."""
    if model.billed:
        return OutcomeUnknown(
            f"The answer of {model.label}'s service cannot be read, so the picture may have been paid for.",
            hint=NOT_REPEATED,
        )
    return Transient(f"The answer of {model.label}'s service cannot be read.")


def connection_lost(model: Model) -> EaselError:
    """The error for a connection that ended or timed out after the request was sent."""
    if model.billed:
        return OutcomeUnknown(
            f"The connection to {model.label}'s service broke while it was drawing, so the picture may have been "
            "paid for.",
            hint=NOT_REPEATED,
        )
    return Transient(f"The connection to {model.label}'s service broke while it was drawing.")


_OTHER_WORDS: Final = "Say it in other words. A refusal counts against nobody."
_CHECK_MODELS: Final = "`easel models --check` tells what is served there."
_CONNECT_ERRORS: Final = (ConnectError, ConnectTimeout, PoolTimeout, ProxyError)
_REQUEST_ERRORS: Final = (UnsupportedProtocol, LocalProtocolError, InvalidURL, UnicodeError, ImportError)

_REFUSAL_CODES: Final = frozenset(
    {
        "moderation_blocked",
        "content_policy_violation",
        "image_content_policy_violation",
        "contentfilter",
        "content_filter",
        "responsibleaipolicyviolation",
    }
)
_CREDIT_CODES: Final = frozenset(
    {"insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached", "billing_not_active"}
)
_LONG_PROMPT_CODES: Final = frozenset({"string_above_max_length", "context_length_exceeded", "prompt_too_long"})
_PICTURE_CODES: Final = frozenset(
    {
        "unsupported_file_mimetype",
        "unsupported_image_media_type",
        "invalid_image",
        "invalid_image_file",
        "invalid_image_format",
        "invalid_base64_image",
        "image_parse_error",
        "image_too_large",
        "image_too_small",
        "image_file_too_large",
        "image_file_not_found",
        "empty_image_file",
    }
)
_PICTURE_PARAMS: Final = ("image", "mask", "markup")
# The status for each error code in the middle of a stream, where there is no HTTP status.
_STATUS_BY_CODE: Final = {
    "rate_limit_exceeded": 429,
    "too_many_requests": 429,
    "slow_down": 429,
    "server_is_overloaded": 503,
    "service_unavailable_error": 503,
    "server_error": 500,
    "internal_error": 500,
    "model_not_found": 404,
    "invalid_api_key": 401,
    "invalid_prompt": 400,
    "invalid_request_error": 400,
    "image_generation_user_error": 400,
}
_CATEGORIES: Final = {
    "sexual": "sexual content",
    "sexual/minors": "sexual content with minors",
    "minors": "minors",
    "hate": "hate",
    "hate/threatening": "threats out of hate",
    "harassment": "harassment",
    "harassment/threatening": "threats",
    "violence": "violence",
    "violence/graphic": "graphic violence",
    "self-harm": "self-harm",
    "selfharm": "self-harm",
    "illicit": "illegal acts",
    "illicit/violent": "violent crime",
}


def _no_service_at_address(model: Model, seen: str) -> AdminError:
    return AdminError(
        f"There is no service for {model.label} at its address.",
        hint=f"Correct its base_url, which usually ends in /v1. {seen}",
    )


def _transport_error(cause: BaseException, model: Model) -> EaselError:
    # A request that was not sent cannot have been charged. Some transports report a refused connection as a timeout,
    # so the cause decides and not the SDK's class.
    if isinstance(cause, _CONNECT_ERRORS):
        return _unreachable(cause, model)
    if isinstance(cause, _REQUEST_ERRORS):
        return _not_sent(cause, model)
    if isinstance(cause, CallTooLong):
        return _too_slow(model, cause.total_s)
    if isinstance(cause, TimeoutException) and not model.billed:
        return Transient(f"{model.label}'s service did not answer for {_format_duration(model.timeout_s)}.")
    return connection_lost(model)


def _too_slow(model: Model, total_s: float) -> EaselError:
    text = f"{model.label}'s service did not finish within {_format_duration(total_s)}"
    paid = OutcomeUnknown(f"{text}, so the picture may have been paid for.", hint=NOT_REPEATED)
    return paid if model.billed else Transient(f"{text}.")


def _unreachable(cause: BaseException, model: Model) -> EaselError:
    proxy = _find_proxy_variable(cause)
    causes = list(_cause_chain(cause))
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in causes):
        variables = certificate_variables()
        where = f"{' or '.join(variables)} must name" if variables else "Set SSL_CERT_FILE to"
        return AdminError(
            f"The certificate of {model.label}'s service is not trusted here, so nothing was sent.",
            hint=f"{where} a file with the certificate of the authority that issued it, or of the proxy in between.",
        )
    if isinstance(cause, ProxyError) and "407" in str(cause):
        return _proxy_needs_password(proxy)
    hint = None
    if any(isinstance(each, socket.gaierror) for each in causes):
        hint = f"The name of its host is not known here: look at {_address_setting(model)}."
    elif proxy is not None:
        hint = f"The way to it leads through the proxy in {proxy}: look there, too."
    return Transient(f"{model.label}'s service cannot be reached.", hint=hint)


def _proxy_needs_password(variable: str | None) -> AdminError:
    return AdminError(
        f"The proxy in {variable or 'HTTPS_PROXY'} wants a user and a password, so nothing was sent.",
        hint="Write them into the address: http://user:password@proxy.example:3128",
    )


def _find_proxy_variable(problem: BaseException) -> str | None:
    """The variable with the proxy of the failed request; None if no proxy was used."""
    if not isinstance(problem, RequestError):
        return None
    try:
        url = problem.request.url
    except RuntimeError:  # the library does not always set it
        return None
    return proxy_variable_name(url.scheme, url.host)


def _cause_chain(problem: BaseException | None) -> Iterator[BaseException]:
    while problem is not None:
        yield problem
        problem = problem.__cause__ or problem.__context__


def invalid_address(model: Model) -> AdminError:
    """The error for a service address that is not valid."""
    return AdminError(
        f"The address of {model.label}'s service is none.", hint=f"Correct {_address_setting(model)}. Nothing was sent."
    )


def _address_setting(model: Model) -> str:
    return "base_url in its entry" if model.base_url else "OPENAI_BASE_URL"


def _not_sent(cause: BaseException | None, model: Model) -> AdminError:
    # The library's message about a header that cannot be sent contains the key, so it is not logged.
    fault = None if isinstance(cause, _REQUEST_ERRORS) else cause
    _log.error("request.not_written", model=model.name, reason=type(cause).__name__, exc_info=fault)
    if isinstance(cause, InvalidURL | UnsupportedProtocol):
        return invalid_address(model)
    return AdminError(
        f"What {model.label}'s service was to be asked could not be written, so nothing was sent.",
        hint="Look at its key, its address and its entry in the catalog; Easel's log says more.",
    )


def _service_error(details: ServiceError, model: Model) -> EaselError:
    names = {details.code.lower(), details.kind.lower()}
    if names & _REFUSAL_CODES or details.categories or details.stage:
        return _refused(details, model)
    if names & _CREDIT_CODES or details.status == 402:
        return _no_credit(model)
    status = details.status or next((_STATUS_BY_CODE[name] for name in names if name in _STATUS_BY_CODE), 500)
    if details.code == "slow_down":
        status = 429
    match status:
        case 401:
            return _bad_key(model)
        case 403:
            return _forbidden(details, model)
        case 404 | 410:
            return _model_not_found(details, model)
        case 407:
            return _proxy_needs_password("HTTP_PROXY")
        case 408 | 409 | 425 | 429:
            text = f"{model.label}'s service is asked more often than it allows."
            text = text if status == 429 else f"{model.label}'s service asks to try again."
            return Transient(text, retry_after_s=details.retry_after_s)
        case 504 | 524 if model.billed:
            # The gateway timed out, but the service behind it may still be drawing.
            return connection_lost(model)
        case _ if status >= 500:
            return _overloaded(details, status, model)
        case _ if status < 400 or status == 405:
            return _no_service_at_address(model, f"It answered with {status}.")
        case _:
            return _request_rejected(details, names, model)


def _refused(details: ServiceError, model: Model) -> Refused:
    seen = ", ".join(dict.fromkeys(_describe_category(name) for name in details.categories))
    because = f": {seen}" if seen else ""
    if details.stage == "output":
        return Refused(
            f"{model.label}'s safety system held back the picture that was drawn{because}.", hint=_OTHER_WORDS
        )
    return Refused(f"{model.label}'s safety system refused this{because}.", hint=_OTHER_WORDS)


def _describe_category(name: str) -> str:
    return _CATEGORIES.get(name.lower().replace("_", "-"), " ".join(name.replace("_", " ").split())[:40])


def _no_credit(model: Model) -> AdminError:
    where = "at its service" if model.base_url else "at https://platform.openai.com/settings/organization/billing"
    return AdminError(
        f"The account that pays for {model.label} has no credit left.", hint=f"Add credit or raise its limit {where}."
    )


def _bad_key(model: Model) -> AdminError:
    if model.api_key_env is None:
        return AdminError(
            f"{model.label}'s service wants a key.", hint="Name the variable that holds it: api_key_env in its entry."
        )
    return AdminError(
        f"The key in {model.api_key_env} is not valid.", hint="Put a valid one in its place and start Easel again."
    )


def _forbidden(details: ServiceError, model: Model) -> AdminError:
    if "must be verified" in details.message.lower():
        return AdminError(
            f"Your organisation has to be verified before it can use {model.label}.",
            hint="Verify it at https://platform.openai.com/settings/organization/general. It takes up to 15 minutes "
            "until it counts.",
        )
    key = f"The key in {model.api_key_env}" if model.api_key_env else "Easel"
    return AdminError(f"{key} is not allowed to use {model.label}.", hint=quote_service(details.message))


def _model_not_found(details: ServiceError, model: Model) -> AdminError:
    if "invalid url" in details.message.lower() or not details.message or details.message.lower() == "not found":
        return _no_service_at_address(model, _CHECK_MODELS)
    text = f"{model.label} is not served, or not to this account."
    if model.successor is not None:
        return AdminError(text, hint=f"Its successor: --model {model.successor}. {_CHECK_MODELS}")
    return AdminError(text, hint=_CHECK_MODELS)


def _overloaded(details: ServiceError, status: int, model: Model) -> Transient:
    what = "is overloaded" if status in (503, 529) else f"has a problem ({status})"
    return Transient(
        f"{model.label}'s service {what}.", hint=quote_service(details.message), retry_after_s=details.retry_after_s
    )


def _request_rejected(details: ServiceError, names: set[str], model: Model) -> EaselError:
    """The error for status 400 and similar: the prompt or a picture is not accepted, or the catalog entry is wrong."""
    message = details.message.lower()
    if details.status == 413 or names & _PICTURE_CODES or details.param.startswith(_PICTURE_PARAMS):
        return BadPicture(f"{model.label} cannot use a picture that came along.", hint=quote_service(details.message))
    if names & _LONG_PROMPT_CODES or (details.param == "prompt" and "long" in message):
        return BadCommand(f"The prompt is too long for {model.label}.", hint="Say it in fewer words.")
    if details.param == "prompt" or "invalid_prompt" in names:
        return BadCommand(f"{model.label} cannot work with this prompt.", hint=quote_service(details.message))
    if "model_not_found" in names:
        return _model_not_found(details, model)
    setting = f" a setting: {' '.join(details.param.split())[:40]}" if details.param else " what it was asked"
    return AdminError(
        f"{model.label}'s service refused{setting}.", hint=quote_service(details.message) or _CHECK_MODELS
    )


def _format_duration(seconds: float) -> str:
    return f"{seconds:g} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"
