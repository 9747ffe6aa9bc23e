"""Decodes pictures from text fields: base64 in several variants, data URLs, URLs. Slow: run it in a thread."""

import binascii
import re
from typing import Final
from urllib.parse import unquote_to_bytes

import pybase64

_DATA_URL: Final = re.compile(r"data:([^,]{0,200}),", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"https?://", re.IGNORECASE)
_LONGEST_ADDRESS_CHARS: Final = 8192
_URL_SAFE: Final = bytes.maketrans(b"-_", b"+/")
_IGNORED_CHARACTERS: Final = b" \t\r\n\f\v=\"'"
"""Line breaks, padding and quotes, which are ignored in base64."""


def read_base64_field(text: str) -> bytes | str | None:
    """Reads a base64 field: the bytes, or a URL if the field contains one; None if it is neither."""
    text = text.strip()
    if not text or _ADDRESS.match(text):
        return text or None
    return _decode_data_url(text) or _decode_base64(text)


def read_url_field(text: str) -> bytes | str | None:
    """Reads a URL field: the URL, or the bytes of a data URL; None if it is empty."""
    text = text.strip()
    if len(text) > _LONGEST_ADDRESS_CHARS or _DATA_URL.match(text):
        return read_base64_field(text)
    return text or None


def _decode_data_url(text: str) -> bytes | None:
    url = _DATA_URL.match(text)
    if url is None:
        return None
    content = text[url.end() :]
    return _decode_base64(content) if ";base64" in url[1].lower() else unquote_to_bytes(content)


def _decode_base64(text: str) -> bytes | None:
    """Decodes base64 of either alphabet, with or without line breaks and padding; returns unencoded SVG unchanged."""
    try:
        return pybase64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        pass
    if "<svg" in text[:4096].lower():
        return text.encode(errors="replace")
    bare = text.encode(errors="replace")
    if b"%" in bare:
        bare = unquote_to_bytes(bare)
    bare = bare.translate(_URL_SAFE, _IGNORED_CHARACTERS)
    try:
        return pybase64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
