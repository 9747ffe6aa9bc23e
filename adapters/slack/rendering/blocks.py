"""The parts that messages and views are built of. Nothing here gives a character of a text a meaning."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from adapters.slack import limits
from adapters.slack.markup import cut, escaped, units

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Block = Mapping[str, Json]
"""A block, or anything within one."""


NOTHING = "…"
"""Where Slack wants a text, and there is none."""


def shown(words: str, max_chars: int) -> str:
    """The words, shortened to what fits, and never blank."""
    return cut(words, max_chars) if words.strip() else NOTHING


def plain_text(words: str, max_chars: int = limits.MAX_TEXT_CHARS) -> Block:
    """Words as they are: no markup, no mentions, and `:fox:` stays what was typed."""
    return {"type": "plain_text", "text": shown(words, max_chars), "emoji": False}


def link_text(url: str, words: str) -> Block:
    """A link beside a text, where rich text cannot stand. The only markup that we write: `words` are our own."""
    return {"type": "mrkdwn", "text": f"<{escaped(url)}|{escaped(words)}>"}


def rich_text(*parts: Block) -> Block:
    return {"type": "rich_text", "elements": parts}


def line(*elements: Block) -> Block:
    """One paragraph of rich text."""
    return {"type": "rich_text_section", "elements": elements}


def run(words: str, *, bold: bool = False) -> Block:
    """Words within a paragraph. Unlike mrkdwn, their type alone says that they are neither mention, link nor emoji."""
    text: Block = {"type": "text", "text": words or NOTHING}
    return {**text, "style": {"bold": True}} if bold else text


def emoji(name: str) -> Block:
    return {"type": "emoji", "name": name}


def quote(words: str) -> Block:
    return {"type": "rich_text_quote", "elements": [run(words)]}


def code(words: str) -> Block:
    """To be copied exactly."""
    return {"type": "rich_text_preformatted", "elements": [run(words)]}


def bullets(items: Sequence[Block]) -> Block:
    """A list of paragraphs."""
    return {"type": "rich_text_list", "style": "bullet", "elements": items}


def section(words: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": plain_text(words)}
    return {**block, "accessory": accessory} if accessory is not None else block


def header(words: str) -> Block:
    return {"type": "header", "text": plain_text(words, limits.MAX_HEADER_CHARS)}


def context(*words: str) -> Block:
    """Small grey text beneath something."""
    return {"type": "context", "elements": [plain_text(each) for each in words]}


def image(file: str, alt: str, title: str | None = None) -> Block:
    """A picture that has been shared where this is shown, as large as it can be."""
    block = thumbnail(file, alt)
    return {**block, "title": plain_text(title, limits.MAX_IMAGE_TITLE_CHARS)} if title is not None else block


def thumbnail(file: str, alt: str) -> Block:
    """A picture beside a text."""
    return {"type": "image", "slack_file": {"id": file}, "alt_text": shown(alt, limits.MAX_SHOWN_ALT_CHARS)}


def numbered(blocks: Sequence[Block], nonce: str) -> tuple[Block, ...]:
    """With an id for each, new with every `nonce`: under an old one Slack keeps what it drew, and what people chose."""
    return tuple({**block, "block_id": f"{nonce}:{index}"} for index, block in enumerate(blocks))


def json_units(value: Json) -> int:
    """How long something is as Slack may count it: as JSON, with its texts escaped."""
    return units(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
