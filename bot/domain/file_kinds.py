"""Detects a file's type from its first bytes, and gives advice for files that are no usable pictures."""

import re
import struct
from typing import Final, Literal

from bot.domain.known_files import ADVICE_FOR_NON_PICTURES, RAW, SOUND, TIFF, VIDEO, known_by_bytes
from bot.errors import BadPicture
from bot.texts import image_errors
from bot.texts.image_errors import (
    AS_JPEG,
    AS_PNG,
    AS_PNG_OR_JPEG,
    EXPORT_PHOTO,
    SEND_IMAGE,
    SEND_SCREENSHOT,
)

SourceFormat = Literal["png", "jpeg", "webp", "gif", "avif"]
"""Formats that people may send. AVIF is accepted, but converted before it is stored."""

_NETPBM: Final = re.compile(rb"P[1-7F][ \t\r\n]")
_RIFF: Final = {b"AVI ": (VIDEO, SEND_SCREENSHOT), b"WAVE": (SOUND, SEND_IMAGE)}

_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_HEIF_BRANDS: Final = frozenset({b"mif1", b"mif2", b"msf1", b"miaf", b"1pic"})
_SOUND_BRANDS: Final = frozenset({b"M4A ", b"M4B ", b"M4P "})
_MAX_BRANDS: Final = 32

_DNG_VERSION, _SUBFILE_TYPE, _SUB_FILES = 0xC612, 0x00FE, 0x014A
_IS_PREVIEW: Final = 1


def detect_picture_format(data: bytes) -> SourceFormat:
    """The picture format. The first few hundred bytes are enough.

    Raises:
        BadPicture: it is something else; the text names it, the hint gives advice.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    # HEIC, AVIF, raw files and videos share a container format; the brands at its start tell which one it is.
    if {b"avif", b"avis"}.intersection(_container_brands(data)):
        return "avif"
    raise _rejection(data)


def name_if_not_picture(data: bytes) -> str | None:
    """The name of a file that is certainly no picture, such as "a PDF". None if it is, contains or may be one."""
    if brands := _container_brands(data):
        return _identify_video_or_sound(brands)
    name, advice = _identify(data)
    return name if advice in ADVICE_FOR_NON_PICTURES else None


def is_recognised(data: bytes) -> bool:
    """Whether the first bytes identify the file, as a picture or something else. Plain text is not recognised."""
    try:
        detect_picture_format(data)
    except BadPicture as refusal:
        return refusal.text != image_errors.UNREADABLE
    return True


def _rejection(data: bytes) -> BadPicture:
    if not data:
        return image_errors.empty_file()
    if brands := _container_brands(data):
        return _container_rejection(brands)
    text = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html")):
        return image_errors.web_page()
    if text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!--", b"<!doctype")) and b"<svg" in text):
        return image_errors.svg()
    name, advice = _identify(data)
    if name is None:
        return image_errors.unreadable()
    return image_errors.other_image_kind(name, advice=advice)


def _identify(data: bytes) -> tuple[str | None, str]:
    """The name of a file type, None if unknown, and advice."""
    if data[:4] in (b"II*\0", b"MM\0*"):
        return _identify_tiff(data)
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12], (None, ""))
    if _NETPBM.match(data):
        return "a Netpbm image (PPM)", AS_PNG
    known = known_by_bytes(data)
    return (known.name, known.advice) if known is not None else (None, "")


def _container_brands(data: bytes) -> list[bytes]:
    """The major brand and the compatible brands of an ISO container (`ftyp`); empty if it is none."""
    if data[4:8] != b"ftyp":
        return []
    end = min(max(int.from_bytes(data[:4]), 12), len(data), 16 + 4 * _MAX_BRANDS)
    return [data[8:12], *(data[at : at + 4] for at in range(16, end - 3, 4))]


def _container_rejection(brands: list[bytes]) -> BadPicture:
    major = brands[0]
    if major == b"crx ":
        return image_errors.other_image_kind(f"{RAW} (CR3)", advice=EXPORT_PHOTO)
    if major == b"jxl ":
        return image_errors.other_image_kind("a JPEG XL", advice=AS_JPEG)
    if _HEIC_BRANDS.intersection(brands) or major in _HEIF_BRANDS:
        return image_errors.heic()
    return image_errors.recording(_identify_video_or_sound(brands))


def _identify_video_or_sound(brands: list[bytes]) -> str | None:
    """ "a video" or "a sound file"; None if the container may hold a photo."""
    if brands[0] in (*_HEIF_BRANDS, b"crx ", b"jxl ") or {b"avif", b"avis", *_HEIC_BRANDS}.intersection(brands):
        return None
    return SOUND if brands[0] in _SOUND_BRANDS else VIDEO


def _identify_tiff(data: bytes) -> tuple[str, str]:
    """A raw photo or a TIFF. Most raw formats are TIFFs with a special tag, or with a preview as the first image."""
    if data[8:10] == b"CR":
        return f"{RAW} (CR2)", EXPORT_PHOTO
    tags = _tiff_tags(data)
    if _DNG_VERSION in tags:
        return f"{RAW} (DNG)", EXPORT_PHOTO
    if tags.get(_SUBFILE_TYPE) == _IS_PREVIEW and _SUB_FILES in tags:
        return RAW, EXPORT_PHOTO
    return TIFF, AS_PNG_OR_JPEG


def _tiff_tags(data: bytes) -> dict[int, int]:
    """The tags of the first directory by number, with values that fit into 4 bytes."""
    order = "<" if data[:2] == b"II" else ">"
    try:
        (at,) = struct.unpack_from(f"{order}I", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, at)
        entries = [struct.unpack_from(f"{order}HHI4s", data, at + 2 + 12 * number) for number in range(count)]
    except struct.error:
        return {}
    short = 3
    return {
        tag: struct.unpack_from(f"{order}H" if kind == short else f"{order}I", value)[0]
        for tag, kind, _, value in entries
    }
