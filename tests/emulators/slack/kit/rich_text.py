"""Rich text blocks, whose text elements hold no markup: nothing in them is a mention but what says it is one."""

from collections.abc import Mapping
from typing import Any

from tests.emulators.slack.kit.shapes import (
    Check,
    Field,
    Needed,
    Report,
    by_type,
    choice,
    flag,
    integer,
    listing,
    shape,
    string,
)

_STYLE = shape({"bold": flag, "italic": flag, "strike": flag, "code": flag, "underline": flag, "highlight": flag})
_BROADCAST = choice("here", "channel", "everyone")


def _count(value: Any, pointer: str, report: Report) -> None:
    if isinstance(value.get("text"), str):
        report.chars += len(value["text"])


def _remember_mention(value: Any, pointer: str, report: Report) -> None:
    for name in ("user_id", "usergroup_id", "range"):
        if isinstance(value.get(name), str):
            report.mentioned.append(value[name])


def _inline(kind: str, fields: Mapping[str, Field], *more: Check) -> Check:
    return shape({"type": Needed(choice(kind)), "style": _STYLE, **fields}, *more)


INLINE = by_type(
    {
        "text": _inline("text", {"text": Needed(string(12_000))}, _count),
        "link": _inline("link", {"url": Needed(string(3000)), "text": string(3000), "unsafe": flag}, _count),
        "emoji": _inline("emoji", {"name": Needed(string(255)), "unicode": string(255)}),
        "user": _inline("user", {"user_id": Needed(string(255))}, _remember_mention),
        "usergroup": _inline("usergroup", {"usergroup_id": Needed(string(255))}, _remember_mention),
        "broadcast": _inline("broadcast", {"range": Needed(_BROADCAST)}, _remember_mention),
        "channel": _inline("channel", {"channel_id": Needed(string(255))}),
        "date": _inline(
            "date",
            {"timestamp": Needed(integer(0, 2**40)), "format": Needed(string(255)), "fallback": string(255)},
        ),
        "color": _inline("color", {"value": Needed(string(255))}),
    }
)


def _run(kind: str, **fields: Field) -> Check:
    elements = Needed(listing(INLINE, at_least=0, at_most=1000))
    return shape({"type": Needed(choice(kind)), "elements": elements, **fields})


_SECTION = _run("rich_text_section")
_LIST = shape(
    {
        "type": Needed(choice("rich_text_list")),
        "style": Needed(choice("bullet", "ordered")),
        "elements": Needed(listing(by_type({"rich_text_section": _SECTION}), at_most=1000)),
        "indent": integer(0, 8),
        "offset": integer(0, 10_000),
        "border": integer(0, 1),
    }
)

RICH_TEXT_ELEMENT = by_type(
    {
        "rich_text_section": _SECTION,
        "rich_text_quote": _run("rich_text_quote", border=integer(0, 1)),
        "rich_text_preformatted": _run("rich_text_preformatted", border=integer(0, 1), language=string(255)),
        "rich_text_list": _LIST,
    }
)
