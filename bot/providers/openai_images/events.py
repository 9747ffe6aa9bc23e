"""Server-sent events: the data of each, however their bytes are cut on the way."""


class EventReader:
    """Keeps what belongs to an event that has not ended yet."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of the events that end in this chunk.

        Lines end in LF or CRLF. A lone CR, which the standard allows too, is sent by no server.
        """
        ended: list[bytes] = []
        # Only the new bytes are searched: a picture is one line of megabytes, in chunks of kilobytes.
        *lines, rest = chunk.split(b"\n")
        for line in lines:
            self._line += line
            self._end_line(ended)
        self._line += rest
        return ended

    def _end_line(self, ended: list[bytes]) -> None:
        line = bytes(self._line).removesuffix(b"\r")
        self._line.clear()
        if line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" "))
        elif not line and self._data:
            ended.append(b"\n".join(self._data))
            self._data.clear()
