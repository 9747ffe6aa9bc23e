"""Parses responses of the Images API: pictures, usage, applied settings. Slow: run it in a thread.

The SDK's parser would block the event loop: `json.loads` takes 15 ms for a picture of 3 MB, this takes 2 ms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, cast

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, ValidationError

from bot.domain.pictures import Background
from bot.domain.requests import AppliedSettings
from bot.domain.usage import Usage
from bot.errors import BadPicture
from bot.imaging.probe import stored_format
from bot.presentation.card import Preview
from bot.providers.openai_api.parsing import Count, Lenient, Text, parse_json
from bot.providers.openai_images.image_check import classify_image
from bot.providers.openai_images.wrapping import read_base64_field, read_url_field


@dataclass(frozen=True, slots=True)
class ImagesResponse:
    """A finished response.

    Attributes:
        pictures: for each its bytes, or its URL, or None if it cannot be decoded.
        author, author_usage: the text model that wrote an SVG (the service's name for it), and its usage.
    """

    pictures: tuple[bytes | str | None, ...]
    usage: Usage | None
    applied: AppliedSettings
    author: str | None = None
    author_usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class PartialImage:
    """A partial image. `index` counts from 0; `preview` is None if it cannot be decoded."""

    index: int
    preview: Preview | None


@dataclass(frozen=True, slots=True)
class FailureEvent:
    """The service reported an error; `body` is the `error` object."""

    body: object


def parse_message(parts: Sequence[bytes]) -> ImagesResponse | PartialImage | FailureEvent | None:
    """Parses a plain response or an event of a stream; None for events that are not needed.

    Raises:
        ValidationError: it is not a message of this API.
    """
    data = b"".join(parts)
    try:
        message = parse_json(_Message, data)
    except ValidationError:
        if classify_image(data) is None:
            raise
        # Some servers send the picture itself.
        return ImagesResponse((data,), None, AppliedSettings())
    if message.type.endswith(".partial_image"):
        return PartialImage(message.partial_image_index or 0, _read_preview(message))
    # Only a plain response has `data`; an event of an unknown type may contain a partial image.
    is_finished = message.type.endswith(".completed") or not message.type or message.data is not None
    answer = _to_response(message) if is_finished else None
    if message.error and (answer is None or not any(answer.pictures)):
        return FailureEvent(message.error)
    says_nothing = not message.type and not message.model_fields_set & {"data", "b64_json", "url"}
    return None if says_nothing else answer


class _Tokens(BaseModel):
    text_tokens: Annotated[Count, Field(validation_alias=AliasChoices("text_tokens", "cached_text_tokens"))] = None
    image_tokens: Annotated[Count, Field(validation_alias=AliasChoices("image_tokens", "cached_image_tokens"))] = None


class _InputTokens(_Tokens):
    cached_tokens_details: Annotated[_Tokens | None, Lenient] = None


class _Usage(BaseModel):
    input_tokens: Count = None
    input_tokens_details: Annotated[_InputTokens | None, Lenient] = None
    # Not in the SDK's types of this API; named as in the image tool of the Responses API.
    cached_tokens_details: Annotated[_Tokens | None, Lenient] = None
    output_tokens: Count = None
    output_tokens_details: Annotated[_Tokens | None, Lenient] = None


class _AuthorUsage(BaseModel):
    model: str
    input_tokens: int
    output_tokens: int


class _Item(BaseModel):
    b64_json: Text = None
    url: Text = None


def _normalize_items(data: object) -> object:
    """Normalises `data`: a single object becomes a list; items that are no objects become None."""
    if isinstance(data, list):
        return [cast("object", item) if isinstance(item, dict) else None for item in cast("list[object]", data)]
    return [cast("object", data)] if isinstance(data, dict) else data


class _Message(_Item):
    """A response or an event; both have the same fields."""

    type: Annotated[str, BeforeValidator(lambda value: value if isinstance(value, str) else "")] = ""
    partial_image_index: Count = None
    data: Annotated[list[_Item | None] | None, BeforeValidator(_normalize_items)] = None
    error: object = None
    usage: Annotated[_Usage | None, Lenient] = None
    svg_usage: Annotated[_AuthorUsage | None, Lenient] = None
    quality: Text = None
    background: Annotated[Literal["opaque", "transparent"] | None, Lenient] = None


def _to_response(message: _Message) -> ImagesResponse:
    quality = None if message.quality == "auto" else message.quality
    author = message.svg_usage
    # An event, and the response of some servers, has the picture's fields at the top level.
    items = message.data or ([message] if message.b64_json or message.url else [])
    return ImagesResponse(
        pictures=tuple(_read_picture(item) if item is not None else None for item in items),
        usage=_to_usage(message.usage) if message.usage is not None else None,
        applied=AppliedSettings(quality, cast("Background | None", message.background)),
        author=author.model if author is not None else None,
        author_usage=Usage(text_in=author.input_tokens, text_out=author.output_tokens) if author is not None else None,
    )


def _read_picture(item: _Item) -> bytes | str | None:
    """The picture from either field; if both are set, the one that contains a picture."""
    found = (read_base64_field(item.b64_json or ""), read_url_field(item.url or ""))
    there = [each for each in found if each is not None]
    shown = (each for each in there if isinstance(each, str) or classify_image(each) is not None)
    return next(shown, there[0] if there else None)


def _read_preview(message: _Message) -> Preview | None:
    """The preview in a partial image event; None if it cannot be decoded."""
    data = _read_picture(message)
    if not isinstance(data, bytes):
        return None
    try:
        return Preview(data, stored_format(data))
    except BadPicture:
        return None


def _to_usage(counted: _Usage) -> Usage | None:
    """The usage; None if all counts are zero, which some servers send instead of nothing."""
    given = counted.input_tokens_details or _InputTokens()
    made = counted.output_tokens_details or _Tokens()
    cached = counted.cached_tokens_details or given.cached_tokens_details or _Tokens()
    image_in = given.image_tokens or 0
    # Without details, all input counts as text.
    text_in = given.text_tokens if given.text_tokens is not None else max(0, (counted.input_tokens or 0) - image_in)
    image_out = made.image_tokens if made.image_tokens is not None else counted.output_tokens or 0
    usage = Usage(
        text_in=text_in,
        image_in=image_in,
        image_out=image_out,
        text_out=made.text_tokens or 0,
        cached_text_in=min(text_in, cached.text_tokens or 0),
        cached_image_in=min(image_in, cached.image_tokens or 0),
    )
    return usage if usage != Usage() else None
