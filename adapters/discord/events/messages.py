"""What people say in Discord: of each message that is meant for us, one event goes to the core."""

from datetime import timedelta
from functools import partial
from typing import Final

import discord
import structlog

from adapters.discord import payloads
from adapters.discord.errors import DiscordRefused, missing_post_permission
from adapters.discord.ids import DIRECT, message_id, message_key
from adapters.discord.markup import plain
from adapters.discord.payloads import IncomingMessage, RepliedMessage
from adapters.discord.posting.messages import DiscordMessages
from adapters.discord.posting.private_replies import PrivateReplies
from adapters.discord.server import permissions
from adapters.discord.server.attachments import AttachmentDownloads
from adapters.discord.server.members import MemberLookup
from adapters.discord.server.permissions import AccessRules, ChannelInfo
from adapters.discord.server.place_resolver import PlaceResolver
from adapters.discord.server.places import Places, PostTarget
from adapters.shared.deduplication import Deduplicator
from bot.domain.events import MessagePosted
from bot.domain.files import MAX_TEXT_FILE_BYTES, decode_text
from bot.domain.ids import job_id_for
from bot.domain.people import MessageRef, Place
from bot.domain.pictures import Attachment
from bot.errors import BadCommand, EaselError, PlaceClosed, TooLarge
from bot.ports import Handler, PlatformState
from bot.presentation.attachments import no_text, too_long
from bot.presentation.cards import could_not_accept, error

_MENDABLE: Final = timedelta(hours=1)
"""For how long after it was sent an edit of a message is read."""

_log = structlog.get_logger(__name__)


class MessageEvents:
    """Args: `hears_all`: whether Discord shows us what is not meant for us (message-content intent). It can change."""

    def __init__(
        self,
        handle: Handler,
        *,
        places: Places,
        place_resolver: PlaceResolver,
        members: MemberLookup,
        messages: DiscordMessages,
        private_replies: PrivateReplies,
        attachments_: AttachmentDownloads,
        access: AccessRules,
        notes: PlatformState,
        hears_all: bool,
    ) -> None:
        self._handle = handle
        self._places = places
        self._place_resolver = place_resolver
        self._members = members
        self._messages = messages
        self._private_replies = private_replies
        self._attachments_ = attachments_
        self._access = access
        self._notes = notes
        self.hears_all = hears_all
        self._once: Deduplicator[bool] = Deduplicator()

    async def message(self, message: discord.Message, *, us: discord.ClientUser) -> None:
        """A new message, which Discord may deliver more than once."""
        await self._read(message, us, delivery=str(message.id))

    async def edited(self, message: discord.Message, *, us: discord.ClientUser) -> None:
        """An edit that adds a mention, or mends a command that was refused. What was accepted before stays as it is:
        the core knows the message by its id.
        """
        edited_at = message.edited_at
        if edited_at is None or edited_at - message.created_at > _MENDABLE:
            return  # a preview was added to the message; or the core may have forgotten it
        if not self._once.result(str(message.id), default=False):
            await self._read(message, us, delivery=f"{message.id}-{edited_at.isoformat()}")

    # Private

    async def _read(self, message: discord.Message, us: discord.ClientUser, *, delivery: str) -> None:
        incoming = payloads.parse_message(message, us=us.id, our_roles=_our_roles(message))
        if incoming is None or not await self._may_concern_us(message, incoming, us.id):
            return
        await self._once.run_once(delivery, partial(self._parsed, message, incoming, us, delivery))

    async def _may_concern_us(self, message: discord.Message, incoming: IncomingMessage, us: int) -> bool:
        """A call, an answer to us, or words in a thread of ours; of one that is not known here, the core knows more."""
        if incoming.to_us or _is_to(incoming.answered, us) or isinstance(message.channel, discord.PartialMessageable):
            return True
        return await self._is_in_our_thread(message, us)

    async def _is_in_our_thread(self, message: discord.Message, us: int) -> bool:
        return isinstance(message.channel, discord.Thread) and await self._place_resolver.is_thread_of_ours(
            message.channel, us
        )

    async def _parsed(
        self, message: discord.Message, incoming: IncomingMessage, us: discord.ClientUser, delivery: str
    ) -> bool:
        """Whether it was answered with what it asked for, so that an edit of it asks for nothing more."""
        place, replied_to = await self._where(message, incoming, us.id)
        if incoming.is_empty and not incoming.to_us:
            # What may be people's talk is not interrupted.
            is_for_us = _is_surely_to(incoming.answered, us.id) or await self._is_in_our_thread(message, us.id)
            if is_for_us and not self.hears_all:
                await self._hint(incoming, place, us)
            return False
        words = PostTarget(incoming.channel, incoming.message)
        key = message_key(incoming.message)
        try:
            author, here = await self._standing(message, place)
            who = permissions.person(author, place, permissions.rights_of(author))
            self._access.require(here, permissions.roles_of(author), is_admin=who.is_admin)
            if incoming.to_us or _is_surely_to(incoming.answered, us.id):
                _require_can_post(message)  # whoever only talks in a thread of ours is not told at every word
            if not self.hears_all:
                _require_image_access(incoming, place, us.id)
            event = MessagePosted(
                key=key,
                person=who,
                place=place,
                text=await self._words(incoming),
                attachments=(*incoming.pictures, *_with_answered_pictures(incoming, us.id)),
                replied_to=replied_to,
                to_us=incoming.to_us,
                to_others=incoming.to_others or _is_to_somebody_else(incoming.answered, us.id),
            )
            self._messages.answer_with(job_id_for(key), words)
            answer = await self._handle(event)
            card = answer.card
            if answer.reaction:
                await self._private_replies.react(words)
        except EaselError as problem:
            # What nobody addressed to us is not answered with what they may not do.
            card = error(problem) if incoming.to_us or isinstance(problem, PlaceClosed) else None
        if card is None:
            return False
        await self._private_replies.answer(message.author.id, words, place, card, key=delivery)
        return card.tone != "error"

    async def _standing(
        self, message: discord.Message, place: Place
    ) -> tuple[discord.User | discord.Member, ChannelInfo]:
        """Who wrote it and where, as rights know it: what is about a server's picture, by that server also in a DM."""
        if message.guild is None and place.team != DIRECT:
            member = await self._members.find(message.author.id, int(place.team), known=None)
            return member, permissions.channel_info(member.guild.get_channel_or_thread(int(place.channel)))
        parent = message.guild.get_channel(int(place.channel)) if message.guild is not None else None
        return message.author, permissions.channel_info(message.channel, parent=parent)

    async def _where(
        self, message: discord.Message, incoming: IncomingMessage, us: int
    ) -> tuple[Place, MessageRef | None]:
        """The conversation, and the message of ours in it that was answered."""
        answered = incoming.answered if incoming.answered is not None and incoming.answered.by in (us, None) else None
        spot = await self._place_resolver.resolve(message.channel, incoming.guild)
        if answered is None:
            return spot, None
        name = message_id(answered.channel, answered.message)
        if spot.thread is not None:
            return spot, MessageRef(spot, name)
        noted = await self._places.of_message(answered.channel, answered.message)
        if noted is not None:
            return noted, MessageRef(noted, name)
        if answered.by is None:
            return spot, MessageRef(spot, name)
        return spot.in_thread(name), MessageRef(spot, name)

    async def _words(self, incoming: IncomingMessage) -> str:
        """With those that were too many for a message, which Discord's client then sends as a file.

        Raises:
            BadCommand: too many for that, too.
            BadPicture, Transient: as `AttachmentDownloads.fetch`.
        """
        if incoming.long_words is None:
            return incoming.text
        name = incoming.long_words.name
        if (incoming.long_words.bytes_count or 0) > MAX_TEXT_FILE_BYTES:
            raise too_long(name)
        try:
            data = await self._attachments_.fetch(incoming.long_words.ref, max_bytes=MAX_TEXT_FILE_BYTES)
        except TooLarge as problem:
            raise too_long(name) from problem
        written = decode_text(data)
        if written is None:
            raise no_text(name)
        return "\n".join(part for part in (incoming.text, plain(written, {})) if part.strip())

    async def _hint(self, incoming: IncomingMessage, place: Place, us: discord.ClientUser) -> None:
        """Once in a thread: people cannot know that their words are kept from us."""
        if place.thread is None or not await self._notes.add(f"hint:{incoming.channel}", {}):
            return
        try:
            await self._private_replies.reply_text(
                PostTarget(incoming.channel, incoming.message),
                could_not_accept(us.name),
                key=f"hint-{incoming.channel}",
            )
        except (DiscordRefused, EaselError) as problem:
            _log.info("hint.not_shown", reason=str(problem))


