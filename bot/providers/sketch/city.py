"""A skyline in three depths, and a street that mirrors it when it rains."""

from random import Random
from typing import Final

from PIL import Image

from bot.imaging.pixels import map_values, resize
from bot.providers.sketch.canvas import Canvas
from bot.providers.sketch.palette import Colour, darker, mix
from bot.providers.sketch.plan import Plan

STREET: Final[Colour] = (74, 76, 96)


def city(canvas: Canvas, plan: Plan) -> None:
    chance, light = plan.dice("city"), plan.scene.light
    layers = 2 if plan.detail == 0 else 3
    for layer in range(layers):
        share = layer / (layers - 1)
        colour = light.far(((104, 112, 146), (84, 90, 124), (58, 62, 92))[layer], 0.66 - 0.58 * share)
        _skyline(canvas, plan, chance, share, colour)
        if plan.detail and layer < layers - 1:
            haze = mix(light.horizon, light.sky[-2], 0.4)
            canvas.soft(
                [
                    [
                        (0, plan.horizon - 0.12),
                        (1, plan.horizon - 0.12),
                        (1, plan.horizon + 0.05),
                        (0, plan.horizon + 0.05),
                    ]
                ],
                haze,
                0.45,
                0.05,
            )
    street = light.far(STREET, 0.02)
    canvas.wash((mix(street, light.horizon, 0.2), street, darker(street, 0.4)), plan.horizon, 1)
    if "rain" in plan.scene.weather or light.is_dark:
        _wet_street(canvas, plan)


def _skyline(canvas: Canvas, plan: Plan, chance: Random, share: float, colour: Colour) -> None:
    x = -0.04
    while x < 1.02:
        width = chance.uniform(0.055, 0.11) * (0.75 + 0.5 * share) * canvas.unit_x
        tall = chance.uniform(0.16, 0.46) * (1.05 - 0.42 * share)
        if share == 1 and abs(x + width / 2 - plan.hero_x) < 0.15 * canvas.unit_x and plan.scene.subjects:
            tall *= 0.4
        _building(canvas, plan, chance, (x, x + width, plan.horizon - tall), colour, share)
        x += width * chance.uniform(0.92, 1.12)


def _building(
    canvas: Canvas, plan: Plan, chance: Random, span: tuple[float, float, float], colour: Colour, share: float
) -> None:
    left, right, top = span
    width = right - left
    body = darker(colour, chance.uniform(0, 0.12))
    crown = chance.randrange(5)
    if crown == 0:
        canvas.cut(
            ((left, top), ((left + right) / 2, top - width * 0.9 / canvas.unit_x * canvas.unit_y), (right, top)), body
        )
    elif crown == 1:
        middle = (left + right) / 2
        canvas.cut(
            (
                (middle - width * 0.03, top),
                (middle - width * 0.01, top - 0.07),
                (middle + width * 0.01, top - 0.07),
                (middle + width * 0.03, top),
            ),
            body,
        )
        canvas.cut(
            (
                (left + width * 0.2, top),
                (left + width * 0.2, top - 0.02),
                (right - width * 0.2, top - 0.02),
                (right - width * 0.2, top),
            ),
            body,
        )
    elif crown == 2:
        canvas.cut(((left, top), (left, top - 0.05), (right, top)), body)
    canvas.cut(((left, plan.horizon + 0.02), (left, top), (right, top), (right, plan.horizon + 0.02)), body)
    canvas.cut(
        (
            (left + width * 0.62, plan.horizon + 0.02),
            (left + width * 0.62, top),
            (right, top),
            (right, plan.horizon + 0.02),
        ),
        darker(body, 0.16),
    )
    if share > 0 and plan.detail:
        _windows(canvas, plan, chance, span, body, share)


def _windows(
    canvas: Canvas, plan: Plan, chance: Random, span: tuple[float, float, float], body: Colour, share: float
) -> None:
    left, right, top = span
    light = plan.scene.light
    columns = chance.randint(3, 5)
    pitch_x, pitch_y = (right - left) / (columns + 0.5), 0.022 * (0.8 + 0.6 * share) * canvas.unit_y
    lit_share = 0.42 if light.is_dark else 0.0
    y = top + pitch_y * 0.8
    while y < plan.horizon - pitch_y * 0.4:
        for column in range(columns):
            x = left + pitch_x * (column + 0.5)
            is_lit = chance.random() < lit_share
            colour = (
                mix(body, light.lamp, 0.35 + 0.6 * share) if is_lit else mix(body, light.horizon, 0.14 + 0.1 * share)
            )
            canvas.cut(
                ((x, y), (x + pitch_x * 0.5, y), (x + pitch_x * 0.5, y + pitch_y * 0.5), (x, y + pitch_y * 0.5)), colour
            )
        y += pitch_y


def _wet_street(canvas: Canvas, plan: Plan) -> None:
    """The city upside down, stretched and dimmed, with the lamps drawn out."""
    level = round(plan.horizon * canvas.height_px)
    depth = canvas.height_px - level
    upper = max(0, level - round(depth * 1.3))
    small = canvas.image.crop((0, upper, canvas.width_px, level)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    blurred = resize(
        resize(small, (max(1, canvas.width_px // 5), 12), Image.Resampling.BOX),
        (canvas.width_px, depth),
        Image.Resampling.BICUBIC,
    )
    fade = resize(Image.linear_gradient("L"), (canvas.width_px, depth), Image.Resampling.BILINEAR)
    canvas.image.paste(blurred, (0, level), map_values(fade, lambda value: (255 - value) * 0.72 + 20))
    chance, light = plan.dice("street"), plan.scene.light
    for _ in range(30 * (1 + plan.detail)):
        y = chance.uniform(plan.horizon + 0.02, 1.0)
        near = (y - plan.horizon) / (1 - plan.horizon)
        colour = mix(
            light.lamp if chance.random() < 0.5 and light.is_dark else light.horizon,
            light.on((60, 64, 90)),
            0.55 + 0.2 * near,
        )
        canvas.lens(chance.random(), y, 0.02 + 0.09 * near, 0.001 + 0.004 * near, colour)
