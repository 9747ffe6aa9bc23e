"""Checks how many elements an SVG has after all references (`<use>`, patterns, markers) are expanded.

Twenty lines of `<use>` can expand to a billion shapes. The rasteriser's limits would stop that only after seconds.
"""

import re
import xml.etree.ElementTree as ET
from typing import Final

from bot.imaging.svg.errors import UnusableSvg
from bot.imaging.svg.values import referenced_ids

MAX_EXPANDED: Final = 100_000
_LETTERS: Final = re.compile(r"[A-Za-z]|\s")
_MARKERS: Final = ("marker", "marker-start", "marker-mid", "marker-end")


def check_expansion(root: ET.Element) -> None:
    """Raises UnusableSvg if more than MAX_EXPANDED elements would have to be drawn."""
    targets: dict[str, ET.Element] = {}
    for each in root.iter():
        # Of several elements with the same id the first counts, as in librsvg and browsers.
        targets.setdefault(each.get("id", ""), each)
    known: dict[ET.Element, int] = {}
    for element in _children_first(root, targets):
        total = 1 + sum(known.get(each, 0) for each in element)
        for times, name in _list_references(element):
            # Only circular references are not known yet; librsvg does not draw them.
            total += times * known.get(targets[name], 0) if name in targets else 0
        if total > MAX_EXPANDED:
            raise UnusableSvg(f"Its <use> elements, patterns or markers repeat shapes more than {MAX_EXPANDED} times.")
        known[element] = total


def _children_first(root: ET.Element, targets: dict[str, ET.Element]) -> list[ET.Element]:
    """All elements, each after the elements that it contains or refers to."""
    ordered: list[ET.Element] = []
    seen: set[ET.Element] = set()
    stack = [(root, False)]
    while stack:
        element, is_left = stack.pop()
        if is_left:
            ordered.append(element)
        elif element not in seen:
            seen.add(element)
            stack.append((element, True))
            stack.extend((targets[name], False) for _, name in _list_references(element) if name in targets)
            stack.extend((each, False) for each in element)
    return ordered


def _list_references(element: ET.Element) -> list[tuple[int, str]]:
    """The ids that an element refers to, each with the number of times it is drawn."""
    found = [(1, element.get("href", "#")[1:])]
    for name, value in element.items():
        if "url(" in value:
            is_marker = name in _MARKERS or (name == "style" and "marker" in value)
            times = _estimate_vertices(element) if is_marker else 1
            found += [(times, each) for each in referenced_ids(value)]
    return found


def _estimate_vertices(element: ET.Element) -> int:
    """An upper estimate of the number of vertices."""
    return 1 + len(_LETTERS.findall(element.get("d", "") + element.get("points", "")))
