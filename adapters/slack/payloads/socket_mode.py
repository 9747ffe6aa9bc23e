"""Messages of Socket Mode that carry no event."""

import json
from dataclasses import dataclass
from typing import Annotated, Final, cast

from adapters.slack.payloads.parsing import OrNone, Text, parser


@dataclass(frozen=True, slots=True)
class SocketFrame:
    """`hello`, with the number of connections that the app has, or `disconnect`, with a reason."""

    type: Text = ""
    reason: Text = ""
    num_connections: Annotated[int | None, OrNone] = None


_parse_object: Final = parser(SocketFrame)


def parse_frame(data: str) -> SocketFrame:
    """Reads a text message of the connection; one that is no object has no fields.

    Raises:
        ValueError: it is no JSON.
    """
    frame: object = json.loads(data)
    return _parse_object(cast("object", frame)) if isinstance(frame, dict) else SocketFrame()
