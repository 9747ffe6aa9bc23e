"""Discord messages of people, parsed from the gateway's MESSAGE_CREATE and MESSAGE_UPDATE."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import discord

from adapters.discord.markup import plain
from adapters.discord.payloads.attachments import (
    embed_images,
    forwarded_images,
    message_attachments,
    message_images,
    sticker_images,
)
from adapters.discord.payloads.channels import Channel
from bot.domain.pictures import Attachment

LONG_TEXT_FILE: Final = "message.txt"
"""Discord's own client sends a text that is too long for a message as this file."""

_TYPES_OF_PEOPLE: Final = frozenset({discord.MessageType.default, discord.MessageType.reply})
_USER_MENTION: Final = re.compile(r"<@!?(\d{1,20})>")
_ROLE_MENTION: Final = re.compile(r"<@&(\d{1,20})>")


@dataclass(frozen=True, slots=True)
class RepliedMessage:
    """The message that a reply is to.

    Attributes:
        author_id: None where Discord does not send the message, for example because it was deleted.
        images: all that it shows.
        is_hidden: whether Discord shows us nothing of it.
    """

    channel_id: int
    id: int
    author_id: int | None
    images: tuple[Attachment, ...]
    is_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMessage:
    """A message of a person.

    Attributes:
        bot: our own user.
        guild_id: None in direct messages. Known also where `guild` is not.
        text: as people see it, without the mention of us.
        attachments: in the order in which they are shown; those of the replied message after them, where somebody
            mentions us in a reply to somebody else.
        long_text: the file that holds the text, where that was too long for a message.
        to_us: whether it mentions us, or is a direct message.
        to_others: whether it mentions somebody else.
        is_empty: whether Discord shows us nothing of it.
    """

    id: int
    bot: discord.ClientUser
    author: discord.User | discord.Member
    channel: Channel
    guild: discord.Guild | None
    guild_id: int | None
    created_at: datetime
    edited_at: datetime | None
    text: str
    attachments: tuple[Attachment, ...]
    long_text: Attachment | None
    to_us: bool
    to_others: bool
    replied_to: RepliedMessage | None
    is_empty: bool

    @property
    def replies_to_bot(self) -> bool:
        return self.replied_to is not None and self.replied_to.author_id == self.bot.id

    @property
    def may_reply_to_bot(self) -> bool:
        """As `replies_to_bot`, or to a message that Discord does not show: it may have been ours."""
        return self.replied_to is not None and self.replied_to.author_id in (self.bot.id, None)

    @property
    def replies_to_other(self) -> bool:
        return self.replied_to is not None and not self.may_reply_to_bot


def parse_message(message: discord.Message, bot: discord.ClientUser) -> IncomingMessage | None:
    """None for messages of bots, webhooks and Discord itself, and for voice messages. Args: `bot`: our own user."""
    if message.author.bot or message.webhook_id is not None or message.author.id == bot.id:
        return None
    if message.type not in _TYPES_OF_PEOPLE or message.flags.voice:
        return None
    bot_roles = _managed_roles(message.guild)
    users = {int(found) for found in _USER_MENTION.findall(message.content)}
    roles = {int(found) for found in _ROLE_MENTION.findall(message.content)}
    is_mentioned = bot.id in users or bool(roles & bot_roles)
    files = message_attachments(message.attachments, message.channel.id, message.id)
    long_text = next((file for file in files if file.name == LONG_TEXT_FILE), None)
    text = plain(_without_mention(message.content, bot.id, bot_roles), _mentioned_names(message)).strip()
    # A sticker alone is a reaction, as an emoji is.
    is_sticker_alone = not text and long_text is None and not is_mentioned
    own_images = (
        *(file for file in files if file is not long_text),
        *forwarded_images(message),
        *(() if is_sticker_alone else sticker_images(message.stickers)),
        *(embed_images(message.embeds) if is_mentioned else ()),
    )
    guild_id = _guild_id(message)
    to_us = is_mentioned or guild_id is None
    replied_to = _replied_message(message)
    is_about_other = to_us and replied_to is not None and replied_to.author_id not in (bot.id, None)
    return IncomingMessage(
        id=message.id,
        bot=bot,
        author=message.author,
        channel=message.channel,
        guild=message.guild,
        guild_id=guild_id,
        created_at=message.created_at,
        edited_at=message.edited_at,
        text=text,
        attachments=(*own_images, *replied_to.images) if replied_to is not None and is_about_other else own_images,
        long_text=long_text,
        to_us=to_us,
        to_others=bool(users - {bot.id}) or bool(roles - bot_roles) or message.mention_everyone,
        replied_to=replied_to,
        is_empty=not (message.content or own_images or message.stickers or long_text or message.poll),
    )


# Private


def _managed_roles(guild: discord.Guild | None) -> frozenset[int]:
    """The ids of the roles that Discord made for the bot: people mention them by mistake."""
    member = guild.me if guild is not None else None
    return frozenset(role.id for role in member.roles if role.managed) if member is not None else frozenset()


def _guild_id(message: discord.Message) -> int | None:
    if message.guild is not None:
        return message.guild.id
    return message.channel.guild_id if isinstance(message.channel, discord.PartialMessageable) else None


def _without_mention(content: str, bot_id: int, bot_roles: frozenset[int]) -> str:
    mentions = "|".join([f"@!?{bot_id}", *(f"@&{role}" for role in bot_roles)])
    return re.sub(rf"<(?:{mentions})>[,:]?\s*", "", content)


def _mentioned_names(message: discord.Message) -> Mapping[str, str]:
    names = {f"@{user.id}": user.display_name for user in message.mentions}
    names |= {f"@&{role.id}": role.name for role in message.role_mentions}
    return names | {f"#{channel.id}": channel.name for channel in message.channel_mentions}


def _replied_message(message: discord.Message) -> RepliedMessage | None:
    reference = message.reference
    if reference is None or reference.type is not discord.MessageReferenceType.reply or reference.message_id is None:
        return None
    original = reference.resolved
    if not isinstance(original, discord.Message):
        return RepliedMessage(reference.channel_id, reference.message_id, None, (), is_hidden=True)
    images = message_images(original)
    is_hidden = not (images or original.content or original.attachments or original.embeds or original.stickers)
    return RepliedMessage(reference.channel_id, reference.message_id, original.author.id, images, is_hidden)
