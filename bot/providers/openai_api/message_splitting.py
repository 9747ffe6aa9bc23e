"""Splits a response body into JSON messages: one for a plain response, one per event for a stream.

The first bytes decide which it is, because proxies and small servers send wrong content types.
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
"""One JSON text in pieces. They are joined in a thread, because a picture has megabytes."""


async def split_messages(chunks: AsyncIterator[bytes], headers: Mapping[str, str]) -> AsyncIterator[Message]:
    """Yields the messages of a body as they arrive. After a lost connection, complete messages are still yielded.

    Raises:
        RequestError: the connection broke or timed out.
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
    """Detects the kind of a body and splits it. `is_stream` is used if the first bytes do not decide."""

    def __init__(self, *, is_stream: bool) -> None:
        self._is_stream = is_stream
        self._events: EventReader | None = None
        self._chunks: list[bytes] = []
        self._is_told = False

    def feed(self, chunk: bytes) -> Sequence[bytes]:
        """The data of the events that end in this chunk; always empty for a plain response."""
        if not self._is_told:
            if not self._chunks:
                chunk = chunk.removeprefix(_BOM).lstrip()  # some servers send spaces while they draw
            if chunk:
                self._chunks.append(chunk)
            return self._detect_kind(at_least_bytes=_LONGEST_FIELD_BYTES)
        if self._events is None:
            self._chunks.append(chunk)
            return ()
        return self._events.feed(chunk)

    def close(self) -> Sequence[Message]:
        """The plain response, or the last event of a stream if it is complete but not terminated."""
        data = [*self._detect_kind(at_least_bytes=0)]
        if self._events is None:
            return [self._chunks]
        data += self._events.close()
        return [[each] for each in data if each.rstrip().endswith(b"}")]

    def _detect_kind(self, *, at_least_bytes: int) -> Sequence[bytes]:
        """Decides what the body is once it has that many bytes, and processes the bytes received so far."""
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
