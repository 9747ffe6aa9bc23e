"""Discord permissions: who may use Easel and where, by the administrator's lists of roles and channels. Pure."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Literal

import discord

from adapters.discord import errors
from adapters.discord.ids import PLATFORM
from adapters.discord.payloads.channels import Channel
from bot.domain.people import Person, Place

AgeRestricted = Literal["on", "off", "only"]


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """What the rules need to know of a channel. `channels` are the ids of itself, its parent and its category."""

    channels: frozenset[int]
    is_direct: bool
    is_age_restricted: bool


@dataclass(frozen=True, slots=True)
class AccessRules:
    """Who may use Easel.

    Attributes:
        roles: ids of roles, empty for everybody. With a list, direct messages are closed: nobody has a role there.
        channels: ids of channels and categories with all their channels and threads, empty for all.
        age_restricted: whether age-restricted channels are allowed, not allowed, or the only ones.
    """

    roles: frozenset[int] = frozenset()
    channels: frozenset[int] = frozenset()
    age_restricted: AgeRestricted = "on"

    def require(self, channel: ChannelInfo, roles: AbstractSet[int], *, is_admin: bool) -> None:
        """Raises NotAllowed or BadCommand, with what to do, where these rules do not allow Easel."""
        if self.roles and not (roles & self.roles) and not is_admin:
            raise errors.role_required(is_direct=channel.is_direct)
        if self.channels and not (channel.channels & self.channels) and not channel.is_direct:
            raise errors.channel_not_enabled()
        if self.age_restricted == "off" and channel.is_age_restricted:
            raise errors.age_restricted_off()
        if self.age_restricted == "only" and not channel.is_age_restricted:
            raise errors.age_restricted_only()


def channel_info(channel: Channel | None, *, parent: Channel | None = None) -> ChannelInfo:
    """Args: `parent`: the channel of a thread of which discord.py knows the id alone: its rules hold for the thread."""
    match channel:
        case None:
            return ChannelInfo(frozenset(), is_direct=False, is_age_restricted=False)
        case discord.PartialMessageable():
            if parent is None:
                return ChannelInfo(frozenset({channel.id}), channel.guild_id is None, is_age_restricted=False)
            info = channel_info(parent)
            return replace(info, channels=info.channels | {channel.id})
        case discord.Thread():
            category_id = channel.parent.category_id if channel.parent is not None else None
            ids = _ids(channel.id, channel.parent_id, category_id)
            return ChannelInfo(ids, is_direct=False, is_age_restricted=channel.is_nsfw())
        case discord.DMChannel() | discord.GroupChannel():
            return ChannelInfo(frozenset({channel.id}), is_direct=True, is_age_restricted=False)
        case _:
            ids = _ids(channel.id, channel.category_id)
            return ChannelInfo(ids, is_direct=False, is_age_restricted=channel.is_nsfw())


def person(user: discord.User | discord.Member, place: Place, permissions: discord.Permissions) -> Person:
    """The core's person. Who may manage the server is an admin. Args: `permissions`: theirs in that place."""
    is_admin = permissions.administrator or permissions.manage_guild
    return Person(PLATFORM, place.team, str(user.id), " ".join(user.display_name.split()), is_admin=is_admin)


def role_ids(user: discord.User | discord.Member) -> frozenset[int]:
    return frozenset(role.id for role in user.roles) if isinstance(user, discord.Member) else frozenset()


def guild_permissions(user: discord.User | discord.Member) -> discord.Permissions:
    """By the roles that came with a message; channel overwrites are not counted."""
    return user.guild_permissions if isinstance(user, discord.Member) else discord.Permissions.none()


def can_send(permissions: discord.Permissions, *, in_thread: bool) -> bool:
    """Whether these permissions in a channel, which hold in its threads too, allow to post messages."""
    granted = permissions.send_messages_in_threads if in_thread else permissions.send_messages
    return granted or permissions.administrator


def can_send_images(permissions: discord.Permissions, *, in_thread: bool) -> bool:
    """As `can_send`, with attachments."""
    return permissions.administrator or (
        permissions.view_channel and permissions.attach_files and can_send(permissions, in_thread=in_thread)
    )


def _ids(*ids: int | None) -> frozenset[int]:
    return frozenset(each for each in ids if each is not None)
