"""Discord members: who somebody is in a server, looked up where an event from a direct message does not say.

Discord is asked each time. Easel keeps no member list, so it needs no privileged intent.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import discord

from adapters.discord import errors
from adapters.discord.errors import MISSING_ACCESS, UNKNOWN_GUILD, UNKNOWN_MEMBER, UNKNOWN_USER, DiscordRefused
from adapters.discord.rest import DiscordRest

_GUILD: Final = "/guilds/{guild_id}"


class MemberLookup:
    """Args: `cached_guild`: the server as the gateway keeps it up to date; None for one of another process's shards."""

    def __init__(self, rest: DiscordRest, cached_guild: Callable[[int], discord.Guild | None]) -> None:
        self._rest = rest
        self._cached_guild = cached_guild

    async def find(self, user_id: int, guild_id: int) -> discord.Member:
        """The person as a member; `guild` of the result has its channels and roles.

        Raises:
            NotAllowed: they have left the server.
            NotFound: Easel has left the server.
            EaselError: as `DiscordRest.call`.
        """
        cached = self._cached_guild(guild_id)
        try:
            guild = cached if cached is not None and not cached.unavailable else await self._fetch_guild(guild_id)
            member = await self._rest.call("GET", f"{_GUILD}/members/{{user_id}}", guild_id=guild_id, user_id=user_id)
        except DiscordRefused as refused:
            if refused.code in (UNKNOWN_MEMBER, UNKNOWN_USER):
                raise errors.not_in_server() from refused
            if refused.code in (UNKNOWN_GUILD, MISSING_ACCESS):
                raise errors.easel_not_in_server() from refused
            raise
        return discord.Member(data=member, guild=guild, state=guild._state)  # pyright: ignore[reportPrivateUsage]

    # Private

    async def _fetch_guild(self, guild_id: int) -> discord.Guild:
        """As the gateway would send it."""
        client = await self._rest.client()
        guild, channels = await asyncio.gather(
            self._rest.call("GET", _GUILD, guild_id=guild_id),
            self._rest.call("GET", f"{_GUILD}/channels", guild_id=guild_id),
        )
        payload: Any = {**guild, "channels": channels}
        return discord.Guild(data=payload, state=client._connection)  # pyright: ignore[reportPrivateUsage]
