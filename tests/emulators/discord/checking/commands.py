"""The rules of application commands."""

import re
from typing import Any

from tests.emulators.discord.checking.findings import (
    ANY,
    Findings,
    Path,
    Rule,
    array,
    check_object,
    flag,
    number,
    obj,
    one_of,
    text,
)
from tests.emulators.discord.things import Json

CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUB_COMMAND, SUB_GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(1, 12)
MOST = {CHAT_INPUT: 100, USER_MENU: 15, MESSAGE_MENU: 15}
MAX_CHARS = 8000

_NAME = re.compile(r"[-_'\w]{1,32}")
_COMMAND = {
    "id": ANY,
    "name": text(1, 32, needed=True),
    "name_localizations": obj(null=True),
    "description": text(0, 100),
    "description_localizations": obj(null=True),
    "type": one_of(1, 2, 3),
    "options": array(0, 25),
    "default_member_permissions": ANY,
    "dm_permission": ANY,
    "default_permission": ANY,
    "nsfw": flag(),
    "contexts": array(0, 3, null=True),
    "integration_types": array(0, 2, null=True),
}
_OPTION = {
    "type": one_of(*range(1, 12), needed=True),
    "name": text(1, 32, needed=True),
    "name_localizations": obj(null=True),
    "description": text(1, 100, needed=True),
    "description_localizations": obj(null=True),
    "required": flag(),
    "choices": array(0, 25),
    "options": array(0, 25),
    "channel_types": array(0, 20),
    "min_value": number(),
    "max_value": number(),
    "min_length": number(0, 6000),
    "max_length": number(1, 6000),
    "autocomplete": flag(),
    "file_types": array(0, 10),
}


def check_commands(commands: Any) -> list[str]:
    """What the app should not have sent although Discord does not mind.

    Raises:
        ApiError: something is not as it should be.
    """
    findings = Findings()
    if not isinstance(commands, list):
        findings.add((), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        findings.settle()
    for index, command in enumerate(commands):
        _check_command(findings, (index,), command)
    if findings.is_clean:
        _check_together(findings, commands)
    findings.settle()
    return findings.complaints


def check_choices(findings: Findings, path: Path, choices: Any, kind: int = STRING) -> None:
    """Of an option, or of the answer to an autocomplete request."""
    wanted: Rule = {INTEGER: number(needed=True), NUMBER: number(needed=True)}.get(kind, text(1, 100, needed=True))
    rules = {"name": text(1, 100, needed=True), "name_localizations": obj(null=True), "value": wanted}
    if not isinstance(choices, list) or len(choices) > 25:
        findings.add(path, "BASE_TYPE_BAD_LENGTH", "Must be 25 or fewer in length.")
        return
    for index, choice in enumerate(choices):
        check_object(findings, (*path, index), choice, rules)
    names = [choice.get("name") for choice in choices if isinstance(choice, dict)]
    if len(names) != len(set(names)):
        findings.add(path, "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_INVALID", "The choices' names are not unique")


def _check_command(findings: Findings, path: Path, command: Any) -> None:
    if not check_object(findings, path, command, _COMMAND):
        return
    kind, description = command.get("type", CHAT_INPUT), command.get("description", "")
    if kind == CHAT_INPUT:
        _check_name(findings, (*path, "name"), command["name"])
        if not description:
            findings.add((*path, "description"), "BASE_TYPE_REQUIRED", "This field is required")
        _check_options(findings, (*path, "options"), command.get("options", []), depth=0)
    elif description or command.get("options"):
        code = "APPLICATION_COMMANDS_DESCRIPTION_NOT_ALLOWED"
        findings.add(path, code, "Context menu commands have neither description nor options")
    if (chars := _chars(command)) > MAX_CHARS:
        findings.add(path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size (8000): {chars}")


def _check_options(findings: Findings, path: Path, options: list[Any], *, depth: int) -> None:
    names: set[str] = set()
    had_optional = False
    for index, option in enumerate(options):
        here = (*path, index)
        if not check_object(findings, here, option, _OPTION):
            continue
        _check_name(findings, (*here, "name"), option["name"])
        if option["name"] in names:
            findings.add(here, "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique")
        names.add(option["name"])
        if option.get("required") and had_optional:
            code = "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"
            findings.add(here, code, "Required options must be placed before non-required options")
        had_optional = had_optional or not option.get("required", False)
        if option["type"] in (SUB_COMMAND, SUB_GROUP):
            _check_options(findings, (*here, "options"), option.get("options", []), depth=depth + 1)
        if option.get("choices"):
            check_choices(findings, (*here, "choices"), option["choices"], option["type"])
            if option.get("autocomplete"):
                findings.add(
                    here, "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", "autocomplete and choices exclude another"
                )
    kinds = {option.get("type") in (SUB_COMMAND, SUB_GROUP) for option in options if isinstance(option, dict)}
    if len(kinds) > 1 or depth > 2:
        findings.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands and options cannot be mixed")


def _check_name(findings: Findings, path: Path, name: str) -> None:
    if not _NAME.fullmatch(name) or name != name.lower():
        findings.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_together(findings: Findings, commands: list[Json]) -> None:
    named = [(command.get("type", CHAT_INPUT), command["name"]) for command in commands]
    if len(named) != len(set(named)):
        findings.add((), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    for kind, most in MOST.items():
        if sum(each == kind for each, _ in named) > most:
            findings.add((), "BASE_TYPE_BAD_LENGTH", f"more than {most} commands of type {kind}")


def _chars(thing: Json) -> int:
    """Names, descriptions and values, in the longest of their translations."""
    total = 0
    for name in ("name", "description"):
        translations = list((thing.get(f"{name}_localizations") or {}).values())
        total += max(len(each) for each in [thing.get(name, ""), *translations])
    for choice in thing.get("choices", ()):
        total += _chars({"name": choice["name"], "name_localizations": choice.get("name_localizations")})
        total += len(str(choice["value"])) if isinstance(choice["value"], str) else 0
    return total + sum(_chars(option) for option in thing.get("options", ()) if isinstance(option, dict))
