"""Names of Slack's things as the core knows them: opaque texts, made and read here alone."""

from typing import Final

from bot.domain.ids import EventKey, PlatformName
from bot.domain.people import MessageRef, Place

COMMAND: Final = "/imagine"
"""The slash command, as the manifest registers it."""
EVENTS_PATH: Final = "/slack/events"
"""Where Slack sends events over HTTP."""
PLATFORM = PlatformName("slack")


def message_id(channel: str, ts: str) -> str:
    """A message's name: its channel too, since a private one is posted in a DM and not in its place's channel."""
    return f"{channel}:{ts}"


def parse_message_id(message: str) -> tuple[str, str]:
    """The channel and the ts of a message's name."""
    channel, _, ts = message.partition(":")
    return channel, ts


def place_at(team: str, channel: str, thread_ts: str | None) -> Place:
    return Place(PLATFORM, team, channel, thread=message_id(channel, thread_ts) if thread_ts else None)


def target_of(place: Place) -> tuple[str, str | None]:
    """Where to post for a place: the channel, or the id of the person whose DM it is, and the thread's ts."""
    if place.thread is not None:
        return parse_message_id(place.thread)
    return place.audience or place.channel, None


def thread_of(message: MessageRef) -> tuple[str, str]:
    """The channel and the ts of the thread that belongs to a message: its own, or the one that it is the root of."""
    return parse_message_id(message.place.thread or message.message)


def message_key(team: str, channel: str, ts: str) -> EventKey:
    """One key for all that Slack tells of one message: `message` and `app_mention` are twins with ids of their own."""
    return EventKey(f"{PLATFORM}:{team}:message:{channel}:{ts}")


def trigger_key(team: str, trigger_id: str) -> EventKey:
    """Commands and shortcuts have no other name of their own."""
    return EventKey(f"{PLATFORM}:{team}:trigger:{trigger_id}")


def press_key(team: str, channel: str, message_ts: str, action: str, action_ts: str) -> EventKey:
    return EventKey(f"{PLATFORM}:{team}:press:{channel}:{message_ts}:{action}:{action_ts}")


def view_key(team: str, view: str) -> EventKey:
    """A form that is sent twice is the same form: what was refused the first time was not accepted under it."""
    return EventKey(f"{PLATFORM}:{team}:view:{view}")
