"""Checks masks and markups that people sent, and converts them to the form that models read."""

from typing import Final, Literal

from PIL import Image, ImageChops

from bot.domain.pictures import Size
from bot.imaging.convert import encode
from bot.imaging.decode import decode, decode_file
from bot.imaging.pixels import map_values
from bot.imaging.probe import open_image
from bot.texts import image_errors

_DARK_BELOW: Final = 64
_LIGHT_FROM: Final = 192
_MAX_GREY_SHARE: Final = 0.10
"""A painted mask with soft edges has a much smaller share of grey pixels, a photo a much larger one."""


def check_mask(data: bytes, base: Size) -> bytes:
    """Returns the mask as a PNG of the base's size, in which fully transparent pixels may change.

    Models read transparency, but most drawing tools write black-and-white masks in which white means "change this":
    these are converted. A PNG that already has transparency is returned unchanged.

    Raises:
        BadPicture: its size differs from the base, it marks nothing, or it is an ordinary picture.
    """
    mask, may_stay = _decode_checked(data, base, "mask")
    if mask.mode == "RGBA":
        darkest_alpha = next(value for value, count in enumerate(mask.getchannel("A").histogram()) if count)
        if darkest_alpha < _DARK_BELOW:
            return data if darkest_alpha == 0 and may_stay else _encode_alpha(mask.getchannel("A"))
    return _encode_alpha(ImageChops.invert(_to_grey(mask)))


def check_markup(data: bytes, base: Size) -> bytes:
    """Returns the markup as a PNG of the base's size, transparent where nothing was drawn.

    Raises:
        BadPicture: its size differs from the base, it hides all of it, or it is empty.
    """
    markup, may_stay = _decode_checked(data, base, "markup")
    if markup.mode != "RGBA":
        raise image_errors.opaque_markup()
    if markup.getchannel("A").getextrema() == (0, 0):
        raise image_errors.empty_markup()
    return data if may_stay else encode(markup, "png")


def to_white_on_black(mask: bytes) -> bytes:
    """The mask in one channel, white where the picture may change, for servers that ignore transparency."""
    alpha = decode(mask).convert("RGBA").getchannel("A")
    return encode(map_values(alpha, lambda value: 0 if value >= 128 else 255), "png")


def strip_mask_colours(mask: bytes) -> bytes:
    """The mask without the colours under it, which makes the file about a hundred times smaller."""
    return _encode_alpha(decode(mask).convert("RGBA").getchannel("A"))


def _decode_checked(data: bytes, base: Size, what: Literal["mask", "markup"]) -> tuple[Image.Image, bool]:
    """The pixels, and whether the file is a PNG that can be sent unchanged."""
    source = open_image(data)
    image = decode_file(source)
    size = Size(*image.size)
    if size != base:
        raise image_errors.mark_of_other_size(what, str(size), expected=str(base))
    return image, source.format == "png" and source.is_plain and source.factor == 1


def _to_grey(mask: Image.Image) -> Image.Image:
    grey = mask.convert("RGB").convert("L")
    counts = grey.histogram()
    if sum(counts[_DARK_BELOW:_LIGHT_FROM]) > _MAX_GREY_SHARE * mask.width * mask.height or not sum(
        counts[_LIGHT_FROM:]
    ):
        raise image_errors.empty_mask()
    return grey


def _encode_alpha(alpha: Image.Image) -> bytes:
    """Encodes a mask. Alpha becomes 0 or 255, since models treat partial transparency differently."""
    cut = map_values(alpha, lambda value: 255 if value >= 128 else 0)
    mask = Image.merge("RGBA", (*(Image.new("L", cut.size) for _ in range(3)), cut))
    return encode(mask, "png")
