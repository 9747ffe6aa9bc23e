"""Paints a forest: rows of trees in haze."""

from bot.providers.sketch.canvas import Canvas
from bot.providers.sketch.land import cover_colour, down_from, foot_colour, rolling
from bot.providers.sketch.palette import mix
from bot.providers.sketch.plan import Plan
from bot.providers.sketch.trees import paint_tree, tree_colour


def forest(canvas: Canvas, plan: Plan) -> None:
    """Paints rows of trees, from far to near."""
    chance, light = plan.dice("forest"), plan.scene.light
    rows = 3 if plan.detail == 0 else 5
    for row in range(rows):
        share = row / (rows - 1)
        base = plan.horizon + 0.01 + 0.26 * share
        tall = 0.2 + 0.17 * share
        ground = light.far(mix(cover_colour(plan), (60, 84, 70), 0.35), 0.72 * (1 - share))
        canvas.cut(down_from(rolling(chance, base - 0.012, 0.012)), ground, foot_colour(plan, ground, share))
        x = chance.uniform(-0.06, 0.0)
        while x < 1.06:
            if row < rows - 1 or abs(x - plan.hero_x) > 0.2 * canvas.unit_x:
                one = tree_colour(plan, chance)
                paint_tree(canvas, plan, x, base, tall * chance.uniform(0.72, 1.15), light.far(one, 0.74 * (1 - share)))
            x += chance.uniform(0.035, 0.075) * (1 + share * 1.1) * canvas.unit_x
        if plan.detail and row < rows - 1:
            mist = mix(light.horizon, light.sky[-2], 0.3)
            strength = 0.6 if "mist" in plan.scene.weather else 0.3
            canvas.soft(
                [[(0, base - 0.07), (1, base - 0.07), (1, base + 0.03), (0, base + 0.03)]], mist, strength, 0.035
            )
