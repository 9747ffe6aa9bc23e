"""Checks the blocks of a message and the content of a view as a whole, and gives the nameless their ids."""

import copy
import json
import secrets
from collections.abc import Iterator, Sequence
from typing import Any

from tests.emulators.slack.kit.blocks import BLOCK, MAX_BLOCKS, MAX_MARKDOWN_CHARS
from tests.emulators.slack.kit.objects import plain_text
from tests.emulators.slack.kit.shapes import (
    Field,
    Needed,
    Report,
    Surface,
    choice,
    flag,
    listing,
    shape,
    string,
)
from tests.emulators.slack.things import Json

MAX_VIEW_BYTES = 250_000
_NAMELESS = frozenset({"image", "mrkdwn", "plain_text"})

_VIEW: dict[str, Field] = {
    "blocks": Needed(listing(BLOCK, at_most=100, at_least=0)),
    "private_metadata": string(3000, min_chars=0),
    "callback_id": string(255, min_chars=0),
    "external_id": string(255, min_chars=0),
}
_MODAL = shape(
    {
        **_VIEW,
        "type": Needed(choice("modal")),
        "title": Needed(plain_text(24)),
        "submit": plain_text(24),
        "close": plain_text(24),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    }
)
_HOME = shape({**_VIEW, "type": Needed(choice("home"))})


def check_blocks(blocks: Sequence[Any], surface: Surface = "message") -> Report:
    """What is wrong with them, and what they refer to."""
    report = Report(surface=surface)
    listing(BLOCK, at_least=0, at_most=MAX_BLOCKS[surface])(list(blocks), "/blocks", report)
    _check_together(blocks, "/blocks", report)
    return report


def check_view(view: Json) -> Report:
    report = Report(surface="home" if view.get("type") == "home" else "modal")
    (_HOME if report.surface == "home" else _MODAL)(view, "/view", report)
    blocks = view.get("blocks")
    if isinstance(blocks, list):
        _check_together(blocks, "/view/blocks", report)
        if any(_is(block, "input") for block in blocks) and report.surface == "modal" and "submit" not in view:
            report.add("`submit` must be provided with input blocks", "/view")
    return report


def is_too_large(view: Json) -> bool:
    return len(json.dumps(view, ensure_ascii=False).encode()) > MAX_VIEW_BYTES


def named(blocks: Sequence[Json]) -> list[Json]:
    """The same blocks, where each has a `block_id` and each element an `action_id`, as Slack stores them."""
    copied = copy.deepcopy(list(blocks))
    for block in copied:
        block.setdefault("block_id", secrets.token_hex(3))
        for element in elements_of(block):
            if element.get("type") not in _NAMELESS:
                element.setdefault("action_id", secrets.token_hex(3))
    return copied


def elements_of(block: Json) -> Iterator[Json]:
    """What can be acted on in a block."""
    if block.get("type") == "rich_text":
        return
    yield from block.get("elements", [])
    for name in ("accessory", "element"):
        if name in block:
            yield block[name]


def _check_together(blocks: Sequence[Any], pointer: str, report: Report) -> None:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if block_id is not None and block_id in seen:
            report.add(f'`block_id` "{block_id}" already exists', f"{pointer}/{index}/block_id")
        seen.add(str(block_id))
    markdown = sum(len(str(block.get("text", ""))) for block in blocks if _is(block, "markdown"))
    if markdown > MAX_MARKDOWN_CHARS:
        report.add(f"markdown blocks must be less than {MAX_MARKDOWN_CHARS + 1} characters together", pointer)


def _is(block: Any, kind: str) -> bool:
    return isinstance(block, dict) and block.get("type") == kind
