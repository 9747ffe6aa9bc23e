"""Buildings: lighthouse, house, castle, windmill."""

from bot.providers.sketch.canvas import Pen
from bot.providers.sketch.ink import Ink

STONE = (168, 160, 158)


def lighthouse(pen: Pen, ink: Ink) -> None:
    """A banded tower with its lantern, and the keeper's house beside it."""

    def half(y: float) -> float:
        return 0.112 - 0.052 * y

    roof = ink.other((150, 66, 58))
    pen.shape(((-0.36, 0), (-0.36, 0.13), (-0.08, 0.13), (-0.08, 0)), ink.pale)
    pen.shape(((-0.39, 0.125), (-0.33, 0.215), (-0.1, 0.215), (-0.05, 0.125)), roof)
    pen.box(-0.3, 0.05, -0.26, 0.095, ink.window)
    pen.box(-0.22, 0.05, -0.18, 0.095, ink.window)
    pen.box(-0.155, 0, -0.115, 0.085, ink.dark)
    pen.box(-0.31, 0.19, -0.275, 0.255, roof)
    bands = ((0.0, 0.15), (0.15, 0.3), (0.3, 0.45), (0.45, 0.6), (0.6, 0.75))
    for index, (low, high) in enumerate(bands):
        lit, shaded = (ink.pale, ink.pale_shade) if index % 2 else (ink.main, ink.shade)
        pen.shape(((-half(low), low), (half(low), low), (half(high), high), (-half(high), high)), lit)
        pen.shape(((half(low) * 0.25, low), (half(low), low), (half(high), high), (half(high) * 0.25, high)), shaded)
    for y in (0.22, 0.4, 0.57):
        pen.curve(((-0.035, y), (-0.035, y + 0.045), (-0.02, y + 0.06), (-0.005, y + 0.045), (-0.005, y)), ink.window)
    pen.curve(((-0.035, 0), (-0.035, 0.07), (0.0, 0.1), (0.035, 0.07), (0.035, 0)), ink.dark)
    pen.box(-0.098, 0.75, 0.098, 0.772, ink.dark)
    for x in (-0.092, -0.055, -0.018, 0.018, 0.055, 0.088):
        pen.box(x, 0.77, x + 0.006, 0.81, ink.dark)
    pen.box(-0.098, 0.805, 0.098, 0.814, ink.dark)
    pen.box(-0.055, 0.772, 0.055, 0.885, ink.light.lamp if ink.light.is_dark else ink.other((198, 222, 230)))
    pen.box(-0.004, 0.772, 0.004, 0.885, ink.dark)
    for x in (-0.055, 0.047):
        pen.box(x, 0.772, x + 0.008, 0.885, ink.dark)
    pen.curve(((-0.078, 0.88), (-0.05, 0.925), (0, 0.95), (0.05, 0.925), (0.078, 0.88)), ink.main)
    pen.curve(((0.01, 0.88), (0.02, 0.945), (0.05, 0.925), (0.078, 0.88)), ink.shade)
    pen.box(-0.004, 0.94, 0.004, 0.995, ink.dark)


def house(pen: Pen, ink: Ink) -> None:
    """A gable, a long roof, a chimney with smoke."""
    roof, roof_shade = ink.main, ink.shade
    pen.box(-0.62, 0, 0.12, 0.46, ink.pale_shade)
    pen.shape(((0.0, 0), (0.6, 0), (0.6, 0.46), (0.3, 0.82), (0.0, 0.46)), ink.pale)
    pen.box(-0.36, 0.62, -0.22, 0.98, ink.other((150, 92, 76)))
    pen.box(-0.38, 0.95, -0.2, 1.0, ink.dark)
    pen.shape(((-0.7, 0.43), (-0.52, 0.85), (0.3, 0.86), (0.0, 0.43)), roof)
    pen.shape(((-0.06, 0.4), (0.3, 0.88), (0.66, 0.4), (0.58, 0.4), (0.3, 0.78), (0.02, 0.4)), roof_shade)
    for x in (-0.52, -0.22):
        pen.box(x - 0.02, 0.13, x + 0.18, 0.34, ink.dark)
        pen.box(x, 0.15, x + 0.16, 0.32, ink.window)
        pen.box(x + 0.072, 0.15, x + 0.088, 0.32, ink.dark)
        pen.box(x, 0.227, x + 0.16, 0.243, ink.dark)
    pen.curve(((0.2, 0), (0.2, 0.24), (0.3, 0.33), (0.4, 0.24), (0.4, 0)), roof_shade)
    pen.disc(0.365, 0.15, 0.014, ink.window)
    pen.disc(0.3, 0.53, 0.065, ink.dark)
    pen.disc(0.3, 0.53, 0.05, ink.window)


