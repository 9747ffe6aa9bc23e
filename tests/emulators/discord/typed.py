"""What a client makes of a typed command: it offers only what is registered, and sends only what fits its options."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.emulators.discord.checking import commands as kinds
from tests.emulators.discord.checking.mentions import called_in
from tests.emulators.discord.payloads import Resolved
from tests.emulators.discord.permissions import is_admin, permissions_in
from tests.emulators.discord.state import State
from tests.emulators.discord.things import Channel, Json, Profile, Role
from tests.emulators.discord.uploads import FileToUpload, uploaded


def find_command(state: State, person: Profile, channel: Channel, name: str, kind: int = kinds.CHAT_INPUT) -> Json:
    """The command that this person's client offers there; a guild's own comes before a global one.

    Raises:
        LookupError: it offers none of that name.
    """
    guild = channel.guild
    scopes = [guild.id, None] if guild is not None else [None]
    for scope in scopes:
        for command in state.commands.get(scope, ()):
            if command["name"] == name and command["type"] == kind and _is_offered(state, person, channel, command):
                return command
    raise LookupError(f"no command {name!r} is offered to {person.name} in {channel.name}")


def fill_in(
    state: State,
    command: Json,
    path: list[str],
    values: Mapping[str, Any],
    channel: Channel,
    *,
    focused: str | None = None,
) -> tuple[list[Json], Resolved]:
    """The options as they are sent, and what their ids stand for. `path` names sub-commands.

    Raises:
        LookupError: there is no such option or sub-command.
        ValueError: a value is not as the option wants it, so that the client would not send it.
    """
    resolved = Resolved()
    if path:
        inner = next((each for each in command["options"] if each["name"] == path[0]), None)
        if inner is None:
            raise LookupError(f"there is no sub-command {path[0]!r}")
        options, resolved = fill_in(state, {"options": [], **inner}, path[1:], values, channel, focused=focused)
        return [{"name": inner["name"], "type": inner["type"], "options": options}], resolved
    known = {each["name"]: each for each in command["options"]}
    for name in values.keys() - known.keys():
        raise LookupError(f"{command['name']} has no option {name!r}")
    sent: list[Json] = []
    for name, option in known.items():
        if values.get(name) is None:
            if option.get("required") and focused is None:
                raise ValueError(f"{name} is required")
            continue
        is_focused = name == focused
        value = values[name] if is_focused else _value(state, option, values[name], channel, resolved)
        one: Json = {"name": name, "type": option["type"], "value": value}
        sent.append(one | ({"focused": True} if is_focused else {}))
    return sent, resolved


def named(command: Json) -> Json:
    """The command as an interaction tells it."""
    told: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    return told | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})


def is_completed(command: Json, path: Sequence[str], option: str) -> bool:
    """Whether the app is asked while this option is being typed."""
    options: list[Json] = command["options"]
    for step in path:
        options = next(each.get("options", []) for each in options if each["name"] == step)
    return any(each["name"] == option and each.get("autocomplete") for each in options)


# Private


def _is_offered(state: State, person: Profile, channel: Channel, command: Json) -> bool:
    guild = channel.guild
    contexts = command.get("contexts")
    if "guild_id" not in command and contexts is not None and (0 if guild else 1) not in contexts:
        return False
    if guild is None:
        return True
    if guild.id not in state.bot.memberships or (command["nsfw"] and not channel.is_nsfw):
        return False
    wanted = command["default_member_permissions"]
    if wanted is None or is_admin(guild, person):
        return True
    bits = int(wanted)
    # Nothing at all stands for nobody but admins.
    return bits != 0 and permissions_in(channel, person) & bits == bits


def _value(state: State, option: Json, given: Any, channel: Channel, resolved: Resolved) -> Any:
    match option["type"]:
        case 3:
            text = _text(option, given)
            _resolve_mentions(state, text, channel, resolved)
            return text
        case 4 | 10:
            return _number(option, given)
        case 5:
            if not isinstance(given, bool):
                raise ValueError(f"{option['name']} is yes or no")
            return given
        case 11:
            if not isinstance(given, FileToUpload):
                raise ValueError(f"{option['name']} takes a file")
            attachment = uploaded(state, channel.id, given, is_ephemeral=True)
            resolved.attachments.append(attachment)
            return attachment.id
        case _:
            return _thing(option, given, resolved)


def _thing(option: Json, given: Any, resolved: Resolved) -> str:
    if isinstance(given, Profile) and option["type"] in (kinds.USER, kinds.MENTIONABLE):
        resolved.users.append(given)
    elif isinstance(given, Role) and option["type"] in (kinds.ROLE, kinds.MENTIONABLE):
        resolved.roles.append(given)
    elif isinstance(given, Channel) and option["type"] == kinds.CHANNEL:
        resolved.channels.append(given)
    else:
        raise ValueError(f"{option['name']} takes no {given!r}")
    return given.id


def _text(option: Json, given: Any) -> str:
    if not isinstance(given, str):
        raise ValueError(f"{option['name']} is a text")
    if option.get("choices"):
        return str(_choice(option, given))
    # Clients trim what was typed.
    typed = given.strip()
    least, most = option.get("min_length", 1), option.get("max_length", 6000)
    if not least <= len(typed) <= most:
        raise ValueError(f"{option['name']} has {len(typed)} characters, and must have {least} to {most}")
    return typed


def _resolve_mentions(state: State, text: str, channel: Channel, resolved: Resolved) -> None:
    """Whom a text calls is told with it, as JDA's `OptionMapping.getMentions` relies on."""
    called, roles = called_in(text), channel.guild.roles if channel.guild is not None else {}
    resolved.users += [state.users[each] for each in called.users if each in state.users]
    resolved.roles += [roles[each] for each in called.roles if each in roles]


def _number(option: Json, given: Any) -> int | float:
    if isinstance(given, bool) or not isinstance(given, int if option["type"] == kinds.INTEGER else int | float):
        raise ValueError(f"{option['name']} is a number")
    if option.get("choices"):
        found = _choice(option, given)
        assert isinstance(found, int | float)
        return found
    if not option.get("min_value", given) <= given <= option.get("max_value", given):
        raise ValueError(f"{option['name']} is out of range")
    return given


def _choice(option: Json, given: object) -> str | int | float:
    """By its name, as people see it, or by its value."""
    for choice in option["choices"]:
        if given in (choice["name"], choice["value"]):
            return choice["value"]
    raise ValueError(f"{option['name']} does not offer {given!r}")
