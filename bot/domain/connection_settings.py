"""Checks API keys and HTTP addresses. Each problem is returned as the end of a sentence."""

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

_HOST: Final = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|[0-9a-f.]*:[0-9a-f:.]+(?:%[\w.-]+)?", re.IGNORECASE)
_LONGEST_LABEL_CHARS: Final = 63


def key_problem(key: str) -> str | None:
    """Why the key cannot be sent in an HTTP header, naming the character but not the key; None if it can."""
    for char in key:
        if char.isspace():
            return "has a space or a line break in it"
        if not (char.isascii() and char.isprintable()):
            name = unicodedata.name(char, f"U+{ord(char):04X}")
            shown = f"“{char}” ({name})" if char.isprintable() else f"an invisible character ({name})"
            return f"has {shown} in it, which no key has: copy it again"
    return None


def address_problem(address: str) -> str | None:
    """Why this http or https address is not valid; None if it is."""
    if any(char.isspace() or not char.isprintable() for char in address):
        return "has a space, a line break or an invisible character in it"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        return "has no legal port" if "port" in str(error).lower() else "has no legal host"
    if port == 0:
        return "has no legal port"
    if not host:
        return "names no host"
    if not _HOST.fullmatch(host) or any(len(label) > _LONGEST_LABEL_CHARS for label in host.split(".")):
        return "has no legal host"
    return None
