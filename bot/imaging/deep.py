"""Pixels that Pillow cannot decode well, decoded by libvips: 16 bits a channel, and PNG or WebP that must be reduced.

Pillow cuts 16-bit colours to 8 before their profile can be applied, and holds all pixels of a picture at once; libvips
does neither. It is loaded when the first such picture comes.
"""

from typing import Any, Final

from PIL import Image

_PROFILE: Final = "icc-profile-data"


def decode_png(pixels: bytes, profile: bytes | None, *, factor: int) -> Image.Image:
    """8-bit sRGB with the alpha that it has, its edges divided by `factor`.

    Args:
        pixels: a PNG that holds nothing else.

    Raises:
        OSError: they are damaged or cut off.
    """
    import pyvips

    vips: Any = pyvips
    try:
        image = vips.Image.pngload_buffer(pixels, access="sequential", fail_on="error")
        if profile is not None:
            image = image.copy()
            image.set_type(vips.GValue.blob_type, _PROFILE, profile)
        return _to_pillow(_to_srgb(vips, image.shrink(factor, factor, ceil=True) if factor > 1 else image))
    except vips.Error as error:
        raise OSError("libvips cannot decode it") from error


def decode_webp(data: bytes, *, factor: int) -> Image.Image:
    """As `decode_png`; of an animation the first frame."""
    import pyvips

    vips: Any = pyvips
    try:
        image = vips.Image.webpload_buffer(data)
        width_px, height_px = -(-image.width // factor), -(-image.height // factor)
        image = vips.Image.webpload_buffer(data, scale=1 / factor, fail_on="error")
        if (image.width, image.height) != (width_px, height_px):  # it rounds halves to even
            image = image.resize(width_px / image.width, vscale=height_px / image.height)
        return _to_pillow(_to_srgb(vips, image))
    except vips.Error as error:
        raise OSError("libvips cannot decode it") from error


def _to_srgb(vips: Any, image: Any) -> Any:
    if image.get_typeof(_PROFILE):
        if image.bands <= 2 and image.get(_PROFILE)[16:20] == b"RGB ":
            image = image.colourspace("rgb16" if image.format == "ushort" else "srgb")
        try:
            image = image.icc_transform(
                "srgb", embedded=True, intent="perceptual", black_point_compensation=True, depth=8
            )
        except vips.Error:
            image = image.copy()
            image.remove(_PROFILE)
    return image.colourspace("srgb").cast("uchar")


def _to_pillow(image: Any) -> Image.Image:
    data = image.write_to_memory()
    return Image.frombuffer("RGBA" if image.bands == 4 else "RGB", (image.width, image.height), data, "raw").copy()
