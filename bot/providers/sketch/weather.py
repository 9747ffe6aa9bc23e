"""Paints weather: mist, rain and snow."""

from PIL import Image, ImageDraw

from bot.imaging.pixels import resize
from bot.providers.sketch.canvas import Canvas
from bot.providers.sketch.palette import mix
from bot.providers.sketch.plan import Plan


def paint_weather(canvas: Canvas, plan: Plan) -> None:
    weather = plan.scene.weather
    if "mist" in weather:
        _mist(canvas, plan)
    if "rain" in weather:
        _rain(canvas, plan)
    if "snowfall" in weather:
        _snow(canvas, plan)


def _mist(canvas: Canvas, plan: Plan) -> None:
    chance, light = plan.dice("mist"), plan.scene.light
    for _ in range(5):
        x, y = chance.uniform(-0.2, 0.8), plan.horizon + chance.uniform(-0.12, 0.2)
        reach, tall = chance.uniform(0.4, 0.8), chance.uniform(0.02, 0.05)
        canvas.soft(
            [[(x, y), (x + reach * 0.5, y - tall), (x + reach, y), (x + reach * 0.5, y + tall)]],
            mix(light.horizon, (255, 255, 255), 0.2),
            0.4,
            0.025,
        )


def _rain(canvas: Canvas, plan: Plan) -> None:
    chance = plan.dice("rain")
    size = canvas.width_px // 2, canvas.height_px // 2
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    unit = canvas.unit_px / 2
    for _ in range((90, 260, 420)[plan.detail]):
        x, y = chance.uniform(-0.1, 1.1) * size[0], chance.uniform(-0.1, 1) * size[1]
        length = chance.uniform(0.02, 0.07) * unit
        pen.line(
            (x, y, x - length * 0.22, y + length), fill=chance.randint(50, 130), width=max(1, round(unit * 0.0018))
        )
    canvas.image.paste(
        mix(plan.scene.light.horizon, (255, 255, 255), 0.35),
        (0, 0),
        resize(mask, canvas.image.size, Image.Resampling.BILINEAR),
    )


def _snow(canvas: Canvas, plan: Plan) -> None:
    chance = plan.dice("snow")
    flake = plan.scene.light.on((252, 252, 255), 0.35)
    for _ in range((60, 170, 260)[plan.detail]):
        canvas.disc(chance.random(), chance.random(), 0.0012 + 0.0045 * chance.random() ** 3, flake)
