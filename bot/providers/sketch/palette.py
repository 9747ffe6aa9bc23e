"""Named colours, and the lights: how each time of day or weather changes colours."""

from dataclasses import dataclass, replace
from typing import Final

Colour = tuple[int, int, int]

WHITE: Final[Colour] = (250, 248, 242)
INK: Final[Colour] = (28, 24, 38)

COLOUR_WORDS: Final[dict[str, Colour]] = {
    "red": (208, 52, 44),
    "crimson": (176, 28, 52),
    "orange": (232, 122, 42),
    "amber": (240, 164, 48),
    "yellow": (244, 200, 64),
    "gold": (222, 172, 60),
    "golden": (222, 172, 60),
    "green": (74, 146, 86),
    "emerald": (26, 138, 100),
    "olive": (124, 128, 60),
    "teal": (34, 132, 136),
    "turquoise": (58, 182, 178),
    "cyan": (72, 190, 214),
    "blue": (52, 106, 190),
    "navy": (30, 48, 104),
    "indigo": (66, 56, 148),
    "purple": (124, 70, 160),
    "violet": (142, 92, 190),
    "lavender": (176, 156, 216),
    "pink": (234, 134, 162),
    "magenta": (200, 54, 130),
    "brown": (128, 86, 56),
    "beige": (222, 200, 166),
    "black": (40, 38, 48),
    "white": (246, 244, 240),
    "grey": (134, 138, 146),
    "gray": (134, 138, 146),
    "silver": (186, 192, 200),
}


@dataclass(frozen=True, slots=True)
class Light:
    """The colours of a time of day or weather.

    Attributes:
        sky: gradient from the top to the horizon.
        disc: the sun or moon; None if clouds hide it.
        cloud: the lit side of clouds.
        ambient: a factor for the colour of things, in 255ths per channel.
        lamp: windows and lanterns; lit if `is_dark`.
        stars: the amount of stars, 0 to 1.
    """

    sky: tuple[Colour, ...]
    disc: Colour | None
    cloud: Colour
    ambient: Colour
    lamp: Colour = (255, 214, 130)
    is_dark: bool = False
    stars: float = 0.0

    @property
    def horizon(self) -> Colour:
        return self.sky[-1]

    def on(self, colour: Colour, strength: float = 1.0) -> Colour:
        """A colour as it looks in this light."""
        red, green, blue = (
            round(value * (255 + (tint - 255) * strength) / 255)
            for value, tint in zip(colour, self.ambient, strict=True)
        )
        return red, green, blue

    def far(self, colour: Colour, distance: float) -> Colour:
        """A colour at a distance, where things fade into the horizon: 0 is near, 1 is at the horizon."""
        return mix(self.on(colour), mix(self.horizon, self.sky[-2], 0.35), distance)

    def tinted(self, colour: Colour) -> "Light":
        """This light with all colours shifted towards `colour`."""
        return replace(
            self,
            sky=tuple(mix(stop, scale_brightness(colour, 0.35 + 0.9 * luminance(stop)), 0.62) for stop in self.sky),
            cloud=mix(self.cloud, colour, 0.35),
            ambient=mix(self.ambient, lighter(colour, 0.3), 0.35),
        )


LIGHTS: Final[dict[str, Light]] = {
    "dawn": Light(
        sky=((74, 92, 150), (150, 138, 186), (238, 170, 170), (255, 214, 170), (255, 236, 200)),
        disc=(255, 246, 220),
        cloud=(255, 214, 200),
        ambient=(226, 190, 206),
    ),
    "day": Light(
        sky=((58, 138, 206), (112, 184, 228), (184, 222, 236), (240, 244, 232)),
        disc=(255, 248, 220),
        cloud=(255, 255, 252),
        ambient=(255, 252, 246),
    ),
    "dusk": Light(
        sky=((36, 30, 82), (92, 48, 116), (190, 70, 110), (244, 128, 84), (255, 202, 130)),
        disc=(255, 232, 170),
        cloud=(250, 138, 120),
        ambient=(160, 108, 146),
        is_dark=True,
        stars=0.25,
    ),
    "night": Light(
        sky=((8, 12, 40), (16, 30, 74), (36, 62, 112), (82, 112, 154)),
        disc=(248, 244, 224),
        cloud=(70, 92, 140),
        ambient=(84, 100, 150),
        is_dark=True,
        stars=1.0,
    ),
    "aurora": Light(
        sky=((8, 10, 36), (14, 32, 70), (22, 66, 92), (64, 124, 124)),
        disc=None,
        cloud=(40, 80, 110),
        ambient=(86, 122, 146),
        is_dark=True,
        stars=1.0,
    ),
    "storm": Light(
        sky=((34, 40, 54), (62, 74, 90), (104, 120, 132), (168, 178, 176)),
        disc=None,
        cloud=(86, 98, 114),
        ambient=(142, 156, 168),
        is_dark=True,
    ),
    "fog": Light(
        sky=((158, 172, 178), (190, 200, 200), (218, 222, 214), (240, 236, 222)),
        disc=(252, 248, 232),
        cloud=(232, 234, 228),
        ambient=(212, 214, 210),
    ),
    "sea": Light(
        sky=((96, 206, 208), (44, 156, 182), (24, 104, 150), (14, 62, 112)),
        disc=None,
        cloud=(180, 236, 232),
        ambient=(196, 232, 240),
    ),
    "space": Light(
        sky=((14, 10, 34), (30, 20, 66), (56, 34, 96), (96, 52, 122)),
        disc=None,
        cloud=(120, 70, 150),
        ambient=(220, 214, 240),
        is_dark=True,
        stars=1.6,
    ),
}


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`share` 0 is the first colour, 1 the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def lighter(colour: Colour, share: float) -> Colour:
    return mix(colour, (255, 252, 244), share)


def darker(colour: Colour, share: float) -> Colour:
    return mix(colour, (18, 14, 36), share)


def scale_brightness(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255, round(value * factor)) for value in colour)
    return red, green, blue


def luminance(colour: Colour) -> float:
    """0 for black, 1 for white."""
    return (colour[0] * 0.299 + colour[1] * 0.587 + colour[2] * 0.114) / 255
