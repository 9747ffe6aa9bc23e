"""The land: ridges one behind the other, paler with distance, and what covers them."""

import math
from collections.abc import Sequence
from random import Random
from typing import Final

from bot.providers.sketch.canvas import Canvas, Point
from bot.providers.sketch.palette import Colour, darker, lighter, mix
from bot.providers.sketch.plan import Plan
from bot.providers.sketch.scene import Cover
from bot.providers.sketch.trees import paint_tree, tree_colour

COVERS: Final[dict[Cover, Colour]] = {
    "green": (98, 148, 98),
    "snow": (236, 241, 248),
    "autumn": (206, 136, 66),
    "spring": (146, 190, 112),
    "sand": (230, 176, 116),
}
_STEPS: Final = 96


def cover_colour(plan: Plan) -> Colour:
    return COVERS[plan.scene.cover]


def hills(canvas: Canvas, plan: Plan, *, layers: int = 4, top: float | None = None, haze: float = 0.78) -> None:
    """Rolling ridges down to the lower edge; the last one is where subjects stand."""
    chance, light = plan.dice("hills"), plan.scene.light
    start = plan.horizon - 0.03 if top is None else top
    near = cover_colour(plan)
    for layer in range(layers):
        share = layer / max(1, layers - 1)
        height = start + (0.82 - start) * share
        ridge = rolling(chance, height, 0.05 * (1 - share * 0.6))
        colour = light.far(near, haze * (1 - share) ** 1.1 + 0.04)
        if plan.scene.cover != "snow":
            colour = darker(colour, 0.12 * (layer % 2))
        canvas.cut(down_from(ridge), colour, foot_colour(plan, colour, share))
        if plan.detail and layer in {1, 2} and plan.scene.ground == "hills":
            _row_of_trees(canvas, plan, chance, ridge, share)
    if plan.detail == 2:
        _tufts(canvas, plan, chance)


def desert(canvas: Canvas, plan: Plan) -> None:
    chance, light = plan.dice("desert"), plan.scene.light
    for x, wide, tall in ((chance.uniform(0.1, 0.3), 0.2, 0.2), (chance.uniform(0.7, 0.9), 0.16, 0.13)):
        colour = light.far((186, 96, 72), 0.4)
        top, half = plan.horizon + 0.03 - tall, wide / 2 * canvas.unit_x
        canvas.cut(
            (
                (x - half, plan.horizon + 0.05),
                (x - half * 0.72, top),
                (x + half * 0.7, top),
                (x + half, plan.horizon + 0.05),
            ),
            colour,
        )
        canvas.cut(
            (
                (x + half * 0.2, plan.horizon + 0.05),
                (x + half * 0.12, top),
                (x + half * 0.7, top),
                (x + half, plan.horizon + 0.05),
            ),
            darker(colour, 0.18),
        )
    for layer in range(4):
        share = layer / 3
        height = plan.horizon + 0.24 * share
        ridge = rolling(chance, height, 0.045)
        colour = light.far(COVERS["sand"], 0.5 * (1 - share))
        canvas.cut(down_from(ridge), lighter(colour, 0.1), darker(colour, 0.2))
        crest = chance.uniform(0.2, 0.8)
        shadow = [(x, y) for x, y in ridge if abs(x - crest) < 0.2]
        canvas.cut(
            [*shadow, (crest + 0.34 * -plan.sun_side, height + 0.2), (crest, height + 0.1)], darker(colour, 0.16)
        )


