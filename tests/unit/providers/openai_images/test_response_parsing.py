"""Reading what services answer: events in pieces, usage of many shapes, pictures that are none."""

import json
from itertools import pairwise

import pybase64
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.domain.requests import AppliedSettings
from bot.domain.usage import Usage
from bot.providers.openai_api.sse import EventReader
from bot.providers.openai_images.image_check import classify_image
from bot.providers.openai_images.response_parsing import FailureEvent, ImagesResponse, PartialImage, parse_message
from tests.builders import a_picture, a_png, encoded

PNG = a_png()
IN_BASE64 = pybase64.b64encode(PNG).decode()


def read(**body: object) -> ImagesResponse:
    answer = parse_message([json.dumps({"data": [{"b64_json": IN_BASE64}], **body}).encode()])
    assert isinstance(answer, ImagesResponse)
    return answer


def an_event(type_: str, **said: object) -> ImagesResponse | PartialImage | FailureEvent | None:
    return parse_message([json.dumps({"type": type_, **said}).encode()])


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        (None, None),
        ({}, None),
        ([], None),
        ("many", None),
        ({"input_tokens": None, "output_tokens": None}, None),
        ({"input_tokens": 0, "output_tokens": 0, "input_tokens_details": {"text_tokens": 0, "image_tokens": 0}}, None),
        ({"input_tokens": 7, "output_tokens": 90}, Usage(text_in=7, image_out=90)),
        (
            {
                "input_tokens": 17,
                "input_tokens_details": {"text_tokens": 7, "image_tokens": 10},
                "output_tokens": 95,
                "output_tokens_details": {"image_tokens": 90, "text_tokens": 5},
                "cached_tokens_details": {"cached_text_tokens": 3, "cached_image_tokens": 4},
            },
            Usage(7, 10, 90, 5, 3, 4),
        ),
        (
            {
                "input_tokens_details": {
                    "text_tokens": 7,
                    "image_tokens": 10,
                    "cached_tokens_details": {"text_tokens": 9, "image_tokens": 4},
                },
                "output_tokens": 90,
            },
            Usage(7, 10, 90, 0, 7, 4),
        ),
        ({"input_tokens": 7, "input_tokens_details": None, "output_tokens": "90"}, Usage(text_in=7, image_out=90)),
    ],
)
def test_usage_is_read_where_there_is_any(usage: object, counted: Usage | None) -> None:
    """Per kind of token; what was not counted is unknown and never zero; cached tokens are part of the input."""
    assert read(usage=usage).usage == counted


@pytest.mark.parametrize(
    ("said", "applied"),
    [
        ({"quality": "high", "background": "opaque"}, AppliedSettings("high", "opaque")),
        ({"quality": "auto", "background": "auto"}, AppliedSettings()),
        ({"quality": 3, "background": "plaid"}, AppliedSettings()),
        ({"quality": None}, AppliedSettings()),
    ],
)
def test_what_was_applied_is_read(said: dict[str, object], applied: AppliedSettings) -> None:
    """Only what says something: a picture is never given up for an odd value beside it."""
    assert read(**said).applied == applied
    assert read(**said).pictures == (PNG,)


def test_pictures_come_as_base64_or_as_an_address() -> None:
    """What is neither, or is no base64, is told apart by None."""
    data = [{"b64_json": IN_BASE64}, {"url": "/x.png"}, {"b64_json": "###"}, {"b64_json": IN_BASE64[:-3]}, {}]
    assert read(data=data).pictures == (PNG, "/x.png", None, None, None)
    assert read(data=None).pictures == ()


def test_a_failure_can_come_with_a_good_status() -> None:
    """Some proxies answer 200 and an error."""
    assert parse_message([b'{"error": {"code": "server_error"}}']) == FailureEvent({"code": "server_error"})


@pytest.mark.parametrize("body", [b"", b"<html></html>", b'{"data": [{"b64_json": "iVBO', b"[]", b'{"data": 3}'])
def test_what_is_no_answer_is_not_read(body: bytes) -> None:
    """Cut off, a page, or something else: whoever asked decides what that means."""
    with pytest.raises(ValidationError):
        parse_message([body])


@pytest.mark.parametrize("kind", ["image_generation", "image_edit"])
def test_events_are_told_apart(kind: str) -> None:
    """Unfinished pictures, the finished one, failures, and all the rest, which is of no interest."""
    partial = an_event(f"{kind}.partial_image", partial_image_index=1, b64_json=IN_BASE64)
    assert isinstance(partial, PartialImage)
    assert partial.preview is not None
    assert (partial.index, partial.preview.data, partial.preview.format) == (1, PNG, "png")
    torn = an_event(f"{kind}.partial_image", b64_json="AAAA")
    assert torn == PartialImage(0, None)
    done = an_event(f"{kind}.completed", b64_json=IN_BASE64)
    assert isinstance(done, ImagesResponse)
    assert done.pictures == (PNG,)
    assert parse_message([b'{"error": "no"}']) == FailureEvent("no")
    assert parse_message([b'{"type": "ping"}']) is None


STREAM = (
    b': hello\r\n\r\nevent: a\r\ndata: {"a":\r\ndata: 1}\r\n\r\ndata:x\n\nid: 3\n\nevent: b\ndata: last\n\ndata: cut'
)


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_events_are_whole_however_they_are_cut(cuts: list[int]) -> None:
    """Chunks end anywhere; comments and unfinished events are nothing."""
    reader = EventReader()
    edges = [0, *sorted(cuts), len(STREAM)]
    events = [event for begin, end in pairwise(edges) for event in reader.feed(STREAM[begin:end])]
    assert events == [b'{"a":\n1}', b"x", b"last"]


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF"])
def test_half_a_picture_is_none(format_: str) -> None:
    """A whole one is, with a few bytes behind it too."""
    whole = encoded(a_picture(200, 200), format_)
    assert classify_image(whole) == "picture"
    for kept in (0.95, 0.7, 0.4):
        assert classify_image(whole[: int(len(whole) * kept)]) is None
    assert classify_image(whole + b"\r\n") == "picture"
    assert classify_image(whole + b"\0" * 40) == "picture"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<svg></svg>", "drawing"),
        (b'<?xml version="1.0"?>\n<!-- x --><SVG/>', "drawing"),
        (b"<!DOCTYPE html><html><svg></svg></html>", None),
        (b"  <html><svg></svg>", None),
        (b"", None),
        (b"hello", None),
    ],
)
def test_a_page_is_never_a_picture(data: bytes, kind: str | None) -> None:
    """Drawings are told by what they begin with, whatever was asked for."""
    assert classify_image(data) == kind


def test_half_a_character_costs_no_picture() -> None:
    """A picture is read although a text beside it, such as a prompt that the service rewrote, is not valid Unicode."""
    assert read(revised_prompt="half \ud83d of a fox").pictures == (PNG,)
    event = json.dumps({"type": "image_generation.completed", "b64_json": IN_BASE64, "text": "\udd8a"}).encode()
    answer = parse_message([event])
    assert isinstance(answer, ImagesResponse)
    assert answer.pictures == (PNG,)
