"""Converts between visible text and Slack's markup (mrkdwn), in both directions. Pure.

Slack gives `&`, `<` and `>` a meaning in the text of messages and nothing else that could be escaped: `*bold*` could
not. So what people typed goes into plain_text and rich_text, which give no character a meaning, and only the top-level
text, of which notifications are made, goes through `escaped`.
"""

import html
import re
from collections.abc import Callable, Mapping

from adapters.shared.text_length import utf16_units
from bot.domain.text import shorten

Names = Mapping[str, str] | Callable[[str], str | None]
"""A user's name by id; None where nobody knows it."""

_SOMEONE = "@someone"
_MARKUP = re.compile(r"<([^<>]*)>")
_BROADCASTS = frozenset({"here", "channel", "everyone"})


def escaped(text: str) -> str:
    """The text such that Slack shows it as it is."""
    return html.escape(text, quote=False)


def plain(text: str, *, names: Names) -> str:
    """A text from Slack as people see it: no markup, no escapes, mentions by name."""
    name_of = names if callable(names) else names.get
    parts = _MARKUP.split(text)
    # Odd parts stood in angle brackets. Each is unescaped by itself: what people typed can never join into markup.
    return "".join(_visible(part, name_of) if index % 2 else _unescaped(part) for index, part in enumerate(parts))


def units(text: str) -> int:
    """The text's length in the way that counts most: escaped, and in UTF-16 as JavaScript counts."""
    grown = 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))
    return utf16_units(text) + grown


def cut(text: str, max_units: int) -> str:
    """The text as it is, or shortened so that with an ellipsis it has at most `max_units`, however they are counted."""
    return shorten(text, max_units, length=units)


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _visible(markup: str, name_of: Callable[[str], str | None]) -> str:
    """The visible text of what stood between angle brackets."""
    target, _, label = markup.partition("|")
    label = _unescaped(label)
    match target[:1]:
        case "@":
            name = label or name_of(target[1:])
            return f"@{name.removeprefix('@')}" if name else _SOMEONE
        case "#":
            return f"#{label.removeprefix('#')}" if label else "#channel"
        case "!":
            return _special_mention(target[1:], label)
        case _:
            return label or _unescaped(target).removeprefix("mailto:").removeprefix("tel:")


def _special_mention(command: str, label: str) -> str:
    """`<!here>`, `<!subteam^S1|@designers>`, `<!date^1700000000^{date}|yesterday>`."""
    kind = command.partition("^")[0]
    if kind in _BROADCASTS:
        return f"@{kind}"
    if kind == "subteam":
        return f"@{label.removeprefix('@')}" if label else _SOMEONE
    return label
