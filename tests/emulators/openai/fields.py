"""Reading parameters one by one, complaining as the API does. In a form, numbers and booleans are text."""

from collections.abc import Collection, Sequence

from tests.emulators.openai import problems
from tests.emulators.openai.calls import Call


class Fields:
    """The parameters of one call; an explicit null is the same as nothing."""

    def __init__(self, call: Call) -> None:
        self._values = {name: value for name, value in call.fields.items() if value is not None}
        self._is_form = call.is_form

    def refuse_others(self, known: Collection[str]) -> None:
        for name in self._values:
            if name not in known:
                raise problems.unknown(name)

    def has(self, name: str) -> bool:
        return name in self._values

    def text(self, name: str, *, most_chars: int | None = None) -> str | None:
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise problems.wrong_type(name, "a string", value)
        if most_chars is not None and len(value) > most_chars:
            raise problems.too_long(name, most_chars, len(value))
        return value

    def required(self, name: str, *, most_chars: int | None = None) -> str:
        value = self.text(name, most_chars=most_chars)
        if not value:
            raise problems.missing(name)
        return value

    def choice(self, name: str, allowed: Sequence[str]) -> str | None:
        value = self.text(name)
        if value is not None and value not in allowed:
            raise problems.invalid_value(name, value, allowed)
        return value

    def integer(self, name: str, least: int, most: int) -> int | None:
        value = self._values.get(name)
        if value is None:
            return None
        if self._is_form and isinstance(value, str) and value.lstrip("-").isdigit():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise problems.wrong_type(name, "an integer", value)
        if value > most:
            raise problems.too_large(name, most, value)
        if value < least:
            raise problems.too_small(name, least, value)
        return value

    def flag(self, name: str) -> bool:
        value = self._values.get(name)
        if self._is_form and value in ("true", "false"):
            return value == "true"
        if value is None or isinstance(value, bool):
            return bool(value)
        raise problems.wrong_type(name, "a boolean", value)

    def nested(self, name: str) -> dict[str, object] | None:
        """A nested object. A form spells it as `name[key]` and `name[key][key]`."""
        if self._is_form:
            return self._from_form(name)
        value = self._values.get(name)
        if value is not None and not isinstance(value, dict):
            raise problems.wrong_type(name, "an object", value)
        return value

    def _from_form(self, name: str) -> dict[str, object] | None:
        found: dict[str, object] = {}
        for field, value in self._values.items():
            if field.startswith(f"{name}["):
                *parents, last = field[len(name) + 1 : -1].split("][")
                inner = found
                for parent in parents:
                    deeper: dict[str, object] = {}
                    inner[parent] = deeper
                    inner = deeper
                inner[last] = value
        return found or None
