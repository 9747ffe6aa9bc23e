"""Parses flag values. An error names the flag, the legal values and the nearest legal value."""

import re
from decimal import Decimal

from bot.domain.pictures import Size
from bot.domain.requests import VersionName
from bot.domain.text import closest_match, quote_typed
from bot.errors import BadCommand
from bot.grammar.characters import CROSS
from bot.grammar.flags import FLAGS_BY_WORD, FlagName
from bot.texts import command_errors

SHAPES = ("square", "portrait", "landscape")
_CROSS = re.compile(rf"\s*[{CROSS}*]\s*")
_RATIO = re.compile(r"(\d{1,5}(?:\.\d{1,2})?)\s*[:/]\s*(\d{1,5}(?:\.\d{1,2})?)")
_VERSION = re.compile(r"[vV]?\s*([1-9]\d{0,5})\s*([a-zA-Z])?")
_WHOLE = re.compile(r"([+\-−–—]?)(\d{1,9})(?:\.\d*)?")
_DIGITS = re.compile(r"\d+")


def read_size(typed: str) -> str | tuple[int, int]:
    """Parses `1536x1024`, a shape or `auto` for `PromptSpec.size`, or a ratio such as `16:9` into (width, height)."""
    shape = typed.strip().casefold()
    if shape in SHAPES or shape == "auto":
        return shape
    if _RATIO.fullmatch(shape):
        return read_ratio(shape)
    try:
        size = Size.parse(_CROSS.sub("x", shape).removesuffix("px").rstrip())
    except ValueError:
        size = Size(0, 0)
    if size.pixels == 0:
        near = closest_match(shape, SHAPES) if not _DIGITS.search(shape) else None
        raise _illegal_value("size", typed, near or "1024x1024")
    return str(size)


def read_ratio(typed: str) -> tuple[int, int]:
    """Parses `16:9`, `3/2`, `1.85:1` or `1536x1024` into (width, height)."""
    match = _RATIO.fullmatch(_CROSS.sub(":", typed.strip()))
    if match is None:
        raise _illegal_value("ar", typed, "1:1")
    width, height = Decimal(match[1]), Decimal(match[2])
    if not width or not height:
        raise _illegal_value("ar", typed, "1:1")
    scale = 1 if width == int(width) and height == int(height) else 100
    return int(width * scale), int(height * scale)


def read_number(name: FlagName, typed: str) -> int:
    """Parses a whole number within the flag's bounds."""
    flag = FLAGS_BY_WORD[name]
    match = _WHOLE.fullmatch(typed.strip().removesuffix("%").rstrip())
    if match is None:
        raise command_errors.not_a_number(name, quote_typed(typed), legal=flag.legal, example=flag.example)
    number = -int(match[2]) if match[1] not in ("", "+") else int(match[2])
    legal = min(max(number, flag.minimum or 0), flag.maximum or 0)
    if number != legal or "." in typed:
        raise _illegal_value(name, typed, str(legal))
    return number


def read_version(typed: str) -> VersionName:
    """Parses `v2`, `2` or `v2b`."""
    match = _VERSION.fullmatch(typed.strip())
    if match is None:
        raise _illegal_value("on", typed, "v1")
    return VersionName(int(match[1]), None if match[2] is None else ord(match[2].lower()) - ord("a"))


def _illegal_value(name: FlagName, typed: str, near: str) -> BadCommand:
    legal = FLAGS_BY_WORD[name].legal
    return command_errors.invalid_value(name, quote_typed(typed), legal=legal, nearest=near)
