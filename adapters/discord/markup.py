"""Discord Markdown and mentions: escapes text to send, and converts received text to what people see. Pure.

Discord has no plain text. So a backslash, which clients do not show, is put before every character that could start
Markdown, a mention, a link or an emoji.
"""

import re
from collections.abc import Mapping

from adapters.shared.text_length import utf16_units
from bot.domain.text import shorten

Names = Mapping[str, str]
"""Names by mention without the angle brackets: `@1` is a person, `@&2` a role, `#3` a channel."""

_SPECIAL = re.compile(r"[\\*_~|`<>#\[\]@:]")
_LIST_MARK = re.compile(r"(?m)^(\s*)([-+](?=\s)|\d+(?=[.)]\s))")
_MARKUP = re.compile(r"<(@&|@!?|#|a?:\w{1,32}:|/[\w -]{1,100}:)(\d{1,20})>")
_UNKNOWN_NAMES = {"@": "@someone", "@&": "@someone", "#": "#channel"}
_FENCE = "```"
_INVISIBLE = "\u200b"
"""The grammar removes it when people paste the text."""


def escaped(text: str) -> str:
    """Escapes Markdown and mentions, so that Discord shows the text as it is."""
    return _LIST_MARK.sub(_escape_list_mark, _SPECIAL.sub(r"\\\g<0>", text))


def code(text: str) -> str:
    """The text in a code block."""
    return f"{_FENCE}\n{text.replace(_FENCE, f'``{_INVISIBLE}`')}\n{_FENCE}"


def plain(text: str, names: Names) -> str:
    """Converts a text from Discord to what people see: with names for mentions."""
    return _MARKUP.sub(lambda found: _mention_text(found[1], found[2], names), text)


def cut(text: str, max_units: int) -> str:
    """Shortens a text to at most `max_units` UTF-16 code units, with an ellipsis if something was removed."""
    return shorten(text, max_units, length=utf16_units)


def _escape_list_mark(found: re.Match[str]) -> str:
    space, mark = found[1], found[2]
    return f"{space}\\{mark}" if mark in "-+" else f"{space}{mark}\\"


def _mention_text(kind: str, number: str, names: Names) -> str:
    if kind.startswith("/"):
        return kind.removesuffix(":")
    if kind.endswith(":"):
        return kind.removeprefix("a")
    kind = kind.removesuffix("!") if kind == "@!" else kind
    name = names.get(f"{kind}{number}")
    return f"{kind[0]}{name}" if name else _UNKNOWN_NAMES[kind]
