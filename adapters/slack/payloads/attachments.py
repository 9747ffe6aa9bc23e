"""The `attachments` and `blocks` of a message, as far as they can show pictures: shared messages and link previews."""

from dataclasses import dataclass
from typing import Annotated

from adapters.slack.payloads.files import File
from adapters.slack.payloads.parsing import OrNone, Part, Parts, Text, Truthy


@dataclass(frozen=True, slots=True)
class SlackFile:
    """The file of Slack's that an image shows, by its id or its address."""

    id: Text = ""
    url: Text = ""


@dataclass(frozen=True, slots=True)
class BlockElement:
    """An element of a block; pictures have the type `image`."""

    type: Text = ""
    alt_text: Text = ""
    image_url: Text = ""
    slack_file: Part[SlackFile] = SlackFile()


@dataclass(frozen=True, slots=True)
class Block(BlockElement):
    """A block, which may be a picture itself, or hold some."""

    accessory: Annotated[BlockElement | None, OrNone] = None
    elements: Parts[BlockElement] = ()


@dataclass(frozen=True, slots=True)
class SharedMessage:
    """The message that a `message_blocks` entry holds."""

    files: Parts[File] = ()
    blocks: Parts[Block] = ()
    attachments: "Parts[MessageAttachment]" = ()


@dataclass(frozen=True, slots=True)
class MessageBlock:
    message: Part[SharedMessage] = SharedMessage()


@dataclass(frozen=True, slots=True)
class MessageAttachment:
    """A shared message, or the preview of a link.

    Attributes:
        is_share, is_msg_unfurl: whether it is another message of Slack's.
        from_url, original_url, app_unfurl_url: the page that is previewed.
    """

    is_share: Truthy = False
    is_msg_unfurl: Truthy = False
    from_url: Text = ""
    original_url: Text = ""
    app_unfurl_url: Text = ""
    image_url: Text = ""
    thumb_url: Text = ""
    files: Parts[File] = ()
    blocks: Parts[Block] = ()
    message_blocks: Parts[MessageBlock] = ()
    attachments: "Parts[MessageAttachment]" = ()
