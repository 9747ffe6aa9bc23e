"""Mountains: ranges of two-sided peaks, and a rock for a castle to stand on."""

from random import Random
from typing import Final

from bot.providers.sketch.canvas import Canvas, Point
from bot.providers.sketch.land import cover_colour, hills
from bot.providers.sketch.palette import Colour, darker, lighter, mix
from bot.providers.sketch.plan import Plan

CRAG_TOP: Final = 0.62
"""How high up the rock is that a castle stands on, as a part of the picture."""
_ROCK: Final[Colour] = (112, 118, 146)


def mountains(canvas: Canvas, plan: Plan) -> None:
    chance = plan.dice("mountains")
    ranges = 2 if plan.detail == 0 else 3
    for layer in range(ranges):
        share = layer / (ranges - 1)
        base = plan.horizon + 0.05 + 0.04 * layer
        reach = 0.42 - 0.16 * share
        distance = 0.66 - 0.36 * share
        x = chance.uniform(-0.1, 0.1)
        while x < 1.1:
            peak = base - reach * chance.uniform(0.55, 1.0)
            _peak(canvas, plan, chance, x, peak, base, distance)
            x += chance.uniform(0.2, 0.36) * max(0.5, min(1.4, canvas.unit_x))
        if plan.detail:
            mist = mix(plan.scene.light.horizon, plan.scene.light.sky[-2], 0.3)
            canvas.soft([[(0, base - 0.06), (1, base - 0.06), (1, base + 0.03), (0, base + 0.03)]], mist, 0.4, 0.03)
    if plan.stands_on_crag:
        _crag(canvas, plan)
        hills(canvas, plan, layers=2, top=plan.horizon + 0.15, haze=0.3)
    else:
        hills(canvas, plan, layers=3, top=plan.horizon + 0.07)


def _peak(canvas: Canvas, plan: Plan, chance: Random, x: float, top: float, base: float, distance: float) -> None:
    """One mountain: a lit and a shaded face, and snow on its head."""
    light = plan.scene.light
    reach = (base - top) * canvas.height_px / canvas.width_px
    left, right = reach * chance.uniform(0.8, 1.15), reach * chance.uniform(0.8, 1.15)
    rock = light.far(_ROCK, distance)
    lit, shaded = lighter(rock, 0.1), darker(rock, 0.2)
    west, east = (lit, shaded) if plan.sun_x < x else (shaded, lit)
    spine = [(x, top)] + [
        (x + chance.uniform(-0.1, 0.1) * reach, top + (base - top) * part) for part in (0.22, 0.4, 0.62, 0.82)
    ]
    spine.append((x + chance.uniform(-0.12, 0.12) * reach, base))
    left_edge = [
        (x - left, base),
        (x - left * 0.62, base - (base - top) * 0.34),
        (x - left * 0.3, base - (base - top) * 0.72),
    ]
    right_edge = [
        (x + right * 0.28, base - (base - top) * 0.7),
        (x + right * 0.6, base - (base - top) * 0.36),
        (x + right, base),
    ]
    floor = base + 0.06
    canvas.cut([(x - left, floor), *left_edge, *spine, (spine[-1][0], floor)], west)
    canvas.cut([(spine[-1][0], floor), *reversed(spine), *right_edge, (x + right, floor)], east)
    if plan.detail == 0:
        return
    snow = light.far((244, 248, 252), distance * 0.55)
    depth = (base - top) * (0.5 if plan.scene.cover == "snow" else 0.3)
    ratio = depth / (base - top)
    canvas.cut(
        [
            (x, top),
            (x - left * ratio * 0.98, top + depth),
            (x - left * ratio * 0.6, top + depth * 0.8),
            (x - left * ratio * 0.32, top + depth * 1.15),
            (spine[1][0], top + depth * 0.75),
        ],
        snow if west == lit else darker(snow, 0.16),
    )
    canvas.cut(
        [
            (x, top),
            (spine[1][0], top + depth * 0.75),
            (x + right * ratio * 0.34, top + depth * 1.2),
            (x + right * ratio * 0.62, top + depth * 0.82),
            (x + right * ratio * 0.97, top + depth * 1.02),
        ],
        snow if east == lit else darker(snow, 0.16),
    )


def _crag(canvas: Canvas, plan: Plan) -> None:
    """A steep rock with a level top."""
    light, unit = plan.scene.light, canvas.unit_x
    rock = light.far((104, 104, 122), 0.12)
    lit, shaded = lighter(rock, 0.1), darker(rock, 0.22)

    def at(*points: Point) -> list[Point]:
        return [(plan.hero_x - plan.sun_side * x * unit, CRAG_TOP + y) for x, y in points]

    canvas.cut(
        at(
            (-0.62, 0.4), (-0.4, 0.2), (-0.33, 0.1), (-0.24, 0.012), (0.24, 0.0), (0.3, 0.07), (0.41, 0.17), (0.66, 0.4)
        ),
        lit,
        darker(lit, 0.2),
    )
    canvas.cut(
        at(
            (0.02, 0.4),
            (0.1, 0.22),
            (0.05, 0.13),
            (0.14, 0.05),
            (0.1, 0.004),
            (0.24, 0.0),
            (0.3, 0.07),
            (0.41, 0.17),
            (0.66, 0.4),
        ),
        shaded,
        darker(shaded, 0.2),
    )
    for x, y, wide in ((-0.26, 0.1, 0.07), (-0.12, 0.07, 0.05), (-0.32, 0.2, 0.1), (-0.05, 0.17, 0.06)):
        canvas.cut(
            at((x, y), (x + wide, y + 0.02), (x + wide * 0.7, y + 0.11), (x - wide * 0.2, y + 0.06)), darker(lit, 0.14)
        )
    turf = light.far(cover_colour(plan), 0.1)
    canvas.cut(
        at(
            (-0.26, 0.02),
            (-0.24, 0.004),
            (0.24, -0.008),
            (0.28, 0.03),
            (0.16, 0.02),
            (0.06, 0.034),
            (-0.06, 0.022),
            (-0.16, 0.04),
        ),
        turf,
    )
