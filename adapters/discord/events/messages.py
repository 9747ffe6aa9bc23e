"""Discord messages: mentions, replies and messages in Easel's threads each become one core event."""

from datetime import timedelta
from functools import partial
from typing import Final

import discord
import structlog

from adapters.discord import errors
from adapters.discord.errors import missing_post_permission
from adapters.discord.ids import DIRECT, message_id, message_key
from adapters.discord.markup import plain
from adapters.discord.payloads.messages import IncomingMessage
from adapters.discord.posting.messages import DiscordMessages
from adapters.discord.posting.private_replies import PrivateReplies
from adapters.discord.server.attachments import AttachmentDownloads
from adapters.discord.server.members import MemberLookup
from adapters.discord.server.permissions import (
    AccessRules,
    ChannelInfo,
    can_send_images,
    channel_info,
    guild_permissions,
    person,
    role_ids,
)
from adapters.discord.server.place_resolver import PlaceResolver
from adapters.discord.server.places import Places, PostTarget
from adapters.shared.deduplication import Deduplicator
from bot.domain.events import MessagePosted
from bot.domain.files import MAX_TEXT_FILE_BYTES, decode_text
from bot.domain.ids import job_id_for
from bot.domain.people import MessageRef, Place
from bot.errors import EaselError, PlaceClosed, TooLarge
from bot.ports import Handler, PlatformState
from bot.presentation.attachments import too_long
from bot.presentation.cards import could_not_accept, error
from bot.texts import image_errors

_EDITS_READ_FOR: Final = timedelta(hours=1)
"""Later edits are ignored: the core may have forgotten the message by then."""

_log = structlog.get_logger(__name__)


