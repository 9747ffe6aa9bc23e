"""Pictures in what somebody forwarded or shared: Slack puts the other message into `attachments` of the new one. Pure.

Of each picture only the id of its file counts, and whether Easel may read that file Slack decides. What stands in the
preview of a page outside of Slack is left alone: whoever made that page could name any file there.
"""

from collections.abc import Iterator, Sequence
from typing import Final, cast

from adapters.slack.addresses import SlackAddresses
from adapters.slack.payloads import Payload, part
from adapters.slack.workspace.files import file_ref, images
from bot.domain.pictures import Attachment

_DEEPEST: Final = 4
"""A message that was forwarded may hold another one."""


def forwarded_images(message: Payload, team: str, addresses: SlackAddresses) -> tuple[Attachment, ...]:
    """Each picture once, in the order in which people see them."""
    found: dict[str, Attachment] = {}
    for image in _in_attachments(message.get("attachments"), team, addresses, _DEEPEST):
        found.setdefault(image.ref, image)
    return tuple(found.values())


# Private


def _in_attachments(attachments: object, team: str, addresses: SlackAddresses, depth: int) -> Iterator[Attachment]:
    for attachment in _objects(attachments) if depth else ():
        if _is_preview_of_outside(attachment, addresses):
            continue
        yield from images(attachment.get("files"), team)
        for each in _objects(attachment.get("message_blocks")):
            message = part(each, "message")
            yield from images(message.get("files"), team)
            yield from _in_blocks(message.get("blocks"), team, addresses)
            yield from _in_attachments(message.get("attachments"), team, addresses, depth - 1)
        yield from _in_blocks(attachment.get("blocks"), team, addresses)
        yield from _by_address(attachment.get("image_url") or attachment.get("thumb_url"), team, addresses)
        yield from _in_attachments(attachment.get("attachments"), team, addresses, depth - 1)


def _is_preview_of_outside(attachment: Payload, addresses: SlackAddresses) -> bool:
    if attachment.get("is_share") or attachment.get("is_msg_unfurl"):
        return False  # another message of Slack's
    return any(addresses.is_outside(attachment.get(name)) for name in ("from_url", "original_url", "app_unfurl_url"))


def _in_blocks(blocks: object, team: str, addresses: SlackAddresses) -> Iterator[Attachment]:
    """Image blocks, and images beside text."""
    for block in _objects(blocks):
        for each in (block, part(block, "accessory"), *_objects(block.get("elements"))):
            if each.get("type") == "image":
                yield from _image(each, team, addresses)


def _image(image: Payload, team: str, addresses: SlackAddresses) -> Iterator[Attachment]:
    file = part(image, "slack_file")
    if isinstance(file.get("id"), str):
        yield Attachment(file_ref(team, file["id"]), str(image.get("alt_text") or "image"))
    else:
        yield from _by_address(file.get("url") or image.get("image_url"), team, addresses)


def _by_address(address: object, team: str, addresses: SlackAddresses) -> Iterator[Attachment]:
    if (file := addresses.file_in(address)) is not None:
        yield Attachment(file_ref(team, file), str(address).partition("?")[0].rpartition("/")[2] or "image")


def _objects(listed: object) -> Sequence[Payload]:
    many = cast("Sequence[object]", listed) if isinstance(listed, list) else ()
    return [cast("Payload", each) for each in many if isinstance(each, dict)]
