"""Bytes to pixels, safely: every picture from outside becomes pixels here and nowhere else."""

from typing import Final

from PIL import Image

from bot.imaging.colour import to_srgb
from bot.imaging.deep import decode_png, decode_webp
from bot.imaging.probe import MAX_BYTES, PILLOW_ERRORS, ImageFile, open_image

_MAX_MISSING_SHARE: Final = 0.1
"""Of the rows of a JPEG whose end was cut off."""
_GREY_EXTREMA: Final = ((128, 128), ((128, 128),) * 3)
"""The grey that stands for rows that are missing."""


def decode(data: bytes, *, max_bytes: int = MAX_BYTES) -> Image.Image:
    """The first frame as 8-bit sRGB: RGB, or RGBA where any of it may be transparent. Not rotated by EXIF.

    The edges of a picture with more than MAX_PIXELS are divided by `ImageFile.factor`.

    Raises:
        BadPicture: as `probe`, or truncated or damaged in its pixels.
    """
    return decode_file(open_image(data, max_bytes=max_bytes))


def decode_file(source: ImageFile, *, edge_px: int | None = None) -> Image.Image:
    """What `decode` gives, of a picture that is open already. A JPEG comes smaller where `edge_px` are enough."""
    factor = source.factor
    try:
        if source.format == "png" and (source.bits > 8 or factor > 1):
            return decode_png(source.data, source.profile, factor=factor)
        if source.format == "webp" and factor > 1:
            return decode_webp(source.data, factor=factor)
    except OSError as error:
        raise source.damaged() from error
    image = to_srgb(load_pixels(source, edge_px=edge_px), source.profile)
    return image.reduce(factor) if factor > 1 and source.format != "jpeg" else image


def load_pixels(source: ImageFile, *, edge_px: int | None = None) -> Image.Image:
    """The first frame with its pixels decoded, in the mode and the colours of its file.

    A JPEG is reduced while it is decoded: by `ImageFile.factor`, or further where `edge_px` pixels are enough. Its end
    may be missing: then the missing rows, at most a tenth of all, are grey.

    Raises:
        BadPicture: truncated or damaged.
    """
    image = source.image
    if source.format == "jpeg" and (source.factor > 1 or edge_px is not None):
        size = source.size.width_px // source.factor, source.size.height_px // source.factor
        image.draft(image.mode, size if edge_px is None else (min(size[0], edge_px), min(size[1], edge_px)))
    try:
        image.load()
    except PILLOW_ERRORS as error:
        raise source.damaged() from error
    if source.is_cut_off and count_missing_rows(image) > _MAX_MISSING_SHARE * image.height:
        raise source.damaged()
    return image


def count_missing_rows(image: Image.Image) -> int:
    """How many rows at the end of a JPEG that was cut off are missing; all, where that cannot be seen."""
    if image.mode not in ("L", "RGB"):
        return image.height
    rows = 0
    while rows < image.height:
        at = image.height - 1 - rows
        if image.crop((0, at, image.width, at + 1)).getextrema() not in _GREY_EXTREMA:
            break
        rows += 1
    return rows
