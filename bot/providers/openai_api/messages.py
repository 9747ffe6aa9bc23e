"""What a service answers as a row of JSON texts: one for a plain answer, one for each event of a stream.

What kind it is is told by how it begins. Content types are claims: proxies and small servers get them wrong.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Final

from httpx2 import RequestError

from bot.providers.openai_api.sse import EventReader

_DONE: Final = b"[DONE]"
_BOM: Final = b"\xef\xbb\xbf"
_FIELD: Final = re.compile(rb"(?:data|event|id|retry)?:")
_LONGEST_FIELD_BYTES: Final = len(b"event:")

Message = Sequence[bytes]
"""One JSON text, in pieces: to join them is work for a thread, where they are pictures."""


async def split_messages(chunks: AsyncIterator[bytes], headers: Mapping[str, str]) -> AsyncIterator[Message]:
    """The messages in a body, as they come. What is whole when the connection breaks is still given out before.

    Raises:
        RequestError: the connection broke or fell silent.
    """
    body, broken = _BodyReader(is_stream="event-stream" in headers.get("content-type", "")), None
    try:
        async for chunk in chunks:
            for data in body.feed(chunk):
                if data.strip() == _DONE:
                    return
                yield [data]
    except RequestError as problem:
        broken = problem
    for message in body.close():
        yield message
    if broken is not None:
        raise broken


class _BodyReader:
    """Args: is_stream: what it is where its beginning does not tell."""

    def __init__(self, *, is_stream: bool) -> None:
        self._is_stream = is_stream
        self._events: EventReader | None = None
        self._chunks: list[bytes] = []
        self._is_told = False

    def feed(self, chunk: bytes) -> Sequence[bytes]:
        """The data of the events that end in this chunk; none for a plain answer, which has none."""
        if not self._is_told:
            if not self._chunks:
                chunk = chunk.removeprefix(_BOM).lstrip()  # some servers send blanks while they draw
            if chunk:
                self._chunks.append(chunk)
            return self._detect_kind(at_least_bytes=_LONGEST_FIELD_BYTES)
        if self._events is None:
            self._chunks.append(chunk)
            return ()
        return self._events.feed(chunk)

    def close(self) -> Sequence[Message]:
        """The plain answer, or what nothing ended of a stream: an event that was cut off in the middle is none."""
        data = [*self._detect_kind(at_least_bytes=0)]
        if self._events is None:
            return [self._chunks]
        data += self._events.close()
        return [[each] for each in data if each.rstrip().endswith(b"}")]

    def _detect_kind(self, *, at_least_bytes: int) -> Sequence[bytes]:
        """Tells what it is, once so many bytes of it are there, and reads what was held until then."""
        if self._is_told:
            return ()
        held = b"".join(self._chunks).removeprefix(_BOM)
        if len(held) < at_least_bytes:
            return ()
        self._is_told = True
        if not (_FIELD.match(held) or (self._is_stream and not held.startswith((b"{", b"[")))):
            return ()
        self._events = EventReader()
        self._chunks.clear()
        return self._events.feed(held)
