"""What a file is, from its first bytes and its header. Names and declared types are claims and are not looked at."""

import io
import struct
import zlib
from dataclasses import dataclass
from typing import Final

from PIL import GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from bot.domain.pictures import PictureFormat, Size
from bot.errors import BadPicture

# The largest drawing, 3840x2160 of noise, is a PNG of 25 MB; image models take inputs of less than 50 MB.
MAX_BYTES: Final = 50 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000
MAX_EDGE_PX: Final = 16_384
MAX_JPEG_SCANS: Final = 100
"""A progressive JPEG has about 10 scans. Thousands of them in a small file keep the decoder busy for minutes."""

PILLOW_ERRORS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    MemoryError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
"""All that Pillow's four decoders are known to raise on damaged or hostile bytes."""

_ACCEPTED: Final = "PNG, JPEG, WebP and GIF pictures work"
_PLUGINS: Final = (GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
"""Imported so that `Image.open` finds them without loading Pillow's other forty decoders."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What the header says. `size` is as stored, before EXIF rotation; `opaque` is False where alpha is possible."""

    format: PictureFormat
    size: Size
    opaque: bool


def probe(data: bytes, *, max_bytes: int = MAX_BYTES) -> Probed:
    """Reads the header only: well below a millisecond, whatever the file claims to hold.

    Raises:
        BadPicture: not a picture we read, too large in bytes or pixels, or damaged.
    """
    with open_header(data, max_bytes=max_bytes) as image:
        return Probed(sniff(data), Size(*image.size), opaque=not image.has_transparency_data)


def open_header(data: bytes, *, max_bytes: int = MAX_BYTES) -> Image.Image:
    """The picture with its header read and its limits checked, its pixels not yet decoded. Raises as `probe`."""
    if len(data) > max_bytes:
        raise BadPicture(
            f"That file is {_megabytes(len(data))}; at most {_megabytes(max_bytes)} can be used.",
            hint="Share it smaller, or as JPEG.",
        )
    format_ = sniff(data)
    if format_ == "jpeg" and data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise _damaged("it holds far more JPEG scans than a picture needs")
    try:
        image = Image.open(io.BytesIO(data), formats=(format_.upper(),))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPicture("That picture claims far more pixels than can be used.", hint=_limits()) from error
    except PILLOW_ERRORS as error:
        raise _damaged("its header cannot be read") from error
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_EDGE_PX:
        raise BadPicture(f"That picture is {width}x{height}: too large.", hint=_limits())
    return image


def sniff(data: bytes) -> PictureFormat:
    """The format that the first bytes show. Raises BadPicture with advice for everything that we do not read."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    raise _refusal(data)


def _refusal(data: bytes) -> BadPicture:
    if not data:
        return BadPicture("That file is empty.", hint=f"{_ACCEPTED}; send it again.")
    if data[4:8] == b"ftyp":
        return _refusal_of_container(data)
    text = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html")):
        return BadPicture(
            "That file is a web page, not a picture.",
            hint="Attach the picture itself, not a link. If you did, the app may not be allowed to read files.",
        )
    if text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!--", b"<!doctype")) and b"<svg" in text):
        return BadPicture("SVG drawings cannot be used as a picture.", hint="Export it as PNG and send that.")
    for magic, name, advice in _KNOWN:
        if data.startswith(magic):
            return BadPicture(f"That file is {name}.", hint=f"{_ACCEPTED}; {advice}.")
    return BadPicture("That file is not a picture that can be read.", hint=f"{_ACCEPTED}.")


_KNOWN: Final = (
    (b"%PDF-", "a PDF", "export the page as PNG"),
    (b"II*\0", "a TIFF", "save it as PNG or JPEG"),
    (b"MM\0*", "a TIFF", "save it as PNG or JPEG"),
    (b"BM", "a BMP", "save it as PNG"),
    (b"8BPS", "a Photoshop file", "export it as PNG"),
    (b"\0\0\1\0", "an icon (ICO)", "save it as PNG"),
    (b"PK\3\4", "a ZIP archive or an office document", "send the picture in it"),
    (b"%!PS", "a PostScript file", "export it as PNG"),
    (b"\xff\x0a", "a JPEG XL", "save it as JPEG"),
)


def _refusal_of_container(data: bytes) -> BadPicture:
    """HEIC, AVIF and videos share one container; the brand at byte 8 tells them apart."""
    brand = data[8:12]
    if brand in {b"avif", b"avis"}:
        return BadPicture("AVIF pictures cannot be used.", hint=f"{_ACCEPTED}; save it as JPEG or PNG.")
    if brand in {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}:
        return BadPicture(
            "That is a HEIC photo, which cannot be used.",
            hint="On an iPhone: Settings > Camera > Formats > Most Compatible, or share the photo as JPEG.",
        )
    return BadPicture("That file is a video, not a picture.", hint=f"{_ACCEPTED}; a screenshot of it would do.")


def _damaged(why: str) -> BadPicture:
    return BadPicture(f"That picture is damaged: {why}.", hint="Save or export it again and send the new file.")


def _limits() -> str:
    return f"At most {MAX_PIXELS // 1_000_000} megapixels and {MAX_EDGE_PX} pixels on one edge can be used."


def _megabytes(count_bytes: int) -> str:
    return f"{count_bytes / (1024 * 1024):.1f} MB"
