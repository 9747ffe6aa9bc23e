"""Abstract pictures of simple shapes, for prompts without known words."""

import math
from collections.abc import Sequence
from random import Random
from typing import Final

from bot.providers.sketch.canvas import Canvas
from bot.providers.sketch.palette import Colour, darker, mix
from bot.providers.sketch.plan import Plan

_SETS: Final[tuple[tuple[Colour, ...], ...]] = (
    ((242, 232, 214), (214, 72, 52), (240, 178, 62), (38, 84, 124), (30, 34, 48), (120, 168, 160)),
    ((238, 230, 220), (232, 110, 78), (48, 98, 96), (244, 196, 112), (42, 38, 60), (188, 140, 170)),
    ((30, 36, 62), (240, 112, 90), (250, 200, 110), (84, 170, 170), (236, 228, 212), (112, 96, 168)),
    ((244, 236, 224), (26, 98, 140), (236, 92, 74), (248, 208, 128), (52, 44, 56), (142, 186, 196)),
)


def paint_abstract(canvas: Canvas, plan: Plan) -> None:
    """A grid of quarter circles, stripes and dots, with one great disc and one bar laid across."""
    chance = plan.dice("abstract")
    paper, *inks = chance.choice(_SETS)
    tint = next((subject.colour for subject in plan.scene.subjects if subject.colour), None)
    if tint is not None:
        inks = [tint if index == 0 else mix(ink, tint, 0.3) for index, ink in enumerate(inks)]
    canvas.wash((paper, darker(paper, 0.05)), 0, 1)
    across = max(2, round(canvas.width_px / canvas.unit_px * (3 if plan.detail == 0 else 5)))
    down = max(2, round(across * canvas.height_px / canvas.width_px))
    for row in range(min(down, 60)):
        for column in range(min(across, 60)):
            _tile(canvas, chance, (column / across, row / down, 1 / across, 1 / down), inks)
    x, y = chance.choice((0.36, 0.64)), chance.choice((0.38, 0.6))
    for radius, ink in ((0.235, paper), (0.22, inks[0]), (0.125, inks[1]), (0.055, paper)):
        canvas.disc(x, y, radius, ink)
    if plan.detail:
        slope = chance.choice((-0.3, 0.3))
        canvas.cut(((-0.02, 0.5 - slope), (1.02, 0.5 + slope), (1.02, 0.508 + slope), (-0.02, 0.508 - slope)), inks[3])


def _tile(canvas: Canvas, chance: Random, cell: tuple[float, float, float, float], inks: Sequence[Colour]) -> None:
    left, top, width, height = cell
    ink, second = chance.sample(list(inks), 2)

    def at(u: float, v: float) -> tuple[float, float]:
        return left + u * width, top + v * height

    def pie(u: float, v: float, radius: float, start: int, end: int, colour: Colour) -> None:
        turns = [math.radians(start + (end - start) * step / 24) for step in range(25)]
        canvas.cut(
            [at(u, v), *(at(u + radius * math.cos(turn), v + radius * math.sin(turn)) for turn in turns)], colour
        )

    match chance.randrange(9):
        case 0:
            u, v, start = chance.choice(((0, 0, 0), (1, 0, 90), (1, 1, 180), (0, 1, 270)))
            pie(u, v, 1.0, start, start + 90, ink)
            pie(u, v, 0.5, start, start + 90, second)
        case 1:
            canvas.cut((at(0, 0), at(1, 0), at(1, 1), at(0, 1)), ink)
            pie(0.5, 0.5, 0.36, 0, 360, second)
        case 2:
            canvas.cut(
                chance.choice(
                    ((at(0, 0), at(1, 0), at(0, 1)), (at(1, 0), at(1, 1), at(0, 1)), (at(0, 1), at(1, 1), at(0.5, 0)))
                ),
                ink,
            )
        case 3:
            for step in range(4):
                canvas.cut((at(0, step / 4), at(1, step / 4), at(1, step / 4 + 0.125), at(0, step / 4 + 0.125)), ink)
        case 4:
            for step in range(16):
                pie((step % 4 + 0.5) / 4, (step // 4 + 0.5) / 4, 0.07, 0, 360, ink)
        case 5:
            canvas.cut((at(0, 0), at(1, 0), at(1, 1), at(0, 1)), ink)
            pie(0.5, 1, 0.5, 180, 360, second)
        case 6:
            for radius, colour in ((0.5, ink), (0.34, second), (0.18, ink)):
                pie(0.5, 0.5, radius, 0, 360, colour)
        case 7:
            canvas.cut((at(0, 0), at(1, 0), at(1, 1), at(0, 1)), ink)
            canvas.cut((at(0, 0), at(1, 1), at(0, 1)), second)
        case _:
            pass
