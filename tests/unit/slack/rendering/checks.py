"""Messages and views as the emulated Slack checks them, and Easel's own margins."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.slack import limits
from adapters.slack.rendering.blocks import Block, json_units
from tests.emulators.slack.kit.check import check_blocks, is_too_large
from tests.emulators.slack.kit.check import check_view as errors_of


def check_message(text: str, blocks: Sequence[Block]) -> None:
    """Fails for a message that Slack would refuse. `text` is escaped."""
    assert text.strip()
    assert len(text) <= limits.MAX_TOP_TEXT_CHARS
    assert check_blocks(_sent(blocks)).errors == []
    assert json_units(blocks) <= limits.MAX_MESSAGE_JSON_CHARS


def check_view(view: Mapping[str, Any]) -> None:
    """Fails for a modal or an App Home that Slack would refuse."""
    assert errors_of(_sent(view)).errors == []
    assert not is_too_large(_sent(view))


def _sent(value: object) -> Any:
    return json.loads(json.dumps(value))
