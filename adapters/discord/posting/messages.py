"""Discord messages: post once for each key, edit in place, replace when gone."""

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
_MAX_STATUS_AGE_S: Final = OLD_MESSAGE_S - 300

_log = structlog.get_logger(__name__)


class DiscordMessages:
    """Posts and edits cards in Discord.

    Args:
        updates_per_minute: how often all status messages of one channel together may be edited.
    """

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
        self._uneditable: RecentMap[str, None] = RecentMap(_MAX_REMEMBERED)

    def reply_to(self, key: str, incoming: PostTarget) -> None:
        """As `MessageDelivery.reply_to`."""
        self._delivery.reply_to(key, incoming)

    async def post(self, place: Place, card: Card, *, key: str) -> MessageRef:
        """Posts the card once for each key; returns the message. An existing message is not edited.

        Raises:
            PlaceClosed, AdminError, Transient: as `Platform.post`.
        """
        message = (await self._once.post(place, render(card), key=key)).message
        if card.tone == "done":
            await self._threads.open(message, card)
        return message

    async def update(self, message: MessageRef, card: Card) -> MessageRef:
        """Replaces the card of a message, or posts a new message if that is gone; returns the message with the card.

        Raises:
            PlaceClosed, AdminError, Transient: as `Platform.post`.
        """
        return await update_or_replace(self, message, card)

    # For `update_or_replace`

    async def show_status(self, message: MessageRef, card: Card) -> None:
        """Edits a status message. Raises Transient if the channel's budget is used up: the rest is for results."""
        channel, number = parse_message_id(message.message)
        if message.message in self._uneditable or self._rest.time.now_s() - made_at_s(number) > _MAX_STATUS_AGE_S:
            return  # the few edits that Discord still allows are reserved for the result
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
            # Do not try again: Discord bans an app after 10,000 refused requests in ten minutes.
            _log.info("status.left", reason=str(refused))
            self._uneditable[message.message] = None
            return
        if digest is not None:
            self._previews[message.message] = digest

    async def show(self, message: MessageRef, card: Card) -> None:
        try:
            await self._change_message(message, render(card))
        except DiscordRefused as refused:
            if refused.code in UNEDITABLE or _is_thread_gone(message, refused):
                raise MessageGone(is_shown=refused.code != UNKNOWN_MESSAGE) from refused
            raise
        self._previews.pop(message.message, None)
        if card.tone == "done":
            await self._threads.open(message, card)
        if not card.pictures:
            await self._ephemeral_files.delete_message(message)

    async def replaced(self, old: MessageRef, new: MessageRef, card: Card, *, is_shown: bool) -> None:
        """Deletes the old message if people still see it, and its ephemeral copies if the card has no pictures."""
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

    async def _change_message(self, message: MessageRef, rendered: RenderedMessage) -> None:
        try:
            await self._delivery.change(message, rendered)
        except DiscordRefused as refused:
            if refused.code != THREAD_ARCHIVED or not await self._threads.unarchive(
                parse_message_id(message.message)[0]
            ):
                raise
            await self._delivery.change(message, rendered)


def _is_thread_gone(message: MessageRef, refused: DiscordRefused) -> bool:
    """Whether the message was in a thread that was deleted or archived."""
    in_thread = parse_message_id(message.message)[0] != int(message.place.channel) and message.place.audience is None
    return in_thread and refused.code in (UNKNOWN_CHANNEL, THREAD_ARCHIVED)
