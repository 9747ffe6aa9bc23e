"""The sizes that a model can draw, and how to find the nearest legal size."""

import math
from collections.abc import Iterable
from itertools import product
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.domain.pictures import Size
from bot.texts import model_errors

SHAPES = {"square": Size(1024, 1024), "portrait": Size(1024, 1536), "landscape": Size(1536, 1024)}
"""The size of each named shape, before the model's own rule is applied: the sizes that all GPT image models have."""

FRAMES_ACROSS = 3
"""A GIF has nine frames by default (OpenAI's frame_count), drawn on one sheet of three by three."""

_RATIO_TOLERANCE = 1.5
"""How much `at_ratio` may deviate from the requested number of pixels to reach an exact ratio, as a factor."""


def _parse_size(value: object) -> object:
    return Size.parse(value) if isinstance(value, str) else value


SizeText = Annotated[Size, BeforeValidator(_parse_size)]


class FixedSizes(BaseModel):
    """A list of sizes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    choices: Annotated[tuple[SizeText, ...], Field(min_length=1)]

    def rejection_reason(self, size: Size) -> str | None:
        """Why `size` is not legal, as the end of a sentence; None if it is."""
        return None if size in self.choices else model_errors.not_one_of(self.summary)

    def nearest(self, size: Size) -> Size:
        """The choice whose ratio is nearest, then whose number of pixels is nearest."""
        return min(self.choices, key=lambda choice: (_shape_distance(choice, size), _area_distance(choice, size)))

    def at_ratio(self, width: int, height: int, pixels: int) -> Size:
        return self.nearest(_size_at_ratio(width / height, pixels))

    @property
    def summary(self) -> str:
        return ", ".join(str(choice) for choice in self.choices)


class FlexibleSizes(BaseModel):
    """Any size within limits. `max_ratio` is the longer edge divided by the shorter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    multiple_px: Annotated[int, Field(ge=1)] = 1
    min_edge_px: Annotated[int, Field(ge=1)] = 1
    max_edge_px: Annotated[int, Field(ge=1)]
    min_pixels: Annotated[int, Field(ge=1)] = 1
    max_pixels: Annotated[int, Field(ge=1)]
    max_ratio: Annotated[float, Field(ge=1)]

    def rejection_reason(self, size: Size) -> str | None:
        """Why `size` is not legal, as the end of a sentence; None if it is."""
        longer, shorter = _longer_and_shorter_edge(size)
        if longer > shorter * self.max_ratio:
            return model_errors.too_elongated(is_wide=size.width_px > size.height_px, limit=self._ratio_text(size))
        if longer > self.max_edge_px:
            return model_errors.edge_too_long(self.max_edge_px)
        if shorter < self.min_edge_px:
            return model_errors.edge_too_short(self.min_edge_px)
        if size.pixels > self.max_pixels:
            return model_errors.too_many_pixels(self.max_pixels)
        if size.pixels < self.min_pixels:
            return model_errors.too_few_pixels(self.min_pixels)
        if size.width_px % self.multiple_px or size.height_px % self.multiple_px:
            return model_errors.not_a_multiple(self.multiple_px)
        return None

    def nearest(self, size: Size) -> Size:
        """The legal size with about the same ratio, then about the same number of pixels."""
        if self.rejection_reason(size) is None:
            return size
        ratio = min(max(size.width_px / max(size.height_px, 1), 1 / self.max_ratio), self.max_ratio)
        pixels = min(max(size.pixels, self.min_pixels), self.max_pixels)
        width, height = math.sqrt(pixels * ratio), math.sqrt(pixels / ratio)
        grow = max(1.0, self.min_edge_px / min(width, height))
        shrink = min(1.0, self.max_edge_px / (grow * max(width, height)))
        return self._nearest_legal(width * grow * shrink, height * grow * shrink)

    def at_ratio(self, width: int, height: int, pixels: int) -> Size:
        """A size of exactly this ratio if one has about `pixels` pixels, else the nearest."""
        divisor = math.gcd(width, height)
        unit_w, unit_h = width // divisor * self.multiple_px, height // divisor * self.multiple_px
        times = round(math.sqrt(pixels / (unit_w * unit_h)))
        exact = [Size(unit_w * count, unit_h * count) for count in range(max(times - 1, 1), times + 2)]
        wanted = _size_at_ratio(width / height, pixels)
        fitting = [size for size in exact if self.rejection_reason(size) is None]
        closest = min(fitting, key=lambda size: _area_distance(size, wanted), default=None)
        if closest and _area_distance(closest, wanted) <= math.log(_RATIO_TOLERANCE):
            return closest
        return self.nearest(wanted)

    def for_gif_frames(self) -> "FlexibleSizes":
        """The limits of one frame of a GIF: the sheet of all frames must stay within these limits."""
        return self.model_copy(
            update={
                "min_edge_px": math.ceil(self.min_edge_px / FRAMES_ACROSS),
                "max_edge_px": self.max_edge_px // FRAMES_ACROSS,
                "min_pixels": math.ceil(self.min_pixels / FRAMES_ACROSS**2),
                "max_pixels": self.max_pixels // FRAMES_ACROSS**2,
            }
        )

    @property
    def summary(self) -> str:
        rule = (
            f"edges {self.min_edge_px} to {self.max_edge_px}"
            if self.min_edge_px > 1
            else f"edges to {self.max_edge_px}"
        )
        multiple = f" in steps of {self.multiple_px}" if self.multiple_px > 1 else ""
        ratio = f", up to {self.max_ratio:g}:1"
        least = f"{self.min_pixels / 1e6:.2g} to " if self.min_pixels > 1 else "up to "
        return f"any: {rule}{multiple}{ratio}, {least}{self.max_pixels / 1e6:.2g} MP"

    def _nearest_legal(self, width: float, height: float) -> Size:
        sizes = (Size(w, h) for w, h in product(self._multiples_near(width), self._multiples_near(height)))
        legal = [size for size in sizes if self.rejection_reason(size) is None]
        if not legal:  # only if the limits contradict each other, which loading reports
            return Size(self.max_edge_px, self.max_edge_px)
        return min(
            legal, key=lambda size: abs(math.log(size.width_px / width)) + abs(math.log(size.height_px / height))
        )

    def _multiples_near(self, edge: float) -> Iterable[int]:
        middle = round(edge / self.multiple_px)
        return (step * self.multiple_px for step in range(max(middle - 3, 1), middle + 4))

    def _ratio_text(self, size: Size) -> str:
        return f"{self.max_ratio:g}:1" if size.width_px > size.height_px else f"1:{self.max_ratio:g}"


SizeRule = FixedSizes | FlexibleSizes


def gif_sheet_size(frame: Size) -> Size:
    """The size of the sheet that holds all frames of a GIF."""
    return Size(frame.width_px * FRAMES_ACROSS, frame.height_px * FRAMES_ACROSS)


def is_too_far(wanted: Size, legal: Size) -> bool:
    """Whether an edge would change by more than a factor of ten: such a size is refused instead of adjusted."""
    edges = ((wanted.width_px, legal.width_px), (wanted.height_px, legal.height_px))
    return any(max(a, b) > 10 * min(a, b) for a, b in edges)


def _size_at_ratio(ratio: float, pixels: int) -> Size:
    return Size(max(round(math.sqrt(pixels * ratio)), 1), max(round(math.sqrt(pixels / ratio)), 1))


def _longer_and_shorter_edge(size: Size) -> tuple[int, int]:
    return max(size.width_px, size.height_px), min(size.width_px, size.height_px)


def _shape_distance(a: Size, b: Size) -> float:
    return abs(math.log((a.width_px * b.height_px) / (a.height_px * b.width_px)))


def _area_distance(a: Size, b: Size) -> float:
    return abs(math.log(a.pixels / b.pixels))
