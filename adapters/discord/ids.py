"""Names of Discord's things as the core knows them: opaque texts, made and read here alone."""

import base64
import hashlib
from typing import Final

from adapters.discord.limits import MAX_NONCE_CHARS
from bot.domain.ids import EventKey, JobId, PlatformName
from bot.domain.people import NO_TEAM, MessageRef, Place

PLATFORM: Final = PlatformName("discord")
DIRECT: Final = NO_TEAM
"""The team of direct messages, which is what Discord's own addresses call them, too."""
_EPOCH_S: Final = 1_420_070_400.0


def message_id(channel: int, message: int) -> str:
    """A message's name: its channel too, since it may be in a thread or a DM, and not in its place's channel."""
    return f"{channel}:{message}"


def parse_message_id(message: str) -> tuple[int, int]:
    """The channel and the id of a message's name."""
    channel, _, number = message.partition(":")
    return int(channel), int(number)


def place_at(guild: int | None, channel: int, thread: int | None = None) -> Place:
    """`thread` is a thread of the channel: it has the id of the message that it hangs on."""
    team = str(guild) if guild is not None else DIRECT
    return Place(PLATFORM, team, str(channel), thread=message_id(channel, thread) if thread is not None else None)


def interaction_key(interaction: int) -> EventKey:
    return EventKey(f"{PLATFORM}:interaction:{interaction}")


def message_key(message: int) -> EventKey:
    return EventKey(f"{PLATFORM}:message:{message}")


def nonce_of(key: str) -> str:
    """What makes Discord post the message of a key once within some minutes: the key itself where that is short."""
    if len(key) <= MAX_NONCE_CHARS:
        return key
    return base64.b32encode(hashlib.sha256(key.encode()).digest()).decode().lower()[:MAX_NONCE_CHARS]


def job_of(key: str) -> JobId:
    """Whose job a post is, by its key: the job's id, perhaps with an ending."""
    return JobId(key.partition("-")[0])


def made_at_s(snowflake: int) -> float:
    """When something was made, in seconds since 1970: every id tells."""
    return (snowflake >> 22) / 1000 + _EPOCH_S


def snowflake_at(seconds: float) -> int:
    """The lowest id of what is made at that time."""
    return int((seconds - _EPOCH_S) * 1000) << 22


def link(message: MessageRef) -> str:
    """Where the message is, for people."""
    channel, number = parse_message_id(message.message)
    return f"https://discord.com/channels/{message.place.team}/{channel}/{number}"
