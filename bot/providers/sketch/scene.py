"""What a prompt means to the sketcher: the order for one composition."""

from dataclasses import dataclass
from typing import Literal

from bot.providers.sketch.palette import Colour, Light

Ground = Literal["sea", "hills", "mountains", "forest", "city", "desert", "field", "underwater", "space", "none"]
Weather = Literal["rain", "snowfall", "clouds", "mist"]
Cover = Literal["green", "snow", "autumn", "spring", "sand"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A thing in the picture. `colour` is None where the words named none."""

    name: str
    count: int = 1
    colour: Colour | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """`ground` is "none" for words that name no place and no thing: then the picture is abstract.

    `understood` are the words that had an effect and `missed` those that had none, as typed and in order.
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
