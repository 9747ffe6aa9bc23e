"""Paints one picture in stages, between which progress is shown and the job can be cancelled."""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageDraw

from bot.domain.pictures import Size
from bot.imaging.pixels import resize
from bot.providers.sketch.abstract import paint_abstract
from bot.providers.sketch.canvas import Canvas
from bot.providers.sketch.city import city
from bot.providers.sketch.finish import finish
from bot.providers.sketch.foreground import paint_foreground
from bot.providers.sketch.forest import forest
from bot.providers.sketch.land import desert, headland, hills
from bot.providers.sketch.layout import paint_meadow, place_subjects
from bot.providers.sketch.mountains import mountains
from bot.providers.sketch.palette import LIGHTS
from bot.providers.sketch.plan import Detail, Plan, plan
from bot.providers.sketch.scene import Scene
from bot.providers.sketch.sky import paint_sky
from bot.providers.sketch.subjects import KINDS, cut_out
from bot.providers.sketch.water import sea
from bot.providers.sketch.weather import paint_weather

Stage = Callable[[], None]
_MAX_CANVAS_PIXELS = 6_400_000
"""1536x1024 at twice the edges. Larger pictures use a smaller scale, so that memory stays below 40 MB."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The parameters of one picture."""

    scene: Scene
    seed: str
    size: Size
    detail: Detail
    is_transparent: bool


class Painter:
    """Paints one picture. Call each of `stages` once, in order, in any thread; then read `result`."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._plan = plan(sheet.scene, sheet.seed, sheet.detail)
        self._size = sheet.size.width_px, sheet.size.height_px
        scale = 0.6 if sheet.detail == 0 else min(2.0, math.sqrt(_MAX_CANVAS_PIXELS / sheet.size.pixels))
        width_px, height_px = (max(32, round(edge_px * scale)) for edge_px in self._size)
        self._canvas = Canvas(width_px, height_px, sheet.scene.light.horizon)
        self._result: Image.Image | None = None

    @property
    def stages(self) -> tuple[Stage, ...]:
        if self._sheet.is_transparent and self._plan.scene.subjects:
            return (self._cut_out,)
        if self._sheet.is_transparent:
            return self._sky, self._land, self._subjects, self._finish, self._badge
        return self._sky, self._land, self._subjects, self._finish

    @property
    def result(self) -> Image.Image:
        if self._result is None:
            raise RuntimeError("the last stage has not been painted")
        return self._result

    def preview(self, edge_px: int) -> Image.Image:
        """The picture so far, scaled to `edge_px`."""
        current = self._result or self._canvas.image
        factor = edge_px / max(self._size)
        size = max(1, round(self._size[0] * factor)), max(1, round(self._size[1] * factor))
        return resize(current, size, Image.Resampling.BILINEAR)

    def _sky(self) -> None:
        if self._plan.scene.ground == "none":
            paint_abstract(self._canvas, self._plan)
        else:
            paint_sky(self._canvas, self._plan)

    def _land(self) -> None:
        paint_ground(self._canvas, self._plan)

    def _subjects(self) -> None:
        if self._plan.scene.ground == "field" and self._grows_in_rows():
            paint_meadow(self._canvas, self._plan)
        else:
            place_subjects(self._canvas, self._plan)
        if self._plan.scene.ground != "none":
            paint_weather(self._canvas, self._plan)
        if self._sheet.detail == 2:
            paint_foreground(self._canvas, self._plan)

    def _finish(self) -> None:
        self._result = finish(self._canvas.image, self._size, self._sheet.detail)

    def _grows_in_rows(self) -> bool:
        subjects = self._plan.scene.subjects
        return bool(subjects) and subjects[0].name in {"sunflower", "flower", "tulip"}

    def _badge(self) -> None:
        """Cuts a scene without a subject into a disc on a transparent background."""
        edge_px = min(self._size) * 2
        disc = Image.new("L", (edge_px, edge_px))
        ImageDraw.Draw(disc).ellipse((2, 2, edge_px - 3, edge_px - 3), fill=255)
        mask = Image.new("L", self._size)
        small = resize(disc, (edge_px // 2, edge_px // 2))
        mask.paste(small, ((self._size[0] - small.width) // 2, (self._size[1] - small.height) // 2))
        badge = self.result.copy()
        badge.putalpha(mask)
        self._result = badge

    def _cut_out(self) -> None:
        """The subjects side by side on a transparent background, in daylight, since they will be placed elsewhere."""
        scene = self._plan.scene
        width_px, height_px = (
            edge_px * 2 if self._sheet.size.pixels < 2_500_000 else edge_px for edge_px in self._size
        )
        sheet = Image.new("RGBA", (width_px, height_px))
        copies = [subject for subject in scene.subjects for _ in range(subject.count)]
        for index, subject in enumerate(copies):
            kind = KINDS[subject.name]
            room_px = width_px * 0.92 / len(copies)
            tall_px = round(min(height_px * 0.86, room_px / kind.aspect))
            tile = cut_out(subject, LIGHTS["day"], tall_px, flip=index % 2 == 1)
            left = round(width_px * 0.04 + room_px * (index + 0.5) - tile.width / 2)
            sheet.paste(tile, (left, (height_px + tall_px) // 2 - tile.height), tile)
        self._result = resize(sheet, self._size)


def paint_ground(canvas: Canvas, plan: Plan) -> None:
    """Paints the land or water of the scene over a finished sky."""
    match plan.scene.ground:
        case "sea":
            sea(canvas, plan)
            if any(KINDS[subject.name].stand == "ground" for subject in plan.scene.subjects[:1]):
                headland(canvas, plan)
        case "mountains":
            mountains(canvas, plan)
        case "forest":
            forest(canvas, plan)
        case "city":
            city(canvas, plan)
        case "desert":
            desert(canvas, plan)
        case "hills" | "field":
            hills(canvas, plan)
        case "underwater" | "space" | "none":
            pass


def compute_seed(prompt: str, index: int) -> str:
    """The seed for a prompt: a hash that is the same in every process, unlike Python's `hash`."""
    words = " ".join(prompt.casefold().split())
    return hashlib.sha256(f"{words}\n{index}".encode()).hexdigest()
