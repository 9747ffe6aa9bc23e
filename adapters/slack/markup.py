"""Slack markup (mrkdwn): converts text to it and from it. Pure.

In mrkdwn only `&`, `<` and `>` can be escaped; `*bold*` cannot. So text that people typed is put into plain_text and
rich_text, which have no markup. Only the top-level text, used for notifications, goes through `escaped`.
"""

import html
import re
from collections.abc import Callable, Mapping

from adapters.shared.text_length import utf16_units
from bot.domain.text import shorten

Names = Mapping[str, str] | Callable[[str], str | None]
"""The name of a user by id; None if it is unknown."""

_UNKNOWN_NAME = "@someone"
_MARKUP = re.compile(r"<([^<>]*)>")
_BROADCASTS = frozenset({"here", "channel", "everyone"})


def escaped(text: str) -> str:
    """Escapes a text, so that mrkdwn shows it unchanged."""
    return html.escape(text, quote=False)


def plain(text: str, *, names: Names) -> str:
    """Converts a text from Slack to what people see: without markup and escapes, with names for mentions."""
    name_of = names if callable(names) else names.get
    parts = _MARKUP.split(text)
    # Odd parts were in angle brackets. Each part is unescaped separately, so that typed text cannot become markup.
    return "".join(_visible_text(part, name_of) if index % 2 else _unescape(part) for index, part in enumerate(parts))


def units(text: str) -> int:
    """The length of the escaped text in UTF-16 code units: an upper bound for how Slack counts."""
    grown = 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))
    return utf16_units(text) + grown


def cut(text: str, max_units: int) -> str:
    """Shortens a text to at most `max_units` (see `units`), with an ellipsis if something was removed."""
    return shorten(text, max_units, length=units)


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _visible_text(markup: str, name_of: Callable[[str], str | None]) -> str:
    """The visible text of markup, given without its angle brackets."""
    target, _, label = markup.partition("|")
    label = _unescape(label)
    match target[:1]:
        case "@":
            name = label or name_of(target[1:])
            return f"@{name.removeprefix('@')}" if name else _UNKNOWN_NAME
        case "#":
            return f"#{label.removeprefix('#')}" if label else "#channel"
        case "!":
            return _special_mention(target[1:], label)
        case _:
            return label or _unescape(target).removeprefix("mailto:").removeprefix("tel:")


def _special_mention(command: str, label: str) -> str:
    """The visible text of such as `<!here>`, `<!subteam^S1|@designers>`, `<!date^1700000000^{date}|yesterday>`."""
    kind = command.partition("^")[0]
    if kind in _BROADCASTS:
        return f"@{kind}"
    if kind == "subteam":
        return f"@{label.removeprefix('@')}" if label else _UNKNOWN_NAME
    return label
