"""How much a drawing becomes when all that refers to other parts of it is written out.

Twenty lines of `<use>` can ask for a billion shapes. The rasteriser's limits would end that too, seconds later.
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
    """Raises UnusableSvg where `<use>`, patterns, masks and markers multiply beyond what can be drawn."""
    targets: dict[str, ET.Element] = {}
    for each in root.iter():
        # The first of those that share a name is meant, as in librsvg and browsers.
        targets.setdefault(each.get("id", ""), each)
    known: dict[ET.Element, int] = {}
    for element in _children_first(root, targets):
        total = 1 + sum(known.get(each, 0) for each in element)
        for times, name in _list_references(element):
            # Not known yet is what refers to itself, which librsvg refuses to draw.
            total += times * known.get(targets[name], 0) if name in targets else 0
        if total > MAX_EXPANDED:
            raise UnusableSvg(f"Its <use> elements, patterns or markers repeat shapes more than {MAX_EXPANDED} times.")
        known[element] = total


def _children_first(root: ET.Element, targets: dict[str, ET.Element]) -> list[ET.Element]:
    """Each element once, after all that it holds or refers to."""
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
    """The ids that an element refers to, and how often each is drawn for it."""
    found = [(1, element.get("href", "#")[1:])]
    for name, value in element.items():
        if "url(" in value:
            is_marker = name in _MARKERS or (name == "style" and "marker" in value)
            times = _estimate_vertices(element) if is_marker else 1
            found += [(times, each) for each in referenced_ids(value)]
    return found


def _estimate_vertices(element: ET.Element) -> int:
    """Roughly, and rather too many."""
    return 1 + len(_LETTERS.findall(element.get("d", "") + element.get("points", "")))
