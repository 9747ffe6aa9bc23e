"""Converts pixels from the file's colour profile to sRGB, as a colour-managed viewer does.

Needed before a picture is encoded again, since it is written without a profile, which means sRGB. The rendering intent
is perceptual with black point compensation, which viewers use for photos. It matters only for CMYK: profiles of RGB and
grey are nearly always matrices and curves, for which relative colorimetric gives the same result.
"""

import io
from itertools import product
from typing import Final

from PIL import Image, ImageCms

_GREYS: Final = ("1", "L", "LA")
_MIN_DIFFERENCE: Final = 1
"""A profile that changes no colour by more than this, of 255, is sRGB: applying it would only add rounding errors."""
_STEPS: Final = range(0, 256, 51)

_Transform = ImageCms.ImageCmsTransform


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """A copy in 8-bit RGB, or RGBA if it may be transparent, without metadata.

    Args:
        image: in any mode of at most 8 bits per channel.
        profile: an ICC profile. If it is absent, broken, or for another mode, sRGB (or plain CMYK) is assumed.
    """
    if image.mode == "CMYK":
        transform = _build_transform(profile, "CMYK")
        return _strip_metadata(transform.apply(image) if transform is not None else image.convert("RGB"))
    mode = "RGBA" if image.has_transparency_data else "RGB"
    colours = image.convert(mode)
    if colours is image:
        colours = image.copy()
    if (transform := _build_transform(profile, mode)) is not None:
        transform.apply_in_place(colours)
    elif image.mode in _GREYS and (transform := _build_transform(profile, "L")) is not None:
        alpha = colours.getchannel("A") if mode == "RGBA" else None
        colours = transform.apply(colours.getchannel("R"))
        if alpha is not None:
            colours.putalpha(alpha)
    return _strip_metadata(colours)


def _strip_metadata(image: Image.Image) -> Image.Image:
    image.info = {}
    return image


def _build_transform(profile: bytes | None, mode: str) -> _Transform | None:
    """The transform from this mode to sRGB; None if the profile is for another mode, broken, or changes nothing."""
    if not profile:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(
            source,
            ImageCms.createProfile("sRGB"),  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
            mode,
            mode if mode == "RGBA" else "RGB",
            ImageCms.Intent.PERCEPTUAL,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        if mode in ("RGB", "RGBA") and not _changes_colours(transform, mode):
            return None
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    return transform


def _changes_colours(transform: _Transform, mode: str) -> bool:
    """Whether the transform changes any of 216 sample colours."""
    colours = bytes(value for colour in product(_STEPS, repeat=3) for value in colour)
    before = Image.frombytes("RGB", (216, 1), colours)
    after = transform.apply(before.convert(mode)).convert("RGB").tobytes()
    return max(abs(one - other) for one, other in zip(colours, after, strict=True)) > _MIN_DIFFERENCE
