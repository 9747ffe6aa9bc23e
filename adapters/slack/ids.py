"""Ids of Slack's workspaces, messages and events as the core stores them: opaque texts, made and parsed here alone."""

from typing import Final

from bot.domain.ids import EventKey, PlatformName
from bot.domain.people import MessageRef, Place

COMMAND: Final = "/imagine"
"""The slash command, as the manifest registers it."""
EVENTS_PATH: Final = "/slack/events"
"""Where Slack sends events over HTTP."""
PLATFORM = PlatformName("slack")


def message_id(channel: str, ts: str) -> str:
    """The id of a message. It holds the channel, since a private one is in a DM and not in the channel of its place."""
    return f"{channel}:{ts}"


def parse_message_id(message: str) -> tuple[str, str]:
    """The channel and the ts of a message."""
    channel, _, ts = message.partition(":")
    return channel, ts


def place_at(team: str, channel: str, thread_ts: str | None) -> Place:
    return Place(PLATFORM, team, channel, thread=message_id(channel, thread_ts) if thread_ts else None)


def target_of(place: Place) -> tuple[str, str | None]:
    """Where to post for a place: the channel, or for a DM the id of the user, and the ts of the thread."""
    if place.thread is not None:
        return parse_message_id(place.thread)
    return place.audience or place.channel, None


def thread_of(message: MessageRef) -> tuple[str, str]:
    """The channel and the ts of the thread that belongs to a message: its own, or the one that it is the root of."""
    return parse_message_id(message.place.thread or message.message)


def message_key(team: str, channel: str, ts: str) -> EventKey:
    """One key for all events about one message: `message` and `app_mention` have different ids of their own."""
    return EventKey(f"{PLATFORM}:{team}:message:{channel}:{ts}")


def trigger_key(team: str, trigger_id: str) -> EventKey:
    """Slash commands and shortcuts have no id but that of their trigger."""
    return EventKey(f"{PLATFORM}:{team}:trigger:{trigger_id}")


def press_key(team: str, channel: str, message_ts: str, action: str, action_ts: str) -> EventKey:
    return EventKey(f"{PLATFORM}:{team}:press:{channel}:{message_ts}:{action}:{action_ts}")


def view_key(team: str, view: str) -> EventKey:
    """A modal that is submitted twice is the same modal: where the first was refused, nothing was accepted under it."""
    return EventKey(f"{PLATFORM}:{team}:view:{view}")


def file_ref(team: str, file: str) -> str:
    """The `ref` of an attachment: downloads know nothing else of the file."""
    return f"{team}/{file}"


def parse_file_ref(ref: str) -> tuple[str, str]:
    """The workspace and the id of the file."""
    team, _, file = ref.partition("/")
    return team, file
