"""What people said and showed in Discord, as far as it can be understood without asking anybody. Pure.

A message becomes `IncomingMessage`, or None for messages of bots, webhooks and Discord itself, and for voice messages.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import discord

from adapters.discord.markup import plain
from bot.domain.pictures import Attachment

LONG_WORDS: Final = "message.txt"
"""What Discord's own client makes of words that are too many for a message."""

_SPOKEN: Final = frozenset({discord.MessageType.default, discord.MessageType.reply})
_USER: Final = re.compile(r"<@!?(\d{1,20})>")
_ROLE: Final = re.compile(r"<@&(\d{1,20})>")
_DRAWN_STICKERS: Final = frozenset(
    {discord.StickerFormatType.png, discord.StickerFormatType.apng, discord.StickerFormatType.gif}
)
"""The others are animations that only Discord's clients can draw."""
_ENDINGS: Final = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".heic", ".heif", ".bmp", ".tif", ".tiff")

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RepliedMessage:
    """The message that somebody answered. `by` is its author, None where Discord does not say."""

    channel: int
    message: int
    by: int | None
    pictures: tuple[Attachment, ...]
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message of a person. `text` is as people see it, without our own mention.

    Attributes:
        pictures: what came along, in the order in which it is shown.
        long_words: the file that holds the words, where they were too many.
        to_us: whether it calls us by name.
        to_others: whether it calls somebody else.
        is_empty: whether Discord shows us nothing of it.
    """

    channel: int
    message: int
    guild: int | None
    text: str
    pictures: tuple[Attachment, ...]
    long_words: Attachment | None
    to_us: bool
    to_others: bool
    answered: RepliedMessage | None
    is_empty: bool


def parse_message(message: discord.Message, *, us: int, our_roles: frozenset[int]) -> IncomingMessage | None:
    """Reads a message. `us` is our user's id; our roles are what Discord made for us, which people mistake for us."""
    if message.author.bot or message.webhook_id is not None or message.author.id == us:
        return None
    if message.type not in _SPOKEN or message.flags.voice:
        return None
    users = {int(found) for found in _USER.findall(message.content)}
    roles = {int(found) for found in _ROLE.findall(message.content)}
    guild = _guild_of(message)
    attached = _attached(message.attachments, message.channel.id, message.id)
    long_words = next((each for each in attached if each.name == LONG_WORDS), None)
    is_called = us in users or bool(roles & our_roles)
    text = plain(_without_us(message.content, us, our_roles), _names(message)).strip()
    # By itself a sticker says what an emoji says.
    is_gesture = not text and long_words is None and not is_called
    pictures = (
        *(each for each in attached if each is not long_words),
        *_forwarded(message),
        *(() if is_gesture else _stickers(message.stickers)),
        *(_embedded(message.embeds) if is_called else ()),
    )
    is_empty = not (message.content or pictures or message.stickers or long_words or message.poll)
    return IncomingMessage(
        channel=message.channel.id,
        message=message.id,
        guild=guild,
        text=text,
        pictures=pictures,
        long_words=long_words,
        to_us=is_called or guild is None,
        to_others=bool(users - {us}) or bool(roles - our_roles) or message.mention_everyone,
        answered=_answered(message),
        is_empty=is_empty,
    )


def pictures_in(message: discord.Message) -> tuple[Attachment, ...]:
    """Every picture that a message shows, whoever sent it and however."""
    attached = tuple(
        each for each in _attached(message.attachments, message.channel.id, message.id) if _may_be_picture(each)
    )
    return (
        *attached,
        *_forwarded(message),
        *_stickers(message.stickers),
        *_shown_by_components(message.components, message.channel.id, message.id),
        *_embedded(message.embeds),
    )


def interaction_data(interaction: discord.Interaction) -> Payload:
    """What an interaction holds besides what discord.py reads of it, as it came."""
    return cast("Payload", interaction.data or {})


def resolved_objects(data: Payload) -> Payload:
    """What the ids in an interaction stand for."""
    return cast("Payload", data.get("resolved") or {})


def uploaded_files(ids: Sequence[str], found_in: Payload) -> tuple[Attachment, ...]:
    """Files of a command or a form by their ids. They belong to no message: their address is all there is of them."""
    found = cast("Mapping[str, Payload]", found_in.get("attachments") or {})
    return tuple(_given(found[each]) for each in ids if each in found)


def attachment_ref(url: str, *, proxy: str = "", channel: int = 0, message: int = 0, attachment: int = 0) -> str:
    """How an attachment names its file: its address, and where to get a new one, since addresses live for a day."""
    told: dict[str, object] = {"url": url, "proxy": proxy, "in": [channel, message, attachment] if message else None}
    return json.dumps({name: value for name, value in told.items() if value})


