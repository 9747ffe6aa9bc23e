"""The sky: gradient, stars, aurora, sun or moon, clouds; and the deep sea and deep space, which are all sky."""

import math
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from bot.providers.sketch.canvas import Canvas
from bot.providers.sketch.palette import Colour, darker, lighter, mix
from bot.providers.sketch.plan import Plan


def paint_sky(canvas: Canvas, plan: Plan) -> None:
    light = plan.scene.light
    fills_all = plan.scene.ground in {"underwater", "space"}
    canvas.wash(light.sky, 0, 1 if fills_all else plan.horizon + 0.02)
    if light.stars:
        _stars(canvas, plan, 1.0 if fills_all else plan.horizon)
    if plan.scene.light_name == "aurora":
        _aurora(canvas, plan)
    if plan.scene.ground == "underwater":
        _rays(canvas, plan)
    elif plan.scene.ground == "space":
        _planets(canvas, plan)
    else:
        _disc(canvas, plan)
        _clouds(canvas, plan)


def _stars(canvas: Canvas, plan: Plan, lowest: float) -> None:
    chance = plan.dice("stars")
    for _ in range(round(150 * plan.scene.light.stars)):
        x, y = chance.random(), chance.random() ** 1.4 * lowest * (0.9 if plan.scene.light.stars >= 1 else 0.5)
        radius = chance.uniform(0.0006, 0.0015) * (2.2 if chance.random() < 0.07 else 1)
        behind = plan.scene.light.sky[min(len(plan.scene.light.sky) - 1, int(y / lowest * len(plan.scene.light.sky)))]
        canvas.disc(x, y, radius, mix(behind, (255, 250, 236), chance.uniform(0.4, 1.0)))


def _disc(canvas: Canvas, plan: Plan) -> None:
    light = plan.scene.light
    if light.disc is None:
        return
    is_moon = plan.scene.moon
    x, y, radius = plan.sun_x, plan.sun_y, plan.sun_radius
    if plan.detail:
        canvas.glow(x, y, radius * (5 if is_moon else 6), mix(light.disc, light.horizon, 0.3), 0.5)
        canvas.glow(x, y, radius * 2.4, light.disc, 0.6)
    disc = mix(light.disc, light.horizon, 0.35) if radius > 0.15 else light.disc
    canvas.disc(x, y, radius, disc)
    if is_moon and plan.detail:
        for dx, dy, size in ((-0.3, -0.2, 0.22), (0.25, 0.3, 0.28), (0.35, -0.35, 0.13), (-0.15, 0.45, 0.12)):
            canvas.disc(
                x + dx * radius * canvas.unit_x,
                y + dy * radius * canvas.unit_y,
                radius * size,
                mix(disc, light.sky[-1], 0.14),
            )


def _clouds(canvas: Canvas, plan: Plan) -> None:
    chance, light = plan.dice("clouds"), plan.scene.light
    is_heavy = plan.scene.light_name == "storm" or plan.scene.weather & {"rain", "clouds"}
    if is_heavy:
        for row in range(3):
            colour = mix(light.cloud, light.sky[0], 0.5 - row * 0.2)
            for step in range(4):
                x = (step + chance.uniform(0, 0.8)) / 4
                _cumulus(
                    canvas,
                    chance,
                    x,
                    0.08 + row * 0.11 + chance.uniform(-0.03, 0.03),
                    0.62,
                    colour,
                    darker(colour, 0.14),
                )
    elif light.disc is not None and plan.scene.light_name in {"dawn", "dusk"}:
        for _ in range(5 if plan.detail == 0 else 11):
            y = plan.horizon * chance.uniform(0.25, 0.93)
            share = y / plan.horizon
            colour = mix(light.cloud, light.disc if share > 0.6 else light.sky[1], 0.25 if share > 0.6 else 0.3)
            x, length = chance.random(), chance.uniform(0.18, 0.6)
            canvas.lens(x, y, length, length * 0.055, colour)
            canvas.lens(x + chance.uniform(-0.1, 0.1), y + 0.014, length * 0.6, length * 0.04, colour)
    elif plan.scene.light_name != "aurora":
        colour = light.cloud if not light.is_dark else mix(light.cloud, light.sky[1], 0.45)
        for step in range(4):
            x, y = (step + chance.uniform(0.1, 0.9)) / 4, plan.horizon * chance.uniform(0.15, 0.72)
            width = chance.uniform(0.16, 0.3)
            if plan.sun_radius < 0.15 or abs(x - plan.sun_x) > 0.3 * canvas.unit_x:
                _cumulus(canvas, chance, x, y, width, colour, mix(colour, light.sky[1], 0.25))


