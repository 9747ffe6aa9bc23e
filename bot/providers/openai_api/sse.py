"""Server-sent events: the data of each, however their bytes are cut on the way.

As in https://html.spec.whatwg.org/multipage/server-sent-events.html, and a little more forgiving.
"""

import re
from typing import Final

_LINE_END: Final = re.compile(rb"\r\n|\r|\n")


class EventReader:
    """Keeps what belongs to an event that has not ended yet. Lines end in LF, CRLF or CR."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._data: list[bytes] = []
        self._after_cr = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of the events that end in this chunk."""
        if self._after_cr and chunk:
            # The line has ended with the CR of the chunk before; the LF of a CRLF is no second line end.
            chunk = chunk.removeprefix(b"\n")
            self._after_cr = False
        self._after_cr = self._after_cr or chunk.endswith(b"\r")
        ended: list[bytes] = []
        # Only the new bytes are searched: a picture is one line of megabytes, in chunks of kilobytes.
        *lines, rest = _LINE_END.split(chunk)
        for line in lines:
            self._line += line
            self._end_line(ended)
        self._line += rest
        return ended

    def close(self) -> list[bytes]:
        """The data that the end of the stream cut off from its blank line, perhaps in the middle.

        The standard drops it, but some servers end with their last line, and what they say there may be paid for.
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
            # Some servers put no blank line between two events: then each line is a whole object.
            ended += self._data if all(map(_is_object, self._data)) else [b"\n".join(self._data)]
            self._data.clear()


def _is_object(line: bytes) -> bool:
    return line.lstrip().startswith(b"{") and line.rstrip().endswith(b"}")
