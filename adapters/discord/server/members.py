"""Who somebody is in a server, where they press something outside of it: no event from a DM tells that.

No list of members is kept: Discord is asked each time, which needs no privileged intent.
"""

import asyncio
from typing import Any, Final

import discord

from adapters.discord.errors import (
    MISSING_ACCESS,
    UNKNOWN_GUILD,
    UNKNOWN_MEMBER,
    UNKNOWN_USER,
    DiscordRefused,
    to_easel_error,
)
from adapters.discord.rest import DiscordRest
from bot.errors import NotAllowed, NotFound

_GUILD: Final = "/guilds/{guild_id}"


class MemberLookup:
    def __init__(self, rest: DiscordRest) -> None:
        self._rest = rest

    async def find(self, user: int, guild: int, *, known: discord.Guild | None) -> discord.Member:
        """The person as a member, with the server and its channels.

        Args:
            known: the server, where this connection is told of it; it is asked for otherwise.

        Raises:
            NotAllowed: they are no member any more.
            NotFound: Easel is not in that server any more.
            EaselError: as `DiscordRest.call`.
        """
        try:
            server = known if known is not None and not known.unavailable else await self._guild(guild)
            member = await self._rest.call("GET", f"{_GUILD}/members/{{user_id}}", guild_id=guild, user_id=user)
        except DiscordRefused as refused:
            if refused.code in (UNKNOWN_MEMBER, UNKNOWN_USER):
                raise NotAllowed("You are not in the server of this picture any more.") from refused
            if refused.code in (UNKNOWN_GUILD, MISSING_ACCESS):
                raise NotFound("Easel is not in the server of this picture any more.") from refused
            raise to_easel_error(refused) from refused
        return discord.Member(data=member, guild=server, state=server._state)  # pyright: ignore[reportPrivateUsage]

    # Private

    async def _guild(self, guild: int) -> discord.Guild:
        """As the gateway would tell of it."""
        client = await self._rest.client()
        server, channels = await asyncio.gather(
            self._rest.call("GET", _GUILD, guild_id=guild),
            self._rest.call("GET", f"{_GUILD}/channels", guild_id=guild),
        )
        whole: Any = {**server, "channels": channels}
        return discord.Guild(data=whole, state=client._connection)  # pyright: ignore[reportPrivateUsage]
