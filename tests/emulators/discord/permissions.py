"""What a member may do in a channel: roles, then overwrites, as Discord computes it."""

from enum import IntFlag

from tests.emulators.discord.things import Channel, Guild, Profile


class Permission(IntFlag):
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38


INVITED_WITH = 309237763072
"""What the app's invite asks for: view, send, embed, attach, read history, start threads and send in them."""
EVERYONE = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.MENTION_EVERYONE
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
"""What a new guild lets everyone do."""
IN_DIRECT_MESSAGES = EVERYONE & ~(Permission.CREATE_PUBLIC_THREADS | Permission.SEND_MESSAGES_IN_THREADS)
ALL = sum(Permission)


def permissions_in(channel: Channel, profile: Profile) -> int:
    """As bits; 0 for whoever does not see the channel."""
    guild = channel.guild
    if guild is None:
        return int(IN_DIRECT_MESSAGES) if profile.id in channel.recipients else 0
    if guild.id not in profile.memberships:
        return 0
    granted = permissions_at(guild, profile)
    if granted & Permission.ADMINISTRATOR or guild.owner_id == profile.id:
        return ALL
    granted = _overwritten(granted, channel.parent if channel.is_thread and channel.parent else channel, profile)
    if not granted & Permission.VIEW_CHANNEL:
        return 0
    if channel.kind == "private_thread" and profile.id not in channel.members:
        return granted if granted & Permission.MANAGE_THREADS else 0
    return granted


def permissions_at(guild: Guild, profile: Profile) -> int:
    """In the guild as a whole."""
    granted = guild.roles[guild.id].permissions
    for role_id in profile.memberships[guild.id].roles:
        granted |= guild.roles[role_id].permissions
    return granted


def is_admin(guild: Guild, profile: Profile) -> bool:
    return guild.owner_id == profile.id or bool(permissions_at(guild, profile) & Permission.ADMINISTRATOR)


def _overwritten(granted: int, channel: Channel, profile: Profile) -> int:
    guild = channel.guild
    assert guild is not None
    overwrites = channel.overwrites
    if everyone := overwrites.get(guild.id):
        granted = granted & ~everyone.deny | everyone.allow
    roles = [overwrites[role] for role in profile.memberships[guild.id].roles if role in overwrites]
    for each in roles:
        granted &= ~each.deny
    for each in roles:
        granted |= each.allow
    if member := overwrites.get(profile.id):
        granted = granted & ~member.deny | member.allow
    return granted
