"""Decodes with libvips what Pillow cannot decode well: 16 bits per channel, and large PNG or WebP to be scaled down.

Pillow reduces 16-bit colours to 8 bits before the profile can be applied, and holds all pixels in memory. libvips is
imported on first use.
"""

from typing import Any, Final

from PIL import Image

_PROFILE: Final = "icc-profile-data"


def decode_png(pixels: bytes, profile: bytes | None, *, factor: int) -> Image.Image:
    """Decodes to 8-bit sRGB, with alpha if it has any; edges are divided by `factor`.

    Args:
        pixels: a PNG without other chunks, as `Png.pixels`.

    Raises:
        OSError: the file is damaged or cut off.
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
    """As `decode_png`; only the first frame of an animation."""
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
