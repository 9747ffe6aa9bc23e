"""Child process: renders an SVG with librsvg."""

from typing import Any, Final

BLANK: Final = "It drew nothing that can be seen: one colour or nothing at all."


def rasterise(vips: Any, svg: bytes, width_px: str, height_px: str, background: str) -> bytes:
    """Returns a PNG of that size. Raises `vips.Error` if librsvg refuses, and ValueError if nothing is visible."""
    width, height, opaque = int(width_px), int(height_px), background == "opaque"
    image = vips.Image.svgload_buffer(svg)
    if (image.width, image.height) != (width, height):
        scale = min(width / image.width, height / image.height)
        image = vips.Image.svgload_buffer(svg, scale=scale)
    image = image.copy_memory()
    if opaque:
        image = image.flatten(background=[255, 255, 255])
    if image.relational_const("equal", image.getpoint(0, 0)).min() == 255:
        raise ValueError(BLANK)
    if (image.width, image.height) != (width, height):
        image = image.gravity("centre", width, height, background=[255, 255, 255] if opaque else [0, 0, 0, 0])
    return image.pngsave_buffer(compression=6, keep="none")
