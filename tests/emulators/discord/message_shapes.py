"""How messages look on the wire, and what of them an app without the intent does not get to read."""

from typing import Any

from tests.emulators.discord.clock import iso
from tests.emulators.discord.links import links_to, proxied
from tests.emulators.discord.messages import HAS_SNAPSHOT, Attachment, Message, Snapshot, Sticker
from tests.emulators.discord.shapes import channel_json, member_json, user_json
from tests.emulators.discord.state import State
from tests.emulators.discord.things import Json, Profile


def message_json(state: State, message: Message, *, has_intent: bool, is_inner: bool = False) -> Json:
    """A message as an app sees it that has the message-content intent, or not. An inner one tells of no further."""
    readable = has_intent or is_readable(state, message)
    shown: Json = {
        "id": message.id,
        "channel_id": message.channel.id,
        "type": message.type,
        "author": user_json(message.author),
        "content": message.content if readable else "",
        "attachments": _attachments(state, message) if readable else [],
        "embeds": [_embed(state, message, each) for each in message.embeds] if readable else [],
        "components": [_component(state, message, each) for each in message.components] if readable else [],
        "mentions": [_mentioned(message, each) for each in message.mentions],
        "mention_roles": message.mention_roles,
        "mention_everyone": message.mentions_everyone,
        "pinned": False,
        "tts": False,
        "flags": message.flags,
        "timestamp": iso(message.created_s),
        "edited_timestamp": iso(message.edited_s) if message.edited_s is not None else None,
    }
    if message.nonce is not None:
        shown["nonce"] = message.nonce
    if message.stickers:
        shown["sticker_items"] = [_sticker(each) for each in message.stickers]
    if message.thread is not None and not message.thread.is_deleted:
        shown["thread"] = channel_json(state, message.thread)
    if message.channel.is_thread:
        shown["position"] = message.channel.messages.index(message) if message in message.channel.messages else 0
    if message.reactions:
        shown["reactions"] = [_reaction(state, emoji, who) for emoji, who in message.reactions.items()]
    if message.interaction is not None:
        shown |= _interaction(state, message)
    return shown | _reference(state, message, readable=readable, has_intent=has_intent, is_inner=is_inner)


def message_event(state: State, message: Message, *, has_intent: bool) -> Json:
    """The same as the gateway tells it."""
    shown = message_json(state, message, has_intent=has_intent)
    guild = message.channel.guild
    if guild is None:
        return shown | {"channel_type": message.channel.type}
    shown |= {"guild_id": guild.id, "channel_type": message.channel.type}
    membership = message.author.memberships.get(guild.id)
    return shown | ({"member": member_json(membership)} if membership and message.interaction is None else {})


def is_readable(state: State, message: Message) -> bool:
    """Without the intent: its own messages, direct ones, and those that mention it."""
    return message.author is state.bot or message.channel.guild is None or state.bot in message.mentions


def attachment_json(state: State, attachment: Attachment) -> Json:
    url, proxy_url = links_to(state, attachment)
    shown: Json = {
        "id": attachment.id,
        "filename": attachment.filename,
        "size": attachment.size,
        "url": url,
        "proxy_url": proxy_url,
    }
    optional = {"content_type": attachment.content_type, "description": attachment.description}
    shown |= {name: value for name, value in optional.items() if value is not None}
    if attachment.width_px is not None:
        shown |= {"width": attachment.width_px, "height": attachment.height_px, "placeholder_version": 1}
    return shown | ({"ephemeral": True} if attachment.is_ephemeral else {})


# Private


def _attachments(state: State, message: Message | Snapshot) -> list[Json]:
    # What components show is no attachment any more, and what they do not show is hidden.
    if message.is_v2:
        return []
    return [attachment_json(state, each) for each in message.attachments if not each.is_shown_elsewhere]


def _embed(state: State, message: Message | Snapshot, embed: Json) -> Json:
    shown: Json = {"type": "rich", "content_scan_version": 0, **{name: value for name, value in embed.items() if value}}
    for name in ("image", "thumbnail"):
        if name in shown:
            shown[name] = {**shown[name], **_media(state, message, shown[name]["url"])}
            shown[name].pop("attachment_id", None)
    return shown


