"""Blocks and where they may stand, with the limits that Slack's documentation and SDK give."""

from collections.abc import Mapping
from typing import Any

from tests.emulators.slack.kit.elements import ELEMENTS, IN_ACTIONS, IN_CONTEXT, IN_INPUT, IN_SECTION
from tests.emulators.slack.kit.objects import ONE_PICTURE, PICTURE_FIELDS, plain_text, text
from tests.emulators.slack.kit.rich_text import RICH_TEXT_ELEMENT
from tests.emulators.slack.kit.shapes import (
    Check,
    Field,
    Needed,
    Report,
    any_of,
    by_type,
    choice,
    flag,
    listing,
    shape,
    string,
)

MAX_BLOCKS = {"message": 50, "modal": 100, "home": 100}
MAX_MARKDOWN_CHARS = 12_000


def _block(kind: str, fields: Mapping[str, Field], *more: Check) -> Check:
    common: dict[str, Field] = {"type": Needed(choice(kind)), "block_id": string(255)}
    return shape({**common, **fields}, *more)


def _elements(names: frozenset[str]) -> Check:
    return by_type({name: check for name, check in ELEMENTS.items() if name in names})


def _actions_differ(value: Any, pointer: str, report: Report) -> None:
    """In one block no two elements answer to the same name."""
    elements: list[Any] = [*(value.get("elements") or [])] if isinstance(value.get("elements"), list) else []
    seen: set[str] = set()
    for index, element in enumerate(elements):
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if action_id is not None and action_id in seen:
            report.add(f'`action_id` "{action_id}" already exists', f"{pointer}/elements/{index}/action_id")
        seen.add(str(action_id))


def _remember_markdown(value: Any, pointer: str, report: Report) -> None:
    if isinstance(value.get("text"), str):
        report.mrkdwn.append(value["text"])
        report.chars += len(value["text"])


BLOCKS: Mapping[str, Check] = {
    "actions": _block("actions", {"elements": Needed(listing(_elements(IN_ACTIONS), at_most=25))}, _actions_differ),
    "context": _block("context", {"elements": Needed(listing(_elements(IN_CONTEXT), at_most=10))}),
    "divider": _block("divider", {}),
    "header": _block("header", {"text": Needed(plain_text(150))}),
    "image": _block("image", {**PICTURE_FIELDS, "title": plain_text(2000)}, ONE_PICTURE),
    "input": _block(
        "input",
        {
            "label": Needed(plain_text(2000)),
            "element": Needed(_elements(IN_INPUT)),
            "hint": plain_text(2000),
            "optional": flag,
            "dispatch_action": flag,
        },
    ),
    "markdown": _block("markdown", {"text": Needed(string(MAX_MARKDOWN_CHARS))}, _remember_markdown),
    "rich_text": _block("rich_text", {"elements": Needed(listing(RICH_TEXT_ELEMENT, at_most=1000))}),
    "section": _block(
        "section",
        {
            "text": text(3000),
            "fields": listing(text(2000), at_most=10),
            "accessory": _elements(IN_SECTION),
            "expand": flag,
        },
        any_of("text", "fields"),
    ),
}

_EVERYWHERE = frozenset(BLOCKS) - {"input", "markdown"}
_ON_SURFACE = {
    "message": _EVERYWHERE | {"markdown"},
    "modal": _EVERYWHERE | {"input"},
    "home": _EVERYWHERE | {"input"},
}

BLOCK: Check = by_type(BLOCKS, allowed=lambda report: _ON_SURFACE[report.surface])
