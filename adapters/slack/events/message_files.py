"""Files of a Slack message as attachments: uploaded with it, or shown by a message or link that it shares. Pure.

Only the id of a file is used, and Slack decides whether Easel may read it. Previews of pages outside Slack are skipped:
the author of such a page could name any file there.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from adapters.slack.addresses import SlackAddresses
from adapters.slack.ids import file_ref
from adapters.slack.payloads.attachments import Block, BlockElement, MessageAttachment
from adapters.slack.payloads.files import File
from adapters.slack.payloads.messages import Message
from bot.domain.pictures import Attachment

_MAX_DEPTH: Final = 4
"""A shared message may itself share another one."""


def files_in(message: Message, team: str, addresses: SlackAddresses) -> tuple[Attachment, ...]:
    """The files of a message, whatever their type, and the pictures of what it shares: each once, in visible order."""
    found: dict[str, Attachment] = {}
    shared = _in_attachments(message.attachments, team, addresses, _MAX_DEPTH)
    for file in (*(attachment_of(file, team) for file in message.files), *shared):
        found.setdefault(file.ref, file)
    return tuple(found.values())


def pictures_in(message: Message, team: str, addresses: SlackAddresses) -> tuple[Attachment, ...]:
    """As `files_in`, without files that are no pictures."""
    return tuple(file for file in files_in(message, team, addresses) if _may_be_picture(file))


def attachment_of(file: File, team: str) -> Attachment:
    """A file as the core knows it. It is looked up again, by its id, when it is downloaded."""
    # Slack guesses the language of a snippet.
    mime = "text/plain" if file.mode == "snippet" else file.mimetype
    return Attachment(file_ref(team, file.id), file.name or file.title or "image", mime or None, file.size or None)


# Private


def _may_be_picture(file: Attachment) -> bool:
    """A stub (Slack Connect) has no type, so it may be one."""
    return file.mime is None or file.mime.startswith("image/")


def _in_attachments(
    attachments: Sequence[MessageAttachment], team: str, addresses: SlackAddresses, depth: int
) -> Iterator[Attachment]:
    for attachment in attachments if depth else ():
        if _is_external_preview(attachment, addresses):
            continue
        yield from _pictures(attachment.files, team)
        for message in (each.message for each in attachment.message_blocks):
            yield from _pictures(message.files, team)
            yield from _in_blocks(message.blocks, team, addresses)
            yield from _in_attachments(message.attachments, team, addresses, depth - 1)
        yield from _in_blocks(attachment.blocks, team, addresses)
        yield from _by_address(attachment.image_url or attachment.thumb_url, team, addresses)
        yield from _in_attachments(attachment.attachments, team, addresses, depth - 1)


def _is_external_preview(attachment: MessageAttachment, addresses: SlackAddresses) -> bool:
    if attachment.is_share or attachment.is_msg_unfurl:
        return False  # another message of Slack's
    pages = (attachment.from_url, attachment.original_url, attachment.app_unfurl_url)
    return any(addresses.is_external(page) for page in pages)


def _pictures(files: Sequence[File], team: str) -> Iterator[Attachment]:
    yield from (file for each in files if _may_be_picture(file := attachment_of(each, team)))


def _in_blocks(blocks: Sequence[Block], team: str, addresses: SlackAddresses) -> Iterator[Attachment]:
    """Image blocks, and images beside text."""
    for block in blocks:
        for element in (block, *((block.accessory,) if block.accessory is not None else ()), *block.elements):
            if element.type == "image":
                yield from _in_image(element, team, addresses)


def _in_image(image: BlockElement, team: str, addresses: SlackAddresses) -> Iterator[Attachment]:
    if image.slack_file.id:
        yield Attachment(file_ref(team, image.slack_file.id), image.alt_text or "image")
    else:
        yield from _by_address(image.slack_file.url or image.image_url, team, addresses)


def _by_address(address: str, team: str, addresses: SlackAddresses) -> Iterator[Attachment]:
    if (file := addresses.file_in(address)) is not None:
        yield Attachment(file_ref(team, file), address.partition("?")[0].rpartition("/")[2] or "image")
