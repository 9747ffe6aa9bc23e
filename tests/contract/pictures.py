"""Files that people attach, good and bad."""

import io
import struct
import zlib
from functools import cache

from PIL import Image

from tests.contract.driver import File
from tests.paths import FILES


def encoded(
    size: tuple[int, int], *, colour: tuple[int, ...] = (200, 40, 40), image_format: str = "png", exif: bytes = b""
) -> bytes:
    """One colour, opaque or, with four numbers, as transparent as the last of them says."""
    data = io.BytesIO()
    Image.new("RGBA" if len(colour) == 4 else "RGB", size, colour).save(data, image_format, exif=exif)
    return data.getvalue()


def photo(name: str = "photo.png", size: tuple[int, int] = (120, 80)) -> File:
    return File(name, encoded(size))


def sideways_photo() -> File:
    """A JPEG of 120x80 whose EXIF orientation says that it stands upright at 80x120."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return File("IMG_0042.JPG", encoded((120, 80), image_format="jpeg", exif=exif.tobytes()))


def animation() -> File:
    frames = [Image.new("P", (64, 48), number) for number in (0, 1, 2)]
    data = io.BytesIO()
    frames[0].save(data, "gif", save_all=True, append_images=frames[1:], duration=100)
    return File("dance.gif", data.getvalue())


def heic() -> File:
    return File("IMG_0043.HEIC", struct.pack(">I", 24) + b"ftypheic" + bytes(12) + bytes(200))


def display_p3_photo() -> File:
    """From a phone, with the place where it was taken. Its reddest quarter is (220, 37, 12) in sRGB."""
    return File("IMG_0044.JPG", (FILES / "p3_gps.jpg").read_bytes())


def photo_with_wrong_checksum() -> File:
    """A PNG whose comment was damaged."""
    return File("diagram.png", (FILES / "crc_of_comment.png").read_bytes())


@cache
def huge_photo() -> File:
    """50 megapixels, as phones take them."""
    data = io.BytesIO()
    Image.new("L", (8160, 6120), 200).save(data, "jpeg")
    return File("IMG_0045.JPG", data.getvalue())


def camera_raw() -> File:
    return File("IMG_0046.CR3", struct.pack(">I", 24) + b"ftypcrx \0\0\0\1crx isom" + bytes(64))


def jpeg_xl() -> File:
    return File("photo.jpg", b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl " + bytes(64))


def truncated() -> File:
    noise = Image.effect_noise((200, 200), 90)
    data = io.BytesIO()
    noise.save(data, "png")
    return File("cut.png", data.getvalue()[:4000])


def bomb() -> File:
    """A PNG of a few hundred bytes that claims 30000x30000 pixels."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return File("tiny.png", b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(100))))


def lying_header() -> File:
    """A PNG whose header claims more rows than its data holds."""
    data = bytearray(encoded((40, 30)))
    data[16:24] = struct.pack(">II", 400, 300)
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    return File("liar.png", bytes(data))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
