"""Places the subjects in the scene: position, size and depth."""

import math

from bot.providers.sketch.canvas import Canvas
from bot.providers.sketch.city import STREET
from bot.providers.sketch.land import cover_colour
from bot.providers.sketch.mountains import CRAG_TOP
from bot.providers.sketch.palette import darker
from bot.providers.sketch.plan import Plan
from bot.providers.sketch.scene import Subject
from bot.providers.sketch.subjects import KINDS, Stand, cut_out

_SHARES = {
    1: (0.0,),
    2: (-0.2, 0.19),
    3: (0.02, -0.31, 0.3),
    4: (-0.1, 0.16, -0.37, 0.38),
    5: (0.0, -0.22, 0.23, -0.4, 0.4),
}
_DEPTHS = (0.0, 0.42, 0.62, 0.8, 0.7, 0.9, 0.5, 0.85, 0.66, 0.75)
"""The depth of each of several copies, all different; 1 is at the horizon."""


def place_subjects(canvas: Canvas, plan: Plan) -> None:
    for order, subject in enumerate(plan.scene.subjects):
        for copy in reversed(range(subject.count)):
            _place_subject(canvas, plan, subject, order, copy)


def paint_meadow(canvas: Canvas, plan: Plan) -> None:
    """Paints rows of one flower, from far to near."""
    flower = plan.scene.subjects[0]
    chance = plan.dice("meadow")
    rows = 5 if plan.detail == 0 else 9
    for row in range(rows):
        share = row / (rows - 1)
        base = plan.horizon + 0.12 + 0.62 * share**1.6
        height = 0.08 + 0.4 * share**1.8
        tile = cut_out(flower, plan.scene.light, round(height * canvas.unit_px))
        step = (0.42 + 0.3 * share) * height * canvas.unit_x
        x = chance.uniform(-step, 0)
        while x < 1 + step:
            canvas.place(tile, x, base + chance.uniform(-0.02, 0.02) * (0.3 + share))
            x += step * chance.uniform(0.85, 1.3)
        if plan.detail and row < rows - 3:
            light = plan.scene.light
            canvas.soft(
                [[(0, base - 0.04), (1, base - 0.04), (1, base + 0.01), (0, base + 0.01)]],
                light.far(cover_colour(plan), 0.5),
                0.16,
                0.02,
            )


def _place_subject(canvas: Canvas, plan: Plan, subject: Subject, order: int, copy: int) -> None:
    kind = KINDS[subject.name]
    chance = plan.dice(f"{subject.name}/{copy}")
    height = kind.height * (1.0 if order == 0 else 0.62)
    depth = 0.0 if subject.count == 1 else _DEPTHS[copy % len(_DEPTHS)]
    height *= (1.0 if subject.count == 1 else 0.86) * (1 - 0.62 * depth)
    stand: Stand = kind.stand
    if plan.scene.ground == "space" or (plan.scene.ground == "underwater" and stand != "ground"):
        stand = "air"
    width = height * kind.aspect
    if width * canvas.unit_x > 0.92:
        height *= 0.92 / (width * canvas.unit_x)
    base = _position_base(plan, canvas, stand, depth, height, order, chance.uniform(-1, 1))
    room = 0.86 if stand == "air" else max(0.1, base - 0.07)
    height = min(height, room / canvas.unit_y)
    flip = copy % 2 == 1 or (order == 0 and subject.count == 1 and plan.hero_x < 0.5 and stand != "air")
    tile = cut_out(subject, plan.scene.light, round(height * canvas.unit_px), flip=flip)
    x = _position_x(plan, subject, order, copy) + chance.uniform(-0.015, 0.015)
    half = tile.width / canvas.width_px / 2
    x = min(max(x, half + 0.01), max(half, 0.99 - half))
    if stand == "water" and plan.scene.ground == "sea":
        canvas.mirror(tile, x, base, 0.5)
    if stand == "ground" and plan.scene.ground not in {"sea", "space"} and not plan.stands_on_crag:
        _draw_shadow(canvas, plan, x, base, width)
    canvas.place(tile, x, base)
    if subject.name == "lighthouse" and plan.scene.light.is_dark:
        _draw_beam(canvas, plan, x, base - height * 0.83 * canvas.unit_y)


def _position_x(plan: Plan, subject: Subject, order: int, copy: int) -> float:
    if order == 0 and subject.count == 1:
        return plan.hero_x
    if subject.count > 1:
        shares = _SHARES.get(subject.count)
        offset = shares[copy] if shares else (copy * 0.618) % 1 * 0.86 - 0.43
        return 0.5 + offset * (1 if plan.hero_x <= 0.5 else -1)
    side = -1 if plan.hero_x >= 0.5 else 1
    return min(0.88, max(0.12, plan.hero_x + side * (0.36, 0.5, 0.2)[(order - 1) % 3]))


def _position_base(
    plan: Plan, canvas: Canvas, stand: Stand, depth: float, height: float, order: int, sway: float
) -> float:
    """The vertical position of the subject's foot, as a fraction of the picture's height."""
    if stand == "air":
        middle = 0.5 if plan.scene.ground in {"space", "underwater"} else 0.38
        lift = middle + sway * 0.05 - 0.2 * depth * (1 if order % 2 == 0 else -1)
        return min(0.96, max(height * canvas.unit_y + 0.03, lift + height * canvas.unit_y / 2))
    if stand == "water" or (plan.scene.ground == "sea" and order > 0):
        return plan.horizon + 0.03 + (0.86 - plan.horizon) * (1 - depth) ** 1.3 * 0.74
    if plan.scene.ground == "sea":
        return plan.horizon + 0.012
    if plan.stands_on_crag:
        return CRAG_TOP + 0.012
    return 0.93 - (0.93 - plan.horizon - 0.1) * depth


def _draw_shadow(canvas: Canvas, plan: Plan, x: float, base: float, width: float) -> None:
    ground_colour = STREET if plan.scene.ground == "city" else cover_colour(plan)
    ground = darker(plan.scene.light.far(ground_colour, 0.04), 0.3)
    half, rise = width * 0.56, 0.012 + width * 0.02
    middle = x - plan.sun_side * width * 0.06 * canvas.unit_x
    turns = [math.tau * step / 40 for step in range(40)]
    canvas.cut(
        [
            (middle + math.cos(turn) * half * canvas.unit_x, base + math.sin(turn) * rise * canvas.unit_y)
            for turn in turns
        ],
        ground,
    )


def _draw_beam(canvas: Canvas, plan: Plan, x: float, y: float) -> None:
    lamp = plan.scene.light.lamp
    if plan.detail:
        for side, fall in ((-1, -0.07), (1, -0.03)):
            far = x + side * 0.95
            canvas.soft(
                [[(x, y - 0.005), (far, y + fall - 0.06), (far, y + fall + 0.06), (x, y + 0.005)]], lamp, 0.34, 0.008
            )
        canvas.glow(x, y, 0.16, lamp, 0.75)
    canvas.glow(x, y, 0.05, (255, 250, 226), 0.95)
