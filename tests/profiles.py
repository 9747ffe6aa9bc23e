"""ICC profiles for tests, and what a colour-managed viewer makes of a colour."""

import io
import struct
from typing import Any, Final, cast

import pyvips
from PIL import Image, ImageCms

from bot.imaging.icc import build_matrix_profile

_D65: Final = (0.3127, 0.3290)
ADOBE_RGB: Final = build_matrix_profile((*_D65, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06), (563 / 256,))
LINEAR_SRGB: Final = build_matrix_profile((*_D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06), (1.0,))


def builtin_profile(name: str) -> bytes:
    """One that libvips brings along: "p3", or "cmyk", which is made of tables."""
    return bytes(cast(Any, pyvips).Image.profile_load(name))


def grey_profile(gamma: float) -> bytes:
    """A profile of grey with this exponent."""
    curve = b"para\0\0\0\0" + struct.pack(">HHi", 0, 0, round(gamma * 65_536))
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63_190, 65_536, 54_061)
    at = 128 + 4 + 2 * 12
    table = struct.pack(">I4sII4sII", 2, b"wtpt", at, len(white), b"kTRC", at + len(white), len(curve))
    size = at + len(white) + len(curve)
    header = struct.pack(">I4xI4s4s4s12x4s", size, 0x04300000, b"mntr", b"GRAY", b"XYZ ", b"acsp")
    header = header.ljust(68, b"\0") + struct.pack(">3i", 63_190, 65_536, 54_061)
    return header.ljust(128, b"\0") + table + white + curve


def as_viewers_show(colour: tuple[int, ...], profile: bytes) -> tuple[int, int, int]:
    """The sRGB of one colour in grey, RGB or CMYK."""
    mode = {1: "L", 3: "RGB", 4: "CMYK"}[len(colour)]
    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
        mode,
        "RGB",
    )
    shown = transform.apply(Image.frombytes(mode, (1, 1), bytes(colour))).getpixel((0, 0))
    return cast(tuple[int, int, int], shown)
