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
from bot.errors import AdminError, EaselError, Refused, Transient
from bot.providers.openai_api.bounds import CallTooLong
from bot.providers.openai_api.error_bodies import ServiceError, parse_error, quote_service
from bot.providers.openai_api.network import certificate_variables, proxy_variable_name
from bot.texts import service_errors

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
                return service_errors.no_service(model.label, seen=service_errors.WEB_PAGE_SEEN)
            return unreadable_response(model)
        case APIError():
            return _service_error(parse_error(problem), model)
        case _:
            raise problem


def unreadable_response(model: Model) -> EaselError:
    """The error for a successful response whose body is cut off, too long, or not of this API."""
    if model.billed:
        return service_errors.unreadable_paid(model.label)
    return service_errors.unreadable(model.label)


def connection_lost(model: Model) -> EaselError:
    """The error for a connection that ended or timed out after the request was sent."""
    if model.billed:
        return service_errors.connection_lost_paid(model.label)
    return service_errors.connection_lost(model.label)


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
        return service_errors.no_answer(model.label, waited=_format_duration(model.timeout_s))
    return connection_lost(model)


def _too_slow(model: Model, total_s: float) -> EaselError:
    waited = _format_duration(total_s)
    if model.billed:
        return service_errors.not_finished_paid(model.label, waited=waited)
    return service_errors.not_finished(model.label, waited=waited)


def _unreachable(cause: BaseException, model: Model) -> EaselError:
    proxy = _find_proxy_variable(cause)
    causes = list(_cause_chain(cause))
    if any(isinstance(each, ssl.SSLCertVerificationError) for each in causes):
        return service_errors.untrusted_certificate(model.label, variables=certificate_variables())
    if isinstance(cause, ProxyError) and "407" in str(cause):
        return _proxy_needs_password(proxy)
    hint = None
    if any(isinstance(each, socket.gaierror) for each in causes):
        hint = service_errors.unknown_host(_address_setting(model))
    elif proxy is not None:
        hint = service_errors.check_proxy(proxy)
    return service_errors.unreachable(model.label, hint=hint)


def _proxy_needs_password(variable: str | None) -> AdminError:
    return service_errors.proxy_needs_password(variable or "HTTPS_PROXY")


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
    return service_errors.invalid_address(model.label, setting=_address_setting(model))


def _address_setting(model: Model) -> str:
    return "base_url in its entry" if model.base_url else "OPENAI_BASE_URL"


def _not_sent(cause: BaseException | None, model: Model) -> AdminError:
    # The library's message about a header that cannot be sent contains the key, so it is not logged.
    fault = None if isinstance(cause, _REQUEST_ERRORS) else cause
    _log.error("request.not_written", model=model.name, reason=type(cause).__name__, exc_info=fault)
    if isinstance(cause, InvalidURL | UnsupportedProtocol):
        return invalid_address(model)
    return service_errors.request_not_written(model.label)


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
            to_error = service_errors.rate_limited if status == 429 else service_errors.asks_to_retry
            return to_error(model.label, retry_after_s=details.retry_after_s)
        case 504 | 524 if model.billed:
            # The gateway timed out, but the service behind it may still be drawing.
            return connection_lost(model)
        case _ if status >= 500:
            return _overloaded(details, status, model)
        case _ if status < 400 or status == 405:
            return service_errors.no_service(model.label, seen=service_errors.status_seen(status))
        case _:
            return _request_rejected(details, names, model)


def _refused(details: ServiceError, model: Model) -> Refused:
    seen = tuple(dict.fromkeys(_describe_category(name) for name in details.categories))
    if details.stage == "output":
        return service_errors.result_refused(model.label, reasons=seen)
    return service_errors.refused(model.label, reasons=seen)


def _describe_category(name: str) -> str:
    return _CATEGORIES.get(name.lower().replace("_", "-"), " ".join(name.replace("_", " ").split())[:40])


def _no_credit(model: Model) -> AdminError:
    where = service_errors.AT_ITS_SERVICE if model.base_url else service_errors.AT_OPENAI
    return service_errors.no_credit(model.label, where=where)


def _bad_key(model: Model) -> AdminError:
    if model.api_key_env is None:
        return service_errors.key_required(model.label)
    return service_errors.key_invalid(model.api_key_env)


def _forbidden(details: ServiceError, model: Model) -> AdminError:
    if "must be verified" in details.message.lower():
        return service_errors.not_verified(model.label)
    return service_errors.not_permitted(model.label, variable=model.api_key_env, says=quote_service(details.message))


def _model_not_found(details: ServiceError, model: Model) -> AdminError:
    if "invalid url" in details.message.lower() or not details.message or details.message.lower() == "not found":
        return service_errors.no_service(model.label, seen=service_errors.CHECK_MODELS)
    return service_errors.not_served(model.label, successor=model.successor)


def _overloaded(details: ServiceError, status: int, model: Model) -> Transient:
    says = quote_service(details.message)
    if status in (503, 529):
        return service_errors.overloaded(model.label, says=says, retry_after_s=details.retry_after_s)
    return service_errors.failed(model.label, status, says=says, retry_after_s=details.retry_after_s)


def _request_rejected(details: ServiceError, names: set[str], model: Model) -> EaselError:
    """The error for status 400 and similar: the prompt or a picture is not accepted, or the catalog entry is wrong."""
    message = details.message.lower()
    if details.status == 413 or names & _PICTURE_CODES or details.param.startswith(_PICTURE_PARAMS):
        return service_errors.image_not_accepted(model.label, says=quote_service(details.message))
    if names & _LONG_PROMPT_CODES or (details.param == "prompt" and "long" in message):
        return service_errors.prompt_too_long(model.label)
    if details.param == "prompt" or "invalid_prompt" in names:
        return service_errors.prompt_not_accepted(model.label, says=quote_service(details.message))
    if "model_not_found" in names:
        return _model_not_found(details, model)
    setting = " ".join(details.param.split())[:40] or None
    return service_errors.setting_not_accepted(model.label, setting=setting, says=quote_service(details.message))


def _format_duration(seconds: float) -> str:
    return f"{seconds:g} s" if seconds < 120 else f"{seconds / 60:.0f} minutes"
