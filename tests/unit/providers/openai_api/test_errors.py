"""What services say when they fail, in our own words: every form of body, every row of the table of errors."""

from dataclasses import dataclass, replace

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
)

from bot.catalog.model import Model
from bot.domain.ids import ModelName
from bot.errors import AdminError, BadCommand, BadPicture, EaselError, OutcomeUnknown, Refused, Transient
from bot.providers.openai_api.error_bodies import parse_error, quote_service
from bot.providers.openai_api.errors import to_easel_error
from tests.unit.providers.image_provider import a_catalog

REQUEST = httpx2.Request("POST", "https://api.openai.com/v1/images/generations")


def model(name: str = "gpt-image-2.6-flare", **changes: object) -> Model:
    found = a_catalog().get(ModelName(name))
    assert found is not None
    return found.model_copy(update=changes)


PAID, DYING = model(), model("gpt-image-1.5")
KEYLESS = model(label="Qwen", base_url="http://gpu/v1", api_key_env=None)
FREE = model(
    "gpt-oss-120b",
    prices=DYING.prices
    and DYING.prices.model_copy(update={"text_in": 0, "image_in": 0, "image_out": 0, "text_out": 0}),
)


def an_error(
    status: int, body: object = None, *, headers: dict[str, str] | None = None, **error: object
) -> APIStatusError:
    """As the SDK raises it: `error` is what the body's `error` holds."""
    response = httpx2.Response(status, headers=headers, request=REQUEST)
    return APIStatusError("raw", response=response, body=error or body)


def in_stream(**error: object) -> APIError:
    return APIError("raw", REQUEST, body=error)


def cut_by(cause: Exception, *, timeout: bool = False) -> APIError:
    problem = APITimeoutError(REQUEST) if timeout else APIConnectionError(request=REQUEST)
    problem.__cause__ = cause
    return problem


@dataclass(frozen=True, slots=True)
class Row:
    problem: Exception
    kind: type[EaselError]
    text: str
    hint: str = ""
    model: Model = PAID