class MessageEvents:
    """Args: `sees_all_messages`: whether the app has the message content intent. It can change while Easel runs."""

    def __init__(
        self,
        handle: Handler,
        *,
        places: Places,
        place_resolver: PlaceResolver,
        members: MemberLookup,
        messages: DiscordMessages,
        private_replies: PrivateReplies,
        downloads: AttachmentDownloads,
        access: AccessRules,
        notes: PlatformState,
        sees_all_messages: bool,
    ) -> None:
        self._handle = handle
        self._places = places
        self._place_resolver = place_resolver
        self._members = members
        self._messages = messages
        self._private_replies = private_replies
        self._downloads = downloads
        self._access = access
        self._notes = notes
        self.sees_all_messages = sees_all_messages
        self._deduplicator: Deduplicator[bool] = Deduplicator()

    async def message(self, message: IncomingMessage) -> None:
        """A new message. Discord may deliver it more than once."""
        await self._read(message, delivery=str(message.id))

    async def edited(self, message: IncomingMessage) -> None:
        """An edit that adds a mention, or corrects a command that was refused. Edits of accepted ones are ignored."""
        if message.edited_at is None or message.edited_at - message.created_at > _EDITS_READ_FOR:
            return  # without a time, Discord has only added the preview of a link
        if not self._deduplicator.result(str(message.id), default=False):
            await self._read(message, delivery=f"{message.id}-{message.edited_at.isoformat()}")

    # Private

    async def _read(self, message: IncomingMessage, *, delivery: str) -> None:
        if await self._may_be_for_easel(message):
            await self._deduplicator.run_once(delivery, partial(self._handle_message, message, delivery))

    async def _may_be_for_easel(self, message: IncomingMessage) -> bool:
        """Mentions, replies to us, and what is in our threads; the core decides about threads that are unknown here."""
        if message.to_us or message.may_reply_to_bot or isinstance(message.channel, discord.PartialMessageable):
            return True
        return await self._is_in_own_thread(message)

    async def _is_in_own_thread(self, message: IncomingMessage) -> bool:
        return isinstance(message.channel, discord.Thread) and await self._place_resolver.is_own_thread(
            message.channel, message.bot.id
        )

    async def _handle_message(self, message: IncomingMessage, delivery: str) -> bool:
        """Whether it was accepted, so that edits of it are ignored."""
        place, replied_to = await self._conversation(message)
        if message.is_empty and not message.to_us:
            # It may be people's talk, which is not interrupted.
            is_for_us = message.replies_to_bot or await self._is_in_own_thread(message)
            if is_for_us and not self.sees_all_messages:
                await self._explain_missing_intent(message, place)
            return False
        target = PostTarget(message.channel.id, message.id)
        key = message_key(message.id)
        try:
            author, channel = await self._author_and_channel(message, place)
            who = person(author, place, guild_permissions(author))
            self._access.require(channel, role_ids(author), is_admin=who.is_admin)
            if message.to_us or message.replies_to_bot:
                _require_can_post(message)  # who only talks in a thread of ours gets no error for each message
            if not self.sees_all_messages:
                _require_visible_reply(message, place)
            event = MessagePosted(
                key=key,
                person=who,
                place=place,
                text=await self._text(message),
                attachments=message.attachments,
                replied_to=replied_to,
                to_us=message.to_us,
                to_others=message.to_others or message.replies_to_other,
            )
            self._messages.reply_to(job_id_for(key), target)
            answer = await self._handle(event)
            card = answer.card
            if answer.reaction:
                await self._private_replies.react(target)
        except EaselError as problem:
            # What nobody addressed to us is not answered with an error.
            card = error(problem) if message.to_us or isinstance(problem, PlaceClosed) else None
        if card is None:
            return False
        await self._private_replies.answer(message.author.id, target, place, card, key=delivery)
        return card.tone != "error"

    async def _author_and_channel(
        self, message: IncomingMessage, place: Place
    ) -> tuple[discord.User | discord.Member, ChannelInfo]:
        """For permissions. A DM about an image from a server counts as if it were in that server."""
        if message.guild is None and place.team != DIRECT:
            member = await self._members.find(message.author.id, int(place.team))
            return member, channel_info(member.guild.get_channel_or_thread(int(place.channel)))
        parent = message.guild.get_channel(int(place.channel)) if message.guild is not None else None
        return message.author, channel_info(message.channel, parent=parent)

    async def _conversation(self, message: IncomingMessage) -> tuple[Place, MessageRef | None]:
        """Where the message belongs, and the message of ours in it that it replies to."""
        place = await self._place_resolver.resolve(message.channel, message.guild_id)
        replied_to = message.replied_to
        if replied_to is None or not message.may_reply_to_bot:
            return place, None
        name = message_id(replied_to.channel_id, replied_to.id)
        if place.thread is not None:
            return place, MessageRef(place, name)
        noted = await self._places.of_message(replied_to.channel_id, replied_to.id)
        if noted is not None:
            return noted, MessageRef(noted, name)
        if not message.replies_to_bot:
            return place, MessageRef(place, name)
        return place.in_thread(name), MessageRef(place, name)

    async def _text(self, message: IncomingMessage) -> str:
        """With the text file that Discord's client sends in place of a text that is too long.

        Raises:
            BadCommand: that file is too long as well.
            BadPicture: it is no text, or as `AttachmentDownloads.fetch`.
            Transient: as `AttachmentDownloads.fetch`.
        """
        file = message.long_text
        if file is None:
            return message.text
        if (file.bytes_count or 0) > MAX_TEXT_FILE_BYTES:
            raise too_long(file.name)
        try:
            data = await self._downloads.fetch(file.ref, max_bytes=MAX_TEXT_FILE_BYTES)
        except TooLarge as problem:
            raise too_long(file.name) from problem
        text = decode_text(data)
        if text is None:
            raise image_errors.neither_image_nor_text(file.name)
        return "\n".join(part for part in (message.text, plain(text, {})) if part.strip())

    async def _explain_missing_intent(self, message: IncomingMessage, place: Place) -> None:
        """Once in a thread: people cannot know that Discord hides their messages from Easel."""
        channel_id = message.channel.id
        if place.thread is None or not await self._notes.add(f"hint:{channel_id}", {}):
            return
        try:
            await self._private_replies.reply_text(
                PostTarget(channel_id, message.id), could_not_accept(message.bot.name), key=f"hint-{channel_id}"
            )
        except EaselError as problem:
            _log.info("hint.not_shown", reason=str(problem))


def _require_can_post(message: IncomingMessage) -> None:
    """Raises PlaceClosed where Easel cannot post images: the image would be paid for and reach its asker at best."""
    channel = message.channel
    if message.guild is None or isinstance(channel, discord.PartialMessageable):
        return
    in_thread = isinstance(channel, discord.Thread)
    if not can_send_images(channel.permissions_for(message.guild.me), in_thread=in_thread):
        raise missing_post_permission()


def _require_visible_reply(message: IncomingMessage, place: Place) -> None:
    """Raises BadCommand for a reply to an image that Discord hides from us: the result would ignore that image."""
    is_hidden = message.replied_to is not None and message.replied_to.is_hidden
    if message.replies_to_other and is_hidden and place.thread is None and not message.attachments:
        raise errors.reply_not_visible()