# Private


def _guild_of(message: discord.Message) -> int | None:
    if message.guild is not None:
        return message.guild.id
    # A channel or thread that discord.py does not know is known by its ids alone.
    return message.channel.guild_id if isinstance(message.channel, discord.PartialMessageable) else None


def _without_us(content: str, us: int, our_roles: frozenset[int]) -> str:
    ours = "|".join([f"@!?{us}", *(f"@&{role}" for role in our_roles)])
    return re.sub(rf"<(?:{ours})>[,:]?\s*", "", content)


def _names(message: discord.Message) -> Mapping[str, str]:
    names = {f"@{user.id}": user.display_name for user in message.mentions}
    names |= {f"@&{role.id}": role.name for role in message.role_mentions}
    return names | {f"#{channel.id}": channel.name for channel in message.channel_mentions}


def _answered(message: discord.Message) -> RepliedMessage | None:
    reference = message.reference
    if reference is None or reference.type is not discord.MessageReferenceType.reply or reference.message_id is None:
        return None
    resolved = reference.resolved
    if not isinstance(resolved, discord.Message):
        return RepliedMessage(reference.channel_id, reference.message_id, None, (), is_hidden=True)
    pictures = pictures_in(resolved)
    is_hidden = not (pictures or resolved.content or resolved.attachments or resolved.embeds or resolved.stickers)
    return RepliedMessage(reference.channel_id, reference.message_id, resolved.author.id, pictures, is_hidden)


def _attached(files: Sequence[discord.Attachment], channel: int, message: int) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(
            ref=attachment_ref(file.url, proxy=file.proxy_url, channel=channel, message=message, attachment=file.id),
            name=file.filename,
            mime=file.content_type,
            bytes_count=file.size,
        )
        for file in files
    )


def _given(file: Payload) -> Attachment:
    mime, size = file.get("content_type"), file.get("size")
    return Attachment(
        ref=attachment_ref(str(file.get("url", "")), proxy=str(file.get("proxy_url", ""))),
        name=str(file.get("filename") or "image"),
        mime=mime if isinstance(mime, str) and mime else None,
        bytes_count=size if isinstance(size, int) else None,
    )


def _forwarded(message: discord.Message) -> Iterator[Attachment]:
    """What was forwarded is a snapshot: nobody says who sent it, nor where its files can be asked for again."""
    for snapshot in message.message_snapshots:
        yield from (each for each in _attached(snapshot.attachments, 0, 0) if _may_be_picture(each))
        yield from _stickers(snapshot.stickers)
        yield from _shown_by_components(snapshot.components, 0, 0)
        yield from _embedded(snapshot.embeds)


def _stickers(stickers: Sequence[discord.StickerItem]) -> Iterator[Attachment]:
    for sticker in stickers:
        if sticker.format in _DRAWN_STICKERS:
            yield Attachment(attachment_ref(sticker.url), f"{sticker.name}.{sticker.format.file_extension}")


def _embedded(embeds: Sequence[discord.Embed]) -> Iterator[Attachment]:
    """By the address at Discord's own proxy: whatever stands in a link is never fetched by us."""
    for embed in embeds:
        for media in (embed.image, embed.thumbnail):
            if media.proxy_url:
                yield Attachment(attachment_ref(media.proxy_url), "image")
                break


def _shown_by_components(components: Sequence[object], channel: int, message: int) -> Iterator[Attachment]:
    """A message of components has no attachments, by design: its pictures are in their media."""
    for each in components:
        for media in _media(each):
            name = media.url.partition("?")[0].rpartition("/")[2] or "image"
            proxy = media.proxy_url or ""
            file = media.attachment_id
            # What is not an attachment is somewhere else: of that, only Discord's own copy is fetched.
            where = (
                attachment_ref(media.url, proxy=proxy, channel=channel, message=message, attachment=file)
                if file
                else attachment_ref(proxy)
            )
            attachment = Attachment(where, name, media.content_type)
            if _may_be_picture(attachment):
                yield attachment
        yield from _shown_by_components(cast("Sequence[object]", getattr(each, "children", ())), channel, message)


def _media(component: object) -> Iterator[discord.UnfurledMediaItem]:
    match component:
        case discord.MediaGalleryComponent():
            yield from (item.media for item in component.items)
        case discord.ThumbnailComponent() | discord.FileComponent():
            yield component.media
        case discord.SectionComponent():
            yield from _media(component.accessory)
        case _:
            return


def _may_be_picture(file: Attachment) -> bool:
    """What Discord does not know the type of may be one."""
    if file.mime is None:
        return "." not in file.name or file.name.casefold().endswith(_ENDINGS)
    return file.mime.startswith("image/")
