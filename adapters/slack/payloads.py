"""What Slack delivers, as JSON."""

from collections.abc import Mapping
from typing import Any, cast

Payload = Mapping[str, Any]


def part(payload: Payload, name: str) -> Payload:
    """An object within a payload; an empty one where it is not there."""
    inner = payload.get(name)
    return cast("Payload", inner) if isinstance(inner, dict) else {}