def _cumulus(canvas: Canvas, chance: Random, x: float, y: float, width: float, colour: Colour, below: Colour) -> None:
    """Round on top and flat below: the outline of a few circles on one line."""
    lobes: list[tuple[float, float]] = []
    for lobe in range(6):
        middle = (lobe + chance.uniform(0.2, 0.8)) / 6 - 0.5
        lobes.append((middle * 0.8, (0.2 - 0.55 * middle * middle) * chance.uniform(0.75, 1.1)))
    outline: list[tuple[float, float]] = []
    for step in range(81):
        across = step / 80 - 0.5
        height = max(math.sqrt(max(0.0, radius**2 - (across - middle) ** 2)) for middle, radius in lobes)
        outline.append((x + across * width * canvas.unit_x, y - height * width * canvas.unit_y))
    canvas.cut([(x - width / 2 * canvas.unit_x, y), *outline, (x + width / 2 * canvas.unit_x, y)], colour, below)


def _aurora(canvas: Canvas, plan: Plan) -> None:
    chance = plan.dice("aurora")
    width, height = 320, 200
    for colour, base, strength in (
        ((94, 240, 170), 0.74, 150),
        ((150, 110, 230), 0.56, 110),
        ((80, 220, 200), 0.5, 100),
    ):
        mask = Image.new("L", (width, height))
        pen = ImageDraw.Draw(mask)
        phase, speed = chance.uniform(0, 6), chance.uniform(1.2, 2.4)
        for x in range(width):
            wave = math.sin(x / width * math.tau * speed + phase) + 0.4 * math.sin(
                x / width * math.tau * speed * 2.7 + phase
            )
            foot = height * plan.horizon * (base + 0.1 * wave)
            reach = height * (0.28 + 0.1 * math.sin(x * 0.35 + phase) + 0.06 * math.sin(x * 0.9))
            for step in range(12):
                upper = foot - reach * (step + 1) / 12
                pen.line((x, upper, x, foot - reach * step / 12), fill=round(strength * (1 - step / 12) ** 1.6))
        canvas.veil(mask.filter(ImageFilter.GaussianBlur(2.2)), colour)


def _rays(canvas: Canvas, plan: Plan) -> None:
    chance = plan.dice("rays")
    beams: list[list[tuple[float, float]]] = []
    for step in range(6):
        x = (step + chance.uniform(0.1, 0.9)) / 6
        wide = chance.uniform(0.02, 0.06)
        beams.append([(x - wide, -0.05), (x + wide, -0.05), (x + wide * 2.6 - 0.2, 1.2), (x - wide * 2.6 - 0.2, 1.2)])
    canvas.soft(beams, (216, 255, 246), 0.2, 0.02)
    for _ in range(26):
        x, y, radius = chance.random(), chance.uniform(0.1, 0.85), chance.uniform(0.003, 0.011)
        behind = lighter(plan.scene.light.sky[1], 0.3)
        canvas.disc(x, y, radius, behind)
        canvas.disc(
            x + radius * 0.25 * canvas.unit_x,
            y + radius * 0.2 * canvas.unit_y,
            radius * 0.75,
            mix(behind, plan.scene.light.sky[1], 0.5),
        )


def _planets(canvas: Canvas, plan: Plan) -> None:
    chance = plan.dice("planets")
    for colour in ((220, 90, 150), (90, 120, 220), (240, 150, 90)):
        canvas.glow(chance.random(), chance.random(), chance.uniform(0.3, 0.55), colour, 0.28)
    x, y, radius = plan.sun_x, 0.3, 0.17
    canvas.glow(x, y, radius * 2.2, (250, 170, 120), 0.35)
    canvas.disc(x, y, radius, (232, 138, 98))
    for lift, half in ((-0.45, 0.8), (0.05, 0.98), (0.5, 0.78)):
        canvas.lens(x, y + lift * radius * canvas.unit_y, radius * 2 * half, radius * 0.22, (246, 172, 120))
    ring = [
        (
            x + math.cos(turn / 40 * math.tau) * radius * 1.9 * canvas.unit_x,
            y + (math.sin(turn / 40 * math.tau) * 0.32 - math.cos(turn / 40 * math.tau) * 0.5) * radius * canvas.unit_y,
        )
        for turn in range(20, 41)
    ]
    ring = [(px, py) for px, py in reversed(ring)]
    inner = [(x + (px - x) * 0.76, y + (py - y) * 0.76) for px, py in reversed(ring)]
    canvas.cut([*ring, *inner], (250, 214, 168))
    canvas.disc(1 - plan.sun_x, 0.8, 0.05, (120, 132, 190))
    canvas.disc(1 - plan.sun_x + 0.012 * canvas.unit_x, 0.8 + 0.01 * canvas.unit_y, 0.04, (96, 106, 164))
