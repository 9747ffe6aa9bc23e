"""Checks whether received bytes are a complete picture or an SVG. Ignores declared types."""

from typing import Final, Literal

from bot.domain.pictures import PictureFormat
from bot.errors import BadPicture
from bot.imaging.probe import probe

_MAX_TRAILER_BYTES: Final = 65_536
Kind = Literal["picture", "drawing"]


def classify_image(data: bytes) -> Kind | None:
    """ "picture", "drawing" (SVG), or None for what cannot be shown, such as a web page or half a picture."""
    try:
        found = probe(data)
    except BadPicture:
        return "drawing" if b"<svg" in data[:4096].lower() and not _is_web_page(data) else None
    return "picture" if _is_complete(data, found.format) else None


def _is_web_page(data: bytes) -> bool:
    return data.lstrip()[:14].lower().startswith((b"<!doctype html", b"<html"))


def _is_complete(data: bytes, format_: PictureFormat) -> bool:
    """Whether the end marker of the format is present; further bytes may follow it. Decodes nothing."""
    tail = data[-_MAX_TRAILER_BYTES:]
    match format_:
        case "png":
            return b"IEND" in tail
        case "jpeg":
            return b"\xff\xd9" in tail
        case "webp":
            return len(data) >= int.from_bytes(data[4:8], "little") + 8
        case "gif":
            return b";" in tail.rstrip(b"\0\r\n\t ")[-2:]
        case "svg":
            return True
