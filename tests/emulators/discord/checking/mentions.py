"""Whom a text calls, and whom it may call."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.emulators.discord.checking.components import each_of
from tests.emulators.discord.checking.findings import Findings, array, check_object, flag
from tests.emulators.discord.checking.kinds import TEXT_DISPLAY
from tests.emulators.discord.things import Json

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)\b")
_RULES = {"parse": array(0, 3), "users": array(0, 100), "roles": array(0, 100), "replied_user": flag()}


@dataclass(frozen=True, slots=True)
class Called:
    """Ids of users and roles in the order of the text, and whether everybody is."""

    users: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Allowed:
    """Whom a message may call; None stands for all."""

    users: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    everyone: bool = True
    replied_user: bool = True

    def of(self, called: Called) -> Called:
        return Called(
            tuple(each for each in called.users if self.users is None or each in self.users),
            tuple(each for each in called.roles if self.roles is None or each in self.roles),
            called.everyone and self.everyone,
        )


def called_in(text: str) -> Called:
    """What stands in code is called all the same."""
    return Called(
        tuple(dict.fromkeys(_USER.findall(text))),
        tuple(dict.fromkeys(_ROLE.findall(text))),
        bool(_EVERYONE.search(text)),
    )


def check_allowed(findings: Findings, given: Any) -> Allowed:
    """What `allowed_mentions` says; everything where there is none."""
    if given is None:
        return Allowed()
    if not check_object(findings, ("allowed_mentions",), given, _RULES):
        return Allowed()
    parse: list[str] = given.get("parse", [])
    for name in set(parse) - {"users", "roles", "everyone"}:
        findings.add(("allowed_mentions", "parse"), "BASE_TYPE_CHOICES", f"{name!r} is nothing to parse")
    for name in ("users", "roles"):
        if name in parse and given.get(name):
            message = f'parse:["{name}"] and {name}: [ids...] are mutually exclusive.'
            findings.add(("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
    return Allowed(
        users=_ids(given, "users", parse),
        roles=_ids(given, "roles", parse),
        everyone="everyone" in parse,
        replied_user=bool(given.get("replied_user", False)),
    )


def _ids(given: Mapping[str, Any], name: str, parse: list[str]) -> frozenset[str] | None:
    return None if name in parse else frozenset(str(each) for each in given.get(name, ()))


def texts_of(content: str, components: list[Json]) -> str:
    """All words of a message that can call somebody."""
    return "\n".join([content, *(each["content"] for each in each_of(components) if each["type"] == TEXT_DISPLAY)])
