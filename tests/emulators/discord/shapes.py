"""How people and places look on the wire: in answers, events and interactions alike."""

from tests.emulators.discord.clock import iso
from tests.emulators.discord.ids import made_at_s
from tests.emulators.discord.permissions import permissions_in
from tests.emulators.discord.state import State
from tests.emulators.discord.things import Channel, Guild, Json, Membership, Profile, Role


def user_json(profile: Profile) -> Json:
    return {
        "id": profile.id,
        "username": profile.name.lower(),
        "global_name": None if profile.is_bot else profile.name,
        "discriminator": "4242" if profile.is_bot else "0",
        "avatar": None,
        "bot": profile.is_bot,
        "public_flags": 0,
        "avatar_decoration_data": None,
    }


def member_json(membership: Membership) -> Json:
    """Without the user, as it stands beside one."""
    return {
        "nick": membership.nick,
        "avatar": None,
        "roles": sorted(membership.roles),
        "joined_at": iso(membership.joined_s),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }


def role_json(role: Role) -> Json:
    return {
        "id": role.id,
        "name": role.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": 0,
        "permissions": str(role.permissions),
        "managed": role.is_managed,
        "mentionable": role.is_mentionable,
        "flags": 0,
    }


def channel_json(state: State, channel: Channel) -> Json:
    if channel.guild is None:
        others = [state.users[each] for each in channel.recipients if each != state.bot.id]
        return {
            "id": channel.id,
            "type": channel.type,
            "last_message_id": _last(channel),
            "flags": 0,
            "recipients": [user_json(each) for each in others],
        }
    shown: Json = {
        "id": channel.id,
        "type": channel.type,
        "guild_id": channel.guild.id,
        "name": channel.name,
        "parent_id": channel.parent.id if channel.parent else None,
        "last_message_id": _last(channel),
        "rate_limit_per_user": 0,
        "flags": 0,
    }
    return shown | (_thread_json(state, channel) if channel.is_thread else _room_json(channel))


def _room_json(channel: Channel) -> Json:
    assert channel.guild is not None
    overwrites = [
        {
            "id": target,
            "type": 0 if target in channel.guild.roles else 1,
            "allow": str(each.allow),
            "deny": str(each.deny),
        }
        for target, each in channel.overwrites.items()
    ]
    shown: Json = {
        "topic": None,
        "position": 0,
        "nsfw": channel.is_age_restricted,
        "permission_overwrites": overwrites,
        "default_auto_archive_duration": 1440,
    }
    return shown | ({"bitrate": 64000, "user_limit": 0, "rtc_region": None} if channel.kind == "voice" else {})


def _thread_json(state: State, thread: Channel) -> Json:
    shown: Json = {
        "owner_id": thread.owner_id,
        "message_count": sum(not each.is_deleted for each in thread.messages),
        "total_message_sent": len(thread.messages),
        "member_count": len(thread.members),
        "thread_metadata": {
            "archived": thread.is_archived,
            "locked": thread.is_locked,
            "auto_archive_duration": thread.auto_archive_minutes,
            "archive_timestamp": iso(thread.archive_changed_s),
            "create_timestamp": iso(made_at_s(thread.id)),
            "invitable": True,
        },
    }
    if state.bot.id in thread.members:
        shown["member"] = thread_member_json(thread, state.bot.id)
    return shown


def thread_member_json(thread: Channel, user_id: str) -> Json:
    return {"id": thread.id, "user_id": user_id, "join_timestamp": iso(thread.archive_changed_s), "flags": 1}


def _last(channel: Channel) -> str | None:
    return channel.messages[-1].id if channel.messages else None


def guild_json(state: State, guild: Guild) -> Json:
    """As REST shows it."""
    return {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "owner_id": guild.owner_id,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "roles": [role_json(role) for role in guild.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
        "mfa_level": 0,
        "application_id": None,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "vanity_url_code": None,
        "description": None,
        "banner": None,
        "premium_tier": guild.boost_tier,
        "premium_subscription_count": (0, 2, 7, 14)[guild.boost_tier],
        "preferred_locale": guild.locale,
        "public_updates_channel_id": None,
        "nsfw_level": 0,
        "premium_progress_bar_enabled": False,
        "safety_alerts_channel_id": None,
    }


def guild_create_json(state: State, guild: Guild, *, is_new: bool) -> Json:
    """As the gateway tells of it: with its channels, the threads that are active, and of its members the app alone."""
    channels = [each for each in state.channels.values() if each.guild is guild and not each.is_deleted]
    visible = [each for each in channels if permissions_in(each, state.bot)]
    membership = state.bot.memberships[guild.id]
    told = {
        **guild_json(state, guild),
        "joined_at": iso(membership.joined_s),
        "large": False,
        "member_count": sum(guild.id in user.memberships for user in state.users.values()),
        "voice_states": [],
        "members": [{**member_json(membership), "user": user_json(state.bot)}],
        "channels": [channel_json(state, each) for each in channels if not each.is_thread],
        "threads": [channel_json(state, each) for each in visible if each.is_thread and not each.is_archived],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
    # Said only of what was announced as unavailable before.
    return told if is_new else {**told, "unavailable": False}


def application_json(state: State) -> Json:
    flags = 1 << 23  # it has commands
    flags |= 1 << 19 if state.message_content_granted else 0
    flags |= 1 << 15 if state.members_granted else 0
    flags |= 1 << 13 if state.presences_granted else 0
    return {
        "id": state.application_id,
        "name": state.bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user_json(state.bot),
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "hook": True,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "approximate_guild_count": len(state.bot.memberships),
        "approximate_user_install_count": 0,
        "integration_types_config": {"0": {}},
        "owner": {
            "id": "1000",
            "username": "owner",
            "global_name": None,
            "discriminator": "0",
            "avatar": None,
            "flags": 0,
        },
        "team": None,
    }
