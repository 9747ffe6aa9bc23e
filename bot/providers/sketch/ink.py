"""The colours of one subject."""

from dataclasses import dataclass

from bot.providers.sketch.palette import INK, WHITE, Colour, Light, darker, lighter

SUBJECT_STRENGTH = 0.55
"""How much the light changes a subject's colours; less than the land's, so that a red fox at dusk is still red."""


@dataclass(frozen=True, slots=True)
class Ink:
    """`main` with its lit (`tint`) and shaded (`shade`) side, a near-white, a near-black, and the windows' colour."""

    light: Light
    main: Colour
    shade: Colour
    tint: Colour
    pale: Colour
    pale_shade: Colour
    dark: Colour
    window: Colour

    @classmethod
    def of(cls, colour: Colour, light: Light) -> "Ink":
        main = light.on(colour, SUBJECT_STRENGTH)
        pale = light.on(WHITE, SUBJECT_STRENGTH)
        return cls(
            light=light,
            main=main,
            shade=darker(main, 0.28),
            tint=lighter(main, 0.3),
            pale=pale,
            pale_shade=darker(pale, 0.2),
            dark=light.on(INK, 0.5),
            window=light.lamp if light.is_dark else light.on((74, 92, 116), 0.5),
        )

    def other(self, colour: Colour) -> Colour:
        """Another colour, in the same light."""
        return self.light.on(colour, SUBJECT_STRENGTH)
