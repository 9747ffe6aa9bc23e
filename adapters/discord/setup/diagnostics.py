"""What Discord's answers mean to whoever sets it up. Pure. No finding holds a token."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import discord

from adapters.discord.setup.invite import PERMISSIONS
from bot.domain.diagnostics import Diagnostic

TOKEN: Final = "DISCORD_TOKEN"  # noqa: S105 - the name of a setting
_FEW_SESSIONS: Final = 50
_INDISPENSABLE: Final = frozenset({"view_channel", "send_messages", "attach_files"})
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

Json = Mapping[str, Any]


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


def judge_gateway(told: Json, *, shard_count: int) -> Iterator[Diagnostic]:
    wanted = int(told.get("shards", 1))
    if shard_count < wanted:
        text = f"Discord recommends {wanted} shards; {shard_count} are set."
        yield Diagnostic.warning("shards", text, f"Set EASEL_DISCORD_SHARD_COUNT={wanted} in every process.")
    else:
        yield Diagnostic.ok("shards", f"{shard_count}, where Discord recommends {wanted}.")
    sessions: Json = told.get("session_start_limit") or {}
    left = sessions.get("remaining")
    if isinstance(left, int) and left < _FEW_SESSIONS:
        text = f"Only {left} new sessions are left today: something connects again and again."
        yield Diagnostic.warning("sessions", text, "Look for another process with this token, and into the log.")


def judge_commands(found: Iterable[Json], wanted: Sequence[Json]) -> Diagnostic:
    """Discord fills in much that was left out when a command was registered: names and options are what is compared."""
    there = {_signature(each) for each in found}
    missing = [str(each["name"]) for each in wanted if _signature(each) not in there]
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
    """Of one channel, by name: what is missing, and what does not work without."""
    missing = [name for name, needed in PERMISSIONS if needed and not getattr(granted, name)]
    for name in missing:
        text = f"{_incoming(name)} is missing: {_WITHOUT[name]}."
        found = Diagnostic.problem if name in _INDISPENSABLE else Diagnostic.warning
        yield found(subject, text, "Give it to Easel's role, in the server or in this channel's own permissions.")
    if not missing:
        yield Diagnostic.ok(subject, "Easel has all the permissions that it needs.")


def judge_channels(server: str, granted: Mapping[str, discord.Permissions]) -> Diagnostic:
    """Of one server: in which of its channels, by name, Easel can draw. One that it does not see may be meant so."""
    seen = {name: rights for name, rights in granted.items() if rights.view_channel}
    lacking = {name: _lacking(rights) for name, rights in seen.items()}
    mute = [f"#{name} ({', '.join(_incoming(each) for each in lacks)})" for name, lacks in lacking.items() if lacks]
    if mute:
        text = f"No pictures can be posted in {_few(mute)}."
        return Diagnostic.warning(server, text, "Give Easel's role what is missing, in the server or in the channels.")
    hidden = [f"#{name}" for name in granted if name not in seen]
    rest = f"; it does not see {_few(hidden)}" if hidden else ""
    return Diagnostic.ok(server, f"Easel can draw in {len(seen)} of {len(granted)} channels{rest}.")


@dataclass(frozen=True, slots=True)
class ServerPermissions:
    """What we may do in a server; its channels change it. `ours` are the ids of our roles, everybody's first."""

    base: discord.Permissions
    ours: tuple[str, ...]
    us: str

    @classmethod
    def of(cls, roles: Iterable[Json], member: Json, *, guild: str, us: str) -> Self:
        ours = (guild, *map(str, member.get("roles") or ()))
        base = discord.Permissions.none()
        for role in roles:
            if str(role["id"]) in ours:
                base.value |= int(role["permissions"])
        return cls(base, ours, us)

    def granted_in(self, channel: Json) -> discord.Permissions:
        """By Discord's order: everybody's rights, those of our roles, and then what the channel changes of each."""
        if self.base.administrator:
            return discord.Permissions.all()
        changes = {str(each["id"]): each for each in channel.get("permission_overwrites") or ()}
        value = self.base.value
        for names in (self.ours[:1], self.ours[1:], (self.us,)):
            allow = deny = 0
            for name in names:
                if name in changes:
                    allow |= int(changes[name]["allow"])
                    deny |= int(changes[name]["deny"])
            value = value & ~deny | allow
        return discord.Permissions(value)


def _lacking(granted: discord.Permissions) -> list[str]:
    return [name for name, needed in PERMISSIONS if needed and name in _INDISPENSABLE and not getattr(granted, name)]


def _incoming(permission: str) -> str:
    return permission.replace("_", " ").title()


def _few(names: Sequence[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _signature(command: Json) -> tuple[str, tuple[str, ...]]:
    options: Sequence[Json] = command.get("options") or ()
    return str(command["name"]), tuple(str(option["name"]) for option in options)
