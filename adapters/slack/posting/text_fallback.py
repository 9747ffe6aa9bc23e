"""Slack messages whose blocks are refused: sent again as text only."""

from collections.abc import Mapping
from typing import Any, Final

import structlog

from adapters.slack.errors import SlackRefused
from adapters.slack.rendering.cards import RenderedMessage
from adapters.slack.web_api.client import SlackApi

_BLOCKS_REFUSED: Final = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})

_log = structlog.get_logger(__name__)


async def send_message(
    api: SlackApi, team: str, method: str, message: RenderedMessage, **arguments: object
) -> Mapping[str, Any]:
    """Calls a Web API method with the message; without the blocks if Slack refuses them. Returns Slack's response.

    The text contains everything in the blocks except pictures and buttons.

    Args:
        arguments: of the method, apart from `text` and `blocks`.

    Raises:
        EaselError: as `SlackApi.call`.
    """
    try:
        return await api.call(team, method, text=message.text, blocks=message.blocks, **arguments)
    except SlackRefused as refused:
        if refused.code not in _BLOCKS_REFUSED:
            raise
        # A bug in Easel: the tests check every card against Slack's rules.
        _log.error("message.blocks_refused", reason=str(refused))
        return await api.call(team, method, text=message.text, **arguments)