BILLING = "platform.openai.com/settings/organization/billing"
ROWS = [
    # safety
    Row(
        an_error(400, code="moderation_blocked", message="No. safety_violations=[sexual, violence]."),
        Refused,
        "GPT Image 2.6 Flare's safety system refused this: sexual content, violence.",
        "Change the wording",
    ),
    Row(
        an_error(400, code="moderation_blocked", moderation_details={"moderation_stage": "output", "categories": []}),
        Refused,
        "blocked the finished image.",
    ),
    Row(an_error(400, code="content_policy_violation", message="No."), Refused, "refused this."),
    Row(an_error(400, code="image_content_policy_violation"), Refused, "refused this."),
    Row(
        an_error(400, code="contentFilter", innererror={"content_filter_result": {"hate": {"filtered": True}}}),
        Refused,
        "refused this: hate.",
    ),
    Row(in_stream(code="moderation_blocked", moderation_details={"categories": ["weird_new"]}), Refused, "weird new"),
    # the person's words and pictures
    Row(
        an_error(400, code="string_above_max_length", param="prompt", message="string too long"),
        BadCommand,
        "The prompt is too long for GPT Image 2.6 Flare.",
    ),
    Row(an_error(400, code="invalid_prompt", message="Bad words."), BadCommand, "cannot use this prompt", "Bad words."),
    Row(
        an_error(400, code="unsupported_file_mimetype", message="Only png."),
        BadPicture,
        "cannot use an image",
        "The service says: Only png.",
    ),
    Row(an_error(400, code="invalid_value", param="mask", message="other size"), BadPicture, "cannot use an image"),
    Row(an_error(413, "too large"), BadPicture, "cannot use an image"),
    # our own catalog
    Row(
        an_error(400, code="unsupported_value", param="quality", message="no xhigh"),
        AdminError,
        "GPT Image 2.6 Flare's service did not accept a setting: quality.",
        "no xhigh",
    ),
    Row(
        an_error(422, {"detail": [{"loc": ["size"], "msg": "size?"}]}),
        AdminError,
        "did not accept the request",
        "size?",
    ),
    Row(an_error(400, {"detail": "no"}), AdminError, "did not accept the request", "The service says: no"),
    # keys and accounts
    Row(an_error(401, code="invalid_api_key", message="sk-1"), AdminError, "The key in OPENAI_API_KEY is not valid."),
    Row(an_error(401), AdminError, "Qwen's service requires a key.", "api_key_env", KEYLESS),
    Row(
        an_error(403, message="Your organization must be verified to use the model `x`."),
        AdminError,
        "Your organisation must be verified before it can use GPT Image 2.6 Flare.",
        "15 minutes",
    ),
    Row(an_error(403, message="Region."), AdminError, "The key in OPENAI_API_KEY is not allowed", "Region."),
    Row(an_error(403), AdminError, "Easel is not allowed to use Qwen.", "", KEYLESS),
    Row(an_error(429, type="insufficient_quota", code="x"), AdminError, "has no credit left", BILLING),
    Row(an_error(429, code="credit_balance_exhausted"), AdminError, "has no credit left", BILLING),
    Row(an_error(400, code="billing_hard_limit_reached"), AdminError, "has no credit left", BILLING),
    Row(an_error(402), AdminError, "has no credit left", "at its service", KEYLESS),
    Row(in_stream(code="insufficient_quota"), AdminError, "has no credit left"),
    # addresses and models
    Row(an_error(404, code="model_not_found", message="no such"), AdminError, "is not available", "models --check"),
    Row(an_error(404, code="model_not_found", message="x"), AdminError, "is not available", "gpt-image-2", DYING),
    Row(an_error(400, code="model_not_found", message="no such"), AdminError, "is not available"),
    Row(an_error(404, message="Invalid URL (POST /v1/v1)"), AdminError, "no service for", "base_url"),
    Row(an_error(404, {"detail": "Not Found"}), AdminError, "no service for", "base_url"),
    Row(an_error(405), AdminError, "no service for", "405"),
    Row(an_error(308), AdminError, "no service for", "308"),
    # worth another try
    Row(an_error(429, code="rate_limit_exceeded"), Transient, "more requests than it allows"),
    Row(an_error(503, code="slow_down"), Transient, "more requests than it allows"),
    Row(an_error(503, code="server_is_overloaded", message="Busy."), Transient, "is overloaded", "Busy."),
    Row(an_error(529), Transient, "is overloaded"),
    Row(an_error(500, "kernel panic"), Transient, "has a problem (500)", "kernel panic"),
    Row(an_error(502, "<html>nginx</html>"), Transient, "has a problem (502)"),
    Row(an_error(408), Transient, "cannot answer now"),
    Row(an_error(409), Transient, "cannot answer now"),
    Row(in_stream(type="server_error"), Transient, "has a problem"),
    Row(in_stream(code="server_is_overloaded"), Transient, "is overloaded"),
    Row(in_stream(code="rate_limit_exceeded"), Transient, "more requests"),
    Row(in_stream(), Transient, "has a problem"),
    # connections
    Row(cut_by(httpx2.ConnectError("refused")), Transient, "cannot be reached"),
    Row(cut_by(httpx2.ConnectTimeout("slow"), timeout=True), Transient, "cannot be reached"),
    Row(cut_by(httpx2.PoolTimeout("full"), timeout=True), Transient, "cannot be reached"),
    Row(cut_by(httpx2.ReadTimeout("silent"), timeout=True), OutcomeUnknown, "image may have been charged"),
    Row(cut_by(httpx2.ReadTimeout("silent"), timeout=True), Transient, "did not answer for 10 minutes", "", FREE),
    Row(cut_by(httpx2.ReadError("cut")), OutcomeUnknown, "image may have been charged"),
    Row(cut_by(httpx2.WriteError("cut")), OutcomeUnknown, "image may have been charged"),
    Row(httpx2.RemoteProtocolError("cut"), OutcomeUnknown, "image may have been charged"),
    Row(httpx2.RemoteProtocolError("cut"), Transient, "broke while it was drawing.", "", FREE),
    Row(httpx2.DecodingError("gzip"), OutcomeUnknown, "image may have been charged"),
    Row(an_error(504), OutcomeUnknown, "image may have been charged"),
    Row(an_error(504), Transient, "has a problem (504)", "", FREE),
    Row(
        APIResponseValidationError(httpx2.Response(200, request=REQUEST), None),
        OutcomeUnknown,
        "cannot read the answer",
    ),
    Row(
        APIResponseValidationError(httpx2.Response(200, request=REQUEST), None),
        Transient,
        "cannot read the answer",
        "",
        FREE,
    ),
    Row(
        APIResponseValidationError(httpx2.Response(200, html="<p>Sign in", request=REQUEST), None),
        AdminError,
        "no service for",
        "a web page",
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.kind.__name__}-{row.text[:30]}")
def test_a_problem_has_its_error(row: Row) -> None:
    """Whom it concerns, what to do about it, and whether something may have been paid."""
    found = to_easel_error(row.problem, row.model)
    assert type(found) is row.kind
    assert row.text in found.text
    assert row.hint in (found.hint or "")
    assert found.text.endswith(".")


def test_what_is_no_answer_of_a_service_is_raised_again() -> None:
    """A fault of ours must not be told as somebody else's."""
    with pytest.raises(ZeroDivisionError):
        to_easel_error(ZeroDivisionError(), PAID)


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"retry-after-ms": "1500", "retry-after": "9"}, "try again in 3s", 1.5),
        ({"retry-after": "9"}, "Please try again in 3s.", 9),
        ({"retry-after": "0.5"}, "", 0.5),
        ({"retry-after": "soon"}, "", None),
        ({"retry-after": "-3"}, "", None),
        ({}, "Please try again in 12s.", 12),
        ({}, "Please try again in 1.898s.", 1.898),
        ({}, "Please try again in 250ms.", 0.25),
        ({}, "Please try again in a while.", None),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], message: str, seconds: float | None) -> None:
    """Milliseconds before seconds before words; None leaves it to us."""
    found = to_easel_error(an_error(429, headers=headers, message=message), PAID)
    assert found.retry_after_s == seconds


