"""Where something was said or pressed: from discord.py's channels to the core's places."""

import discord
import structlog

from adapters.discord.errors import DiscordRefused
from adapters.discord.ids import place_at
from adapters.discord.rest import DiscordRest
from adapters.discord.server.places import Places
from bot.domain.people import Place
from bot.errors import EaselError

_PRIVATE_THREAD = 12
_THREADS = frozenset({10, 11, _PRIVATE_THREAD})
"""The types of channels that are threads."""

_log = structlog.get_logger(__name__)


class PlaceResolver:
    def __init__(self, rest: DiscordRest, places: Places) -> None:
        self._rest = rest
        self._places = places

    async def resolve(self, channel: object, guild: int | None) -> Place:
        """The place of a channel, or of a thread in its channel.

        A thread that discord.py does not know was archived when Easel started: it is looked up once.
        """
        match channel:
            case discord.Thread():
                await self._places.learn_thread(channel.id, channel.parent_id, is_private=channel.is_private())
                return place_at(guild, channel.parent_id, channel.id)
            case discord.PartialMessageable() if guild is not None:
                parent = await self._places.parent_of(channel.id) or await self._looked_up(channel.id)
                return place_at(guild, channel.id) if parent is None else place_at(guild, parent, channel.id)
            case _:
                return place_at(guild, int(getattr(channel, "id", 0)))

    async def is_thread_of_ours(self, thread: discord.Thread, us: int) -> bool:
        """Whether it was opened on a message of ours. People can do that as well, and Discord tells only who did.

        It is found out once for each thread.
        """
        if thread.owner_id == us:
            return True
        known = await self._places.is_ours(thread.id)
        if known is None and (known := await self._is_on_message_by(us, thread)) is not None:
            await self._places.learn_thread(thread.id, thread.parent_id, is_private=thread.is_private(), is_ours=known)
        return bool(known)

    # Private

    async def _is_on_message_by(self, us: int, thread: discord.Thread) -> bool | None:
        """None where Discord does not say."""
        try:
            # A thread has the id of the message that it hangs on.
            message = await self._rest.call(
                "GET",
                "/channels/{channel_id}/messages/{message_id}",
                channel_id=thread.parent_id,
                message_id=thread.id,
            )
        except DiscordRefused:
            return False
        except EaselError as problem:
            _log.info("thread.not_looked_up", thread=thread.id, reason=problem.text)
            return None
        return int(message["author"]["id"]) == us

    async def _looked_up(self, channel: int) -> int | None:
        try:
            found = await self._rest.call("GET", "/channels/{channel_id}", channel_id=channel)
        except (DiscordRefused, EaselError) as problem:
            _log.info("channel.not_looked_up", channel=channel, reason=str(problem))
            return None
        if found.get("type") not in _THREADS or not found.get("parent_id"):
            return None
        await self._places.learn_thread(channel, int(found["parent_id"]), is_private=found["type"] == _PRIVATE_THREAD)
        return int(found["parent_id"])
