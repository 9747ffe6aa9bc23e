"""The vocabulary of the sketch model, and the parser from a prompt to a scene."""

import re
from dataclasses import replace
from random import Random
from typing import Final

from bot.domain.text import split_words
from bot.providers.sketch.palette import COLOUR_WORDS, LIGHTS, Colour
from bot.providers.sketch.scene import Cover, Ground, Scene, Subject, Weather
from bot.providers.sketch.subjects import KINDS

LIGHT_WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(("dawn", "sunrise", "morning", "daybreak"), "dawn"),
    **dict.fromkeys(("day", "noon", "midday", "sunny", "afternoon", "daylight", "summer"), "day"),
    **dict.fromkeys(("dusk", "sunset", "evening", "twilight"), "dusk"),
    **dict.fromkeys(("night", "midnight", "moonlit", "moonlight", "moon", "stars", "starry", "dark"), "night"),
    **dict.fromkeys(("aurora", "borealis"), "aurora"),
    **dict.fromkeys(("storm", "stormy", "thunderstorm", "gloomy"), "storm"),
}
GROUND_WORDS: Final[dict[str, Ground]] = {
    **dict.fromkeys(
        ("sea", "ocean", "coast", "beach", "shore", "lake", "harbour", "harbor", "bay", "water", "island", "river"),
        "sea",
    ),
    **dict.fromkeys(
        ("hill", "hills", "meadow", "countryside", "valley", "landscape", "park", "garden", "village", "farm"), "hills"
    ),
    **dict.fromkeys(("mountain", "peak", "alps", "summit", "cliff"), "mountains"),
    **dict.fromkeys(("forest", "wood", "woods", "woodland", "jungle", "trees"), "forest"),
    **dict.fromkeys(("city", "town", "skyline", "street", "skyscraper", "downtown", "metropolis"), "city"),
    **dict.fromkeys(("desert", "dune", "canyon"), "desert"),
    **dict.fromkeys(("field", "flowerbed"), "field"),
    **dict.fromkeys(("underwater", "reef", "aquarium", "seabed"), "underwater"),
    **dict.fromkeys(("space", "galaxy", "cosmos", "planet", "universe", "orbit", "nebula"), "space"),
}
COVER_WORDS: Final[dict[str, Cover]] = {
    **dict.fromkeys(
        ("snow", "snowy", "winter", "ice", "icy", "christmas", "frozen", "snowfall", "snowing", "blizzard"), "snow"
    ),
    **dict.fromkeys(("autumn", "fall", "october", "november"), "autumn"),
    **dict.fromkeys(("spring", "blossom", "april"), "spring"),
}
WEATHER_WORDS: Final[dict[str, Weather]] = {
    **dict.fromkeys(("rain", "rainy", "raining", "drizzle"), "rain"),
    **dict.fromkeys(("snow", "snowfall", "snowing", "blizzard"), "snowfall"),
    **dict.fromkeys(("cloud", "cloudy", "overcast"), "clouds"),
    **dict.fromkeys(("fog", "foggy", "mist", "misty", "haze", "hazy"), "mist"),
}
SUBJECT_WORDS: Final[dict[str, str]] = {
    **{name: name for name in KINDS},
    **dict.fromkeys(("cottage", "cabin", "home", "hut", "barn", "farmhouse"), "house"),
    **dict.fromkeys(("fortress", "palace"), "castle"),
    **dict.fromkeys(("sailboat", "ship", "yacht", "sail", "dinghy", "fleet"), "boat"),
    **dict.fromkeys(("kitten", "kitty"), "cat"),
    **dict.fromkeys(("wolf", "vixen"), "fox"),
    **dict.fromkeys(("robin", "sparrow", "bluebird", "finch"), "bird"),
    **dict.fromkeys(("goldfish", "clownfish"), "fish"),
    **dict.fromkeys(("spaceship", "spacecraft", "shuttle"), "rocket"),
    **dict.fromkeys(("android", "droid"), "robot"),
    **dict.fromkeys(("automobile", "taxi"), "car"),
    **dict.fromkeys(("oak", "maple", "birch"), "tree"),
    **dict.fromkeys(("fir", "spruce", "conifer"), "pine"),
    **dict.fromkeys(("rose", "daisy", "poppy", "bloom", "blossoms"), "flower"),
    **dict.fromkeys(("toadstool", "fungus"), "mushroom"),
    **dict.fromkeys(("cacti",), "cactus"),
}
COUNT_WORDS: Final[dict[str, int]] = {
    "two": 2, "pair": 2, "couple": 2, "three": 3, "four": 4, "five": 5, "several": 4, "some": 3, "few": 3, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "many": 7, "flock": 7, "fleet": 5, "2": 2, "3": 3, "4": 4, "5": 5,
}  # fmt: skip
_USUAL_COLOURS: Final[dict[str, Colour]] = {
    "wolf": (128, 132, 146),
    "taxi": (244, 196, 60),
    "robin": (190, 84, 56),
    "rose": (200, 44, 66),
}
_LEAVES: Final[dict[Cover, Colour]] = {"autumn": (214, 116, 48), "spring": (238, 160, 182), "snow": (188, 204, 222)}
FILLER: Final = frozenset(
    """
    a an the of at in on by with and or over under near to from for is are its his her my our this that it
    into between behind before above against as up down sitting standing flying swimming sailing floating
    lonely little small big large great old beautiful pretty lovely picture image drawing painting
    illustration poster print scene view make draw please one light sky sun hot air
    """.split()  # noqa: SIM905
)
"""Words without meaning for the scene: not reported as understood or missed."""
_EXCLUDED: Final = re.compile(r"\bdo not include\s*:?(?P<things>.*)", re.IGNORECASE | re.DOTALL)


