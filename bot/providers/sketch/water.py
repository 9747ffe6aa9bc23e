"""Open water: the colour of the sky from above, a path of light, and waves that grow towards you."""

import math

from bot.providers.sketch.canvas import Canvas
from bot.providers.sketch.palette import Colour, Light, darker, lighter, mix
from bot.providers.sketch.plan import Plan

DEEP: Colour = (24, 96, 136)


def sea(canvas: Canvas, plan: Plan) -> None:
    light = plan.scene.light
    _islands(canvas, plan)
    canvas.wash(water_colours(light), plan.horizon, 1.0)
    if plan.detail:
        canvas.soft(
            [[(0, plan.horizon - 0.02), (1, plan.horizon - 0.02), (1, plan.horizon + 0.02), (0, plan.horizon + 0.02)]],
            light.horizon,
            0.5,
            0.02,
        )
    _waves(canvas, plan)
    if light.disc is not None:
        _path_of_light(canvas, plan)


def water_colours(light: Light) -> tuple[Colour, ...]:
    deep = light.on(DEEP)
    return (
        mix(light.horizon, deep, 0.25),
        mix(light.sky[len(light.sky) // 2], deep, 0.55),
        darker(deep, 0.1),
        darker(deep, 0.4),
    )


def _islands(canvas: Canvas, plan: Plan) -> None:
    chance, light = plan.dice("islands"), plan.scene.light
    for layer in range(2):
        middle = chance.uniform(0.05, 0.95)
        reach, tall = chance.uniform(0.25, 0.5), chance.uniform(0.05, 0.1) * (1.2 - layer * 0.5)
        phase = chance.uniform(0, 6)
        outline = [(middle - reach, plan.horizon + 0.005)]
        for step in range(41):
            across = step / 20 - 1
            bell = math.cos(across * math.pi / 2) ** 1.5
            bumps = 1 + 0.25 * math.sin(across * 7 + phase) + 0.12 * math.sin(across * 17 + phase)
            outline.append((middle + across * reach, plan.horizon - tall * bell * bumps))
        outline.append((middle + reach, plan.horizon + 0.005))
        colour = light.far((84, 104, 130), 0.62 - layer * 0.2)
        canvas.cut(outline, colour, mix(colour, light.horizon, 0.4))


def _waves(canvas: Canvas, plan: Plan) -> None:
    chance, light = plan.dice("waves"), plan.scene.light
    stops = water_colours(light)
    for _ in range((24, 110, 220)[plan.detail]):
        depth = chance.random() ** 1.3
        y = plan.horizon + 0.008 + (0.995 - plan.horizon) * depth
        under = stops[min(len(stops) - 1, int(depth * len(stops)))]
        colour = lighter(under, 0.14) if chance.random() < 0.45 else mix(under, darker(light.on(DEEP), 0.3), 0.45)
        if chance.random() < 0.2:
            colour = mix(under, light.sky[-2], 0.5)
        canvas.lens(
            chance.random(), y, chance.uniform(0.03, 0.12) * (0.4 + 1.6 * depth), 0.0016 + 0.0075 * depth, colour
        )


def _path_of_light(canvas: Canvas, plan: Plan) -> None:
    chance, light = plan.dice("path"), plan.scene.light
    if light.disc is None:
        return
    rows = (12, 30, 44)[plan.detail]
    warm = mix(light.disc, light.sky[-2], 0.45)
    stops = water_colours(light)
    for row in range(rows):
        depth = (row / rows) ** 1.3
        y = plan.horizon + 0.006 + (0.96 - plan.horizon) * depth
        spread = 0.035 + 0.09 * depth
        under = stops[min(len(stops) - 1, int(depth * len(stops)))]
        for _ in range(2 if depth < 0.6 else 1):
            x = plan.sun_x + chance.gauss(0, 0.45) * spread * canvas.unit_x
            colour = mix(mix(light.disc, warm, min(1.0, depth * 1.6)), under, 0.1 + 0.55 * depth)
            canvas.lens(x, y, chance.uniform(0.5, 1.3) * spread, 0.0025 + 0.006 * depth, colour)
