"""The payloads of interactions: what Discord tells an app of what a person did."""

from dataclasses import dataclass, field

from tests.emulators.discord.interactions import Interaction
from tests.emulators.discord.message_shapes import attachment_json, message_json
from tests.emulators.discord.messages import Attachment, Message
from tests.emulators.discord.permissions import permissions_in
from tests.emulators.discord.shapes import channel_json, member_json, role_json, user_json
from tests.emulators.discord.state import State
from tests.emulators.discord.things import MIB, Channel, Json, Profile, Role


@dataclass(eq=False, slots=True)
class Resolved:
    """What the ids in a payload stand for."""

    attachments: list[Attachment] = field(default_factory=list[Attachment])
    users: list[Profile] = field(default_factory=list[Profile])
    roles: list[Role] = field(default_factory=list[Role])
    channels: list[Channel] = field(default_factory=list[Channel])
    messages: list[Message] = field(default_factory=list[Message])


def interaction_json(state: State, interaction: Interaction, data: Json) -> Json:
    channel, person = interaction.channel, interaction.person
    told: Json = {
        "id": interaction.id,
        "application_id": state.application_id,
        "type": interaction.type,
        "token": interaction.token,
        "version": 1,
        "data": data,
        "channel_id": channel.id,
        "channel": {**channel_json(state, channel), "permissions": str(permissions_in(channel, person))},
        "app_permissions": str(permissions_in(channel, state.bot)),
        "locale": person.locale,
        "entitlements": [],
        "attachment_size_limit": _size_limit(state, interaction),
    }
    if interaction.message is not None:
        # What somebody acted on is told in full, whatever the intents.
        told["message"] = message_json(state, interaction.message, has_intent=True)
    if channel.guild is None:
        return told | {"user": user_json(person), "context": 1, "authorizing_integration_owners": {"0": "0"}}
    guild = channel.guild
    return told | {
        "guild_id": guild.id,
        "guild": {"id": guild.id, "locale": guild.locale, "features": []},
        "guild_locale": guild.locale,
        "member": {
            **member_json(person.memberships[guild.id]),
            "user": user_json(person),
            "permissions": str(permissions_in(channel, person)),
        },
        "context": 0,
        "authorizing_integration_owners": {"0": guild.id},
    }


def resolved_json(state: State, resolved: Resolved, channel: Channel) -> Json:
    told: Json = {}
    guild = channel.guild
    if resolved.attachments:
        told["attachments"] = {each.id: attachment_json(state, each) for each in resolved.attachments}
    if resolved.users:
        told["users"] = {each.id: user_json(each) for each in resolved.users}
        if guild is not None:
            members = {each.id: each.memberships.get(guild.id) for each in resolved.users}
            told["members"] = {
                each: {**member_json(found), "permissions": "0"} for each, found in members.items() if found
            }
    if resolved.roles:
        told["roles"] = {each.id: role_json(each) for each in resolved.roles}
    if resolved.channels:
        told["channels"] = {each.id: {**channel_json(state, each), "permissions": "0"} for each in resolved.channels}
    if resolved.messages:
        told["messages"] = {each.id: message_json(state, each, has_intent=True) for each in resolved.messages}
    return told


def _size_limit(state: State, interaction: Interaction) -> int:
    if state.attachment_size_limit is not None:
        return state.attachment_size_limit
    guild = interaction.channel.guild
    return max(guild.max_file_bytes if guild else 10 * MIB, interaction.person.nitro_limit_bytes)
