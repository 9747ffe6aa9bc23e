"""Slack ids as the core stores them: messages, places, event keys and files. Only this module parses them."""

from typing import Final

from bot.domain.ids import EventKey, PlatformName
from bot.domain.people import MessageRef, Place

COMMAND: Final = "/imagine"
"""The slash command, as the manifest registers it."""
EVENTS_PATH: Final = "/slack/events"
"""Where Slack sends events over HTTP."""
PLATFORM = PlatformName("slack")


def message_id(channel: str, ts: str) -> str:
    """The core's id of a message. Includes the channel: a private message is in a DM, not in its place's channel."""
    return f"{channel}:{ts}"


def parse_message_id(message: str) -> tuple[str, str]:
    """The channel and the ts of a message, from its id."""
    channel, _, ts = message.partition(":")
    return channel, ts


def place_at(team: str, channel: str, thread_ts: str | None) -> Place:
    return Place(PLATFORM, team, channel, thread=message_id(channel, thread_ts) if thread_ts else None)


def target_of(place: Place) -> tuple[str, str | None]:
    """Where to post for a place: the channel (or the user's id, for a DM), and the ts of the thread."""
    if place.thread is not None:
        return parse_message_id(place.thread)
    return place.audience or place.channel, None


def thread_of(message: MessageRef) -> tuple[str, str]:
    """The channel and the ts of a message's thread. A message outside of threads is the root of its own."""
    return parse_message_id(message.place.thread or message.message)


def message_key(team: str, channel: str, ts: str) -> EventKey:
    """The key of all events about one message: its `message` and `app_mention` events have different ids."""
    return EventKey(f"{PLATFORM}:{team}:message:{channel}:{ts}")


def trigger_key(team: str, trigger_id: str) -> EventKey:
    """The key of a slash command or shortcut. The id of the trigger is the only id they have."""
    return EventKey(f"{PLATFORM}:{team}:trigger:{trigger_id}")


def press_key(team: str, channel: str, message_ts: str, action: str, action_ts: str) -> EventKey:
    return EventKey(f"{PLATFORM}:{team}:press:{channel}:{message_ts}:{action}:{action_ts}")


def view_key(team: str, view: str) -> EventKey:
    """The key of a submitted modal. A retry after a refusal has the same key: nothing was stored under it."""
    return EventKey(f"{PLATFORM}:{team}:view:{view}")


def file_ref(team: str, file: str) -> str:
    """The `ref` of an attachment: all that a download needs."""
    return f"{team}/{file}"


def parse_file_ref(ref: str) -> tuple[str, str]:
    """The workspace and the id of the file, from a `ref`."""
    team, _, file = ref.partition("/")
    return team, file
