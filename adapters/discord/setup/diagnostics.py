"""Discord diagnostics: findings of `easel doctor` from Discord's answers. Pure. No finding holds a token."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import discord

from adapters.discord.payloads.rest_responses import (
    ChannelResponse,
    CommandResponse,
    GatewayResponse,
    RoleResponse,
)
from adapters.discord.setup.invite import PERMISSIONS
from bot.domain.diagnostics import Diagnostic

TOKEN: Final = "DISCORD_TOKEN"  # noqa: S105 - the name of a setting
_FEW_SESSIONS: Final = 50
_REQUIRED: Final = frozenset({"view_channel", "send_messages", "attach_files"})
_WITHOUT: Final = {
    "view_channel": "Easel does not see the channel",
    "send_messages": "nothing can be posted but answers to commands",
    "add_reactions": "words that Easel leaves alone get no sign",
    "embed_links": "links in Easel's own words are not shown as such",
    "attach_files": "no picture can be posted",
    "read_message_history": "Easel cannot answer a message, and attachments cannot be fetched a day later",
    "create_public_threads": "results open no threads: people answer the picture instead",
    "send_messages_in_threads": "nothing can be posted in threads",
}


def judge_application(app: discord.AppInfo) -> Iterator[Diagnostic]:
    yield Diagnostic.ok(TOKEN, f"Accepted: {app.name} ({app.id}).")
    if app.interactions_endpoint_url:
        text = "An interactions endpoint URL is set for this app, so commands and buttons do not reach Easel."
        yield Diagnostic.problem("app", text, "Remove it on the app's page, General Information.")
    if app.bot_require_code_grant:
        text = "The app requires an OAuth2 code grant, so its invite link does not work."
        yield Diagnostic.problem("app", text, "Turn it off on the app's page, Bot.")


def judge_intents(flags: discord.ApplicationFlags, *, wanted: bool) -> Diagnostic:
    granted = flags.gateway_message_content or flags.gateway_message_content_limited
    if not wanted:
        return Diagnostic.ok("message content", "Is not asked for: people mention Easel, or answer its pictures.")
    if granted:
        return Diagnostic.ok("message content", "Is granted: replies in Easel's threads need no mention.")
    text = "Is off: in threads, Easel hears only mentions and answers to its pictures."
    return Diagnostic.warning("message content", text, "Turn on Message Content Intent on the app's page, Bot.")


def judge_gateway(gateway: GatewayResponse, *, shard_count: int) -> Iterator[Diagnostic]:
    wanted = gateway.shards
    if shard_count < wanted:
        text = f"Discord recommends {wanted} shards; {shard_count} are set."
        yield Diagnostic.warning("shards", text, f"Set EASEL_DISCORD_SHARD_COUNT={wanted} in every process.")
    else:
        yield Diagnostic.ok("shards", f"{shard_count}, where Discord recommends {wanted}.")
    left = gateway.sessions_left
    if left is not None and left < _FEW_SESSIONS:
        text = f"Only {left} new sessions are left today: something connects again and again."
        yield Diagnostic.warning("sessions", text, "Look for another process with this token, and into the log.")


def judge_commands(found: Iterable[CommandResponse], wanted: Sequence[CommandResponse]) -> Diagnostic:
    """Compares names and options alone: Discord adds defaults to the rest of a registered command."""
    registered = frozenset(found)
    missing = [each.name for each in wanted if each not in registered]
    if not missing:
        return Diagnostic.ok("commands", f"All {len(wanted)} are registered.")
    text = f"Are not registered as they are now: {', '.join(missing)}."
    advice = "Run `easel discord sync`. A start of Easel does it too, where they changed since the last one."
    return Diagnostic.warning("commands", text, advice)


def judge_servers(names: Sequence[str], *, invite: str) -> Diagnostic:
    if not names:
        return Diagnostic.warning("servers", "Easel is in none.", f"Open {invite}")
    return Diagnostic.ok("servers", f"{len(names)}: {_few(names)}.")


def judge_permissions(subject: str, granted: discord.Permissions) -> Iterator[Diagnostic]:
    """Missing permissions in one channel, and what does not work without them."""
    missing = [name for name, needed in PERMISSIONS if needed and not getattr(granted, name)]
    for name in missing:
        text = f"{_label(name)} is missing: {_WITHOUT[name]}."
        found = Diagnostic.problem if name in _REQUIRED else Diagnostic.warning
        yield found(subject, text, "Give it to Easel's role, in the server or in this channel's own permissions.")
    if not missing:
        yield Diagnostic.ok(subject, "Easel has all the permissions that it needs.")


def judge_channels(server: str, granted: Mapping[str, discord.Permissions]) -> Diagnostic:
    """Of one server: in which channels Easel can post images. A channel that it does not see may be hidden on purpose.

    Args:
        granted: Easel's permissions by the names of channels.
    """
    seen = {name: permissions for name, permissions in granted.items() if permissions.view_channel}
    lacking = {name: _lacking(permissions) for name, permissions in seen.items()}
    without_images = [
        f"#{name} ({', '.join(_label(each) for each in lacks)})" for name, lacks in lacking.items() if lacks
    ]
    if without_images:
        text = f"No pictures can be posted in {_few(without_images)}."
        return Diagnostic.warning(server, text, "Give Easel's role what is missing, in the server or in the channels.")
    hidden = [f"#{name}" for name in granted if name not in seen]
    rest = f"; it does not see {_few(hidden)}" if hidden else ""
    return Diagnostic.ok(server, f"Easel can draw in {len(seen)} of {len(granted)} channels{rest}.")


@dataclass(frozen=True, slots=True)
class ServerPermissions:
    """Easel's permissions in a server, before the overwrites of its channels.

    Attributes:
        everyone: the id of the role @everyone, which is the server's.
        roles: the ids of Easel's other roles.
        user: the id of Easel's user.
    """

    base: discord.Permissions
    everyone: int
    roles: frozenset[int]
    user: int

    @classmethod
    def of(cls, roles: Iterable[RoleResponse], own_roles: Iterable[int], *, guild: int, user: int) -> Self:
        own = frozenset(own_roles)
        base = discord.Permissions.none()
        for role in roles:
            if role.id in own or role.id == guild:
                base.value |= role.permissions
        return cls(base, guild, own, user)

    def granted_in(self, channel: ChannelResponse) -> discord.Permissions:
        """In Discord's order: overwrites for @everyone, then for Easel's roles together, then for its user."""
        if self.base.administrator:
            return discord.Permissions.all()
        value = self.base.value
        for ids in ({self.everyone}, self.roles, {self.user}):
            overwrites = [channel.overwrites[each] for each in ids if each in channel.overwrites]
            allow = deny = 0
            for overwrite in overwrites:
                allow |= overwrite.allow
                deny |= overwrite.deny
            value = value & ~deny | allow
        return discord.Permissions(value)


def _lacking(granted: discord.Permissions) -> list[str]:
    return [name for name, needed in PERMISSIONS if needed and name in _REQUIRED and not getattr(granted, name)]


def _label(permission: str) -> str:
    return permission.replace("_", " ").title()


def _few(names: Sequence[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
