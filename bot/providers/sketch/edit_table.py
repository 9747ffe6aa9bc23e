"""The table of edits that the sketch model knows: an example, the pattern that matches it, and the operation."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Final

from PIL import Image

from bot.imaging.text import missing_characters
from bot.providers.sketch import edits
from bot.providers.sketch.palette import COLOUR_WORDS
from bot.providers.sketch.vocabulary import read_scene

Operation = Callable[[Image.Image], Image.Image]


@dataclass(frozen=True, slots=True)
class Step:
    """One edit to apply. `label` is its name in notes; `reference` is the index of a reference picture that it uses;
    `undrawable` are characters of its text that no font has.
    """

    label: str
    operation: Operation
    reference: int | None = None
    undrawable: str = ""


@dataclass(frozen=True, slots=True)
class KnownEdit:
    """A kind of edit. `make` builds the step from a match; None if the match has no meaning."""

    example: str
    pattern: re.Pattern[str]
    make: Callable[[re.Match[str], Sequence[Image.Image]], Step | None]


_AMOUNTS: Final = {"much": 1.8, "a lot": 1.8, "far": 1.8, "a bit": 0.5, "a little": 0.5, "slightly": 0.5}
_AMOUNT: Final = r"(?:(?P<amount>much|a\ lot|far|a\ bit|a\ little|slightly)\s+)?(?:more\s+)?"
_PICTURE: Final = r"(?:image|picture|photo|img)\s*\#?"
_COLOURS: Final = "|".join(sorted(COLOUR_WORDS, key=len, reverse=True))
_CAPTION: Final = r"""
    (?:(?:add|put|with|write)\s+)?(?:(?:a|the)\s+)?
    (?:caption|text|title|label|words?|write|saying|that\s+says)(?:\s+it)?\s*[:=]?\s*
    (?:[\"“”„«'‘＂](?P<text>[^\"“”„«»＂]+?)[\"“”»'’＂]|[「『《](?P<bracketed>[^「」『』《》]+)[」』》])
"""
_PLACE: Final = rf"""
    (?:place|put|add|paste|overlay|insert)\s+{_PICTURE}(?P<number>\d+)
    (?:\s+(?:on|onto|in|into|over|to)(?:\s+top\s+of)?\s+(?:{_PICTURE}\d+|it|the\s+(?:picture|image|first)))?
    (?:\s+(?:(?:in|at|on|to|into)\s+)?(?:the\s+)?
        (?P<where>(?:top|bottom|upper|lower)[\s-](?:left|right)|top|bottom|left|right|cent(?:re|er)|middle)
        (?:\s+(?:corner|side))?)?
"""
_ROTATE: Final = r"""
    (?:rotate|turn)(?:\s+it)?
    (?:\s+(?P<left>left)|\s+right|\s+(?:by\s+)?(?P<degrees>90|180|270)\s*(?:°|deg(?:rees)?)?)
    (?:\s+(?P<after>left|right|(?:counter|anti)[\s-]?clockwise|clockwise))?
"""
_UPSIDE_DOWN: Final = r"(?:flip|turn|mirror)(?:\s+it)?\s+(?:upside[\s-]down|vertical(?:ly)?)|upside[\s-]down"
_SQUARE: Final = r"crop(?:\s+it)?(?:\s+to)?(?:\s+a)?\s+square|square\s+crop|make\s+it\s+(?:a\s+)?square"
_BORDER: Final = rf"(?:(?:add|with|put)\s+)?(?:an?\s+)?(?:(?P<colour>{_COLOURS})\s+)?(?:border|frame)"
_COLOUR: Final = rf"""
    (?:(?:make|turn|tint|colou?r|paint)\s+)?
    (?:(?:it|this|everything|the\s+(?:picture|image|whole\s+thing))\s+)?
    (?:all\s+|more\s+)?(?P<colour>{_COLOURS})
"""
_ADD: Final = r"""
    (?:add|put|draw|place|include|insert)\s+
    (?P<what>[^,;.!?\0]+?)(?=\s+(?:and|then|but)\b|\s*[,;.!?\0]|\s*$)
"""


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{text})(?!\w)", re.IGNORECASE | re.VERBOSE)


def _simple_edit(example: str, words: str, operation: Operation) -> KnownEdit:
    return KnownEdit(example, _pattern(words), lambda _match, _references: Step(example, operation))


def _edit_with_amount(example: str, words: str, operation: Callable[[Image.Image, float], Image.Image]) -> KnownEdit:
    """An edit with an optional amount: `a bit darker`, `darker`, `much darker`."""

    def make(match: re.Match[str], _references: Sequence[Image.Image]) -> Step:
        amount = (match["amount"] or "").lower()
        strength = _AMOUNTS.get(amount, 1.0)
        return Step(f"{amount} {example}".strip(), lambda image: operation(image, strength))

    return KnownEdit(example, _pattern(rf"{_AMOUNT}(?:{words})"), make)


def _caption(match: re.Match[str], _references: Sequence[Image.Image]) -> Step:
    text = match["text"] or match["bracketed"]
    return Step(f'caption "{text}"', partial(edits.caption, text=text), undrawable=missing_characters(text))


def _rotate(match: re.Match[str], _references: Sequence[Image.Image]) -> Step:
    degrees = int(match["degrees"] or 90)
    to_left = bool(match["left"]) or (match["after"] or "").lower().startswith(("left", "counter", "anti"))
    clockwise = (-degrees if to_left else degrees) % 360
    return Step(f"rotate {clockwise}° clockwise", partial(edits.rotate, clockwise_degrees=clockwise))


def _colour(match: re.Match[str], _references: Sequence[Image.Image]) -> Step:
    name = match["colour"].lower()
    return Step(f"make it {name}", partial(edits.tint, colour=COLOUR_WORDS[name]))


def _border(match: re.Match[str], _references: Sequence[Image.Image]) -> Step:
    name = (match["colour"] or "white").lower()
    return Step(f"{name} border", partial(edits.border, colour=COLOUR_WORDS[name]))


def _place(match: re.Match[str], references: Sequence[Image.Image]) -> Step | None:
    index = int(match["number"]) - 2
    if not 0 <= index < len(references):
        return None
    where = (match["where"] or "bottom right").lower().replace("-", " ")
    operation = partial(edits.place, other=references[index], where=where)
    return Step(f"place image {index + 2} on image 1", operation, index)


def _add(match: re.Match[str], _references: Sequence[Image.Image]) -> Step | None:
    # The random generator only decides the background, which is not used here.
    scene = read_scene(match["what"], Random(0))  # noqa: S311
    if not scene.subjects or scene.missed:
        return None
    return Step(f"add {match['what'].strip()}", partial(edits.add_subjects, subjects=scene.subjects))


KNOWN_EDITS: Final[tuple[KnownEdit, ...]] = (
    KnownEdit('caption "HELLO"', _pattern(_CAPTION), _caption),
    KnownEdit("place image 2 on image 1", _pattern(_PLACE), _place),
    _simple_edit(
        "greyscale", r"gr[ea]y[\s-]?scale|black[\s-](?:and|&)[\s-]white|b&w|monochrome|desaturated?", edits.greyscale
    ),
    _simple_edit("sepia", r"sepia|vintage|old[\s-]fashioned", edits.sepia),
    _simple_edit("invert", r"invert(?:ed)?(?:\s+(?:the\s+)?colou?rs)?|negative", edits.invert),
    _edit_with_amount("brighter", r"(?:brighter|brighten|lighter|lighten)(?:\s+up)?", edits.brighter),
    _edit_with_amount("darker", r"darker|darken", edits.darker),
    _edit_with_amount("warmer", r"warmer|warm\s+up", edits.warmer),
    _edit_with_amount("cooler", r"cooler|colder|cool\s+down", edits.cooler),
    _edit_with_amount("more contrast", r"contrast(?:y)?", edits.contrast),
    _edit_with_amount("more colourful", r"colou?rful|vivid|saturated", edits.colourful),
    _edit_with_amount("blur", r"blur(?:red|ry|rier)?|softer|soften|out\s+of\s+focus", edits.blur),
    _edit_with_amount("sharpen", r"sharpen|sharper|crisper", edits.sharpen),
    _simple_edit("flip vertically", _UPSIDE_DOWN, edits.flip_vertically),
    _simple_edit("flip", r"(?:flip|mirror)(?:ped|ed)?(?:\s+it)?(?:\s+horizontal(?:ly)?)?", edits.flip),
    KnownEdit("rotate 90", _pattern(_ROTATE), _rotate),
    _simple_edit("crop square", _SQUARE, edits.crop_square),
    KnownEdit("white border", _pattern(_BORDER), _border),
    _simple_edit("make it night", r"(?:make\s+it\s+|at\s+)?night(?:[\s-]?time)?", edits.night),
    KnownEdit("add a red boat", _pattern(_ADD), _add),
    KnownEdit("make it blue", _pattern(_COLOUR), _colour),
)
"""Earlier ones take precedence if several match the same words."""
