"""Who people are, and where and for whom Easel works, by an administrator's lists. Pure.

Everything comes with the event itself, or from `members`: no list of members is kept.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Literal

import discord

from adapters.discord.ids import PLATFORM
from bot.domain.people import Person, Place
from bot.errors import BadCommand, NotAllowed

AgeRestricted = Literal["on", "off", "only"]


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """A channel as rights know it: `channels` are its own id, its parent's and its category's."""

    channels: frozenset[int]
    is_direct: bool
    is_age_restricted: bool


@dataclass(frozen=True, slots=True)
class AccessRules:
    """Args: `roles`, `channels`: ids; empty for all. A channel's list holds for its threads, a category's for its own.

    With a list of roles there are no direct messages: nobody has a role there.
    """

    roles: frozenset[int] = frozenset()
    channels: frozenset[int] = frozenset()
    age_restricted: AgeRestricted = "on"

    def require(self, where: ChannelInfo, roles: AbstractSet[int], *, is_admin: bool) -> None:
        """Raises NotAllowed or BadCommand, with what to do, where Easel is not to be used."""
        if self.roles and not (roles & self.roles) and not is_admin:
            text = "Here, only people with certain roles can use Easel."
            hint = "Use it in the server." if where.is_direct else "Ask an admin for the role."
            raise NotAllowed(text, hint=hint)
        if self.channels and not (where.channels & self.channels) and not where.is_direct:
            raise BadCommand("Easel does not draw in this channel.", hint="Ask an admin where it does.")
        if self.age_restricted == "off" and where.is_age_restricted:
            raise BadCommand("Easel does not draw in age-restricted channels.", hint="Ask in another channel.")
        if self.age_restricted == "only" and not where.is_age_restricted:
            raise BadCommand("Easel draws in age-restricted channels only.", hint="Ask in one of those.")


def channel_info(channel: object, *, parent: object = None) -> ChannelInfo:
    """Args: as discord.py knows them. Of a thread that it does not know there is an id alone: the lists, and what is
    age-restricted, are then those of its `parent`.
    """
    match channel:
        case discord.PartialMessageable() if isinstance(parent, discord.abc.GuildChannel):
            above = channel_info(parent)
            return replace(above, channels=above.channels | {channel.id})
        case discord.Thread():
            parent = channel.parent
            category = parent.category_id if parent is not None else None
            ids = _ids(channel.id, channel.parent_id, category)
            return ChannelInfo(ids, is_direct=False, is_age_restricted=channel.is_nsfw())
        case discord.abc.GuildChannel():
            is_age_restricted = bool(getattr(channel, "nsfw", False))
            return ChannelInfo(
                _ids(channel.id, channel.category_id), is_direct=False, is_age_restricted=is_age_restricted
            )
        case discord.DMChannel() | discord.GroupChannel():
            return ChannelInfo(frozenset({channel.id}), is_direct=True, is_age_restricted=False)
        case discord.PartialMessageable():
            is_direct = channel.guild_id is None
            return ChannelInfo(frozenset({channel.id}), is_direct=is_direct, is_age_restricted=False)
        case _:
            return ChannelInfo(frozenset(), is_direct=False, is_age_restricted=False)


def person(user: discord.User | discord.Member, place: Place, permissions: discord.Permissions) -> Person:
    """Args: `permissions`: what they may do there. Whoever may manage the server is an admin."""
    is_admin = permissions.administrator or permissions.manage_guild
    return Person(PLATFORM, place.team, str(user.id), " ".join(user.display_name.split()), is_admin=is_admin)


def roles_of(user: discord.User | discord.Member) -> frozenset[int]:
    return frozenset(role.id for role in user.roles) if isinstance(user, discord.Member) else frozenset()


def rights_of(user: discord.User | discord.Member) -> discord.Permissions:
    """Of somebody who wrote a message, by the roles that came with it."""
    return user.guild_permissions if isinstance(user, discord.Member) else discord.Permissions.none()


def may_write(rights: discord.Permissions, *, in_thread: bool) -> bool:
    """Args: `rights`: in a channel, which are those in its threads too."""
    granted = rights.send_messages_in_threads if in_thread else rights.send_messages
    return granted or rights.administrator


def may_show(rights: discord.Permissions, *, in_thread: bool) -> bool:
    """Whether pictures may be posted by who has these rights in a channel."""
    return rights.administrator or (
        rights.view_channel and rights.attach_files and may_write(rights, in_thread=in_thread)
    )


def _ids(*ids: int | None) -> frozenset[int]:
    return frozenset(each for each in ids if each is not None)