def _our_roles(message: discord.Message) -> frozenset[int]:
    us = message.guild.me if message.guild is not None else None
    return frozenset(role.id for role in us.roles if role.managed) if us is not None else frozenset()


def _require_can_post(message: discord.Message) -> None:
    """Raises PlaceClosed where no picture could be posted: it would be paid for, and reach its asker alone at best."""
    channel = message.channel
    if message.guild is None or isinstance(channel, discord.PartialMessageable):
        return
    if not permissions.may_show(
        channel.permissions_for(message.guild.me), in_thread=isinstance(channel, discord.Thread)
    ):
        raise missing_post_permission()


def _require_image_access(incoming: IncomingMessage, place: Place, us: int) -> None:
    """Raises BadCommand where somebody points at what Discord hides from us: we would draw something else."""
    points = place.thread is None and not incoming.pictures and _is_to_somebody_else(incoming.answered, us)
    if points and incoming.answered is not None and incoming.answered.is_hidden:
        raise BadCommand(
            "Easel cannot see the message that you answer.",
            hint="To edit its picture, choose Apps, Edit image in its menu. Otherwise, say it without answering.",
        )


def _is_to(answered: RepliedMessage | None, us: int) -> bool:
    """Whether it answers us, as far as Discord says: a message that was deleted may have been ours."""
    return answered is not None and answered.by in (us, None)


def _is_surely_to(answered: RepliedMessage | None, us: int) -> bool:
    return answered is not None and answered.by == us


def _is_to_somebody_else(answered: RepliedMessage | None, us: int) -> bool:
    return answered is not None and answered.by is not None and answered.by != us


def _with_answered_pictures(incoming: IncomingMessage, us: int) -> tuple[Attachment, ...]:
    """Pictures of the message that somebody answers in order to call us there."""
    if incoming.to_us and _is_to_somebody_else(incoming.answered, us) and incoming.answered is not None:
        return incoming.answered.pictures
    return ()
