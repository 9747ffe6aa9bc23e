"""Plans the composition of a picture before it is painted."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from bot.providers.sketch.scene import Scene
from bot.providers.sketch.subjects import KINDS

Detail = Literal[0, 1, 2]
"""0: a simple poster; 1: the whole scene; 2: with light and texture."""

_HORIZONS: Final = {
    "sea": 0.6,
    "hills": 0.6,
    "mountains": 0.66,
    "forest": 0.62,
    "city": 0.7,
    "desert": 0.62,
    "field": 0.5,
}
_POSTER_SUBJECTS: Final = frozenset({"fox", "cat", "bird", "robot", "car", "mushroom"})
"""Subjects that are drawn large in front of the sun, as on a travel poster."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A composition. Positions are fractions of the picture, sizes are in units (see `Canvas`).

    `dice` returns the seeded random generator of a stage.
    """

    scene: Scene
    detail: Detail
    horizon: float
    hero_x: float
    sun_x: float
    sun_y: float
    sun_radius: float
    dice: Callable[[str], Random]

    @property
    def stands_on_crag(self) -> bool:
        """Whether the subject is a building that stands on a rock in the mountains."""
        subjects = self.scene.subjects
        return self.scene.ground == "mountains" and bool(subjects) and KINDS[subjects[0].name].home == "mountains"

    @property
    def sun_side(self) -> int:
        """-1 if the light comes from the left of the subject, 1 if from the right."""
        return -1 if self.sun_x <= self.hero_x else 1


def plan(scene: Scene, seed: str, detail: Detail) -> Plan:
    """Plans the composition. The same seed gives the same composition at every level of detail."""

    def dice(stage: str) -> Random:
        # Seeded on purpose, and not used for anything secret.
        return Random(f"{seed}/{stage}")  # noqa: S311

    chance = dice("plan")
    horizon = _HORIZONS.get(scene.ground, 0.62) + chance.uniform(-0.02, 0.02)
    side = chance.choice((-1, 1))
    hero = scene.subjects[0] if scene.subjects else None
    is_poster = hero is not None and hero.name in _POSTER_SUBJECTS and hero.count == 1 and len(scene.subjects) == 1
    if is_poster and scene.ground not in {"underwater", "space"}:
        hero_x = 0.5 + side * 0.03
        return Plan(scene, detail, horizon, hero_x, hero_x, horizon - 0.1, 0.25, dice)
    hero_x = 0.5 + side * chance.uniform(0.17, 0.21)
    if hero is not None and (hero.count > 1 or KINDS[hero.name].home == "field"):
        hero_x = 0.5
    sun_x = 0.5 - side * chance.uniform(0.14, 0.24)
    is_low = scene.light_name in {"dawn", "dusk"}
    sun_y = horizon - 0.055 if is_low else chance.uniform(0.16, 0.24)
    return Plan(scene, detail, horizon, hero_x, sun_x, sun_y, 0.085 if is_low else 0.06, dice)
