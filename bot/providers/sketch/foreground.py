"""Details for the highest quality: distant birds, and reeds in a corner of the foreground."""

from bot.providers.sketch.canvas import Canvas
from bot.providers.sketch.palette import darker
from bot.providers.sketch.plan import Plan

_OPEN_LAND = frozenset({"sea", "hills", "mountains"})


def paint_foreground(canvas: Canvas, plan: Plan) -> None:
    if plan.scene.ground in _OPEN_LAND and plan.scene.light_name in {"dawn", "day", "dusk"}:
        _birds(canvas, plan)
    if plan.scene.ground in _OPEN_LAND and plan.scene.cover != "snow":
        _reeds(canvas, plan)


def _birds(canvas: Canvas, plan: Plan) -> None:
    chance, colour = plan.dice("birds"), darker(plan.scene.light.on((70, 66, 92)), 0.25)
    middle, height = plan.sun_x + chance.uniform(-0.08, 0.08), plan.horizon * chance.uniform(0.5, 0.62)
    for _ in range(5):
        x, y = middle + chance.uniform(-0.1, 0.1), height + chance.uniform(-0.05, 0.05)
        span, lift = chance.uniform(0.009, 0.017) * canvas.unit_x, chance.uniform(0.004, 0.008) * canvas.unit_y
        thin = 0.0022 * canvas.unit_y
        wings = ((x - span, y - lift), (x - span * 0.4, y - lift * 1.2), (x, y), (x + span * 0.4, y - lift * 1.2))
        under = ((x + span, y - lift), (x + span * 0.4, y - lift * 1.2 + thin), (x, y + thin * 1.6))
        canvas.cut([*wings, *under, (x - span * 0.4, y - lift * 1.2 + thin)], colour)


def _reeds(canvas: Canvas, plan: Plan) -> None:
    chance, light = plan.dice("reeds"), plan.scene.light
    near = darker(light.on((58, 92, 72)), 0.35)
    corner = 1.0 if plan.hero_x < 0.5 else 0.0
    inward = -1 if corner else 1
    for _ in range(46):
        x = corner + inward * chance.random() ** 1.6 * 0.24
        tall = chance.uniform(0.05, 0.2) * (1 - abs(x - corner) * 2.6) * canvas.unit_y
        lean = chance.uniform(-0.02, 0.06) * inward
        half, colour = 0.0032 * canvas.unit_x, darker(near, chance.uniform(0, 0.35))
        bend_x, bend_y = x + lean * 0.3, 1.01 - tall * 0.6
        rising = ((x - half, 1.01), (bend_x - half * 0.7, bend_y), (x + lean, 1.01 - tall))
        canvas.cut((*rising, (bend_x + half * 0.7, bend_y), (x + half, 1.01)), colour)
        if chance.random() < 0.22:
            canvas.lens(x + lean, 1.01 - tall, 0.009, 0.03, colour)
