"""Limits the parameters of SVG filters that determine how long they take."""

import math
import re
import xml.etree.ElementTree as ET
from typing import Final

from bot.imaging.svg.allowlist import FILTER_PRIMITIVES

_MAX_OCTAVES: Final = 4
_MAX_BLUR: Final = 0.1
"""As a part of the longer edge; a larger blur leaves one colour."""
_MAX_RADIUS: Final = 0.01
"""As a part of the longer edge. feMorphology reads a square of twice this edge per pixel."""
_MAX_KERNEL: Final = 7
_REGION: Final = {"x": (-2.0, 2.0), "y": (-2.0, 2.0), "width": (0.0, 4.0), "height": (0.0, 4.0)}
"""The bounds of a filter region, in multiples of the filtered object or the picture. Default: -10 % to 120 %."""

_PERCENTAGE: Final = re.compile(r"\s*+([-+]?[\d.]++(?:[eE][-+]?\d++)?)\s*+(%?)(?:px)?\s*+")


def limit_filter(element: ET.Element, longer_edge: float) -> None:
    """Clamps the parameters of a filter or filter primitive, in place.

    Args:
        longer_edge: of the view box, in user units.
    """
    if element.tag == "filter":
        _limit_region(element, longer_edge if element.get("filterUnits") == "userSpaceOnUse" else 1)
    elif element.tag in FILTER_PRIMITIVES:
        _limit_region(element, longer_edge)
        _clamp_attribute(element, "numOctaves", 0, _MAX_OCTAVES)
        _clamp_attribute(element, "stdDeviation", 0, _MAX_BLUR * longer_edge)
        _clamp_attribute(element, "radius", 0, _MAX_RADIUS * longer_edge)
        _clamp_attribute(element, "order", 1, _MAX_KERNEL)


def _limit_region(element: ET.Element, unit: float) -> None:
    for name, (least, most) in _REGION.items():
        value = element.get(name)
        if value is None:
            continue
        match = _PERCENTAGE.fullmatch(value)
        number = _parse_number(match[1]) if match else None
        if match is None or number is None:
            del element.attrib[name]
            continue
        scale = 100 if match[2] else unit
        held = min(max(number, least * scale), most * scale)
        if held != number:
            element.set(name, f"{held:.6g}{match[2]}")


def _clamp_attribute(element: ET.Element, name: str, least: float, most: float) -> None:
    """Clamps an attribute of one or two numbers, such as `stdDeviation="2 4"`; removes it if it is not valid."""
    value = element.get(name)
    if value is None:
        return
    numbers = [_parse_number(each) for each in value.replace(",", " ").split()]
    if not 1 <= len(numbers) <= 2 or None in numbers:
        del element.attrib[name]
        return
    held = [min(max(each, least), float(f"{most:.6g}")) for each in numbers if each is not None]
    if held != numbers:
        element.set(name, " ".join(f"{each:.6g}" for each in held))


def _parse_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return None if math.isnan(number) else number