def headland(canvas: Canvas, plan: Plan) -> None:
    """A cape that runs into the sea from the subject's side, with the sea already painted."""
    light, level = plan.scene.light, plan.horizon
    side = 1 if plan.hero_x > 0.5 else -1
    turf = light.far(cover_colour(plan), 0.06)
    rock = light.far((124, 104, 98), 0.05)

    def at(*points: Point) -> list[Point]:
        return [(plan.hero_x + side * x, level + y) for x, y in points]

    cliff = at(
        (0.6, -0.04),
        (0.12, -0.012),
        (-0.14, 0.0),
        (-0.22, 0.035),
        (-0.25, 0.1),
        (-0.31, 0.135),
        (-0.2, 0.155),
        (0.0, 0.18),
        (0.6, 0.25),
    )
    canvas.cut(cliff, lighter(rock, 0.08), darker(rock, 0.4))
    for x, wide, low in (
        (-0.19, 0.06, 0.13),
        (-0.09, 0.1, 0.15),
        (0.05, 0.06, 0.1),
        (0.13, 0.12, 0.19),
        (0.3, 0.09, 0.14),
    ):
        canvas.cut(
            at((x, 0.02), (x + wide, 0.02), (x + wide * 0.8, low * 0.6), (x + wide * 0.3, low), (x - 0.02, low * 0.7)),
            darker(rock, 0.24),
        )
        canvas.cut(at((x - 0.035, 0.03), (x, 0.02), (x - 0.02, low * 0.7), (x - 0.045, low * 0.5)), lighter(rock, 0.14))
    canvas.cut(
        at(
            (0.6, -0.075),
            (0.3, -0.045),
            (0.12, -0.02),
            (-0.14, -0.008),
            (-0.21, 0.02),
            (-0.22, 0.045),
            (-0.15, 0.03),
            (-0.05, 0.048),
            (0.05, 0.035),
            (0.18, 0.055),
            (0.32, 0.04),
            (0.6, 0.06),
        ),
        lighter(turf, 0.1),
        darker(turf, 0.15),
    )
    for x, y, length in ((-0.3, 0.142, 0.16), (-0.14, 0.168, 0.2), (0.05, 0.193, 0.26)):
        canvas.lens(
            plan.hero_x + side * x, level + y, length, 0.006, mix(light.horizon, light.on((120, 150, 170)), 0.4)
        )


def rolling(chance: Random, height: float, swing: float) -> list[Point]:
    waves = [
        (chance.uniform(0.6, 1.4), chance.uniform(0, 6), 0.6),
        (chance.uniform(1.6, 2.8), chance.uniform(0, 6), 0.3),
        (chance.uniform(4, 7), chance.uniform(0, 6), 0.08),
    ]
    return [
        (x, height + swing * sum(size * math.sin(x * math.tau * speed + phase) for speed, phase, size in waves))
        for x in (step / _STEPS for step in range(-2, _STEPS + 3))
    ]


def down_from(ridge: Sequence[Point]) -> list[Point]:
    return [*ridge, (1.03, 1.02), (-0.03, 1.02)]


def foot_colour(plan: Plan, colour: Colour, share: float) -> Colour:
    """Layers pale towards their foot where air lies in the valleys; the nearest one darkens instead."""
    return mix(colour, plan.scene.light.horizon, 0.3 * (1 - share)) if share < 0.9 else darker(colour, 0.16)


def _row_of_trees(canvas: Canvas, plan: Plan, chance: Random, ridge: Sequence[Point], share: float) -> None:
    light = plan.scene.light
    for _ in range(3 if share < 0.5 else 2):
        start = chance.randrange(len(ridge) - 14)
        for step in range(chance.randint(3, 7)):
            x, y = ridge[start + step * 2]
            if share > 0.5 and abs(x - plan.hero_x) < 0.2:
                continue
            colour = light.far(tree_colour(plan, chance), 0.72 * (1 - share) + 0.06)
            paint_tree(canvas, plan, x, y + 0.012, chance.uniform(0.05, 0.08) * (0.8 + share), colour)


def _tufts(canvas: Canvas, plan: Plan, chance: Random) -> None:
    """Blades of grass, or shadows in the snow, where one looks down."""
    light = plan.scene.light
    near = light.far(cover_colour(plan), 0.0)
    for _ in range(150):
        x, y = chance.random(), chance.uniform(0.85, 1.0)
        tall = chance.uniform(0.012, 0.03) * (y * 1.2)
        lean = chance.uniform(-0.5, 0.5) * tall
        colour = darker(near, chance.uniform(0.05, 0.3)) if plan.scene.cover != "snow" else mix(near, light.sky[1], 0.2)
        if plan.scene.cover == "snow":
            canvas.lens(x, y, tall * 4, tall * 0.3, mix(near, light.sky[1], chance.uniform(0.08, 0.2)))
        else:
            half = 0.0016 * canvas.unit_x
            canvas.cut(((x - half, y), (x + half, y), (x + lean * canvas.unit_x, y - tall * canvas.unit_y)), colour)
