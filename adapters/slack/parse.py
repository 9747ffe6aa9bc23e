"""What Slack delivered, as far as it can be understood without asking anybody. Pure.

A message becomes `Said` or nothing: our own and other apps' messages, edits, joins and talk among people are nothing.
Who speaks is an id here: names and rights are looked up only for what is meant for us.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from adapters.slack.escape import plain
from adapters.slack.render import ACTION_PREFIX
from bot.domain.events import Action
from bot.domain.pictures import Attachment

COMMAND = "/imagine"
MAX_AGE_S = 600.0
"""Slack tries again for some minutes; what comes later was held back by an outage, and nobody waits for it any more."""

_SPOKEN = frozenset({None, "file_share", "thread_broadcast"})
"""Subtypes of what people say; all others tell of edits, joins, deletions and other apps."""
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>[,:]?\s*")
_GROUP = re.compile(r"<!subteam\^")
_COMMAND = re.compile(rf"{re.escape(COMMAND)}(?=\s|$)\s*", re.IGNORECASE)

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a person. `text` is as Slack sent it, without our own mention; `others` are whom it mentions.

    `is_command` is True for words that begin with the command: Slack takes it as one nowhere but in the channel itself.
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

    @property
    def is_whole(self) -> bool:
        """Whether it has files, and more than stubs of them."""
        return bool(self.attachments) and all(file.mime is not None for file in self.attachments)


@dataclass(frozen=True, slots=True)
class Pressed:
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


def said(event: Payload, *, team: str, bot_user: str) -> Said | None:
    """Reads a `message` or an `app_mention`: the two tell of the same message in the same way."""
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
    # What hangs below other people's words, or stands in the channel, is ours only when it calls us.
    in_our_thread = isinstance(thread_ts, str) and event.get("parent_user_id", bot_user) == bot_user
    if not to_us and not in_our_thread:
        return None
    return Said(
        user=user,
        channel=channel,
        ts=ts,
        thread_ts=thread_ts if isinstance(thread_ts, str) and thread_ts != ts else None,
        text=_COMMAND.sub("", text, count=1) if is_command else text,
        attachments=attached(event.get("files"), team),
        to_us=to_us,
        others=tuple(dict.fromkeys(one for one in mentioned if one != bot_user)),
        to_group=_GROUP.search(typed) is not None,
        is_command=is_command,
        edited_ts=str(part(event, "edited").get("ts", "")),
    )


def attached(files: object, team: str) -> tuple[Attachment, ...]:
    """Files by their ids: what Slack says of them, if anything, is asked for again when they are fetched."""
    listed = cast("Sequence[object]", files) if isinstance(files, list) else ()
    return tuple(_attachment(cast("Payload", file), team) for file in listed if isinstance(file, dict))


def images(files: object, team: str) -> tuple[Attachment, ...]:
    """Those that may be pictures. A stub (Slack Connect) says nothing of its type, so it may be one."""
    return tuple(file for file in attached(files, team) if file.mime is None or file.mime.startswith("image/"))


def part(payload: Payload, name: str) -> Payload:
    """An object within a payload; an empty one where it is not there."""
    inner = payload.get(name)
    return cast("Payload", inner) if isinstance(inner, dict) else {}


def file_ref(team: str, file: str) -> str:
    """How an attachment names its file: whoever fetches it knows nothing but this."""
    return f"{team}/{file}"


def pressed(body: Payload, action: Payload) -> Pressed:
    container, user = part(body, "container"), part(body, "user")
    channel = container.get("channel_id") or part(body, "channel").get("id") or ""
    name = str(action.get("action_id", "")).removeprefix(ACTION_PREFIX)
    return Pressed(
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


def seen_text(text: str, names: Mapping[str, str]) -> str:
    """The words of a message as people see them."""
    return plain(text, names=names)


def is_stale(event_time: object, *, now_s: float) -> bool:
    """Whether an event is too old to be answered. `event_time` is in seconds since 1970."""
    return isinstance(event_time, int | float) and now_s - event_time > MAX_AGE_S


def _attachment(file: Payload, team: str) -> Attachment:
    mime, size = file.get("mimetype"), file.get("size")
    if file.get("mode") == "snippet":
        mime = "text/plain"  # whatever language Slack takes it for
    return Attachment(
        ref=file_ref(team, str(file.get("id", ""))),
        name=str(file.get("name") or file.get("title") or "image"),
        mime=mime if isinstance(mime, str) and mime else None,
        bytes_count=size if isinstance(size, int) else None,
    )
