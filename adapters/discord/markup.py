"""Between the words that people see and Discord's markup for them, in both directions. Pure.

Discord knows no plain text: every character that could begin markup, a mention, a link or an emoji gets a backslash,
which no client shows.
"""

import re
from collections.abc import Mapping

from bot.domain.text import shorten

Names = Mapping[str, str]
"""What is called how, by its mention without the brackets: `@1` a person, `@&2` a role, `#3` a channel."""

_MEANT = re.compile(r"[\\*_~|`<>#\[\]@:]")
_LIST_MARK = re.compile(r"(?m)^(\s*)([-+](?=\s)|\d+(?=[.)]\s))")
_MARKUP = re.compile(r"<(@&|@!?|#|a?:\w{1,32}:|/[\w -]{1,100}:)(\d{1,20})>")
_SOMETHING = {"@": "@someone", "@&": "@someone", "#": "#channel"}
_FENCE = "```"
_INVISIBLE = "\u200b"
"""Grammar leaves it out of what is pasted back."""


def escaped(text: str) -> str:
    """The text such that Discord shows it as it is."""
    return _LIST_MARK.sub(_escaped_list_mark, _MEANT.sub(r"\\\g<0>", text))


def code(text: str) -> str:
    """The text in a box to copy it from."""
    return f"{_FENCE}\n{text.replace(_FENCE, f'``{_INVISIBLE}`')}\n{_FENCE}"


def plain(text: str, names: Names) -> str:
    """What a person sees of a text that Discord sent: mentions by name."""
    return _MARKUP.sub(lambda found: _seen(found[1], found[2], names), text)


def units(text: str) -> int:
    """The text's length in the way that counts most: in UTF-16, as Discord's clients count."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, max_units: int) -> str:
    """The text as it is, or shortened so that with an ellipsis it has at most `max_units`, however they are counted."""
    return shorten(text, max_units, length=units)


def _escaped_list_mark(found: re.Match[str]) -> str:
    space, mark = found[1], found[2]
    return f"{space}\\{mark}" if mark in "-+" else f"{space}{mark}\\"


def _seen(kind: str, number: str, names: Names) -> str:
    if kind.startswith("/"):
        return kind.removesuffix(":")
    if kind.endswith(":"):
        return kind.removeprefix("a")
    kind = kind.removesuffix("!") if kind == "@!" else kind
    name = names.get(f"{kind}{number}")
    return f"{kind[0]}{name}" if name else _SOMETHING[kind]
