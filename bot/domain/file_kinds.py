"""Detects a file's type from its first bytes, and gives advice for files that are no usable pictures."""

import re
import struct
from typing import Final, Literal

from bot.domain.known_files import (
    ADVICE_FOR_NON_PICTURES,
    ANOTHER,
    AS_EITHER,
    AS_JPEG,
    AS_PNG,
    DEVELOP,
    RAW,
    SCREENSHOT,
    SOUND,
    TIFF,
    VIDEO,
    known_by_bytes,
)
from bot.errors import BadPicture

SourceFormat = Literal["png", "jpeg", "webp", "gif", "avif"]
"""Formats that people may send. AVIF is accepted, but converted before it is stored."""

ACCEPTED: Final = "PNG, JPEG, WebP and GIF pictures work, AVIF too"

_UNKNOWN: Final = "That file is not a picture that can be read."
_NETPBM: Final = re.compile(rb"P[1-7F][ \t\r\n]")
_RIFF: Final = {b"AVI ": (VIDEO, SCREENSHOT), b"WAVE": (SOUND, ANOTHER)}

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
        return refusal.text != _UNKNOWN
    return True


def _rejection(data: bytes) -> BadPicture:
    if not data:
        return BadPicture("That file is empty.", hint=f"{ACCEPTED}; send it again.")
    if brands := _container_brands(data):
        return _container_rejection(brands)
    text = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html")):
        return BadPicture(
            "That file is a web page, not a picture.",
            hint="Attach the picture itself, not a link. If you did, the app may not be allowed to read files.",
        )
    if text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!--", b"<!doctype")) and b"<svg" in text):
        return BadPicture("SVG drawings cannot be used as a picture.", hint="Export it as PNG and send that.")
    name, advice = _identify(data)
    if name is None:
        return BadPicture(_UNKNOWN, hint=f"{ACCEPTED}.")
    return BadPicture(f"That file is {name}.", hint=f"{ACCEPTED}; {advice}.")


def _identify(data: bytes) -> tuple[str | None, str]:
    """The name of a file type, None if unknown, and advice."""
    if data[:4] in (b"II*\0", b"MM\0*"):
        return _identify_tiff(data)
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12], (None, ""))
    if _NETPBM.match(data):
        return "a Netpbm picture (PPM)", AS_PNG
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
        return BadPicture(f"That file is {RAW} (CR3).", hint=f"{ACCEPTED}; {DEVELOP}.")
    if major == b"jxl ":
        return BadPicture("That file is a JPEG XL.", hint=f"{ACCEPTED}; {AS_JPEG}.")
    if _HEIC_BRANDS.intersection(brands) or major in _HEIF_BRANDS:
        return BadPicture(
            "That is a HEIC photo, which cannot be used.",
            hint="On an iPhone: Settings > Camera > Formats > Most Compatible, or share the photo as JPEG.",
        )
    return BadPicture(
        f"That file is {_identify_video_or_sound(brands)}, not a picture.", hint=f"{ACCEPTED}; {SCREENSHOT}."
    )


def _identify_video_or_sound(brands: list[bytes]) -> str | None:
    """ "a video" or "a sound file"; None if the container may hold a photo."""
    if brands[0] in (*_HEIF_BRANDS, b"crx ", b"jxl ") or {b"avif", b"avis", *_HEIC_BRANDS}.intersection(brands):
        return None
    return SOUND if brands[0] in _SOUND_BRANDS else VIDEO


def _identify_tiff(data: bytes) -> tuple[str, str]:
    """A raw photo or a TIFF. Most raw formats are TIFFs with a special tag, or with a preview as the first image."""
    if data[8:10] == b"CR":
        return f"{RAW} (CR2)", DEVELOP
    tags = _tiff_tags(data)
    if _DNG_VERSION in tags:
        return f"{RAW} (DNG)", DEVELOP
    if tags.get(_SUBFILE_TYPE) == _IS_PREVIEW and _SUB_FILES in tags:
        return RAW, DEVELOP
    return TIFF, AS_EITHER


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
