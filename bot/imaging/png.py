"""Reads the chunks of PNG files, and removes those that are not needed for pixels and colours.

Decoders refuse a picture for a comment with a wrong checksum, or for text that is long after decompression. So they
get a file without such chunks; colour profile, orientation and location are read here.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_HEADER: Final = struct.Struct(">I4s")
MAX_CHUNKS: Final = 50_000
"""The largest accepted file has 6,400 chunks of 8 KB, the size in which most programs write pixels."""
_MAX_PORTABLE_BYTES: Final = 1024 * 1024
"""The limit of Pillow for decompressed text and profiles, and so of services that use Pillow."""
_MAX_DECOMPRESSED_BYTES: Final = 8 * 1024 * 1024
"""The largest colour profiles (CMYK with many tables) have 3 MB."""
_MAX_ALL_DECOMPRESSED_BYTES: Final = 64 * 1024 * 1024
"""Of one file, as in libpng and Pillow. Further text stays compressed: 24 MB of it can become 24 GB."""
_XMP: Final = b"XML:com.adobe.xmp"
_RAW_EXIF: Final = (b"Raw profile type exif", b"Raw profile type APP1")
"""ImageMagick stores EXIF data as hexadecimal text under these keys."""
_PIXELS: Final = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_NUMBERS: Final = {b"gAMA": ">I", b"cHRM": ">8I", b"sRGB": "B", b"cICP": "4B", b"pHYs": ">IIB"}


@dataclass(slots=True)
class Png:
    """The content of a PNG.

    Attributes:
        pixels: the file with only the chunks of the picture itself. Errors in these are not fixed.
        is_plain: whether any decoder accepts the whole file: one frame, nothing faulty or oversized in it.
        bits: per channel.
        profile: the embedded ICC profile, decompressed; None if there is no readable one.
        gamma, chromaticities: as in the file, times 100 000; the latter are x and y of white, red, green, blue.
        code_points: the cICP chunk: primaries, transfer, matrix, full range (ITU-T H.273).
        decompressed_bytes: how much was decompressed so far.
        is_overloaded: it has more than MAX_CHUNKS; the rest was not read.
    """

    pixels: bytes = b""
    is_plain: bool = True
    bits: int = 8
    profile: bytes | None = None
    is_srgb: bool = False
    gamma: int | None = None
    chromaticities: tuple[int, ...] | None = None
    code_points: tuple[int, ...] | None = None
    exif: bytes | None = None
    raw_exif: str | None = None
    xmp: bytes | None = None
    decompressed_bytes: int = 0
    is_overloaded: bool = False


@dataclass(frozen=True, slots=True)
class _Chunk:
    kind: bytes
    body: memoryview
    stored: memoryview
    """The whole chunk, including length and checksum."""

    @property
    def is_intact(self) -> bool:
        expected = int.from_bytes(self.stored[-4:])
        return len(self.stored) == len(self.body) + 12 and zlib.crc32(self.body, zlib.crc32(self.kind)) == expected


def read_png(data: bytes, *, header_only: bool = False) -> Png:
    """Reads a PNG; omits what cannot be read. Never raises.

    Args:
        header_only: stop at the first pixel data, so that the time does not depend on the file's size.
    """
    png, kept, length = Png(), [memoryview(_SIGNATURE)], len(_SIGNATURE)
    has_pixels = is_ended = False
    for number, chunk in enumerate(_chunks(data)):
        if number == MAX_CHUNKS:
            png.is_overloaded = True
            break
        length += len(chunk.stored)
        if chunk.kind in _PIXELS or (chunk.kind == b"tRNS" and chunk.is_intact):
            kept.append(chunk.stored)
            has_pixels = has_pixels or chunk.kind == b"IDAT"
            is_ended = chunk.kind == b"IEND"
            if chunk.kind == b"IHDR" and len(chunk.body) > 8:
                png.bits = chunk.body[8]
        elif not chunk.is_intact or not _read_chunk(png, chunk, is_before_pixels=not has_pixels):
            png.is_plain = False
        if header_only and has_pixels:
            break
    png.is_plain = png.is_plain and is_ended and length == len(data)
    # Avoids a copy, which takes milliseconds for a large file: most files contain no other chunks.
    png.pixels = data if sum(map(len, kept)) == len(data) else b"".join(kept)
    return png


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """Yields the chunks up to the end of the picture or of the file; the last one may be cut off."""
    view, at = memoryview(data), len(_SIGNATURE)
    while at + _HEADER.size <= len(data):
        length, kind = _HEADER.unpack_from(data, at)
        if not kind.isalpha():
            return
        yield _Chunk(kind, view[at + 8 : at + 8 + length], view[at : at + 12 + length])
        if kind == b"IEND":
            return
        at += 12 + length


def _read_chunk(png: Png, chunk: _Chunk, *, is_before_pixels: bool) -> bool:
    """Stores colour and metadata from the chunk in `png`. Returns False if other decoders may reject the chunk."""
    kind, body = chunk.kind, bytes(chunk.body)
    match kind:
        case b"acTL" | b"fcTL" | b"fdAT":
            return False
        case kind if kind in _NUMBERS:
            return _read_numbers(png, kind, body, is_before_pixels=is_before_pixels)
        case b"iCCP":
            profile, is_short = _decompress(png, body.partition(b"\0")[2])
            if is_before_pixels and png.profile is None:
                png.profile = profile
            return is_short
        case b"eXIf":
            png.exif = b"Exif\0\0" + body
            return True
        case b"tEXt" | b"zTXt" | b"iTXt":
            return _read_text(png, kind, body)
        case _:
            return True


def _read_numbers(png: Png, kind: bytes, body: bytes, *, is_before_pixels: bool) -> bool:
    if len(body) != struct.calcsize(_NUMBERS[kind]):
        return False
    if not is_before_pixels:
        return True
    numbers = struct.unpack(_NUMBERS[kind], body)
    match kind:
        case b"gAMA":
            png.gamma = numbers[0]
        case b"cHRM":
            png.chromaticities = numbers
        case b"cICP":
            png.code_points = numbers
        case b"sRGB":
            png.is_srgb = True
        case _:
            pass
    return True


def _read_text(png: Png, kind: bytes, body: bytes) -> bool:
    key, _, text = body.partition(b"\0")
    is_short = True
    if kind == b"zTXt":
        unpacked, is_short = _decompress(png, text)
        text = unpacked or b""
    elif kind == b"iTXt":
        is_packed = text[:1] == b"\1"
        method, rest = text[1:2], text[2:].split(b"\0", 2)
        text = rest[-1]
        if is_packed:
            unpacked, is_short = _decompress(png, method + text)
            text = unpacked or b""
    if key == _XMP:
        png.xmp = text
    elif key in _RAW_EXIF:
        png.raw_exif = text.decode("latin-1")
    return is_short


def _decompress(png: Png, packed: bytes) -> tuple[bytes | None, bool]:
    """Decompresses data after a method byte; None if it is not valid or too long.

    The second value says whether other decoders accept its length.
    """
    if packed[:1] != b"\0" or png.decompressed_bytes > _MAX_ALL_DECOMPRESSED_BYTES:
        return None, False
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(packed[1:], _MAX_DECOMPRESSED_BYTES)
    except zlib.error:
        return None, False
    png.decompressed_bytes += len(data)
    if not unpacker.eof:
        return None, False
    return data, len(data) <= _MAX_PORTABLE_BYTES
