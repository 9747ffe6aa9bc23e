"""Real pictures, cheap to make: one colour of their own, a few shapes, and on edits what was sent."""

import colorsys
import functools
import io
import os
import random
import struct
import zlib
from dataclasses import replace

from PIL import Image, ImageDraw

from tests.emulators.openai.orders import ImageOrder
from tests.emulators.openai.svg_writer import write_svg

Colour = tuple[int, int, int]
PARTIAL_FRACTION = 24


def colour_of(number: int) -> Colour:
    """The colour of the whole upper edge of the picture of that number; neighbours differ well."""
    red, green, blue = colorsys.hsv_to_rgb(number * 0.618034 % 1, 0.7, 0.85)
    return round(red * 255), round(green * 255), round(blue * 255)


def paint(order: ImageOrder, number: int, *, heavy_bytes: int = 0) -> bytes:
    """The finished picture, encoded."""
    if order.format == "svg":
        return write_svg(order.prompt, order.width, order.height, number).encode()
    if heavy_bytes and order.format == "png":
        return _assembled((order.width, order.height), _noise(order.width, order.height, heavy_bytes), number)
    if order.format == "gif":
        return _animation(order, number)
    return _encoded(_painted(order, number), order, number)


def paint_partial(order: ImageOrder, number: int, index: int) -> bytes:
    """The same picture while it is still coarse; every further one shows more."""
    whole = _painted(order, number)
    shrunk = max(order.width, order.height) // (PARTIAL_FRACTION // (index + 1))
    small = whole.copy()
    small.thumbnail((max(2, shrunk), max(2, shrunk)))
    return _encoded(small.resize(whole.size, Image.Resampling.NEAREST), order, number)


def _painted(order: ImageOrder, number: int) -> Image.Image:
    colour = colour_of(number)
    transparent = order.background == "transparent"
    image = Image.new(
        "RGBA" if transparent else "RGB", (order.width, order.height), (0, 0, 0, 0) if transparent else colour
    )
    if order.inputs:
        _lay_inputs(image, order, colour)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, order.width, order.height // 8), fill=colour)
    chance = random.Random(f"{order.prompt} {number}")  # noqa: S311
    for _ in range(4):
        x, y = chance.randrange(order.width), chance.randrange(order.height // 4, order.height)
        radius = chance.randrange(order.height // 24, order.height // 8)
        fill = colour_of(chance.randrange(1000))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)
    return image


def _lay_inputs(image: Image.Image, order: ImageOrder, colour: Colour) -> None:
    """The base over everything, outside of the marked area; the references in a row at the bottom."""
    base = _reduced(order.inputs[0], image.size).resize(image.size)
    area = None
    if order.area is not None:
        area = Image.open(io.BytesIO(order.area)).getchannel("A").resize(image.size)
        image.paste(colour, (0, 0, *image.size))
    image.paste(base, (0, 0), area)
    side = max(16, order.height // 6)
    for place, data in enumerate(order.inputs[1:]):
        reference = _reduced(data, (side, side)).resize((side, side))
        image.paste(reference, (place * side, order.height - side))


def _reduced(data: bytes, size: tuple[int, int]) -> Image.Image:
    opened = Image.open(io.BytesIO(data))
    opened.draft("RGB", size)
    return opened.convert("RGB")


def _encoded(image: Image.Image, order: ImageOrder, number: int) -> bytes:
    if order.format == "png":
        return _png(image, number)
    buffer = io.BytesIO()
    if order.format == "jpeg":
        image.convert("RGB").save(buffer, "JPEG", quality=min(95, order.compression))
    elif order.format == "webp":
        image.save(buffer, "WEBP", method=0, quality=order.compression)
    else:
        image.convert("P").save(buffer, "GIF")
    return buffer.getvalue()


def _animation(order: ImageOrder, number: int) -> bytes:
    """Frames that all differ: a GIF with equal ones would lose them."""
    plain = replace(order, format="png")
    first, *others = [_painted(plain, number + frame).convert("P") for frame in range(order.frames)]
    buffer = io.BytesIO()
    first.save(buffer, "GIF", save_all=True, append_images=others, duration=order.frame_ms, loop=0)
    return buffer.getvalue()


def _png(image: Image.Image, number: int) -> bytes:
    """Quicker than Pillow, which tries every filter on every row: most rows here repeat the one above."""
    raw = image.tobytes()
    stride = len(raw) // image.height
    same, last = b"\2" + bytes(stride), b""
    lines: list[bytes] = []
    for start in range(0, len(raw), stride):
        row = raw[start : start + stride]
        lines.append(same if row == last else b"\0" + row)
        last = row
    return _assembled(image.size, zlib.compress(b"".join(lines), 1), number, has_alpha=image.mode == "RGBA")


@functools.lru_cache(maxsize=4)
def _noise(width: int, height: int, bytes_count: int) -> bytes:
    """Compressed pixels: noise, which does not compress, in as many rows as it takes."""
    rows = min(height, max(1, bytes_count // (3 * width)))
    noisy = [b"\0" + os.urandom(3 * width) for _ in range(rows)]
    return zlib.compress(b"".join(noisy) + (b"\0" + bytes(3 * width)) * (height - rows), 1)


def _assembled(size: tuple[int, int], pixels: bytes, number: int, *, has_alpha: bool = False) -> bytes:
    """With the chunk that holds the provenance of real pictures: every file differs, and re-encoding loses it."""
    header = struct.pack(">IIBBBBB", *size, 8, 6 if has_alpha else 2, 0, 0, 0)
    provenance = f"provenance of picture {number}".encode()
    chunks = [(b"IHDR", header), (b"caBX", provenance), (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))
