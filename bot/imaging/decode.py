"""Decodes pictures. All pictures from outside are decoded here and nowhere else."""

from typing import Final

from PIL import Image

from bot.imaging.colour import to_srgb
from bot.imaging.probe import MAX_BYTES, PILLOW_ERRORS, ImageFile, open_image
from bot.imaging.vips_decode import decode_png, decode_webp

_MAX_MISSING_SHARE: Final = 0.1
"""The largest share of missing rows in a JPEG that was cut off."""
_GREY_EXTREMA: Final = ((128, 128), ((128, 128),) * 3)
"""The extrema of missing rows, which libjpeg fills with this grey."""


def decode(data: bytes, *, max_bytes: int = MAX_BYTES) -> Image.Image:
    """The first frame as 8-bit sRGB: RGB, or RGBA if it may be transparent. EXIF orientation is not applied.

    The edges of a picture with more than MAX_PIXELS are divided by `ImageFile.factor`.

    Raises:
        BadPicture: as `probe`, or its pixels are truncated or damaged.
    """
    return decode_file(open_image(data, max_bytes=max_bytes))


def decode_file(source: ImageFile, *, edge_px: int | None = None) -> Image.Image:
    """As `decode`, for an open file. With `edge_px`, a JPEG may be decoded smaller, but not below this edge."""
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
    """Decodes the first frame, in the mode and colours of the file.

    A JPEG is scaled down during decoding: by `ImageFile.factor`, or further with `edge_px`. If its end is missing, up
    to a tenth of its rows are grey.

    Raises:
        BadPicture: the file is truncated or damaged.
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
    """The number of missing rows at the end of a JPEG that was cut off; all rows if that cannot be determined."""
    if image.mode not in ("L", "RGB"):
        return image.height
    rows = 0
    while rows < image.height:
        at = image.height - 1 - rows
        if image.crop((0, at, image.width, at + 1)).getextrema() not in _GREY_EXTREMA:
            break
        rows += 1
    return rows
