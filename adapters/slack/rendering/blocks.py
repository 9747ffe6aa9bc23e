"""Slack blocks and their elements, for messages and views. Text is never interpreted as markup."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from adapters.slack import limits
from adapters.slack.markup import cut, escaped, units

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Block = Mapping[str, Json]
"""A block, or an element of one."""

EMPTY_TEXT = "…"
"""Used for an empty text where Slack requires one."""


def nonblank(words: str, max_chars: int) -> str:
    """Shortens a text to `max_chars`; replaces a blank one."""
    return cut(words, max_chars) if words.strip() else EMPTY_TEXT


def plain_text(words: str, max_chars: int = limits.MAX_TEXT_CHARS) -> Block:
    """A plain_text object: no markup, no mentions, and `:fox:` is not replaced by an emoji."""
    return {"type": "plain_text", "text": nonblank(words, max_chars), "emoji": False}


def link_text(url: str, words: str) -> Block:
    """A link in mrkdwn, for fields of a section, which do not accept rich text. `words` must not be typed by people."""
    return {"type": "mrkdwn", "text": f"<{escaped(url)}|{escaped(words)}>"}


def rich_text(*parts: Block) -> Block:
    return {"type": "rich_text", "elements": parts}


def line(*elements: Block) -> Block:
    """One paragraph of rich text."""
    return {"type": "rich_text_section", "elements": elements}


def run(words: str, *, bold: bool = False) -> Block:
    """A text element of a paragraph. Unlike in mrkdwn, mentions, links and emoji in it are not interpreted."""
    text: Block = {"type": "text", "text": words or EMPTY_TEXT}
    return {**text, "style": {"bold": True}} if bold else text


def emoji(name: str) -> Block:
    return {"type": "emoji", "name": name}


def quote(words: str) -> Block:
    return {"type": "rich_text_quote", "elements": [run(words)]}


def code(words: str) -> Block:
    """A code block."""
    return {"type": "rich_text_preformatted", "elements": [run(words)]}


def bullets(items: Sequence[Block]) -> Block:
    """A bullet list of paragraphs."""
    return {"type": "rich_text_list", "style": "bullet", "elements": items}


def section(words: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": plain_text(words)}
    return {**block, "accessory": accessory} if accessory is not None else block


def header(words: str) -> Block:
    return {"type": "header", "text": plain_text(words, limits.MAX_HEADER_CHARS)}


def context(*words: str) -> Block:
    """Small grey text."""
    return {"type": "context", "elements": [plain_text(each) for each in words]}


def image(file: str, alt: str, title: str | None = None) -> Block:
    """A picture in full width. The file must have been shared in the same conversation."""
    block = thumbnail(file, alt)
    return {**block, "title": plain_text(title, limits.MAX_IMAGE_TITLE_CHARS)} if title is not None else block


def thumbnail(file: str, alt: str) -> Block:
    """A small picture beside a text."""
    return {"type": "image", "slack_file": {"id": file}, "alt_text": nonblank(alt, limits.MAX_SHOWN_ALT_CHARS)}


def with_block_ids(blocks: Sequence[Block], nonce: str) -> tuple[Block, ...]:
    """Gives each block an id made from `nonce`.

    With the same id, Slack keeps what it rendered before and what people chose.
    """
    return tuple({**block, "block_id": f"{nonce}:{index}"} for index, block in enumerate(blocks))


def json_units(value: Json) -> int:
    """The length as JSON with escaped texts, in UTF-16 units: an upper bound for how Slack counts."""
    return units(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
