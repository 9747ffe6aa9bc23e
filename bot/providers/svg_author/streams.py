"""What both interfaces need to read an answer while it is written."""

from collections.abc import AsyncGenerator
from typing import Final, TypeVar

from httpx2 import Response
from openai import APIResponseValidationError
from pydantic import BaseModel, ValidationError

from bot.domain.surrogates import replace_surrogates
from bot.providers.openai_api.messages import split_messages
from bot.providers.openai_api.parsing import parse_json
from bot.providers.svg_author.conversation import OnText
from bot.providers.svg_author.extraction import find_svg

_STEP_CHARS: Final = 256
"""A stream brings a few characters at a time; that many more are worth telling of."""
_Message = TypeVar("_Message", bound=BaseModel)


async def read_messages(response: Response, kind: type[_Message]) -> AsyncGenerator[_Message]:
    """The messages of an answer, streamed or not; what cannot be read among others is passed over.

    Closing it closes the connection.

    Raises:
        RequestError: the connection broke or fell silent.
        APIResponseValidationError: there is nothing else.
    """
    unread, is_empty = None, True
    try:
        async for parts in split_messages(response.aiter_bytes(), response.headers):
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
    """A text that comes in pieces. `hear` is told of it now and then, if anybody listens."""

    def __init__(self, on_text: OnText | None) -> None:
        self._on_text = on_text
        self._pieces: list[str] = []
        self._new_chars = 0

    @property
    def text(self) -> str:
        return replace_surrogates("".join(self._pieces))  # a character may come in two pieces

    @property
    def has_complete_svg(self) -> bool:
        """Whether there is a complete drawing in it."""
        return find_svg(self.text) is not None

    async def add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._new_chars += len(piece)
        if self._on_text is not None and self._new_chars >= _STEP_CHARS:
            self._new_chars = 0
            await self._on_text(self.text)
