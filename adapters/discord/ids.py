"""Discord ids as the core stores them: messages, places and event keys; also nonces, and times of snowflakes."""

import base64
import hashlib
from datetime import UTC, datetime
from typing import Final

from discord.utils import snowflake_time, time_snowflake

from adapters.discord.limits import MAX_NONCE_CHARS
from bot.domain.ids import EventKey, JobId, PlatformName
from bot.domain.people import NO_TEAM, MessageRef, Place

PLATFORM: Final = PlatformName("discord")
DIRECT: Final = NO_TEAM
"""The team of direct messages: `@me`, as in Discord's own URLs."""


def message_id(channel: int, message: int) -> str:
    """The core's id of a message. Includes the channel, which may be a thread or DM, unlike its place's."""
    return f"{channel}:{message}"


def parse_message_id(message: str) -> tuple[int, int]:
    """Discord's ids of the channel and the message, from the core's id."""
    channel, _, number = message.partition(":")
    return int(channel), int(number)


def place_at(guild: int | None, channel: int, thread: int | None = None) -> Place:
    """The place of a channel, or of a thread in it.

    Args:
        guild: None for direct messages.
        thread: the id of the thread, which is also the id of the message that it was opened from.
    """
    team = str(guild) if guild is not None else DIRECT
    return Place(PLATFORM, team, str(channel), thread=message_id(channel, thread) if thread is not None else None)


def interaction_key(interaction: int) -> EventKey:
    return EventKey(f"{PLATFORM}:interaction:{interaction}")


def message_key(message: int) -> EventKey:
    return EventKey(f"{PLATFORM}:message:{message}")


def nonce_of(key: str) -> str:
    """The nonce for a key: Discord posts only one message per nonce within a few minutes. A long key is hashed."""
    if len(key) <= MAX_NONCE_CHARS:
        return key
    return base64.b32encode(hashlib.sha256(key.encode()).digest()).decode().lower()[:MAX_NONCE_CHARS]


def job_of(key: str) -> JobId:
    """The job of a post, from its key: the job's id, possibly followed by "-" and a suffix."""
    return JobId(key.partition("-")[0])


def made_at_s(snowflake: int) -> float:
    """When the object with this id was created, in seconds since 1970."""
    return snowflake_time(snowflake).timestamp()


def snowflake_at(seconds: float) -> int:
    """The lowest id of a time. Args: `seconds`: since 1970."""
    return time_snowflake(datetime.fromtimestamp(seconds, UTC))


def link(message: MessageRef) -> str:
    """The URL that opens the message in Discord."""
    channel, number = parse_message_id(message.message)
    return f"https://discord.com/channels/{message.place.team}/{channel}/{number}"
