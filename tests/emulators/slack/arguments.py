"""Arguments as the method table wants them: from strings or from JSON, unknown and ill-typed ones refused."""

import json
import re
from typing import Any

from tests.emulators.slack.calls import ApiCall, Wire
from tests.emulators.slack.methods import Argument, Kind, Method
from tests.emulators.slack.problems import invalid_arguments
from tests.emulators.slack.things import Json

_TS = re.compile(r"\d{9,10}\.\d{6}")
_FLAGS = {"1": True, "true": True, "0": False, "false": False}
# The client that Bolt hands to a listener adds it to every call, for tokens of a whole organisation.
_ALWAYS_ALLOWED = frozenset({"team_id"})


class Arguments:
    """What was understood of a call's arguments; a missing one is None, or empty."""

    def __init__(self, values: Json) -> None:
        self._values = values

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str) -> str:
        return self._values.get(name, "")

    def given(self, name: str) -> str | None:
        return self._values.get(name)

    def flag(self, name: str, *, default: bool = False) -> bool:
        return self._values.get(name, default)

    def number(self, name: str, default: int) -> int:
        return self._values.get(name, default)

    def array(self, name: str) -> list[Any]:
        return self._values.get(name, [])

    def ids(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def object(self, name: str) -> Json:
        return self._values.get(name, {})


def understand(call: ApiCall, method: Method) -> tuple[Arguments, list[str]]:
    """The arguments, and what the app should not have sent although Slack does not mind.

    Raises:
        SlackError: one is missing or of the wrong type.
    """
    complaints: list[str] = [call.unreadable] if call.unreadable else []
    values: Json = {}
    wrong: dict[str, str] = {}
    for name, raw in call.arguments.items():
        if name not in method.arguments:
            complaints += [] if name in _ALWAYS_ALLOWED else [f"unknown argument {name!r}"]
        elif raw is None:
            complaints.append(f"{name!r} is null, which Slack does not always take for absent")
        elif (value := _typed(raw, method.arguments[name].kind, call.wire)) is None:
            wrong[name] = _told(method.arguments[name], raw)
        else:
            values[name] = value
    for argument in method.arguments.values():
        if argument.is_needed and argument.name not in values:
            wrong.setdefault(argument.name, f"missing required field: {argument.name}")
    if wrong:
        raise invalid_arguments(*wrong.values(), *complaints)
    return Arguments(values), complaints


def _told(argument: Argument, raw: object) -> str:
    return f"{argument.name}: must be {argument.kind}, is {json.dumps(raw)[:80]}"


def _typed(raw: Any, kind: Kind, wire: Wire) -> Any:
    """The value, or None where it is of another kind."""
    match kind:
        case "text":
            return raw if isinstance(raw, str) else None
        case "ts":
            return raw if isinstance(raw, str) and _TS.fullmatch(raw) else None
        case "flag":
            if wire == "json" and isinstance(raw, bool):
                return raw
            return _FLAGS.get(raw) if isinstance(raw, str) else None
        case "number":
            if wire == "json" and isinstance(raw, int) and not isinstance(raw, bool):
                return raw
            return int(raw) if isinstance(raw, str) and raw.isdigit() else None
        case "array":
            found = _decoded(raw)
            return found if isinstance(found, list) else None
        case "object":
            found = _decoded(raw)
            return found if isinstance(found, dict) else None
        case "ids":
            found = raw.split(",") if isinstance(raw, str) and not raw.startswith("[") else _decoded(raw)
            is_list = isinstance(found, list) and all(isinstance(each, str) for each in found)
            return found if is_list else None


def _decoded(raw: Any) -> Any:
    """JSON within a string is as good as JSON."""
    if not isinstance(raw, str):
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        return None