def read_scene(prompt: str, chance: Random) -> Scene:
    """Looks up every word; `chance` decides what the prompt leaves open."""
    return _Reader(prompt).scene(chance)


def without_exclusions(prompt: str) -> str:
    """The prompt without the part "Do not include: ...", which `--no` adds."""
    return _EXCLUDED.sub("", prompt)


class _Reader:
    """Collects the meaning of the words, from first to last."""

    def __init__(self, prompt: str) -> None:
        self._light: str | None = None
        self._ground: Ground | None = None
        self._cover: Cover | None = None
        self._moon = False
        self._weather: set[Weather] = set()
        self._subjects: dict[tuple[str, Colour | None], Subject] = {}
        self._tint: Colour | None = None
        self._understood: list[str] = []
        self._missed: list[str] = []
        excluded = _EXCLUDED.search(prompt)
        unwanted = frozenset(_singular(word) for word in _words(excluded["things"])) if excluded else frozenset[str]()
        self._read([word for word in _words(without_exclusions(prompt)) if _singular(word) not in unwanted])

    def scene(self, chance: Random) -> Scene:
        subjects = tuple(_apply_season(subject, self._cover) for subject in self._subjects.values())[:4]
        ground = self._ground or self._likely_ground(subjects, chance)
        light_name = self._light or self._likely_light(ground, chance)
        light = LIGHTS[light_name]
        if self._tint is not None:
            light = light.tinted(self._tint)
        cover: Cover = self._cover or ("sand" if ground == "desert" else "green")
        return Scene(
            light=light if ground != "none" else replace(LIGHTS["day"]),
            light_name=light_name,
            ground=ground,
            cover=cover,
            weather=frozenset(self._weather),
            subjects=subjects,
            moon=light_name == "night",
            understood=tuple(dict.fromkeys(self._understood)),
            missed=tuple(dict.fromkeys(self._missed)),
        )

    def _read(self, words: list[str]) -> None:
        colour: Colour | None = None
        colour_at, count = -9, 1
        for position, word in enumerate(words):
            stem = _singular(word)
            if word in COLOUR_WORDS:
                colour, colour_at = COLOUR_WORDS[word], position
                self._tint = self._tint or colour
                self._understood.append(word)
                continue
            if word in COUNT_WORDS:
                count = COUNT_WORDS[word]
                self._understood.append(word)
            if self._is_about_surroundings(word, stem):
                self._understood.append(word)
            elif word in SUBJECT_WORDS or stem in SUBJECT_WORDS:
                name = SUBJECT_WORDS.get(word) or SUBJECT_WORDS[stem]
                own = colour if position - colour_at <= 2 else _USUAL_COLOURS.get(stem)
                if own is not None and own == self._tint:
                    self._tint = None
                plural = count if count > 1 else (3 if word != stem and word not in KINDS else 1)
                self._subjects.setdefault((name, own), Subject(name, min(plural, 10), own))
                self._understood.append(word)
                count = 1
            elif word not in FILLER and word not in COUNT_WORDS:
                self._missed.append(word)

    def _is_about_surroundings(self, word: str, stem: str) -> bool:
        found = False
        for spelling in (word, stem):
            if spelling in LIGHT_WORDS:
                self._light, found = self._light or LIGHT_WORDS[spelling], True
            if spelling in COVER_WORDS:
                self._cover, found = COVER_WORDS[spelling], True
            if spelling in WEATHER_WORDS:
                self._weather.add(WEATHER_WORDS[spelling])
                found = True
            if spelling in GROUND_WORDS and not (spelling == "trees" and self._ground):
                self._ground, found = self._ground or GROUND_WORDS[spelling], True
        return found

    def _likely_ground(self, subjects: tuple[Subject, ...], chance: Random) -> Ground:
        if subjects:
            home = KINDS[subjects[0].name].home
            return "hills" if home == "field" and subjects[0].count == 1 and self._cover == "snow" else home
        if self._light or self._cover or self._weather:
            return chance.choice(("sea", "hills", "mountains"))
        return "none"

    def _likely_light(self, ground: Ground, chance: Random) -> str:
        if ground == "underwater":
            return "sea"
        if ground == "space":
            return "space"
        if "rain" in self._weather:
            return "storm"
        if "mist" in self._weather:
            return "fog"
        return chance.choice(("dawn", "day", "dusk") if self._cover != "snow" else ("day", "dawn"))


def _apply_season(subject: Subject, cover: Cover | None) -> Subject:
    """Gives a tree without a colour the colour of the season."""
    colour = _LEAVES.get(cover) if cover else None
    return replace(subject, colour=colour) if subject.name == "tree" and subject.colour is None and colour else subject


def _words(text: str) -> list[str]:
    return split_words(text.casefold())


def _singular(word: str) -> str:
    irregular = {
        "wolves": "wolf",
        "foxes": "fox",
        "daisies": "daisy",
        "poppies": "poppy",
        "cities": "city",
        "wolfs": "wolf",
    }
    if word in irregular:
        return irregular[word]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
