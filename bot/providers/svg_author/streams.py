"""What both interfaces need to read an answer while it is written."""

from collections.abc import Mapping
from typing import Final

from bot.domain.surrogates import replace_surrogates
from bot.providers.svg_author.conversation import Hear

_STEP_CHARS: Final = 256
"""A stream brings a few characters at a time; that many more are worth telling of."""


def is_stream(headers: Mapping[str, str]) -> bool:
    """False for a server that ignored the wish to stream and answered at once."""
    return headers.get("content-type", "").startswith("text/event-stream")


class Growing:
    """A text that comes in pieces."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear
        self._pieces: list[str] = []
        self._unheard_chars = 0

    @property
    def text(self) -> str:
        return replace_surrogates("".join(self._pieces))  # a character may come in two pieces

    async def add(self, piece: str) -> None:
        self._pieces.append(piece)
        self._unheard_chars += len(piece)
        if self._unheard_chars >= _STEP_CHARS:
            self._unheard_chars = 0
            await self._hear(self.text)
