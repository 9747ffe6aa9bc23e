"""Finds Midjourney's weights (`cat::2 dog`, `red:: blue`), and ignores other uses of two colons."""

import ipaddress
import re

from bot.grammar.characters import LATIN

_WEIGHT = re.compile(rf"(?<=[^\s:(\[{{/=@])::(?:(?=\s|\Z)|[-+—]?(?:\d++(?:\.\d++)?|\.\d++)(?![0-9{LATIN}:]))")
# Emoji codes such as `:tada:`: two of them side by side have adjacent colons.
_EMOJI = re.compile(r"(?<!:)(?::[\w+'-]+:)+")
_ADDRESS = re.compile(rf"(?<![0-9{LATIN}:.])[0-9A-Fa-f:.]*::[0-9A-Fa-f:.]*")
_TIME = re.compile(r"(?<![\d:])\d{1,2}::\d{2}(?![\d:.])")


def find_weight(text: str) -> str | None:
    """The first weight in `text` (from `normalize_for_matching`); None if there is none."""
    if "::" not in text:
        return None
    text = _TIME.sub("", _EMOJI.sub("", text))
    text = _ADDRESS.sub(lambda found: "" if _is_ipv6_address(found[0]) else found[0], text)
    weight = _WEIGHT.search(text)
    return weight[0] if weight else None


def _is_ipv6_address(text: str) -> bool:
    """Whether it is an IPv6 address. `cafe::2` could be one, but counts as a word with a weight."""
    try:
        ipaddress.IPv6Address(text.rstrip("."))
    except ValueError:
        return False
    head = text.partition("::")[0]
    return (":" in head or (bool(head) and not head.isalpha())) and (not head.isdecimal() or len(head) == 4)
