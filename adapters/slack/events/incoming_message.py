"""Decides which messages of Slack are meant for Easel, and what they ask for, without any call to Slack. Pure.

Messages of apps (our own too), joins, and conversations among people are None. People are ids here: names and rights
are looked up only for messages that are meant for us.
"""

import re
from dataclasses import dataclass
from typing import Final

from adapters.slack.addresses import SlackAddresses
from adapters.slack.events.message_files import files_in
from adapters.slack.ids import COMMAND
from adapters.slack.payloads.messages import Message
from bot.domain.pictures import Attachment

MAX_EDIT_AGE_S: Final = 3_600.0
"""For how long after it was sent an edit of a message is read."""

_USER_SUBTYPES: Final = frozenset({"", "file_share", "thread_broadcast"})
"""Subtypes of messages that people write; the others are edits, joins, deletions and messages of apps."""
_SLACKBOT: Final = "USLACKBOT"
"""The author that Slack names for a deleted message."""
_USER_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>[,:]?\s*")
_GROUP_MENTION: Final = re.compile(r"<!subteam\^")
_COMMAND: Final = re.compile(rf"{re.escape(COMMAND)}(?=\s|$)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message of a person that is meant for Easel, or stands in one of its threads.

    Attributes:
        text: as Slack sent it, without our own mention and without the command.
        to_us: whether it mentions us, is a direct message, or begins with the command.
        others: the ids of the other users that it mentions.
        to_group: whether it mentions a user group.
        is_command: whether it begins with the command, which Slack runs nowhere but in the channel itself.
        edited_ts: empty for a message that was not edited.
        is_root_gone: whether the message that its thread hangs on was deleted.
    """

    user: str
    channel: str
    ts: str
    thread_ts: str | None
    text: str
    attachments: tuple[Attachment, ...]
    to_us: bool
    others: tuple[str, ...]
    to_group: bool
    is_command: bool
    edited_ts: str
    is_root_gone: bool = False

    @property
    def is_late_edit(self) -> bool:
        """Whether it was edited so long after it was sent that the core may have forgotten it."""
        return bool(self.edited_ts) and float(self.edited_ts) - float(self.ts) > MAX_EDIT_AGE_S

    @property
    def has_full_files(self) -> bool:
        """Whether it has files, and more than stubs of them."""
        return bool(self.attachments) and all(file.mime is not None for file in self.attachments)


def read_message(event: Message, *, team: str, bot_user: str, addresses: SlackAddresses) -> IncomingMessage | None:
    """Reads a `message` or an `app_mention`, which describe the same message in the same way."""
    message = event.edited_message() if event.subtype == "message_changed" else event
    if message is None or message.subtype not in _USER_SUBTYPES or message.bot_id or message.hidden:
        return None
    if not (message.user and message.channel and message.ts) or message.user == bot_user:
        return None
    mentioned = _USER_MENTION.findall(message.text)
    is_direct = message.channel_type == "im" or message.channel.startswith("D")
    text = _USER_MENTION.sub(lambda found: "" if found[1] == bot_user else found[0], message.text).strip()
    is_command = _COMMAND.match(text) is not None
    to_us = is_direct or bot_user in mentioned or is_command
    parent = message.parent_user_id or bot_user
    # A reply to another person's message, or a message in the channel, is ours only when it mentions us. Below a
    # deleted message, which may have been ours, the core decides.
    in_our_thread = bool(message.thread_ts) and parent in (bot_user, _SLACKBOT)
    if not to_us and not in_our_thread:
        return None
    return IncomingMessage(
        user=message.user,
        channel=message.channel,
        ts=message.ts,
        thread_ts=message.thread_ts if message.thread_ts and message.thread_ts != message.ts else None,
        text=_COMMAND.sub("", text, count=1) if is_command else text,
        attachments=files_in(message, team, addresses),
        to_us=to_us,
        others=tuple(dict.fromkeys(user for user in mentioned if user != bot_user)),
        to_group=_GROUP_MENTION.search(message.text) is not None,
        is_command=is_command,
        edited_ts=message.edited.ts,
        is_root_gone=parent == _SLACKBOT,
    )
