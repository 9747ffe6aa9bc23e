"""The events `message` and `app_mention`, and messages in the answers of `conversations.history` and `.replies`."""

from dataclasses import dataclass, replace
from typing import Annotated, Final

from adapters.slack.payloads.attachments import MessageAttachment
from adapters.slack.payloads.files import File
from adapters.slack.payloads.parsing import Number, OrNone, Part, Parts, Text, Truthy, parser


@dataclass(frozen=True, slots=True)
class Edited:
    """Who edited a message last, and when; without `ts` it was not edited."""

    user: Text = ""
    ts: Text = ""


@dataclass(frozen=True, slots=True)
class EventPayload:
    """The payload of application data in the metadata of our own messages."""

    mark: Text = ""


@dataclass(frozen=True, slots=True)
class Metadata:
    event_type: Text = ""
    event_payload: Part[EventPayload] = EventPayload()


@dataclass(frozen=True, slots=True)
class Message:
    """A message.

    Attributes:
        channel, channel_type: in events only; the type is `im` for direct messages.
        parent_user_id: the author of the message that the thread hangs on.
        message, previous_message: after and before a change, in events with the subtype `message_changed`.
    """

    subtype: Text = ""
    hidden: Truthy = False
    user: Text = ""
    bot_id: Text = ""
    channel: Text = ""
    channel_type: Text = ""
    ts: Text = ""
    thread_ts: Text = ""
    parent_user_id: Text = ""
    text: Text = ""
    edited: Part[Edited] = Edited()
    files: Parts[File] = ()
    attachments: Parts[MessageAttachment] = ()
    metadata: Part[Metadata] = Metadata()
    message: "Annotated[Message | None, OrNone]" = None
    previous_message: "Annotated[Message | None, OrNone]" = None

    def edited_message(self) -> "Message | None":
        """The message as its author has changed it; None for other changes, such as an added link preview."""
        message, before = self.message, self.previous_message or Message()
        if message is None or not message.edited.ts or message.edited.ts == before.edited.ts:
            return None
        if message.edited.user != message.user or message.text == before.text:
            return None
        return replace(message, channel=self.channel, channel_type=self.channel_type)


@dataclass(frozen=True, slots=True)
class MessageCallback:
    """The delivery of a message event. `event_time` is in seconds since 1970."""

    event: Message
    event_time: Number = None


parse_message: Final = parser(MessageCallback)
