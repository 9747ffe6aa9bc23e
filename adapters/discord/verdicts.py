"""What Discord's answers mean to whoever sets it up. Pure. No finding holds a token."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import discord

from adapters.discord.invite import PERMISSIONS
from bot.domain.findings import Finding

TOKEN: Final = "DISCORD_TOKEN"  # noqa: S105 - the name of a setting
_FEW_SESSIONS: Final = 50
_INDISPENSABLE: Final = frozenset({"view_channel", "send_messages", "attach_files"})
_WITHOUT: Final = {
    "view_channel": "Easel does not see the channel",
    "send_messages": "nothing can be posted but answers to commands",
    "embed_links": "links in Easel's own words are not shown as such",
    "attach_files": "no picture can be posted",
    "read_message_history": "Easel cannot answer a message, and attachments cannot be fetched a day later",
    "create_public_threads": "results open no threads: people answer the picture instead",
    "send_messages_in_threads": "nothing can be posted in threads",
}

Json = Mapping[str, Any]


def judge_application(app: discord.AppInfo) -> Iterator[Finding]:
    yield Finding.fine(TOKEN, f"Accepted: {app.name} ({app.id}).")
    if app.interactions_endpoint_url:
        text = "An interactions endpoint URL is set for this app, so commands and buttons do not reach Easel."
        yield Finding.problem("app", text, "Remove it on the app's page, General Information.")
    if app.bot_require_code_grant:
        text = "The app requires an OAuth2 code grant, so its invite link does not work."
        yield Finding.problem("app", text, "Turn it off on the app's page, Bot.")


def judge_intents(flags: discord.ApplicationFlags, *, wanted: bool) -> Finding:
    granted = flags.gateway_message_content or flags.gateway_message_content_limited
    if not wanted:
        return Finding.fine("message content", "Is not asked for: people mention Easel, or answer its pictures.")
    if granted:
        return Finding.fine("message content", "Is granted: replies in Easel's threads need no mention.")
    text = "Is off: in threads, Easel hears only mentions and answers to its pictures."
    return Finding.warning("message content", text, "Turn on Message Content Intent on the app's page, Bot.")


def judge_gateway(told: Json, *, shard_count: int) -> Iterator[Finding]:
    wanted = int(told.get("shards", 1))
    if shard_count < wanted:
        text = f"Discord recommends {wanted} shards; {shard_count} are set."
        yield Finding.warning("shards", text, f"Set EASEL_DISCORD_SHARD_COUNT={wanted} in every process.")
    else:
        yield Finding.fine("shards", f"{shard_count}, where Discord recommends {wanted}.")
    sessions: Json = told.get("session_start_limit") or {}
    left = sessions.get("remaining")
    if isinstance(left, int) and left < _FEW_SESSIONS:
        text = f"Only {left} new sessions are left today: something connects again and again."
        yield Finding.warning("sessions", text, "Look for another process with this token, and into the log.")


def judge_commands(registered: Collection[str], wanted: Sequence[str]) -> Finding:
    missing = [name for name in wanted if name not in registered]
    if not missing:
        return Finding.fine("commands", f"All {len(wanted)} are registered.")
    text = f"Are not registered: {', '.join(missing)}."
    return Finding.warning("commands", text, "Start Easel, which does it, or run `easel discord sync`.")


def judge_servers(names: Sequence[str], *, invite: str) -> Finding:
    if not names:
        return Finding.warning("servers", "Easel is in none.", f"Open {invite}")
    few = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return Finding.fine("servers", f"{len(names)}: {few}.")


def judge_permissions(subject: str, granted: discord.Permissions) -> Iterator[Finding]:
    """Of one channel, by name: what is missing, and what does not work without."""
    missing = [name for name, needed in PERMISSIONS if needed and not getattr(granted, name)]
    for name in missing:
        text = f"{name.replace('_', ' ').title()} is missing: {_WITHOUT[name]}."
        found = Finding.problem if name in _INDISPENSABLE else Finding.warning
        yield found(subject, text, "Give it to Easel's role, in the server or in this channel's own permissions.")
    if not missing:
        yield Finding.fine(subject, "Easel has all the permissions that it needs.")


def granted(
    roles: Iterable[Json], member: Json, overwrites: Iterable[Json], *, guild: str, us: str
) -> discord.Permissions:
    """What we may do in a channel: everybody's rights, those of our roles, and then what the channel changes."""
    ours = {guild, *map(str, member.get("roles") or ())}
    base = discord.Permissions.none()
    for role in roles:
        if str(role["id"]) in ours:
            base.value |= int(role["permissions"])
    if base.administrator:
        return discord.Permissions.all()
    changes = {str(each["id"]): each for each in overwrites}
    for names in ({guild}, ours - {guild}, {us}):
        allow = deny = 0
        for name in names & changes.keys():
            allow |= int(changes[name]["allow"])
            deny |= int(changes[name]["deny"])
        base.value = base.value & ~deny | allow
    return base
