"""The app itself: who it is, where its gateway is, and its commands."""

from typing import Any

from tests.emulators.discord.api.asked import Answer, Asked, Handler
from tests.emulators.discord.checking.commands import check_commands
from tests.emulators.discord.problems import ApiError, forbidden
from tests.emulators.discord.shapes import application_json, user_json
from tests.emulators.discord.state import State
from tests.emulators.discord.things import Json


def get_current_user(asked: Asked) -> Answer:
    bot = user_json(asked.state.bot)
    return {**bot, "verified": True, "mfa_enabled": False, "flags": 0, "email": None, "locale": "en-US"}


def get_application(asked: Asked) -> Answer:
    return application_json(asked.state)


def get_gateway(asked: Asked) -> Answer:
    return {"url": asked.state.gateway_url}


def get_gateway_bot(asked: Asked) -> Answer:
    limit = {
        "total": 1000,
        "remaining": max(0, 1000 - asked.state.identified),
        "reset_after": 86_400_000,
        "max_concurrency": 1,
    }
    return {"url": asked.state.gateway_url, "shards": asked.state.shards_wanted, "session_start_limit": limit}


def get_commands(asked: Asked) -> Answer:
    _check_application(asked)
    return list(asked.state.commands.get(None, []))


def get_guild_commands(asked: Asked) -> Answer:
    _check_application(asked)
    return list(asked.state.commands.get(asked.guild().id, []))


def bulk_overwrite_commands(asked: Asked) -> Answer:
    return _overwrite(asked, None)


def bulk_overwrite_guild_commands(asked: Asked) -> Answer:
    return _overwrite(asked, asked.guild().id)


def _overwrite(asked: Asked, guild_id: str | None) -> list[Json]:
    _check_application(asked)
    if asked.call.unreadable is not None:
        raise ApiError(400, 50109, problem=asked.call.unreadable)
    for complaint in check_commands(asked.call.body):
        asked.state.note(asked.call.route, complaint)
    before = {(each["type"], each["name"]): each for each in asked.state.commands.get(guild_id, [])}
    registered = [_registered(asked.state, given, before, guild_id) for given in asked.call.body]
    asked.state.commands[guild_id] = registered
    asked.state.command_syncs += 1
    return registered


def _registered(state: State, given: Json, before: dict[tuple[int, str], Json], guild_id: str | None) -> Json:
    kind: int = given.get("type", 1)
    known = before.get((kind, given["name"]))
    permissions: Any = given.get("default_member_permissions")
    command: Json = {
        "id": known["id"] if known else state.new_id(),
        "application_id": state.application_id,
        "version": state.new_id(),
        "type": kind,
        "name": given["name"],
        "name_localizations": given.get("name_localizations"),
        "description": given.get("description", ""),
        "description_localizations": given.get("description_localizations"),
        "default_member_permissions": None if permissions is None else str(permissions),
        "nsfw": given.get("nsfw", False),
        "options": given.get("options", []),
    }
    if guild_id is not None:
        return command | {"guild_id": guild_id}
    contexts = given.get("contexts")
    if contexts is None and given.get("dm_permission") is False:
        contexts = [0]
    command |= {"contexts": contexts, "integration_types": given.get("integration_types") or [0]}
    return command | {"dm_permission": contexts is None or 1 in contexts}


def _check_application(asked: Asked) -> None:
    if asked.call.params["application_id"] != asked.state.application_id:
        raise forbidden(50001)


HANDLERS: dict[str, Handler] = {
    "get_current_user": get_current_user,
    "get_application": get_application,
    "get_current_application": get_application,
    "get_gateway": get_gateway,
    "get_gateway_bot": get_gateway_bot,
    "get_commands": get_commands,
    "get_guild_commands": get_guild_commands,
    "bulk_overwrite_commands": bulk_overwrite_commands,
    "bulk_overwrite_guild_commands": bulk_overwrite_guild_commands,
}
