"""Discord threads: opens them from results, and unarchives them before an edit."""

from typing import Final

import structlog

from adapters.discord import labels, limits
from adapters.discord.errors import NAME_REFUSED, THREAD_EXISTS, DiscordRefused
from adapters.discord.ids import DIRECT, parse_message_id
from adapters.discord.markup import cut
from adapters.discord.rest import DiscordRest
from adapters.discord.server.places import Places
from adapters.shared.recent_map import RecentMap
from bot.domain.people import MessageRef
from bot.errors import EaselError
from bot.ports import Clock
from bot.presentation.card import Card

_ARCHIVE_AFTER_MINUTES: Final = 1440
_RETRY_AFTER_S: Final = 600.0
"""Seconds without another attempt in a channel after a refusal: Discord bans apps after too many refusals."""
_MAX_CHANNELS: Final = 1_000

_log = structlog.get_logger(__name__)


class ThreadOpener:
    """Opens and unarchives threads.

    Args:
        enabled: whether threads are opened. Without threads, a conversation is a chain of replies.
    """

    def __init__(self, rest: DiscordRest, places: Places, clock: Clock, *, enabled: bool) -> None:
        self._rest = rest
        self._places = places
        self._enabled = enabled
        self._refused: RecentMap[int, None] = RecentMap(_MAX_CHANNELS, max_age_s=_RETRY_AFTER_S, clock=clock)

    async def open(self, root: MessageRef, card: Card) -> None:
        """Opens a thread from a result. If it is not possible, people can reply to the result instead."""
        place, (channel, message) = root.place, parse_message_id(root.message)
        if not self._enabled or place.thread is not None or place.audience is not None or place.team == DIRECT:
            return
        if (
            str(channel) != place.channel
            or channel in self._refused
            or await self._places.parent_of(message) is not None
        ):
            return
        name = cut(" ".join((card.quote or card.title).split()), limits.MAX_THREAD_NAME_CHARS)
        try:
            try:
                await self._create(channel, message, name)
            except DiscordRefused as refused:
                if refused.code not in NAME_REFUSED:
                    raise
                _log.info("thread.renamed", channel=channel, reason=str(refused))
                await self._create(channel, message, labels.THREAD)
        except DiscordRefused as refused:
            if refused.code != THREAD_EXISTS:
                _log.info("thread.not_opened", channel=channel, reason=str(refused))
                self._refused[channel] = None
                return
        except EaselError as problem:
            _log.info("thread.not_opened", channel=channel, reason=problem.text)
            return
        await self._places.learn_thread(message, channel, is_ours=True)

    async def unarchive(self, thread: int) -> bool:
        """Unarchives a thread, so that its messages can be edited; returns whether that succeeded."""
        try:
            await self._rest.call("PATCH", "/channels/{channel_id}", body={"archived": False}, channel_id=thread)
        except EaselError as problem:
            _log.info("thread.not_unarchived", thread=thread, reason=str(problem))
            return False
        return True

    async def _create(self, channel: int, message: int, name: str) -> None:
        await self._rest.call(
            "POST",
            "/channels/{channel_id}/messages/{message_id}/threads",
            body={"name": name, "auto_archive_duration": _ARCHIVE_AFTER_MINUTES},
            channel_id=channel,
            message_id=message,
        )
