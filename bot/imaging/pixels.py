"""Two of Pillow's methods with types: its annotations name numpy, which is not installed here."""

from collections.abc import Callable

from PIL import Image


def resize(
    image: Image.Image,
    size: tuple[int, int],
    resample: Image.Resampling = Image.Resampling.LANCZOS,
    *,
    box: tuple[float, float, float, float] | None = None,
) -> Image.Image:
    """`image`, or its part within `box`, scaled to exactly `size`."""
    return image.resize(size, resample, box)  # pyright: ignore[reportUnknownMemberType]


def map_values(image: Image.Image, curve: Callable[[int], float]) -> Image.Image:
    """Every value of every channel of an 8-bit picture sent through `curve`, rounded and kept within 0 to 255."""
    table = [min(255, max(0, round(curve(value)))) for value in range(256)]
    return image.point(table * len(image.getbands()))  # pyright: ignore[reportUnknownMemberType]
