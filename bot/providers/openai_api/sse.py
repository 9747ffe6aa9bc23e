"""Parser for server-sent events.

Follows https://html.spec.whatwg.org/multipage/server-sent-events.html, slightly more lenient.
"""

import re
from typing import Final

_LINE_END: Final = re.compile(rb"\r\n|\r|\n")


class EventReader:
    """Extracts the data of events from chunks of any size. Lines end with LF, CRLF or CR."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._data: list[bytes] = []
        self._after_cr = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of the events that end in this chunk."""
        if self._after_cr and chunk:
            # The line ended with the CR of the previous chunk; the LF of a CRLF is not a second line end.
            chunk = chunk.removeprefix(b"\n")
            self._after_cr = False
        self._after_cr = self._after_cr or chunk.endswith(b"\r")
        ended: list[bytes] = []
        # Only new bytes are searched: a picture is one line of megabytes, received in chunks of kilobytes.
        *lines, rest = _LINE_END.split(chunk)
        for line in lines:
            self._line += line
            self._end_line(ended)
        self._line += rest
        return ended

    def close(self) -> list[bytes]:
        """The data of a last event without a terminating blank line, possibly incomplete.

        The standard drops it, but some servers end that way, and the event may contain a picture that was charged.
        """
        ended: list[bytes] = []
        self._end_line(ended)
        self._end_line(ended)
        return ended

    def _end_line(self, ended: list[bytes]) -> None:
        line = bytes(self._line)
        self._line.clear()
        if line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" "))
        elif not line and self._data:
            # Some servers send no blank line between events: then each line is a whole JSON object.
            ended += self._data if all(map(_is_object, self._data)) else [b"\n".join(self._data)]
            self._data.clear()


def _is_object(line: bytes) -> bool:
    return line.lstrip().startswith(b"{") and line.rstrip().endswith(b"}")
