"""Easel's own messages in Discord: posted once for each key, changed in place, or posted anew where that cannot be."""

import hashlib
from typing import Final

import structlog

from adapters.discord.errors import (
    CLOSED,
    THREAD_ARCHIVED,
    UNEDITABLE,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    DiscordRefused,
)
from adapters.discord.ids import made_at_s, parse_message_id
from adapters.discord.limits import OLD_MESSAGE_S
from adapters.discord.posting.delivery import MessageDelivery
from adapters.discord.posting.ephemeral_files import EphemeralFiles
from adapters.discord.posting.threads import ThreadOpener
from adapters.discord.rendering.cards import RenderedMessage
from adapters.discord.rendering.cards import message as render
from adapters.discord.rest import DiscordRest
from adapters.discord.server.places import PostTarget
from adapters.shared.message_updates import MessageGone, StatusBudget, update_or_replace
from adapters.shared.post_once import PostOnce
from adapters.shared.recent_map import RecentMap
from bot.domain.people import MessageRef, Place
from bot.errors import Transient
from bot.ports import Clock, PlatformState
from bot.presentation.card import Card

_MAX_REMEMBERED: Final = 5_000
_FRESH_S: Final = OLD_MESSAGE_S - 300

_log = structlog.get_logger(__name__)


class DiscordMessages:
    """Args: `updates_per_minute`: changes that the status messages of one channel may take together."""

    def __init__(
        self,
        rest: DiscordRest,
        delivery: MessageDelivery,
        threads: ThreadOpener,
        ephemeral_files: EphemeralFiles,
        notes: PlatformState,
        clock: Clock,
        *,
        updates_per_minute: float,
    ) -> None:
        self._rest = rest
        self._delivery = delivery
        self._once = PostOnce(notes, delivery)
        self._threads = threads
        self._ephemeral_files = ephemeral_files
        self._budget = StatusBudget("Discord", clock, updates_per_minute=updates_per_minute)
        self._previews: RecentMap[str, str] = RecentMap(_MAX_REMEMBERED)
        self._left: RecentMap[str, None] = RecentMap(_MAX_REMEMBERED)

    def answer_with(self, key: str, words: PostTarget) -> None:
        """What is posted under this key answers these words of a person. A courtesy: after a restart it does not."""
        self._delivery.answer_with(key, words)

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef:
        """The message of this key; one that is there already is left as it is.

        Raises:
            PlaceClosed, AdminError, Transient: as `Platform.post`.
        """
        message = (await self._once.post(place, render(card), key=key)).message
        if card.tone == "done":
            await self._threads.open(message, card)
        return message

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        """Shows the card in place of the one before, or posts it anew where that is gone; returns where it is.

        Raises:
            PlaceClosed, AdminError, Transient: as `Platform.post`.
        """
        return await update_or_replace(self, message, card)

    # For `update_or_replace`

    async def show_status(self, message: MessageRef, card: Card) -> None:
        """A channel's limit is for results: a status is left out rather than waited for."""
        channel, number = parse_message_id(message.message)
        if message.message in self._left or self._rest.time.now_s() - made_at_s(number) > _FRESH_S:
            return  # the few changes that are left are for the result
        self._budget.take(channel)
        digest = hashlib.sha256(card.preview.data).hexdigest() if card.preview is not None else None
        is_shown = digest is None or self._previews.get(message.message) == digest
        rendered = render(card)
        try:
            await self._delivery.change(
                message, RenderedMessage(rendered.body) if is_shown else rendered, keeps_files=is_shown
            )
        except DiscordRefused as refused:
            if refused.code not in UNEDITABLE | CLOSED:
                raise
            # An app that goes on asking for what it is refused is banned after 10,000 refusals in ten minutes.
            _log.info("status.left", reason=str(refused))
            self._left[message.message] = None
            return
        if digest is not None:
            self._previews[message.message] = digest

    async def show(self, message: MessageRef, card: Card) -> None:
        try:
            await self._change(message, render(card))
        except DiscordRefused as refused:
            if refused.code in UNEDITABLE or _has_lost_its_thread(message, refused):
                raise MessageGone(is_shown=refused.code != UNKNOWN_MESSAGE) from refused
            raise
        self._previews.pop(message.message, None)
        if card.tone == "done":
            await self._threads.open(message, card)
        if not card.pictures:
            await self._ephemeral_files.delete_message(message)

    async def replaced(self, old: MessageRef, new: MessageRef, card: Card, *, is_shown: bool) -> None:
        """Posted in the same conversation; an old message that only could not be changed is deleted."""
        if is_shown:
            channel, number = parse_message_id(old.message)
            try:
                await self._rest.call(
                    "DELETE", "/channels/{channel_id}/messages/{message_id}", channel_id=channel, message_id=number
                )
            except (DiscordRefused, Transient) as problem:
                _log.info("message.not_deleted", reason=str(problem))
        if not card.pictures:
            await self._ephemeral_files.delete_message(old)

    # Private

    async def _change(self, message: MessageRef, rendered: RenderedMessage) -> None:
        try:
            await self._delivery.change(message, rendered)
        except DiscordRefused as refused:
            if refused.code != THREAD_ARCHIVED or not await self._threads.unarchive(
                parse_message_id(message.message)[0]
            ):
                raise
            await self._delivery.change(message, rendered)


def _has_lost_its_thread(message: MessageRef, refused: DiscordRefused) -> bool:
    """A thread may be gone while its channel is there."""
    in_thread = parse_message_id(message.message)[0] != int(message.place.channel) and message.place.audience is None
    return in_thread and refused.code in (UNKNOWN_CHANNEL, THREAD_ARCHIVED)
