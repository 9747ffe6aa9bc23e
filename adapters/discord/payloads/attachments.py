"""Discord attachments, and other images that messages show: stickers, embeds, components, forwarded messages."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import discord

from bot.domain.pictures import Attachment

_RENDERED_STICKERS: Final = frozenset(
    {discord.StickerFormatType.png, discord.StickerFormatType.apng, discord.StickerFormatType.gif}
)
"""The others are animations that only Discord's clients can show."""
_IMAGE_EXTENSIONS: Final = (
    ".png",
    ".jpg",
    ".jpeg",
    ".webp",
    ".gif",
    ".avif",
    ".heic",
    ".heif",
    ".bmp",
    ".tif",
    ".tiff",
)


@dataclass(frozen=True, slots=True)
class AttachmentRef:
    """How to download a file of Discord; as text it is the `ref` of the core's `Attachment`.

    Attributes:
        url: the signed address, valid for about a day.
        proxy_url: Discord's resized copy, "" where there is none.
        channel_id, message_id, attachment_id: where to ask for a new address; 0 for a file of no message.
    """

    url: str
    proxy_url: str = ""
    channel_id: int = 0
    message_id: int = 0
    attachment_id: int = 0

    def __str__(self) -> str:
        """JSON, stored with accepted orders: its keys must not change."""
        source = [self.channel_id, self.message_id, self.attachment_id] if self.message_id else None
        parts = {"url": self.url, "proxy": self.proxy_url, "in": source}
        return json.dumps({name: value for name, value in parts.items() if value})

    @classmethod
    def parse(cls, ref: str) -> Self:
        stored: Mapping[str, Any] = json.loads(ref)
        channel_id, message_id, attachment_id = stored.get("in") or (0, 0, 0)
        return cls(str(stored["url"]), str(stored.get("proxy", "")), channel_id, message_id, attachment_id)


def message_attachments(
    files: Sequence[discord.Attachment], channel_id: int, message_id: int
) -> tuple[Attachment, ...]:
    """The files of a message."""
    return tuple(
        Attachment(
            ref=str(AttachmentRef(file.url, file.proxy_url, channel_id, message_id, file.id)),
            name=file.filename,
            mime=file.content_type,
            bytes_count=file.size,
        )
        for file in files
    )


def resolved_attachment(payload: Mapping[str, Any]) -> Attachment:
    """A file of a command or modal, from the interaction's resolved data. It belongs to no message."""
    mime, size_bytes = payload.get("content_type"), payload.get("size")
    return Attachment(
        ref=str(AttachmentRef(str(payload.get("url", "")), str(payload.get("proxy_url", "")))),
        name=str(payload.get("filename") or "image"),
        mime=mime if isinstance(mime, str) and mime else None,
        bytes_count=size_bytes if isinstance(size_bytes, int) else None,
    )


def message_images(message: discord.Message) -> tuple[Attachment, ...]:
    """All images that a message shows, also in forwarded messages, stickers, components and embeds."""
    files = message_attachments(message.attachments, message.channel.id, message.id)
    return (
        *(file for file in files if _may_be_image(file)),
        *forwarded_images(message),
        *sticker_images(message.stickers),
        *_component_images(message.components, message.channel.id, message.id),
        *embed_images(message.embeds),
    )


def forwarded_images(message: discord.Message) -> Iterator[Attachment]:
    """Images of forwarded messages. A snapshot names no source, so expired addresses cannot be renewed."""
    for snapshot in message.message_snapshots:
        yield from (file for file in message_attachments(snapshot.attachments, 0, 0) if _may_be_image(file))
        yield from sticker_images(snapshot.stickers)
        yield from _component_images(snapshot.components, 0, 0)
        yield from embed_images(snapshot.embeds)


def sticker_images(stickers: Sequence[discord.StickerItem]) -> Iterator[Attachment]:
    for sticker in stickers:
        if sticker.format in _RENDERED_STICKERS:
            yield Attachment(str(AttachmentRef(sticker.url)), f"{sticker.name}.{sticker.format.file_extension}")


def embed_images(embeds: Sequence[discord.Embed]) -> Iterator[Attachment]:
    """From Discord's media proxy only: Easel never fetches an address that somebody put into a link."""
    for embed in embeds:
        for media in (embed.image, embed.thumbnail):
            if media.proxy_url:
                yield Attachment(str(AttachmentRef(media.proxy_url)), "image")
                break


# Private


def _component_images(
    components: Sequence[discord.Component], channel_id: int, message_id: int
) -> Iterator[Attachment]:
    """Images of a message of components (V2), which has no attachments of its own."""
    for component in components:
        for media in _media_items(component):
            proxy_url = media.proxy_url or ""
            ref = (
                AttachmentRef(media.url, proxy_url, channel_id, message_id, media.attachment_id)
                if media.attachment_id
                else AttachmentRef(proxy_url)  # not uploaded to Discord: only Discord's own copy is fetched
            )
            name = media.url.partition("?")[0].rpartition("/")[2] or "image"
            attachment = Attachment(str(ref), name, media.content_type)
            if _may_be_image(attachment):
                yield attachment
        if isinstance(component, discord.Container):
            yield from _component_images(component.children, channel_id, message_id)


def _media_items(component: discord.Component) -> Iterator[discord.UnfurledMediaItem]:
    match component:
        case discord.MediaGalleryComponent():
            yield from (item.media for item in component.items)
        case discord.ThumbnailComponent() | discord.FileComponent():
            yield component.media
        case discord.SectionComponent():
            yield from _media_items(component.accessory)
        case _:
            return


def _may_be_image(file: Attachment) -> bool:
    """By type; where Discord does not know it, by the extension, and a name without one may be an image."""
    if file.mime is None:
        return "." not in file.name or file.name.casefold().endswith(_IMAGE_EXTENSIONS)
    return file.mime.startswith("image/")
