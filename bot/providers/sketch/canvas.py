"""Drawing primitives: a canvas for scenes (gradients, shapes, glows) and a pen for single subjects."""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFilter

from bot.imaging.pixels import map_values, resize
from bot.providers.sketch.palette import Colour

Point = tuple[float, float]
_SOFT_EDGE_PX = 384
"""Soft masks are drawn at this size and enlarged: a blur at full size would take a second."""


class Canvas:
    """A picture being painted. Positions are fractions: (0, 0) is top left, (1, 1) is bottom right."""

    def __init__(self, width_px: int, height_px: int, colour: Colour) -> None:
        self.image = Image.new("RGB", (width_px, height_px), colour)
        self.draw = ImageDraw.Draw(self.image)
        self.width_px = width_px
        self.height_px = height_px
        self.unit_px = math.sqrt(width_px * height_px)
        """One unit of size, in px: independent of the picture's ratio."""
        self.unit_x = self.unit_px / width_px
        self.unit_y = self.unit_px / height_px

    def at(self, x: float, y: float) -> Point:
        return x * self.width_px, y * self.height_px

    def wash(self, stops: Sequence[Colour], top: float, bottom: float) -> None:
        """Fills from edge to edge between two heights, blending the colours downwards."""
        upper, lower = round(top * self.height_px), round(bottom * self.height_px)
        if lower > upper:
            self.image.paste(gradient(stops, (self.width_px, lower - upper)), (0, upper))

    def cut(self, points: Sequence[Point], colour: Colour, below: Colour | None = None) -> None:
        """Fills a shape with one colour, or with two that blend from its top to its bottom."""
        shape = [self.at(x, y) for x, y in points]
        if below is None:
            self.draw.polygon(shape, fill=colour)
            return
        left, right = _span([x for x, _ in shape], self.width_px)
        upper, lower = _span([y for _, y in shape], self.height_px)
        if right <= left or lower <= upper:
            return
        mask = Image.new("L", (right - left, lower - upper))
        ImageDraw.Draw(mask).polygon([(x - left, y - upper) for x, y in shape], fill=255)
        self.image.paste(gradient((colour, below), mask.size), (left, upper), mask)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Paints light around a point, which fades out at `radius` (in units)."""
        shrink = min(1.0, _SOFT_EDGE_PX / max(self.width_px, self.height_px))
        radius_px = max(2, round(radius * self.unit_px * shrink))
        halo = resize(_HALO, (radius_px * 2, radius_px * 2), Image.Resampling.BILINEAR)
        mask = Image.new("L", (max(1, round(self.width_px * shrink)), max(1, round(self.height_px * shrink))))
        middle = round(x * mask.width) - radius_px, round(y * mask.height) - radius_px
        mask.paste(map_values(halo, lambda value: value * strength), middle)
        self.veil(mask, colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        centre_x, centre_y = self.at(x, y)
        radius_px = radius * self.unit_px
        self.draw.ellipse(
            (centre_x - radius_px, centre_y - radius_px, centre_x + radius_px, centre_y + radius_px), colour
        )

    def lens(self, x: float, y: float, length: float, thickness: float, colour: Colour) -> None:
        """Draws a flat pointed oval, such as a glint or a streak of cloud; sizes in units."""
        half, rise = length / 2 * self.unit_x, thickness / 2 * self.unit_y
        self.cut(
            (
                (x - half, y),
                (x - half * 0.5, y - rise * 0.8),
                (x, y - rise),
                (x + half * 0.6, y - rise * 0.7),
                (x + half, y),
                (x + half * 0.4, y + rise * 0.9),
                (x - half * 0.4, y + rise),
            ),
            colour,
        )

    def soft(self, shapes: Sequence[Sequence[Point]], colour: Colour, strength: float, blur: float) -> None:
        """Draws shapes with blurred edges, such as mist and beams; `blur` in units."""
        shrink = _SOFT_EDGE_PX / max(self.width_px, self.height_px)
        size = max(1, round(self.width_px * shrink)), max(1, round(self.height_px * shrink))
        mask = Image.new("L", size)
        pen = ImageDraw.Draw(mask)
        for shape in shapes:
            pen.polygon([(x * size[0], y * size[1]) for x, y in shape], fill=round(255 * strength))
        self.veil(mask.filter(ImageFilter.GaussianBlur(blur * self.unit_px * shrink)), colour)

    def veil(self, mask: Image.Image, colour: Colour) -> None:
        """Blends a colour over the picture by a (small) mask. Only the masked area takes time."""
        touched = mask.getbbox()
        if touched is None:
            return
        across, down = self.width_px / mask.width, self.height_px / mask.height
        left, upper, right, lower = (
            round(edge * factor) for edge, factor in zip(touched, (across, down, across, down), strict=True)
        )
        box = left / across, upper / down, right / across, lower / down
        part = resize(mask, (right - left, lower - upper), Image.Resampling.BILINEAR, box=box)
        self.image.paste(colour, (left, upper, right, lower), part)

    def place(self, tile: Image.Image, x: float, base: float) -> None:
        """Pastes a tile with the middle of its lower edge at a point."""
        left = round(x * self.width_px - tile.width / 2)
        self.image.paste(tile, (left, round(base * self.height_px) - tile.height), tile)

    def mirror(self, tile: Image.Image, x: float, base: float, strength: float) -> None:
        """Paints the reflection of a tile in the water below it, with ripples, fading with depth."""
        height_px = max(1, round(tile.height * 0.75))
        flipped = resize(tile, (tile.width, tile.height), Image.Resampling.NEAREST).transpose(
            Image.Transpose.FLIP_TOP_BOTTOM
        )
        flipped = resize(flipped, (tile.width, height_px), Image.Resampling.BILINEAR)
        fade = resize(Image.linear_gradient("L"), flipped.size, Image.Resampling.BILINEAR)
        fade = map_values(fade, lambda value: (255 - value) * strength)
        alpha = Image.composite(fade, Image.new("L", flipped.size), flipped.getchannel("A"))
        left, upper = round(x * self.width_px - tile.width / 2), round(base * self.height_px)
        band_px = max(2, round(self.unit_px * 0.006))
        for row, top in enumerate(range(0, height_px, band_px)):
            shift = round(math.sin(row * 1.9) * band_px * (0.3 + 1.4 * top / height_px))
            strip = (0, top, tile.width, min(height_px, top + band_px))
            self.image.paste(flipped.crop(strip).convert("RGB"), (left + shift, upper + top), alpha.crop(strip))


class Pen:
    """Draws one subject on a transparent tile. The unit is its height; (0, 0) is the middle of its foot, y goes up."""

    def __init__(self, height_px: int, aspect: float, *, flip: bool = False) -> None:
        self.height_px = max(8, height_px)
        self.tile = Image.new("RGBA", (max(8, round(self.height_px * aspect)), self.height_px))
        self._draw = ImageDraw.Draw(self.tile)
        self._side = -1 if flip else 1

    def at(self, x: float, y: float) -> Point:
        return self.tile.width / 2 + x * self._side * self.height_px, (1 - y) * self.height_px

    def shape(self, points: Sequence[Point], colour: Colour) -> None:
        self._draw.polygon([self.at(x, y) for x, y in points], fill=colour)

    def curve(self, points: Sequence[Point], colour: Colour) -> None:
        """Fills a closed smooth outline through the points."""
        self.shape(smooth(points), colour)

    def box(self, left: float, bottom: float, right: float, top: float, colour: Colour) -> None:
        self.shape(((left, bottom), (right, bottom), (right, top), (left, top)), colour)

    def oval(self, x: float, y: float, radius_x: float, radius_y: float, colour: Colour) -> None:
        steps = [math.tau * step / 48 for step in range(48)]
        self.shape([(x + radius_x * math.cos(turn), y + radius_y * math.sin(turn)) for turn in steps], colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        self.oval(x, y, radius, radius, colour)

    def stroke(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """Draws an open line with round ends."""
        placed = [self.at(x, y) for x, y in points]
        width_px = max(1, round(width * self.height_px))
        self._draw.line(placed, fill=colour, width=width_px, joint="curve")
        for x, y in (placed[0], placed[-1]):
            half = width_px / 2
            self._draw.ellipse((x - half, y - half, x + half, y + half), fill=colour)


def gradient(stops: Sequence[Colour], size: tuple[int, int]) -> Image.Image:
    """A vertical gradient of evenly spaced colours."""
    column = Image.new("RGB", (1, 256))
    for row in range(256):
        place = row / 255 * (len(stops) - 1)
        index = min(int(place), len(stops) - 2)
        first, second = stops[index], stops[index + 1]
        share = place - index
        column.putpixel((0, row), tuple(round(a + (b - a) * share) for a, b in zip(first, second, strict=True)))
    return resize(column, size, Image.Resampling.BILINEAR)


def smooth(points: Sequence[Point], steps: int = 10) -> list[Point]:
    """A closed Catmull-Rom curve through the points."""
    count = len(points)
    outline: list[Point] = []
    for index in range(count):
        before, start, end, after = (points[(index + offset) % count] for offset in (-1, 0, 1, 2))
        for step in range(steps):
            t = step / steps
            x, y = (
                0.5
                * (
                    2 * start[axis]
                    + (end[axis] - before[axis]) * t
                    + (2 * before[axis] - 5 * start[axis] + 4 * end[axis] - after[axis]) * t * t
                    + (3 * start[axis] - before[axis] - 3 * end[axis] + after[axis]) * t * t * t
                )
                for axis in (0, 1)
            )
            outline.append((x, y))
    return outline


def _span(values: Sequence[float], limit_px: int) -> tuple[int, int]:
    return max(0, math.floor(min(values))), min(limit_px, math.ceil(max(values)) + 1)


_HALO = map_values(Image.radial_gradient("L"), lambda value: 255 * max(0.0, 1 - value / 178) ** 2)
"""White in the middle, black from the inscribed circle on, where Pillow's gradient has the value 181."""