def _component(state: State, message: Message | Snapshot, component: Json) -> Json:
    shown = dict(component)
    if "components" in shown:
        shown["components"] = [_component(state, message, each) for each in shown["components"]]
    if "accessory" in shown:
        shown["accessory"] = _component(state, message, shown["accessory"])
    if "items" in shown:
        shown["items"] = [{**item, "media": _media(state, message, item["media"]["url"])} for item in shown["items"]]
    for name in ("media", "file"):
        if name in shown:
            shown[name] = _media(state, message, shown[name]["url"])
    return shown


def _media(state: State, message: Message | Snapshot, url: str) -> Json:
    if not url.startswith("attachment://"):
        return {"url": url, "proxy_url": proxied(state, url), "loading_state": 2, "flags": 0}
    name = url.removeprefix("attachment://")
    attachment = next(each for each in message.attachments if each.filename == name)
    link, proxy = links_to(state, attachment)
    shown: Json = {
        "id": attachment.id,
        "url": link,
        "proxy_url": proxy,
        "width": attachment.width_px,
        "height": attachment.height_px,
        "loading_state": 2,
        "flags": 0,
        "attachment_id": attachment.id,
    }
    return shown | ({"content_type": attachment.content_type} if attachment.content_type else {})


def _mentioned(message: Message, profile: Profile) -> Json:
    guild = message.channel.guild
    membership = profile.memberships.get(guild.id) if guild else None
    return {**user_json(profile), **({"member": member_json(membership)} if membership else {})}


def _sticker(sticker: Sticker) -> Json:
    return {"id": sticker.id, "name": sticker.name, "format_type": sticker.format}


def _reaction(state: State, emoji: str, who: set[str]) -> Json:
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(who),
        "count_details": {"burst": 0, "normal": len(who)},
        "me": state.bot.id in who,
        "me_burst": False,
        "burst_colors": [],
    }


def _reference(state: State, message: Message, *, readable: bool, has_intent: bool, is_inner: bool) -> Json:
    reference = message.reference
    if reference is None:
        return {}
    where: Json = {"type": reference.type, "channel_id": reference.channel.id}
    if reference.channel.guild is not None:
        where["guild_id"] = reference.channel.guild.id
    shown: Json = {"message_reference": where}
    if not reference.message_id:
        return shown
    where["message_id"] = reference.message_id
    if message.snapshot is not None:
        inner = _snapshot(state, message.snapshot, readable=readable)
        return shown | {"message_snapshots": [{"message": inner}], "flags": message.flags | HAS_SNAPSHOT}
    if is_inner or not state.looks_up_originals:
        return shown
    original = reference.channel.find(reference.message_id)
    if original is None:
        return shown | {"referenced_message": None}
    inner = message_json(state, original, has_intent=has_intent, is_inner=True)
    return shown | {"referenced_message": inner}


def _snapshot(state: State, snapshot: Snapshot, *, readable: bool) -> Json:
    return {
        "type": snapshot.type,
        "content": snapshot.content if readable else "",
        "attachments": _attachments(state, snapshot) if readable else [],
        "embeds": [_embed(state, snapshot, each) for each in snapshot.embeds] if readable else [],
        "components": [_component(state, snapshot, each) for each in snapshot.components] if readable else [],
        "sticker_items": [_sticker(each) for each in snapshot.stickers],
        "mentions": [],
        "mention_roles": [],
        "flags": snapshot.flags,
        "timestamp": iso(snapshot.created_s),
        "edited_timestamp": None,
    }


def _interaction(state: State, message: Message) -> Json:
    interaction = message.interaction
    assert interaction is not None
    shown: Json = {"application_id": state.application_id, "webhook_id": state.application_id}
    shown["interaction_metadata"] = _metadata(state, interaction)
    if interaction.kind == "command":
        told = {"id": interaction.id, "type": 2, "name": interaction.name, "user": user_json(interaction.person)}
        shown["interaction"] = told
    return shown


def _metadata(state: State, interaction: Any) -> Json:
    guild = interaction.channel.guild
    told: Json = {
        "id": interaction.id,
        "type": interaction.type,
        "user": user_json(interaction.person),
        "authorizing_integration_owners": {"0": guild.id if guild else "0"},
    }
    if interaction.kind == "component" and interaction.message is not None:
        told["interacted_message_id"] = interaction.message.id
    if interaction.kind == "command":
        told |= {"name": interaction.name, "command_type": interaction.command_type}
    if interaction.opened_by is not None:
        told["triggering_interaction_metadata"] = _metadata(state, interaction.opened_by)
    return told