def castle(pen: Pen, ink: Ink) -> None:
    """A keep among round towers with pointed roofs."""
    stone, stone_shade = ink.other(STONE), ink.other((122, 114, 124))

    def tower(x: float, half: float, low: float, top: float, roof: float) -> None:
        pen.box(x - half, low, x + half, top, stone)
        pen.box(x + half * 0.2, low, x + half, top, stone_shade)
        pen.box(x - half * 1.22, top - 0.012, x + half * 1.22, top + 0.03, stone_shade)
        pen.shape(((x - half * 1.35, top + 0.03), (x, roof), (x + half * 1.35, top + 0.03)), ink.main)
        pen.shape(((x + half * 0.1, top + 0.03), (x, roof), (x + half * 1.35, top + 0.03)), ink.shade)
        window = (top + low) / 2 + (top - low) * 0.18
        pen.curve(
            (
                (x - half * 0.3, window),
                (x - half * 0.3, window + 0.05),
                (x, window + 0.075),
                (x + half * 0.3, window + 0.05),
                (x + half * 0.3, window),
            ),
            ink.window,
        )

    def wall(left: float, right: float, top: float, colour: tuple[int, int, int]) -> None:
        pen.box(left, 0, right, top, colour)
        count = max(2, round((right - left) / 0.07))
        pitch = (right - left) / count
        for step in range(count):
            pen.box(left + step * pitch, top - 0.001, left + (step + 0.55) * pitch, top + 0.035, colour)

    tower(-0.2, 0.055, 0.2, 0.66, 0.86)
    tower(0.22, 0.05, 0.2, 0.6, 0.78)
    wall(-0.2, 0.24, 0.44, stone_shade)
    tower(0.02, 0.085, 0.3, 0.76, 1.0)
    wall(-0.46, 0.46, 0.25, stone)
    tower(-0.44, 0.075, 0, 0.4, 0.62)
    tower(0.44, 0.075, 0, 0.36, 0.58)
    pen.curve(((-0.09, -0.02), (-0.09, 0.12), (0, 0.2), (0.09, 0.12), (0.09, -0.02)), ink.dark)
    for x in (-0.3, -0.19, 0.19, 0.3):
        pen.box(x - 0.014, 0.11, x + 0.014, 0.165, ink.window)


def windmill(pen: Pen, ink: Ink) -> None:
    """A tower mill with four sails."""
    pen.shape(((-0.17, 0), (0.17, 0), (0.1, 0.56), (-0.1, 0.56)), ink.pale)
    pen.shape(((0.04, 0), (0.17, 0), (0.1, 0.56), (0.02, 0.56)), ink.pale_shade)
    pen.curve(((-0.12, 0.55), (-0.08, 0.65), (0, 0.69), (0.08, 0.65), (0.12, 0.55)), ink.main)
    pen.curve(((-0.04, 0), (-0.04, 0.1), (0, 0.14), (0.04, 0.1), (0.04, 0)), ink.dark)
    for y in (0.24, 0.4):
        pen.box(-0.03, y, 0.02, y + 0.06, ink.window)
    for along, across in (
        ((0.8, 0.6), (-0.6, 0.8)),
        ((-0.6, 0.8), (-0.8, -0.6)),
        ((-0.8, -0.6), (0.6, -0.8)),
        ((0.6, -0.8), (0.8, 0.6)),
    ):

        def at(
            far: float, wide: float, along: tuple[float, float] = along, across: tuple[float, float] = across
        ) -> tuple[float, float]:
            return along[0] * far + across[0] * wide, 0.58 + along[1] * far + across[1] * wide

        pen.shape((at(0.07, 0.0), at(0.4, 0.0), at(0.4, 0.085), at(0.1, 0.085)), ink.tint)
        pen.stroke((at(0, 0), at(0.41, 0)), 0.014, ink.dark)
    pen.disc(0, 0.58, 0.025, ink.dark)
