"""Discord channels and threads: from discord.py's objects to the core's places."""

import discord
import structlog

from adapters.discord.errors import DiscordRefused
from adapters.discord.ids import place_at
from adapters.discord.payloads.channels import Channel
from adapters.discord.payloads.rest_responses import ChannelResponse, MessageResponse
from adapters.discord.rest import DiscordRest
from adapters.discord.server.places import Places
from bot.domain.people import Place
from bot.errors import EaselError

_log = structlog.get_logger(__name__)


class PlaceResolver:
    def __init__(self, rest: DiscordRest, places: Places) -> None:
        self._rest = rest
        self._places = places

    async def resolve(self, channel: Channel | None, guild_id: int | None) -> Place:
        """The place of a channel, or of a thread in its channel.

        discord.py does not know threads that were archived when Easel started; Discord is asked once for each.
        """
        match channel:
            case None:
                return place_at(guild_id, 0)
            case discord.Thread():
                await self._places.learn_thread(channel.id, channel.parent_id, is_private=channel.is_private())
                return place_at(guild_id, channel.parent_id, channel.id)
            case discord.PartialMessageable() if guild_id is not None:
                parent_id = await self._places.parent_of(channel.id) or await self._fetch_thread_parent(channel.id)
                return (
                    place_at(guild_id, channel.id) if parent_id is None else place_at(guild_id, parent_id, channel.id)
                )
            case _:
                return place_at(guild_id, channel.id)

    async def is_own_thread(self, thread: discord.Thread, bot_id: int) -> bool:
        """Whether a thread hangs on a message of ours, whoever opened it. Discord is asked once for each thread."""
        if thread.owner_id == bot_id:
            return True
        known = await self._places.is_ours(thread.id)
        if known is None and (known := await self._is_on_own_message(thread, bot_id)) is not None:
            await self._places.learn_thread(thread.id, thread.parent_id, is_private=thread.is_private(), is_ours=known)
        return bool(known)

    # Private

    async def _is_on_own_message(self, thread: discord.Thread, bot_id: int) -> bool | None:
        """None where Discord cannot be asked."""
        try:
            # A thread has the id of the message that it hangs on.
            answer = await self._rest.call(
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
        return MessageResponse.parse(answer).author_id == bot_id

    async def _fetch_thread_parent(self, channel_id: int) -> int | None:
        """None where it is no thread, or Discord cannot be asked."""
        try:
            channel = ChannelResponse.parse(
                await self._rest.call("GET", "/channels/{channel_id}", channel_id=channel_id)
            )
        except EaselError as problem:
            _log.info("channel.not_looked_up", channel=channel_id, reason=str(problem))
            return None
        if not channel.is_thread or channel.parent_id is None:
            return None
        await self._places.learn_thread(channel_id, channel.parent_id, is_private=channel.is_private_thread)
        return channel.parent_id
