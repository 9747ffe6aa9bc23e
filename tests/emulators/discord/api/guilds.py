"""Guilds and people."""

from tests.emulators.discord.api.asked import Answer, Asked, Handler
from tests.emulators.discord.checking.findings import snowflake
from tests.emulators.discord.permissions import permissions_in
from tests.emulators.discord.problems import ApiError, unknown
from tests.emulators.discord.shapes import (
    channel_json,
    guild_json,
    member_json,
    role_json,
    thread_member_json,
    user_json,
)


def create_dm(asked: Asked) -> Answer:
    body = asked.body({"recipient_id": snowflake(needed=True)})
    user = asked.state.users.get(str(body["recipient_id"]))
    if user is None or user.is_bot:
        raise ApiError(400, 50033, "Invalid Recipient(s)", problem="that is nobody to write to")
    return channel_json(asked.state, asked.state.direct_channel(user))


def get_user(asked: Asked) -> Answer:
    user = asked.state.users.get(asked.call.params["user_id"])
    if user is None:
        raise unknown(10013)
    return user_json(user)


def get_current_guilds(asked: Asked) -> Answer:
    guilds = [asked.state.guilds[each] for each in asked.state.bot.memberships]
    return [
        {"id": each.id, "name": each.name, "icon": None, "owner": False, "permissions": "0", "features": []}
        for each in guilds
    ]


def get_guild(asked: Asked) -> Answer:
    return guild_json(asked.state, asked.guild())


def get_guild_channels(asked: Asked) -> Answer:
    guild = asked.guild()
    here = [each for each in asked.state.channels.values() if each.guild is guild and not each.is_deleted]
    return [channel_json(asked.state, each) for each in here if not each.is_thread]


def get_guild_roles(asked: Asked) -> Answer:
    return [role_json(role) for role in asked.guild().roles.values()]


def get_guild_member(asked: Asked) -> Answer:
    guild, user = asked.guild(), asked.state.users.get(asked.call.params["user_id"])
    membership = user.memberships.get(guild.id) if user is not None else None
    if user is None or membership is None:
        raise unknown(10007 if user is not None else 10013)
    return {**member_json(membership), "user": user_json(user)}


def get_active_threads(asked: Asked) -> Answer:
    guild, state = asked.guild(), asked.state
    threads = [
        each
        for each in state.channels.values()
        if each.guild is guild and each.is_thread and not each.is_archived and not each.is_deleted
    ]
    visible = [each for each in threads if permissions_in(each, state.bot)]
    members = [thread_member_json(each, state.bot.id) for each in visible if state.bot.id in each.members]
    return {"threads": [channel_json(state, each) for each in visible], "members": members}


HANDLERS: dict[str, Handler] = {
    "create_dm": create_dm,
    "get_user": get_user,
    "get_current_guilds": get_current_guilds,
    "get_guild": get_guild,
    "get_guild_channels": get_guild_channels,
    "get_guild_roles": get_guild_roles,
    "get_guild_member": get_guild_member,
    "get_active_threads": get_active_threads,
}
