"""Encodes pictures, and converts pictures that are too large for a platform."""

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PIL import Image

from bot.domain.pictures import PictureFormat, Size
from bot.imaging.decode import decode
from bot.imaging.pixels import resize
from bot.imaging.probe import probe
from bot.texts import image_errors, notes

DEFAULT_QUALITY: Final = 92
_NAMES: Final[dict[PictureFormat, str]] = {"png": "PNG", "jpeg": "JPEG", "webp": "WebP", "gif": "GIF", "svg": "SVG"}
_MIN_EDGE_PX: Final = 16


@dataclass(frozen=True, slots=True)
class ConvertedImage:
    """A picture that a platform can show. `note` says what was changed; None if nothing was."""

    data: bytes
    format: PictureFormat
    size: Size
    note: str | None = None


def encode(image: Image.Image, format_: PictureFormat, *, compression: int | None = None) -> bytes:
    """Encodes as PNG, JPEG (transparent parts become white) or WebP.

    Args:
        compression: 0 to 100, the quality of JPEG and WebP; None means 92. Ignored for PNG.
    """
    quality = DEFAULT_QUALITY if compression is None else compression
    buffer = io.BytesIO()
    match format_:
        case "png":
            # Level 1 takes a third of the default level's time and costs 15 % in size.
            image.save(buffer, "PNG", compress_level=1)
        case "jpeg":
            flatten(image).save(buffer, "JPEG", quality=quality, optimize=True, subsampling=0 if quality >= 90 else 2)
        case "webp":
            image.save(buffer, "WEBP", quality=quality, method=2)
        case "gif" | "svg":
            raise ValueError(f"pictures are not written as {format_}")
    return buffer.getvalue()


def flatten(image: Image.Image) -> Image.Image:
    """The picture on white, without transparency."""
    if image.mode != "RGBA":
        return image.convert("RGB")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def convert_to_fit(data: bytes, *, max_bytes: int, formats: frozenset[PictureFormat]) -> ConvertedImage:
    """Returns the same bytes if they fit, otherwise the best picture that does.

    Tries lossless formats, then high-quality lossy ones, then smaller sizes.

    Args:
        max_bytes: the largest file that can be posted.
        formats: the formats that are shown inline; at least PNG, or JPEG for pictures without transparency.

    Raises:
        BadPicture: the picture cannot be read, or cannot be made small enough.
    """
    probed = probe(data, max_bytes=len(data))
    if len(data) <= max_bytes and probed.format in formats:
        return ConvertedImage(data, probed.format, probed.size)
    image = decode(data, max_bytes=len(data))
    while min(image.size) >= _MIN_EDGE_PX:
        smallest = 0
        for format_, candidate in _candidates(image, formats):
            if len(candidate) <= max_bytes:
                size = Size(*image.size)
                note = notes.converted(
                    _NAMES[format_],
                    scaled_to=None if size == probed.size else size,
                    size=_format_size(len(candidate)),
                    original=_NAMES[probed.format],
                    original_size=_format_size(len(data)),
                )
                return ConvertedImage(candidate, format_, size, note)
            smallest = len(candidate)
        if not smallest:
            break
        image = _scale_down(image, max_bytes / smallest)
    raise image_errors.cannot_be_shrunk(_format_size(max_bytes))


def _candidates(image: Image.Image, formats: frozenset[PictureFormat]) -> Iterator[tuple[PictureFormat, bytes]]:
    """Yields encodings, best quality first. Lazy: each takes 0.1 s or more."""
    if "png" in formats:
        yield "png", encode(image, "png")
    if "webp" in formats:
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", lossless=True, method=0)
        yield "webp", buffer.getvalue()
        yield "webp", encode(image, "webp", compression=92)
        yield "webp", encode(image, "webp", compression=80)
    elif "jpeg" in formats and (image.mode == "RGB" or "png" not in formats):
        yield "jpeg", encode(image, "jpeg", compression=92)
        yield "jpeg", encode(image, "jpeg", compression=82)


def _scale_down(image: Image.Image, ratio: float) -> Image.Image:
    """Scales by the square root of `ratio` (bytes are proportional to the area), but at least by a tenth."""
    factor = min(0.9, 0.95 * math.sqrt(ratio))
    width, height = (max(1, round(edge_px * factor)) for edge_px in image.size)
    return resize(image, (width, height))


def _format_size(count_bytes: int) -> str:
    if count_bytes < 1024 * 1024:
        return f"{max(1, round(count_bytes / 1024))} KB"
    return f"{count_bytes / (1024 * 1024):.1f} MB"
