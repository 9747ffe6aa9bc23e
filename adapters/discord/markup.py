"""Discord Markdown and mentions: escapes text that is sent, and reads text that arrives as people see it. Pure.

Discord has no plain text: every character that could begin Markdown, a mention, a link or an emoji gets a backslash,
which no client shows.
"""

import re
from collections.abc import Mapping

from adapters.shared.text_length import utf16_units
from bot.domain.text import shorten

Names = Mapping[str, str]
"""Names by mentions without their brackets: `@1` is a person, `@&2` a role, `#3` a channel."""

_SPECIAL = re.compile(r"[\\*_~|`<>#\[\]@:]")
_LIST_MARK = re.compile(r"(?m)^(\s*)([-+](?=\s)|\d+(?=[.)]\s))")
_MARKUP = re.compile(r"<(@&|@!?|#|a?:\w{1,32}:|/[\w -]{1,100}:)(\d{1,20})>")
_UNKNOWN_NAMES = {"@": "@someone", "@&": "@someone", "#": "#channel"}
_FENCE = "```"
_INVISIBLE = "\u200b"
"""The grammar removes it from text that is pasted back."""


def escaped(text: str) -> str:
    """Escapes Markdown and mentions, so that Discord shows the text as it is."""
    return _LIST_MARK.sub(_escaped_list_mark, _SPECIAL.sub(r"\\\g<0>", text))


def code(text: str) -> str:
    """The text in a code block."""
    return f"{_FENCE}\n{text.replace(_FENCE, f'``{_INVISIBLE}`')}\n{_FENCE}"


def plain(text: str, names: Names) -> str:
    """A text from Discord as people see it: mentions are names."""
    return _MARKUP.sub(lambda found: _shown(found[1], found[2], names), text)


def cut(text: str, max_units: int) -> str:
    """The text as it is, or shortened so that with an ellipsis it has at most `max_units`, however they are counted."""
    return shorten(text, max_units, length=utf16_units)


def _escaped_list_mark(found: re.Match[str]) -> str:
    space, mark = found[1], found[2]
    return f"{space}\\{mark}" if mark in "-+" else f"{space}{mark}\\"


def _shown(kind: str, number: str, names: Names) -> str:
    if kind.startswith("/"):
        return kind.removesuffix(":")
    if kind.endswith(":"):
        return kind.removeprefix("a")
    kind = kind.removesuffix("!") if kind == "@!" else kind
    name = names.get(f"{kind}{number}")
    return f"{kind[0]}{name}" if name else _UNKNOWN_NAMES[kind]
