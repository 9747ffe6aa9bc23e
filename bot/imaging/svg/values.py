"""Sanitises values of attributes and style sheets: keeps, cleans or drops them, independent of the element."""

import re
from collections.abc import Iterator
from typing import Final

from bot.imaging.svg.allowlist import FILTER_FUNCTIONS, FUNCTIONS, PROPERTIES

MAX_FILTER_FUNCTION: Final = 360.0
"""The largest number in filter functions such as `blur(40px)`. No colour or angle needs a larger one."""

MAX_FILTER_FUNCTIONS: Final = 8
"""The most filter functions in one value."""

_NAME: Final = r"[^\s\"'()#&<>\\]+"
NAME: Final = re.compile(_NAME)
"""A legal `id`: anything that can be written in `url(#…)` without quotes."""

# All patterns take linear time on any input: they are possessive, or anchored by what precedes.
_NUMBER: Final = re.compile(r"(?<![\w#.])(?:\d++\.?+\d*+|\.\d++)(?:[eE][-+]?\d++)?")
_FORBIDDEN: Final = re.compile(r"[\\@{}<>;\x00-\x08\x0b-\x1f\x7f]|/\*")
_CALL: Final = re.compile(r"(?<![\w-])([\w-]*+) ?\(")
_URL: Final = re.compile(rf"(?<![\w-])url ?\( ?([\"']?)#({_NAME})\1 ?\)", re.IGNORECASE)
_BRACE: Final = re.compile(r"[{}]")
_COMMENT: Final = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_SELECTOR: Final = re.compile(r"(?:\*|[\w-]++)?(?:[.#][\w-]++)*")
"""Simple selectors by name only: `.sky, g > path#a`."""


def clean_value(value: str) -> str | None:
    """`value` with each `url(#id)` in one spelling; None if it is not certainly harmless."""
    if _FORBIDDEN.search(value):
        return None
    if "(" not in value:
        return value
    value = " ".join(value.split())
    if any(call[1].lower() not in FUNCTIONS for call in _CALL.finditer(value)):
        return None
    value = _URL.sub(r"url(#\2)", value)
    if value.lower().count("url(") != len(_URL.findall(value)):
        return None
    return value


def clean_property(name: str, value: str) -> str | None:
    """As `clean_value`, for a presentation property; also limits filter functions."""
    value = clean_value(value) or ""
    if name == "filter" and "(" in value:
        value = _limit_filter_numbers(value) if value.count("(") <= MAX_FILTER_FUNCTIONS else ""
    return value or None


def clean_declarations(text: str) -> str:
    """The allowed declarations of a `style` attribute or rule: `fill:red;opacity:.5`."""
    kept: list[str] = []
    for declaration in _COMMENT.sub("", text).split(";"):
        name, _, value = declaration.partition(":")
        name = name.strip().lower()
        if name in PROPERTIES and (cleaned := clean_property(name, value.strip())):
            kept.append(f"{name}:{cleaned}")
    return ";".join(kept)


def clean_stylesheet(text: str) -> str:
    """The allowed rules of a style sheet, one per line. At-rules such as @import and @media are dropped."""
    kept: list[str] = []
    for prelude, block in _split_rules(_COMMENT.sub("", text)):
        selectors = [" ".join(each.split()) for each in prelude.rpartition(";")[2].split(",")]
        selectors = [each for each in selectors if _is_simple_selector(each)]
        if selectors and (declarations := clean_declarations(block)):
            kept.append(f"{','.join(selectors)}{{{declarations}}}")
    return "\n".join(kept)


def referenced_ids(value: str) -> list[str]:
    """The ids in `url(#id)` of a cleaned value."""
    return [match[2] for match in _URL.finditer(value)] if "(" in value else []


def _split_rules(text: str) -> Iterator[tuple[str, str]]:
    """Yields (selectors, declarations) for each outermost pair of braces without nested braces."""
    depth = begin = opened = 0
    prelude, is_plain = "", True
    for brace in _BRACE.finditer(text):
        if brace[0] == "{":
            if depth == 0:
                prelude, opened = text[begin : brace.start()], brace.end()
            is_plain = depth == 0
            depth += 1
        else:
            depth = max(0, depth - 1)
            if depth == 0:
                begin = brace.end()
                if is_plain and opened:
                    yield prelude, text[opened : brace.start()]
                opened = 0


def _is_simple_selector(selector: str) -> bool:
    parts = selector.replace(">", " ").split()
    return bool(parts) and all(_SELECTOR.fullmatch(part) for part in parts)


def _limit_filter_numbers(value: str) -> str:
    """`value` with all numbers limited to MAX_FILTER_FUNCTION, if it contains filter functions."""
    if not any(f"{name}(" in value.lower() for name in FILTER_FUNCTIONS):
        return value
    return _NUMBER.sub(_clamp_number, value)


def _clamp_number(number: re.Match[str]) -> str:
    return number[0] if float(number[0]) <= MAX_FILTER_FUNCTION else f"{MAX_FILTER_FUNCTION:g}"
