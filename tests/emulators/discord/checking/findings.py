"""What is wrong with a request's body, field by field, in Discord's form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.emulators.discord.problems import ApiError

Path = tuple[str | int, ...]


class Findings:
    """Collects what is wrong. `complaints` are what Discord does not mind, but no app should send."""

    def __init__(self) -> None:
        self._found: list[tuple[Path, str, str]] = []
        self.complaints: list[str] = []

    def add(self, path: Path, code: str, message: str) -> None:
        self._found.append((path, code, message))

    def complain(self, path: Path, text: str) -> None:
        self.complaints.append(f"{_dotted(path)}: {text}")

    @property
    def is_clean(self) -> bool:
        return not self._found

    def settle(self) -> None:
        """
        Raises:
            ApiError: anything is wrong.
        """
        if not self._found:
            return
        problem = "; ".join(f"{_dotted(path)}: {message}" for path, _, message in self._found)
        raise ApiError(400, 50035, errors=self._nested(), problem=problem)

    def _nested(self) -> dict[str, Any]:
        root: dict[str, Any] = {}
        for path, code, message in self._found:
            here = root
            for step in path:
                here = here.setdefault(str(step), {})
            here.setdefault("_errors", []).append({"code": code, "message": message})
        return root


@dataclass(frozen=True, slots=True)
class Rule:
    """What a field may hold.

    Attributes:
        kind: "text", "number", "flag", "list", "object", "id" or "any".
        least, most: of a text's or list's length, or of a number.
        is_needed: whether it must be there.
        may_be_null: whether null stands for nothing.
        allowed: the only values there are.
    """

    kind: str
    least: int | None = None
    most: int | None = None
    is_needed: bool = False
    may_be_null: bool = False
    allowed: tuple[Any, ...] = ()


def text(least: int = 0, most: int = 4096, *, needed: bool = False, null: bool = False, of: Sequence[str] = ()) -> Rule:
    return Rule("text", least, most, needed, null, tuple(of))


def number(least: int | None = None, most: int | None = None, *, needed: bool = False, null: bool = False) -> Rule:
    return Rule("number", least, most, needed, null)


def one_of(*values: Any, needed: bool = False) -> Rule:
    return Rule("any", is_needed=needed, allowed=values)


def flag(*, needed: bool = False) -> Rule:
    return Rule("flag", is_needed=needed)


def array(least: int = 0, most: int | None = None, *, needed: bool = False, null: bool = False) -> Rule:
    return Rule("list", least, most, needed, null)


def obj(*, needed: bool = False, null: bool = False) -> Rule:
    return Rule("object", is_needed=needed, may_be_null=null)


def snowflake(*, needed: bool = False, null: bool = False) -> Rule:
    return Rule("id", is_needed=needed, may_be_null=null)


ANY = Rule("any", may_be_null=True)

_TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, float),
    "flag": (bool,),
    "list": (list,),
    "object": (dict,),
    "id": (str, int),
    "any": (object,),
}


def check_object(findings: Findings, path: Path, value: Any, rules: Mapping[str, Rule]) -> bool:
    """Whether every field is as its rule wants; fields without a rule are complained about."""
    if not isinstance(value, dict):
        findings.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return False
    for name in value.keys() - rules.keys():
        findings.complain((*path, name), "unknown field")
    passed = [_check_field(findings, (*path, name), value, name, rule) for name, rule in rules.items()]
    return all(passed)


def _check_field(findings: Findings, path: Path, holder: Mapping[str, Any], name: str, rule: Rule) -> bool:
    value = holder.get(name)
    if value is None:
        if name in holder and rule.may_be_null:
            return True
        if rule.is_needed or name in holder:
            findings.add(path, "BASE_TYPE_REQUIRED", "This field is required")
            return False
        return True
    if not isinstance(value, _TYPES[rule.kind]) or (isinstance(value, bool) and rule.kind in ("number", "id")):
        findings.add(path, "BASE_TYPE_CONVERT", f"must be {rule.kind}, is {value!r:.60}")
        return False
    if rule.kind == "id" and not str(value).isdigit():
        findings.add(path, "NUMBER_TYPE_COERCE", f"Value {value!r:.40} is not snowflake.")
        return False
    if rule.allowed and value not in rule.allowed:
        findings.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {rule.allowed}.")
        return False
    return _check_size(findings, path, value, rule)


def _check_size(findings: Findings, path: Path, value: Any, rule: Rule) -> bool:
    size = len(value) if isinstance(value, str | list) else value
    if rule.kind in ("flag", "object", "id", "any"):
        return True
    if rule.most is not None and size > rule.most:
        findings.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be {rule.most} or fewer (in length), is {size}.")
        return False
    if rule.least is not None and size < rule.least:
        findings.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be {rule.least} or more (in length), is {size}.")
        return False
    return True


def _dotted(path: Path) -> str:
    return ".".join(str(step) for step in path) or "body"
