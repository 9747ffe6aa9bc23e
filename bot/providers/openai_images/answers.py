"""What a service answers, read from its bytes: pictures, what they took, and what was applied. Work for a thread.

Reading into a model and decoding base64 do their work without holding up the event loop, which the SDK's own way does
not: `json.loads` takes 15 ms for a picture of 3 MB, this takes 2.
"""

import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal, cast

import pybase64
from pydantic import AliasChoices, BaseModel, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from bot.domain.pictures import Background
from bot.domain.requests import Applied
from bot.domain.usage import Usage
from bot.errors import BadPicture
from bot.imaging.probe import sniff
from bot.presentation.card import Preview
from bot.providers.openai_api.parsing import parse_json

_END: Final = b"[DONE]"


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished answer.

    Attributes:
        pictures: the bytes of each, or the address where it can be fetched, or None where it cannot be decoded.
        author, author_usage: the text model that wrote an SVG, as the service calls it, and what that took.
    """

    pictures: tuple[bytes | str | None, ...]
    usage: Usage | None
    applied: Applied
    author: str | None = None
    author_usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Partial:
    """An unfinished picture. `index` counts from 0; `preview` is None where it cannot be decoded."""

    index: int
    preview: Preview | None


@dataclass(frozen=True, slots=True)
class Failure:
    """The service says that it failed: `body` is its `error`."""

    body: object


def read_answer(chunks: Sequence[bytes]) -> Answer | Failure:
    """The answer that is JSON. Raises ValidationError where it is none."""
    message = parse_json(_Message, b"".join(chunks))
    return Failure(message.error) if message.error else _answer(message, message.data or [])


def read_event(data: bytes) -> Answer | Partial | Failure | None:
    """One event of a stream; None for an event of no interest. Raises ValidationError where it is no JSON."""
    if data == _END:
        return None
    message = parse_json(_Message, data)
    if message.error:
        return Failure(message.error)
    if message.type.endswith(".completed"):
        return _answer(message, [message])
    if message.type.endswith(".partial_image"):
        return Partial(message.partial_image_index or 0, _preview(message))
    return None


def _or_none(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    try:
        return handler(value)
    except ValidationError:
        return None


# Compatible servers put other things where the API has these; a picture is not given up for them.
_Lenient = WrapValidator(_or_none)
_Count = Annotated[int | None, _Lenient]
_Text = Annotated[str | None, _Lenient]


class _Tokens(BaseModel):
    text_tokens: Annotated[_Count, Field(validation_alias=AliasChoices("text_tokens", "cached_text_tokens"))] = None
    image_tokens: Annotated[_Count, Field(validation_alias=AliasChoices("image_tokens", "cached_image_tokens"))] = None


class _InputTokens(_Tokens):
    cached_tokens_details: Annotated[_Tokens | None, _Lenient] = None


class _Usage(BaseModel):
    input_tokens: _Count = None
    input_tokens_details: Annotated[_InputTokens | None, _Lenient] = None
    # Not in the SDK's types of this API; named as in those of the Responses tool that draws.
    cached_tokens_details: Annotated[_Tokens | None, _Lenient] = None
    output_tokens: _Count = None
    output_tokens_details: Annotated[_Tokens | None, _Lenient] = None


class _AuthorUsage(BaseModel):
    model: str
    input_tokens: int
    output_tokens: int


class _Item(BaseModel):
    b64_json: _Text = None
    url: _Text = None


class _Message(_Item):
    """An answer or an event: what they say beside the picture is the same."""

    type: str = ""
    partial_image_index: _Count = None
    data: list[_Item] | None = None
    error: object = None
    usage: Annotated[_Usage | None, _Lenient] = None
    svg_usage: Annotated[_AuthorUsage | None, _Lenient] = None
    quality: _Text = None
    background: Annotated[Literal["opaque", "transparent"] | None, _Lenient] = None


def _answer(message: _Message, items: Sequence[_Item]) -> Answer:
    quality = None if message.quality == "auto" else message.quality
    author = message.svg_usage
    return Answer(
        pictures=tuple(_picture(item) for item in items),
        usage=_usage(message.usage) if message.usage is not None else None,
        applied=Applied(quality, cast("Background | None", message.background)),
        author=author.model if author is not None else None,
        author_usage=Usage(text_in=author.input_tokens, text_out=author.output_tokens) if author is not None else None,
    )


def _picture(item: _Item) -> bytes | str | None:
    if item.b64_json is None:
        return item.url
    try:
        return pybase64.b64decode(item.b64_json, validate=True)
    except (binascii.Error, ValueError):
        return None


def _preview(message: _Message) -> Preview | None:
    data = _picture(message)
    if not isinstance(data, bytes):
        return None
    try:
        return Preview(data, sniff(data))
    except BadPicture:
        return None


def _usage(counted: _Usage) -> Usage | None:
    """None where nothing was counted: some servers fill in zeros, and nothing is drawn from nothing."""
    given = counted.input_tokens_details or _InputTokens()
    made = counted.output_tokens_details or _Tokens()
    cached = counted.cached_tokens_details or given.cached_tokens_details or _Tokens()
    image_in = given.image_tokens or 0
    # Without details, all of it is taken for text.
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
