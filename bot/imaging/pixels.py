"""Typed wrappers of two Pillow methods, whose annotations need numpy, which is not installed here."""

from collections.abc import Callable

from PIL import Image


def resize(
    image: Image.Image,
    size: tuple[int, int],
    resample: Image.Resampling = Image.Resampling.LANCZOS,
    *,
    box: tuple[float, float, float, float] | None = None,
) -> Image.Image:
    """Scales `image`, or the part within `box`, to exactly `size`."""
    return image.resize(size, resample, box)  # pyright: ignore[reportUnknownMemberType]


def map_values(image: Image.Image, curve: Callable[[int], float]) -> Image.Image:
    """Applies `curve` to all values of all channels of an 8-bit picture; results are rounded and clamped to 0..255."""
    table = [min(255, max(0, round(curve(value)))) for value in range(256)]
    return image.point(table * len(image.getbands()))  # pyright: ignore[reportUnknownMemberType]
