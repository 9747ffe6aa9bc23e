"""Makes sure that Easel is a member of a Slack channel: it joins public channels, and must be invited to others."""

import asyncio
from typing import Final

from adapters.shared.recent_map import RecentMap
from adapters.slack import errors
from adapters.slack.errors import SlackRefused
from adapters.slack.web_api.client import LOOK_UP_S, SlackApi
from bot.errors import Transient

_IS_MEMBER: Final = frozenset({"method_not_supported_for_channel_type"})
"""How conversations.join refuses for a private channel or a DM that Easel is in; for others: `channel_not_found`."""
_MAX_CHANNELS: Final = 10_000


class Membership:
    """Remembers the channels that Easel is in. If it is removed from one, posting there fails later."""

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._joined: RecentMap[tuple[str, str], None] = RecentMap(_MAX_CHANNELS)

    async def require(self, team: str, channel: str) -> None:
        """Joins the channel if need be. Raises BadCommand, with what to do, where Easel cannot post and cannot join."""
        if (team, channel) in self._joined:
            return
        try:
            async with asyncio.timeout(LOOK_UP_S):
                await self._api.call(team, "conversations.join", channel=channel)
        except SlackRefused as refused:
            match refused.code:
                case "channel_not_found":
                    raise errors.not_invited() from refused
                case "is_archived":
                    raise errors.channel_archived() from refused
                case code if code not in _IS_MEMBER:
                    return  # not allowed to join, or an unknown code: posting shows whether Easel is a member
                case _:
                    pass
        except (Transient, TimeoutError):
            return  # if Easel is no member, posting fails later, and is tried again
        self._joined[team, channel] = None
