"""Reads streamed text responses; shared by the Responses and Chat APIs."""

from collections.abc import AsyncGenerator
from typing import Final, TypeVar

from httpx2 import Response
from openai import APIResponseValidationError
from pydantic import BaseModel, ValidationError

from bot.catalog.model import Model
from bot.domain.surrogates import replace_surrogates
from bot.providers.openai_api.bounds import read_limited
from bot.providers.openai_api.message_splitting import split_messages
from bot.providers.openai_api.parsing import parse_json
from bot.providers.svg_author.conversation import OnText
from bot.providers.svg_author.extraction import find_svg

MAX_TEXT_CHARS: Final = 2_000_000
"""A longer answer counts as cut short by the limit of tokens. An SVG may have half of that."""
_BYTES_PER_TOKEN: Final = 1024
"""An event of a stream has 200 to 400 bytes for one token or more; the text can be repeated at the end."""
_MAX_REST_BYTES: Final = 1024 * 1024
_STEP_CHARS: Final = 256
"""`on_text` is called after at least this many new characters."""
_STEP_SHARE: Final = 64
"""And after this part of the text: all of it is copied each time, so the time would grow with its square."""
_Message = TypeVar("_Message", bound=BaseModel)


def max_answer_bytes(model: Model) -> int:
    """The longest answer of `model` that is read, streamed or not."""
    return model.max_output_tokens * _BYTES_PER_TOKEN + _MAX_REST_BYTES


async def read_messages(response: Response, kind: type[_Message], *, max_bytes: int) -> AsyncGenerator[_Message]:
    """Yields the messages of a response, streamed or not; skips those that cannot be parsed.

    Closing the generator closes the connection.

    Raises:
        RequestError: the connection broke or timed out.
        APIResponseValidationError: no message could be parsed, or the response is longer than `max_bytes`.
    """
    unread, is_empty = None, True
    try:
        async for parts in split_messages(read_limited(response, max_bytes=max_bytes), response.headers):
            try:
                message = parse_json(kind, b"".join(parts))
            except ValidationError as error:
                unread = error
                continue
            is_empty = False
            yield message
    finally:
        await response.aclose()
    if unread is not None and is_empty:
        raise APIResponseValidationError(response, None) from unread


class StreamedText:
    """Collects a text from pieces, and calls `on_text`, if given, with the text so far from time to time."""

    def __init__(self, on_text: OnText | None) -> None:
        self._on_text = on_text
        self._pieces: list[str] = []
        self._new_chars = 0
        self._chars = 0

    @property
    def text(self) -> str:
        return replace_surrogates("".join(self._pieces))  # a character may be split over two pieces

    @property
    def is_full(self) -> bool:
        """Whether the text has MAX_TEXT_CHARS, so that the rest is not read."""
        return self._chars >= MAX_TEXT_CHARS

    @property
    def has_complete_svg(self) -> bool:
        """Whether the text contains a complete SVG."""
        return find_svg(self.text) is not None

    async def add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._chars += len(piece)
        self._new_chars += len(piece)
        if self._on_text is not None and self._new_chars >= max(_STEP_CHARS, self._chars // _STEP_SHARE):
            self._new_chars = 0
            await self._on_text(self.text)
