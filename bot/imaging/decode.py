"""Bytes to pixels, safely: every picture from outside becomes pixels here and nowhere else."""

from PIL import Image, ImageMath

from bot.errors import BadPicture
from bot.imaging.probe import MAX_BYTES, PILLOW_ERRORS, open_header

_SIXTEEN_BIT = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")


def decode(data: bytes, *, max_bytes: int = MAX_BYTES) -> Image.Image:
    """The first frame as 8-bit RGB, or RGBA where any of it is transparent. Not rotated by EXIF.

    Raises:
        BadPicture: as `probe`, or truncated or damaged in its pixels.
    """
    with open_header(data, max_bytes=max_bytes) as image:
        load(image)
        return plain(image)


def load(image: Image.Image) -> None:
    """Decodes the first frame of an opened picture in place. Raises BadPicture where that fails."""
    try:
        image.load()
    except PILLOW_ERRORS as error:
        raise BadPicture(
            "That picture is damaged or was cut off while it was sent.",
            hint="Save or export it again and send the new file.",
        ) from error


def plain(image: Image.Image) -> Image.Image:
    """A copy in 8-bit RGB or RGBA without any metadata, whatever the mode was."""
    if image.mode in _SIXTEEN_BIT:
        return _from_sixteen_bit(image)
    has_alpha = image.has_transparency_data
    copy = image.convert("RGBA" if has_alpha else "RGB")
    if copy is image:
        copy = image.copy()
    copy.info = {}
    return copy


def _from_sixteen_bit(image: Image.Image) -> Image.Image:
    """Pillow clips where it should scale, so the range 0 to 65535 is brought to 0 to 255 first."""
    wide = image.convert("F")
    return ImageMath.lambda_eval(lambda values: values["wide"] / 257, wide=wide).convert("L").convert("RGB")
