"""Plants: trees, flowers, cactus, mushroom."""

import math

from bot.providers.sketch.canvas import Pen
from bot.providers.sketch.ink import Ink

LEAF = (74, 132, 78)
BARK = (106, 76, 58)


def tree(pen: Pen, ink: Ink) -> None:
    """A broad-leaved tree in three tones."""
    bark = ink.other(BARK)
    pen.shape(((-0.06, 0), (-0.035, 0.3), (-0.03, 0.55), (0.03, 0.55), (0.035, 0.3), (0.07, 0)), bark)
    pen.stroke(((0, 0.32), (0.14, 0.5)), 0.026, bark)
    pen.stroke(((0, 0.38), (-0.13, 0.52)), 0.022, bark)
    for x, y, radius, colour in (
        (-0.2, 0.52, 0.17, ink.shade),
        (0.22, 0.55, 0.18, ink.shade),
        (0.04, 0.5, 0.16, ink.shade),
        (-0.13, 0.67, 0.2, ink.main),
        (0.14, 0.7, 0.2, ink.main),
        (0.0, 0.8, 0.19, ink.main),
        (-0.12, 0.78, 0.12, ink.tint),
        (-0.02, 0.87, 0.09, ink.tint),
        (-0.22, 0.66, 0.07, ink.tint),
    ):
        pen.disc(x, y, radius, colour)


def pine(pen: Pen, ink: Ink) -> None:
    """A pine of four tiers."""
    pen.box(-0.03, 0, 0.03, 0.16, ink.other(BARK))
    for low, high, half in ((0.1, 0.46, 0.24), (0.28, 0.64, 0.2), (0.47, 0.82, 0.155), (0.66, 1.0, 0.11)):
        pen.shape(((-half, low), (-half * 0.45, low + 0.03), (0, low - 0.02), (0, high)), ink.main)
        pen.shape(((half, low), (half * 0.45, low + 0.03), (0, low - 0.02), (0, high)), ink.shade)
        if ink.tint != ink.main:
            pen.shape(((-half, low), (-half * 0.5, low + 0.1), (0, high), (-half * 0.72, low + 0.05)), ink.tint)


def sunflower(pen: Pen, ink: Ink) -> None:
    """A sunflower with two rings of petals."""
    _stem(pen, ink, 0.72)
    _petals(pen, ink, count=16, reach=0.255, width=0.06)
    pen.disc(0, 0.74, 0.115, ink.other((92, 58, 40)))
    pen.disc(-0.012, 0.752, 0.075, ink.other((120, 78, 48)))
    for step in range(14):
        turn, radius = step * 2.4, 0.018 * math.sqrt(step) * 1.35
        pen.disc(radius * math.cos(turn), 0.74 + radius * math.sin(turn), 0.008, ink.other((58, 36, 30)))


def flower(pen: Pen, ink: Ink) -> None:
    """A flower with eight round petals."""
    _stem(pen, ink, 0.72)
    for ring, colour in ((0, ink.shade), (1, ink.main)):
        for step in range(4 + 0):
            turn = math.pi / 4 * (step * 2 + ring)
            pen.disc(0.125 * math.cos(turn), 0.75 + 0.125 * math.sin(turn), 0.105, colour)
    pen.disc(0, 0.75, 0.075, ink.other((246, 200, 84)))
    pen.disc(-0.012, 0.762, 0.04, ink.other((255, 226, 140)))


def tulip(pen: Pen, ink: Ink) -> None:
    """A closed tulip."""
    _stem(pen, ink, 0.66)
    pen.curve(
        (
            (-0.15, 0.96),
            (-0.17, 0.78),
            (-0.1, 0.65),
            (0.0, 0.63),
            (0.1, 0.65),
            (0.17, 0.78),
            (0.15, 0.96),
            (0.06, 0.82),
            (-0.06, 0.82),
        ),
        ink.shade,
    )
    pen.curve(((0, 0.99), (0.11, 0.84), (0.08, 0.68), (0, 0.63), (-0.08, 0.68), (-0.11, 0.84)), ink.main)
    pen.curve(((-0.01, 0.95), (0.03, 0.82), (0.0, 0.7), (-0.06, 0.72), (-0.08, 0.84)), ink.tint)


def cactus(pen: Pen, ink: Ink) -> None:
    """A cactus with two arms."""
    pen.stroke(((-0.02, 0.42), (-0.25, 0.42), (-0.25, 0.68)), 0.12, ink.shade)
    pen.stroke(((0.02, 0.3), (0.26, 0.3), (0.26, 0.58)), 0.12, ink.shade)
    pen.stroke(((0, -0.05), (0, 0.9)), 0.19, ink.main)
    for x in (-0.045, 0.0, 0.045):
        pen.stroke(((x, 0.02), (x, 0.92)), 0.012, ink.tint)
    pen.disc(0, 0.98, 0.035, ink.other((236, 110, 130)))


def mushroom(pen: Pen, ink: Ink) -> None:
    """A mushroom with a dotted cap."""
    pen.curve(((-0.12, 0), (-0.09, 0.25), (-0.11, 0.55), (0.11, 0.55), (0.09, 0.25), (0.13, 0)), ink.pale)
    pen.curve(((0.02, 0), (0.04, 0.3), (0.03, 0.55), (0.11, 0.55), (0.09, 0.25), (0.13, 0)), ink.pale_shade)
    pen.curve(
        (
            (-0.46, 0.5),
            (-0.38, 0.78),
            (-0.14, 0.97),
            (0.14, 0.97),
            (0.38, 0.78),
            (0.46, 0.5),
            (0.2, 0.45),
            (-0.2, 0.45),
        ),
        ink.main,
    )
    pen.curve(((0.14, 0.97), (0.38, 0.78), (0.46, 0.5), (0.2, 0.45), (0.26, 0.66)), ink.shade)
    for x, y, radius in (
        (-0.22, 0.74, 0.07),
        (0.02, 0.84, 0.055),
        (0.1, 0.62, 0.07),
        (-0.1, 0.57, 0.04),
        (0.3, 0.62, 0.04),
        (-0.34, 0.57, 0.04),
    ):
        pen.oval(x, y, radius, radius * 0.85, ink.pale)


def _stem(pen: Pen, ink: Ink, top: float) -> None:
    green, green_shade = ink.other(LEAF), ink.other((52, 100, 66))
    pen.stroke(((0.0, 0), (0.015, top / 2), (0, top)), 0.03, green)
    pen.curve(((0.01, 0.2), (0.1, 0.36), (0.26, 0.42), (0.18, 0.26)), green)
    pen.curve(((0.0, 0.1), (-0.1, 0.27), (-0.25, 0.32), (-0.17, 0.16)), green_shade)


def _petals(pen: Pen, ink: Ink, *, count: int, reach: float, width: float) -> None:
    for offset, colour, length in ((0.5, ink.shade, reach), (0.0, ink.main, reach * 0.94)):
        for step in range(count):
            turn = math.tau * (step + offset) / count
            cosine, sine = math.cos(turn), math.sin(turn)

            def at(far: float, wide: float, cosine: float = cosine, sine: float = sine) -> tuple[float, float]:
                return far * cosine - wide * sine, 0.74 + far * sine + wide * cosine

            pen.curve((at(0.07, 0), at(length * 0.6, width / 2), at(length, 0), at(length * 0.6, -width / 2)), colour)
