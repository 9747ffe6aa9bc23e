"""Detects a file's type from its first bytes, and gives advice for files that are no usable pictures."""

import re
import struct
from typing import Final, Literal

from bot.errors import BadPicture

SourceFormat = Literal["png", "jpeg", "webp", "gif", "avif"]
"""Formats that people may send. AVIF is accepted, but converted before it is stored."""

ACCEPTED: Final = "PNG, JPEG, WebP and GIF pictures work, AVIF too"

_RAW: Final = "a camera raw file"
_AS_JPEG: Final = "save it as JPEG"
_AS_PNG: Final = "save it as PNG"
_EXPORT: Final = "export it as JPEG from the program that develops your photos"
_SCREENSHOT: Final = "a screenshot of it would do"
_IN_IT: Final = "send the picture in it"
_PAGE: Final = "export the page as PNG"
_ANOTHER: Final = "send a picture"
_ADVICE_FOR_NON_PICTURES: Final = frozenset({_SCREENSHOT, _IN_IT, _PAGE, _ANOTHER})

_KNOWN: Final = (
    (b"%PDF-", "a PDF", _PAGE),
    (b"BM", "a BMP", _AS_PNG),
    (b"8BPS", "a Photoshop file", "export it as PNG"),
    (b"gimp xcf", "a GIMP file", "export it as PNG"),
    (b"\0\0\1\0", "an icon (ICO)", _AS_PNG),
    (b"\0\0\2\0", "a cursor (CUR)", _AS_PNG),
    (b"icns", "an icon (ICNS)", _AS_PNG),
    (b"PK\3\4", "a ZIP archive or an office document", _IN_IT),
    (b"Rar!", "a RAR archive", _IN_IT),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _IN_IT),
    (b"\x1f\x8b", "a gzip archive", _IN_IT),
    (b"%!PS", "a PostScript file", "export it as PNG"),
    (b"\xc5\xd0\xd3\xc6", "a PostScript file (EPS)", "export it as PNG"),
    (b"\xff\x0a", "a JPEG XL", _AS_JPEG),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL", _AS_JPEG),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000", _AS_JPEG),
    (b"\xff\x4f\xff\x51", "a JPEG 2000", _AS_JPEG),
    (b"II\xbc", "a JPEG XR", _AS_JPEG),
    (b"IIRO", f"{_RAW} (ORF)", _EXPORT),
    (b"IIRS", f"{_RAW} (ORF)", _EXPORT),
    (b"MMOR", f"{_RAW} (ORF)", _EXPORT),
    (b"IIU\0", f"{_RAW} (RW2)", _EXPORT),
    (b"FUJIFILMCCD-RAW", f"{_RAW} (RAF)", _EXPORT),
    (b"FOVb", f"{_RAW} (X3F)", _EXPORT),
    (b"\0MRM", f"{_RAW} (MRW)", _EXPORT),
    (b"II\x1a\0\0\0HEAPCCDR", f"{_RAW} (CRW)", _EXPORT),
    (b"II+\0", "a TIFF", "save it as PNG or JPEG"),
    (b"MM\0+", "a TIFF", "save it as PNG or JPEG"),
    (b"v/1\x01", "an OpenEXR file", _AS_PNG),
    (b"#?R", "a Radiance HDR file", _AS_PNG),
    (b"DDS ", "a DDS texture", _AS_PNG),
    (b"qoif", "a QOI", _AS_PNG),
    (b"BPG\xfb", "a BPG", _AS_PNG),
    (b"FLIF", "a FLIF", _AS_PNG),
    (b"\x8aMNG", "an MNG animation", _AS_PNG),
    (b"\xd7\xcd\xc6\x9a", "a Windows metafile (WMF)", _AS_PNG),
    (b"\x01\0\0\0\x6c\0\0\0", "a Windows metafile (EMF)", _AS_PNG),
    (b"\x1a\x45\xdf\xa3", "a video", _SCREENSHOT),
    (b"\0\0\1\xba", "a video", _SCREENSHOT),
    (b"FLV\1", "a video", _SCREENSHOT),
    (b"OggS", "a sound or video file", _SCREENSHOT),
    (b"ID3", "a sound file", _ANOTHER),
    (b"fLaC", "a sound file", _ANOTHER),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document", _IN_IT),
)
_UNKNOWN: Final = "That file is not a picture that can be read."
_NETPBM: Final = re.compile(rb"P[1-7F][ \t\r\n]")
_RIFF: Final = {b"AVI ": ("a video", _SCREENSHOT), b"WAVE": ("a sound file", _ANOTHER)}

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
    return name if advice in _ADVICE_FOR_NON_PICTURES else None


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
        return "a Netpbm picture (PPM)", _AS_PNG
    return next(((name, advice) for magic, name, advice in _KNOWN if data.startswith(magic)), (None, ""))


def _container_brands(data: bytes) -> list[bytes]:
    """The major brand and the compatible brands of an ISO container (`ftyp`); empty if it is none."""
    if data[4:8] != b"ftyp":
        return []
    end = min(max(int.from_bytes(data[:4]), 12), len(data), 16 + 4 * _MAX_BRANDS)
    return [data[8:12], *(data[at : at + 4] for at in range(16, end - 3, 4))]


def _container_rejection(brands: list[bytes]) -> BadPicture:
    major = brands[0]
    if major == b"crx ":
        return BadPicture(f"That file is {_RAW} (CR3).", hint=f"{ACCEPTED}; {_EXPORT}.")
    if major == b"jxl ":
        return BadPicture("That file is a JPEG XL.", hint=f"{ACCEPTED}; {_AS_JPEG}.")
    if _HEIC_BRANDS.intersection(brands) or major in _HEIF_BRANDS:
        return BadPicture(
            "That is a HEIC photo, which cannot be used.",
            hint="On an iPhone: Settings > Camera > Formats > Most Compatible, or share the photo as JPEG.",
        )
    return BadPicture(
        f"That file is {_identify_video_or_sound(brands)}, not a picture.", hint=f"{ACCEPTED}; {_SCREENSHOT}."
    )


def _identify_video_or_sound(brands: list[bytes]) -> str | None:
    """ "a video" or "a sound file"; None if the container may hold a photo."""
    if brands[0] in (*_HEIF_BRANDS, b"crx ", b"jxl ") or {b"avif", b"avis", *_HEIC_BRANDS}.intersection(brands):
        return None
    return "a sound file" if brands[0] in _SOUND_BRANDS else "a video"


def _identify_tiff(data: bytes) -> tuple[str, str]:
    """A raw photo or a TIFF. Most raw formats are TIFFs with a special tag, or with a preview as the first image."""
    if data[8:10] == b"CR":
        return f"{_RAW} (CR2)", _EXPORT
    tags = _tiff_tags(data)
    if _DNG_VERSION in tags:
        return f"{_RAW} (DNG)", _EXPORT
    if tags.get(_SUBFILE_TYPE) == _IS_PREVIEW and _SUB_FILES in tags:
        return _RAW, _EXPORT
    return "a TIFF", "save it as PNG or JPEG"


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
