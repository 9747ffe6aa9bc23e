"""Answers of Discord's REST API, parsed to the fields that Easel reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import discord

_THREAD_TYPES: Final = frozenset({10, 11, 12})
_PRIVATE_THREAD_TYPE: Final = 12


@dataclass(frozen=True, slots=True)
class MessageResponse:
    """A message. `attachment_urls` are the current addresses of its files by their ids."""

    id: int
    channel_id: int
    author_id: int
    attachment_urls: Mapping[int, str]

    @classmethod
    def parse(cls, answer: Any) -> Self:
        urls = {int(file["id"]): str(file["url"]) for file in answer.get("attachments") or ()}
        return cls(int(answer["id"]), int(answer["channel_id"]), int(answer["author"]["id"]), urls)


@dataclass(frozen=True, slots=True)
class InteractionResponseResult:
    """Of an interaction callback or followup. `message_id` is what it made; None where Discord does not say."""

    message_id: int | None = None

    @classmethod
    def parse(cls, answer: Any) -> Self:
        if not answer:
            return cls()
        resource: Mapping[str, Any] = answer.get("resource") or {}
        message: Mapping[str, Any] = resource.get("message") or answer
        return cls(int(message["id"]) if "id" in message else None)


@dataclass(frozen=True, slots=True)
class PermissionOverwrite:
    """What a channel changes for one role or member."""

    allow: int
    deny: int


@dataclass(frozen=True, slots=True)
class ChannelResponse:
    """A channel or thread. `parent_id` is the channel of a thread or the category of a channel."""

    id: int
    type: int
    name: str
    guild_id: int | None
    parent_id: int | None
    overwrites: Mapping[int, PermissionOverwrite]

    @property
    def is_thread(self) -> bool:
        return self.type in _THREAD_TYPES

    @property
    def is_private_thread(self) -> bool:
        return self.type == _PRIVATE_THREAD_TYPE

    @classmethod
    def parse(cls, answer: Any) -> Self:
        overwrites = {
            int(each["id"]): PermissionOverwrite(int(each["allow"]), int(each["deny"]))
            for each in answer.get("permission_overwrites") or ()
        }
        return cls(
            id=int(answer["id"]),
            type=int(answer["type"]),
            name=str(answer.get("name") or answer["id"]),
            guild_id=_id(answer.get("guild_id")),
            parent_id=_id(answer.get("parent_id")),
            overwrites=overwrites,
        )


@dataclass(frozen=True, slots=True)
class GuildResponse:
    id: int
    name: str

    @classmethod
    def parse(cls, answer: Any) -> Self:
        return cls(int(answer["id"]), str(answer["name"]))


@dataclass(frozen=True, slots=True)
class RoleResponse:
    id: int
    permissions: int

    @classmethod
    def parse(cls, answer: Any) -> Self:
        return cls(int(answer["id"]), int(answer["permissions"]))


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """Of `/gateway/bot`. `sessions_left` of today, None where Discord does not say."""

    shards: int
    sessions_left: int | None

    @classmethod
    def parse(cls, answer: Any) -> Self:
        sessions: Mapping[str, Any] = answer.get("session_start_limit") or {}
        left = sessions.get("remaining")
        return cls(int(answer.get("shards", 1)), left if isinstance(left, int) else None)


@dataclass(frozen=True, slots=True)
class CommandResponse:
    """A registered application command with the names of its options."""

    name: str
    options: tuple[str, ...]

    @classmethod
    def parse(cls, answer: Any) -> Self:
        return cls(str(answer["name"]), tuple(str(option["name"]) for option in answer.get("options") or ()))


def parse_member_roles(answer: Any) -> Sequence[int]:
    """The ids of a member's roles."""
    return tuple(int(role) for role in answer.get("roles") or ())


def parse_application_flags(answer: Any) -> discord.ApplicationFlags:
    flags = discord.ApplicationFlags()
    flags.value = int(answer["flags"])
    return flags


def _id(value: Any) -> int | None:
    return int(value) if value else None
