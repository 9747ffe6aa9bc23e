"""The parts that Block Kit's rules are put together from: each checks one value and reports what is wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Surface = Literal["message", "modal", "home"]


@dataclass(kw_only=True)
class Report:
    """What was found in the blocks of one message or view.

    Attributes:
        surface: where they are to stand.
        errors: each with the JSON pointer of its place.
        mrkdwn: every text in which Slack would find mentions.
        mentioned: users, groups and channels that a rich text mentions on purpose.
        slack_files: the pointer and the reference of every picture that is a file in Slack.
        chars: of all texts together.
    """

    surface: Surface
    errors: list[str] = field(default_factory=list[str])
    mrkdwn: list[str] = field(default_factory=list[str])
    mentioned: list[str] = field(default_factory=list[str])
    slack_files: list[tuple[str, dict[str, str]]] = field(default_factory=list[tuple[str, dict[str, str]]])
    chars: int = 0

    def add(self, message: str, pointer: str) -> None:
        self.errors.append(f"{message} [json-pointer:{pointer}]")


Check = Callable[[Any, str, Report], None]


@dataclass(frozen=True, slots=True)
class Needed:
    """Marks a field that must be there."""

    check: Check


Field = Check | Needed


def length(text: str) -> int:
    """In the way that counts most, since nobody says how Slack counts: escaped, and in UTF-16."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return len(escaped.encode("utf-16-le", "surrogatepass")) // 2


def string(max_chars: int, *, min_chars: int = 1, may_be_blank: bool = True) -> Check:
    def check(value: Any, pointer: str, report: Report) -> None:
        if not isinstance(value, str):
            report.add("must be a string", pointer)
        elif length(value) > max_chars:
            report.add(f"must be less than {max_chars + 1} characters", pointer)
        elif length(value) < min_chars or not (may_be_blank or value.strip()):
            report.add(f"must be more than {min_chars - 1} characters", pointer)

    return check


def choice(*values: object) -> Check:
    def check(value: Any, pointer: str, report: Report) -> None:
        if value not in values or isinstance(value, bool) != isinstance(values[0], bool):
            report.add(f"must be one of {list(values)}", pointer)

    return check


flag = choice(True, False)


def integer(lowest: int, highest: int) -> Check:
    def check(value: Any, pointer: str, report: Report) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            report.add("must be an integer", pointer)
        elif not lowest <= value <= highest:
            report.add(f"must be from {lowest} to {highest}", pointer)

    return check


def listing(each: Check, *, at_least: int = 1, at_most: int) -> Check:
    def check(value: Any, pointer: str, report: Report) -> None:
        if not isinstance(value, list):
            report.add("must be an array", pointer)
            return
        if len(value) > at_most:
            report.add(f"no more than {at_most} items allowed", pointer)
        if len(value) < at_least:
            report.add(f"no fewer than {at_least} items allowed", pointer)
        for index, item in enumerate(value):
            each(item, f"{pointer}/{index}", report)

    return check


def shape(fields: Mapping[str, Field], *more: Check) -> Check:
    """An object with these fields and no others; `more` looks at it as a whole."""

    def check(value: Any, pointer: str, report: Report) -> None:
        if not isinstance(value, dict):
            report.add("must be an object", pointer)
            return
        for name in value:
            if name not in fields:
                report.add(f"invalid additional property: {name}", pointer)
        for name, wanted in fields.items():
            inner = wanted.check if isinstance(wanted, Needed) else wanted
            if name in value:
                inner(value[name], f"{pointer}/{name}", report)
            elif isinstance(wanted, Needed):
                report.add(f"missing required field: {name}", pointer)
        for whole in more:
            whole(value, pointer, report)

    return check


def by_type(kinds: Mapping[str, Check], *, allowed: Callable[[Report], frozenset[str]] | None = None) -> Check:
    """Each object is of the shape that its `type` names."""

    def check(value: Any, pointer: str, report: Report) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        known = frozenset(kinds) if allowed is None else allowed(report)
        if not isinstance(kind, str) or kind not in known:
            report.add(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            kinds[kind](value, pointer, report)

    return check


def exactly_one(*names: str) -> Check:
    def check(value: Any, pointer: str, report: Report) -> None:
        if sum(name in value for name in names) != 1:
            report.add(f"must have exactly one of {', '.join(names)}", pointer)

    return check


def any_of(*names: str) -> Check:
    def check(value: Any, pointer: str, report: Report) -> None:
        if not any(value.get(name) for name in names):
            report.add(f"must have {' or '.join(names)}", pointer)

    return check


def anything(value: Any, pointer: str, report: Report) -> None:
    """For what the emulator does not look into."""
