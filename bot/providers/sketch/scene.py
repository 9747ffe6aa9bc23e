"""The scene that a prompt describes, as data."""

from dataclasses import dataclass
from typing import Literal

from bot.providers.sketch.palette import Colour, Light

Ground = Literal["sea", "hills", "mountains", "forest", "city", "desert", "field", "underwater", "space", "none"]
Weather = Literal["rain", "snowfall", "clouds", "mist"]
Cover = Literal["green", "snow", "autumn", "spring", "sand"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing in the picture. `colour` is None if the prompt named none."""

    name: str
    count: int = 1
    colour: Colour | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A parsed prompt. `ground` is "none" if it names no place and no thing: the picture is abstract then.

    `understood` are the words that had an effect, `missed` those that had none, in order.
    """

    light: Light
    light_name: str
    ground: Ground
    cover: Cover
    weather: frozenset[Weather]
    subjects: tuple[Subject, ...]
    moon: bool
    understood: tuple[str, ...]
    missed: tuple[str, ...]
