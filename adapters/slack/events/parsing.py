"""What Slack delivered, as far as it can be understood without asking anybody. Pure.

A message becomes `IncomingMessage`, or None for our own and other apps' messages, joins and talk among people.
Who speaks is an id here: names and rights are looked up only for what is meant for us.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast, get_args

from adapters.slack.addresses import SlackAddresses
from adapters.slack.events.forwarded import forwarded_images
from adapters.slack.ids import COMMAND
from adapters.slack.markup import plain
from adapters.slack.payloads import Payload, part
from adapters.slack.rendering.cards import ACTION_PREFIX
from adapters.slack.workspace.files import attached
from bot.domain.events import Action
from bot.domain.pictures import Attachment

MAX_AGE_S = 600.0
"""Slack tries again for some minutes; what comes later was held back by an outage, and nobody waits for it any more."""

_AHEAD_S: Final = 60.0
"""What comes from further in the future is a sign of a clock that is behind."""
MAX_EDIT_AGE_S = 3_600.0
"""For how long after it was sent an edit of a message is read."""

_SPOKEN = frozenset({None, "file_share", "thread_broadcast"})
"""Subtypes of what people say; all others tell of edits, joins, deletions and other apps."""
_SLACKBOT: Final = "USLACKBOT"
"""Who is said to have written what was deleted."""
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>[,:]?\s*")
_GROUP = re.compile(r"<!subteam\^")
_COMMAND = re.compile(rf"{re.escape(COMMAND)}(?=\s|$)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message of a person. `text` is as Slack sent it, without our own mention; `others` are whom it mentions.

    `is_command` is True for words that begin with the command: Slack takes it as one nowhere but in the channel itself.
    `is_root_gone` says that the message which its thread hangs on was deleted. `edited_ts` is empty for what was not.
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
    def is_whole(self) -> bool:
        """Whether it has files, and more than stubs of them."""
        return bool(self.attachments) and all(file.mime is not None for file in self.attachments)


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A button of a message. `action` is None for one that no Easel of this version knows."""

    user: str
    called: str
    channel: str
    message_ts: str
    thread_ts: str | None
    action_id: str
    action_ts: str
    action: Action | None
    target: str


def parse_message(event: Payload, *, team: str, bot_user: str, addresses: SlackAddresses) -> IncomingMessage | None:
    """Reads a `message` or an `app_mention`: the two tell of the same message in the same way."""
    if event.get("subtype") == "message_changed":
        event = _edited(event)
    user, channel, ts = event.get("user"), event.get("channel"), event.get("ts")
    if event.get("subtype") not in _SPOKEN or event.get("bot_id") or event.get("hidden"):
        return None
    if not (isinstance(user, str) and isinstance(channel, str) and isinstance(ts, str)) or user == bot_user:
        return None
    typed = str(event.get("text") or "")
    mentioned = _MENTION.findall(typed)
    is_direct = event.get("channel_type") == "im" or channel.startswith("D")
    text = _MENTION.sub(lambda found: "" if found[1] == bot_user else found[0], typed).strip()
    thread_ts = event.get("thread_ts")
    is_command = _COMMAND.match(text) is not None
    to_us = is_direct or bot_user in mentioned or is_command
    parent = event.get("parent_user_id", bot_user)
    # What hangs below other people's words, or stands in the channel, is ours only when it calls us. Below a message
    # that was deleted, which may have been ours, the core knows.
    in_our_thread = isinstance(thread_ts, str) and parent in (bot_user, _SLACKBOT)
    if not to_us and not in_our_thread:
        return None
    files = attached(event.get("files"), team)
    forwarded = forwarded_images(event, team, addresses)
    return IncomingMessage(
        user=user,
        channel=channel,
        ts=ts,
        thread_ts=thread_ts if isinstance(thread_ts, str) and thread_ts != ts else None,
        text=_COMMAND.sub("", text, count=1) if is_command else text,
        attachments=(*files, *(each for each in forwarded if each.ref not in {file.ref for file in files})),
        to_us=to_us,
        others=tuple(dict.fromkeys(one for one in mentioned if one != bot_user)),
        to_group=_GROUP.search(typed) is not None,
        is_command=is_command,
        edited_ts=str(part(event, "edited").get("ts", "")),
        is_root_gone=parent == _SLACKBOT,
    )


def parse_button_press(body: Payload, action: Payload) -> ButtonPress:
    container, user = part(body, "container"), part(body, "user")
    channel = container.get("channel_id") or part(body, "channel").get("id") or ""
    name = str(action.get("action_id", "")).removeprefix(ACTION_PREFIX)
    return ButtonPress(
        user=str(user["id"]),
        called=str(user.get("name") or user.get("username") or ""),
        channel=str(channel),
        message_ts=str(container.get("message_ts", "")),
        thread_ts=container.get("thread_ts"),
        action_id=str(action.get("action_id", "")),
        action_ts=str(action.get("action_ts", "")),
        action=cast("Action", name) if name in get_args(Action) else None,
        target=str(action.get("value", "")),
    )


def visible_text(text: str, names: Mapping[str, str]) -> str:
    """The words of a message as people see them."""
    return plain(text, names=names)


def is_stale(event_time: object, *, now_s: float) -> bool:
    """Whether an event is too old to be answered. `event_time` is in seconds since 1970."""
    return isinstance(event_time, int | float) and now_s - event_time > MAX_AGE_S


def is_recent(event_time: object, *, now_s: float) -> bool:
    """Whether it is neither too old nor of the future: otherwise the clock that tells `now_s` may be wrong."""
    return not isinstance(event_time, int | float) or -_AHEAD_S <= now_s - event_time <= MAX_AGE_S


def _edited(event: Payload) -> Payload:
    """The message as its author has changed it; an empty one for other changes, such as the preview of a link."""
    message, before = part(event, "message"), part(event, "previous_message")
    edit = part(message, "edited")
    is_new = bool(edit.get("ts")) and edit.get("ts") != part(before, "edited").get("ts")
    if not is_new or edit.get("user") != message.get("user") or message.get("text") == before.get("text"):
        return {}
    return {**message, "channel": event.get("channel"), "channel_type": event.get("channel_type")}
