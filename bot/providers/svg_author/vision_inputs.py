"""Prepares input pictures for text models with vision. Slow: run it in the imaging pool."""

from typing import Final

import pybase64
from PIL import Image as Pixels
from PIL import ImageChops

from bot.imaging.convert import encode, flatten
from bot.imaging.decode import decode
from bot.imaging.pixels import map_values, resize
from bot.ports import Inputs
from bot.providers.svg_author.conversation import VisionInput

_EDGE_PX: Final = 1536
"""Services scale larger pictures down anyway."""
_JPEG_QUALITY: Final = 90
_MARKED: Final = (255, 0, 255)


def vision_inputs(inputs: Inputs) -> tuple[VisionInput, ...]:
    """The base, the base with mask or markup, and the references, labelled "Image 1", "Image 2", ...

    Raises:
        BadPicture: an input cannot be decoded.
    """
    seen: list[VisionInput] = []
    if inputs.base is not None:
        base = decode(inputs.base.data)
        seen.append(VisionInput("Image 1, the picture to change:", _to_data_url(base)))
        if inputs.mask is not None:
            label = "Image 1 again, with the only part that may change tinted magenta:"
            seen.append(VisionInput(label, _to_data_url(_tint_masked(base, decode(inputs.mask.data)))))
        if inputs.markup is not None:
            label = "Image 1 again, with marks drawn on it that show what is meant; the marks are not part of it:"
            seen.append(VisionInput(label, _to_data_url(_overlay(base, decode(inputs.markup.data)))))
    first = len(seen[:1]) + 1
    for number, reference in enumerate(inputs.references, first):
        seen.append(VisionInput(f"Image {number}, to draw from:", _to_data_url(decode(reference.data))))
    return tuple(seen)


def _to_data_url(picture: Pixels.Image) -> str:
    factor = min(1.0, _EDGE_PX / max(picture.size))
    if factor < 1:
        picture = resize(picture, (max(1, round(picture.width * factor)), max(1, round(picture.height * factor))))
    # Every server reads JPEG, and it puts white behind transparent pixels, which models handle differently.
    data = encode(picture, "jpeg", compression=_JPEG_QUALITY)
    return f"data:image/jpeg;base64,{pybase64.b64encode_as_string(data)}"


def _tint_masked(base: Pixels.Image, mask: Pixels.Image) -> Pixels.Image:
    """The base, tinted half magenta where the mask is transparent."""
    opaque = flatten(base)
    half = map_values(ImageChops.invert(mask.convert("RGBA").getchannel("A")), lambda value: value / 2)
    return Pixels.composite(Pixels.new("RGB", opaque.size, _MARKED), opaque, half)


def _overlay(base: Pixels.Image, markup: Pixels.Image) -> Pixels.Image:
    opaque = flatten(base)
    opaque.paste(markup.convert("RGB"), (0, 0), markup.convert("RGBA").getchannel("A"))
    return opaque
