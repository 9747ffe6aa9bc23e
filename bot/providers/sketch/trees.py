"""Trees as parts of a landscape: small, many and plain."""

from random import Random

from bot.providers.sketch.canvas import Canvas
from bot.providers.sketch.palette import Colour, darker, lighter, mix
from bot.providers.sketch.plan import Plan


def tree_colour(plan: Plan, chance: Random) -> Colour:
    if plan.scene.cover == "autumn":
        return chance.choice(((206, 96, 44), (226, 148, 52), (178, 62, 44), (232, 176, 70), (150, 88, 56)))
    if plan.scene.cover == "spring":
        return chance.choice(((236, 160, 178), (244, 190, 200), (150, 186, 110)))
    return chance.choice(((58, 108, 86), (46, 94, 80), (72, 124, 92)))


def paint_tree(canvas: Canvas, plan: Plan, x: float, base: float, tall: float, colour: Colour) -> None:
    height, wide = tall * canvas.unit_y, tall * canvas.unit_x
    if plan.scene.cover in {"autumn", "spring"}:
        trunk = darker(colour, 0.5)
        canvas.cut(
            (
                (x - wide * 0.022, base),
                (x + wide * 0.022, base),
                (x + wide * 0.012, base - height * 0.7),
                (x - wide * 0.012, base - height * 0.7),
            ),
            trunk,
        )
        for dx, dy, radius, shade in (
            (-0.1, 0.52, 0.13, 0.14),
            (0.1, 0.54, 0.14, 0.14),
            (0.0, 0.68, 0.18, 0.0),
            (-0.05, 0.8, 0.11, -0.12),
        ):
            tone = darker(colour, shade) if shade >= 0 else lighter(colour, -shade)
            canvas.disc(x + dx * wide, base - dy * height, radius * tall, tone)
        return
    shade = darker(colour, 0.14)
    snowy = plan.scene.cover == "snow"
    for low, high, half in ((0.05, 0.5, 0.19), (0.3, 0.75, 0.15), (0.55, 1.0, 0.1)):
        canvas.cut(
            ((x - wide * half, base - height * low), (x, base - height * (low - 0.03)), (x, base - height * high)),
            colour,
        )
        canvas.cut(
            ((x + wide * half, base - height * low), (x, base - height * (low - 0.03)), (x, base - height * high)),
            shade,
        )
        if snowy and plan.detail:
            cap = low + (high - low) * 0.5
            canvas.cut(
                (
                    (x - wide * half * 0.62, base - height * (cap - 0.05)),
                    (x - wide * half * 0.2, base - height * cap),
                    (x + wide * half * 0.1, base - height * (cap - 0.03)),
                    (x + wide * half * 0.36, base - height * (cap + 0.03)),
                    (x, base - height * high),
                ),
                mix(colour, plan.scene.light.on((244, 248, 252)), 0.75),
            )
