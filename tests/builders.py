"""Pictures for tests, made in memory, and who asks for them."""

import io
import struct
import zlib
from typing import Literal

from PIL import Image

from bot.domain.ids import PlatformName
from bot.domain.people import Person

ADA = Person(PlatformName("web"), "T1", "ada", "Ada")

Colour = tuple[int, int, int] | tuple[int, int, int, int]


def a_picture(width_px: int = 64, height_px: int = 48, colour: Colour = (200, 60, 40)) -> Image.Image:
    """One colour, except for a dark upper left quarter, so that turning and flipping show."""
    image = Image.new("RGBA" if len(colour) == 4 else "RGB", (width_px, height_px), colour)
    image.paste((20, 20, 30, 255)[: len(colour)], (0, 0, width_px // 2, height_px // 2))
    return image


def a_png(width_px: int = 64, height_px: int = 48, colour: Colour = (200, 60, 40)) -> bytes:
    return encoded(a_picture(width_px, height_px, colour), "PNG")


def encoded(
    image: Image.Image, format_: Literal["PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"], **options: object
) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def a_png_that_says(width_px: int, height_px: int, *, text: bytes = b"", pixels: bytes = b"") -> bytes:
    """A PNG with any header one likes; `text` becomes a compressed comment, `pixels` the whole pixel data."""
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    chunks = [_chunk(b"IHDR", header)]
    if text:
        chunks.append(_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(text, 9)))
    chunks += [_chunk(b"IDAT", zlib.compress(pixels)), _chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def a_mask(width_px: int = 64, height_px: int = 48) -> bytes:
    """The right half may change."""
    mask = Image.new("RGBA", (width_px, height_px), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (width_px // 2, 0, width_px, height_px))
    return encoded(mask, "PNG")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