def test_how_long_to_wait_may_be_a_date() -> None:
    """HTTP allows it, and proxies use it: it is compared with the date of the answer, whatever our own clock says."""
    in_time = {"date": "Wed, 21 Oct 2015 07:28:00 GMT"}
    for moment, answered, seconds in (
        ("Wed, 21 Oct 2015 07:29:00 GMT", in_time, 60),
        ("Wed, 21 Oct 2015 09:29:00 +0200", in_time, 60),
        ("Wed, 21 Oct 2015 07:27:00 GMT", in_time, 0),
        ("Wed, 21 Oct 2015 07:29:00 GMT", {}, None),
        ("Wed, 21 Oct 2015 07:29:00 GMT", {"date": "today"}, None),
        ("tomorrow", in_time, None),
    ):
        found = to_easel_error(an_error(429, headers={"retry-after": moment, **answered}), PAID)
        assert found.retry_after_s == seconds


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("Invalid size.", "Invalid size."),
        ("  two\n\n  lines ", "two lines"),
        ("key sk-proj-abcdef0123456789 is bad", "key *** is bad"),
        ("Bearer abc.def is bad", "Bearer *** is bad"),
        ("token 0a1b2c3d4e5f60718293a4b5c6d7e8f9 is bad", "token *** is bad"),
        ("see https://x.example/?key=1 for more", "see … for more"),
        ("cannot open /srv/models/flux/model.safetensors here", "cannot open … here"),
        (
            "The model 'gpt-image-2.5-sunburst-2026-09-08' is gone",
            "The model 'gpt-image-2.5-sunburst-2026-09-08' is gone",
        ),
        ("x" * 300, "x" * 199 + "…"),
        ("<html><body>nginx</body></html>", None),
        ("", None),
    ],
)
def test_a_service_is_quoted_with_care(message: str, shown: str | None) -> None:
    """One short line, without what may be a key, a path, an address or a page."""
    assert quote_service(message) == (None if shown is None else f"The service says: {shown}")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["code", "type", "message", "param", "detail", "error", "moderation_details", "categories"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(body=JSON, status=st.sampled_from([301, 400, 401, 403, 404, 409, 413, 418, 422, 429, 500, 503, 504]))
def test_any_body_has_an_error(body: object, status: int) -> None:
    """No server can bring us out of step by what it puts where."""
    problem = an_error(status, body)
    assert isinstance(to_easel_error(problem, PAID), EaselError)
    assert parse_error(problem) == replace(parse_error(problem), status=status)


def test_half_characters_of_a_complaint_are_replaced() -> None:
    """What a service says is quoted on cards, which are stored."""
    assert parse_error(an_error(400, message="Not a \ud83d.")).message == "Not a \ufffd."
    assert parse_error(an_error(400, {"detail": ["\udd8a"]})).message == "\ufffd"
