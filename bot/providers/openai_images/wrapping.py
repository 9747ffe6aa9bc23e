"""A picture in a field of text, out of whatever a server has wrapped it in. Megabytes: work for a thread."""

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
"""Line breaks, padding and quotes: none of them says anything that the rest does not."""


def read_base64_field(text: str) -> bytes | str | None:
    """What a field for base64 holds: the bytes, or the address that stands there instead; None where it is neither."""
    text = text.strip()
    if not text or _ADDRESS.match(text):
        return text or None
    return _decode_data_url(text) or _decode_base64(text)


def read_url_field(text: str) -> bytes | str | None:
    """What a field for an address holds: the address, or the bytes of a data URL; None where it is empty."""
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
    """Base64 of either alphabet, wrapped or not, padded or not; an SVG that was not encoded at all, as it is."""
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
