"""The table of subjects: how each is drawn, its size, where it belongs, and its default colour."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from PIL import Image

from bot.providers.sketch import buildings, creatures, plants, vessels
from bot.providers.sketch.canvas import Pen
from bot.providers.sketch.ink import Ink
from bot.providers.sketch.palette import COLOUR_WORDS, Colour, Light
from bot.providers.sketch.scene import Ground, Subject

Stand = Literal["ground", "water", "air"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of subject.

    Attributes:
        aspect: the width of its tile for a height of 1.
        height: in units (see `Canvas`), if it is the only subject.
        stand: what it stands on; `air` floats in the sky, `water` lies on the sea.
        home: the default ground, if the prompt names none.
    """

    draw: Callable[[Pen, Ink], None]
    aspect: float
    height: float
    stand: Stand
    home: Ground
    colour: Colour


KINDS: Final[dict[str, Kind]] = {
    "lighthouse": Kind(buildings.lighthouse, 0.84, 0.52, "ground", "sea", (204, 62, 56)),
    "house": Kind(buildings.house, 1.44, 0.28, "ground", "hills", (186, 78, 62)),
    "castle": Kind(buildings.castle, 1.12, 0.42, "ground", "mountains", (70, 92, 142)),
    "windmill": Kind(buildings.windmill, 0.9, 0.44, "ground", "field", (150, 86, 62)),
    "fox": Kind(creatures.fox, 1.06, 0.46, "ground", "hills", (222, 106, 46)),
    "cat": Kind(creatures.cat, 1.0, 0.44, "ground", "hills", (74, 74, 92)),
    "bird": Kind(creatures.bird, 1.44, 0.4, "ground", "hills", (58, 122, 198)),
    "fish": Kind(creatures.fish, 1.78, 0.3, "air", "underwater", (240, 128, 56)),
    "robot": Kind(creatures.robot, 0.9, 0.5, "ground", "city", (236, 176, 72)),
    "boat": Kind(vessels.boat, 0.98, 0.36, "water", "sea", (176, 62, 58)),
    "balloon": Kind(vessels.balloon, 0.76, 0.4, "air", "hills", (214, 74, 62)),
    "rocket": Kind(vessels.rocket, 0.54, 0.56, "air", "space", (220, 70, 60)),
    "car": Kind(vessels.car, 2.24, 0.2, "ground", "hills", (66, 148, 150)),
    "tree": Kind(plants.tree, 0.84, 0.46, "ground", "hills", (96, 148, 84)),
    "pine": Kind(plants.pine, 0.5, 0.46, "ground", "hills", (58, 112, 88)),
    "sunflower": Kind(plants.sunflower, 0.56, 0.46, "ground", "field", (248, 190, 52)),
    "flower": Kind(plants.flower, 0.56, 0.44, "ground", "field", (226, 96, 120)),
    "tulip": Kind(plants.tulip, 0.56, 0.4, "ground", "field", (218, 64, 72)),
    "cactus": Kind(plants.cactus, 0.7, 0.42, "ground", "desert", (80, 142, 100)),
    "mushroom": Kind(plants.mushroom, 0.96, 0.32, "ground", "forest", COLOUR_WORDS["red"]),
}


def cut_out(subject: Subject, light: Light, height_px: int, *, flip: bool = False) -> Image.Image:
    """Draws the subject on a transparent tile, in that light."""
    kind = KINDS[subject.name]
    pen = Pen(height_px, kind.aspect, flip=flip)
    kind.draw(pen, Ink.of(subject.colour or kind.colour, light))
    return pen.tile
