"""The root element of an SVG: its size, view box and background."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Final

from bot.domain.pictures import Size
from bot.imaging.svg.allowlist import COLOUR_FUNCTIONS, SVG_NAMESPACE
from bot.imaging.svg.values import clean_value

_MAX_COORDINATE: Final = 1_000_000
_PX_PER_UNIT: Final = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_LENGTH: Final = re.compile(r"\s*+\+?(\d++\.?+\d*+|\.\d++)([a-z]*+)\s*+", re.IGNORECASE)
_FIT: Final = re.compile(r"(?:none|x(?:Min|Mid|Max)Y(?:Min|Mid|Max))(?: (?:meet|slice))?")
_COLOUR: Final = re.compile(
    rf"#[0-9a-f]{{3,8}}|[a-z]+|(?:{'|'.join(sorted(COLOUR_FUNCTIONS))})\([^()]*\)", re.IGNORECASE
)
_NO_COLOUR: Final = frozenset({"none", "transparent", "inherit", "initial", "unset", "currentcolor"})


@dataclass(frozen=True, slots=True)
class ViewBox:
    """The visible area, in user units."""

    x: float
    y: float
    width: float
    height: float

    @property
    def longer_edge(self) -> float:
        return max(self.width, self.height)

    def __str__(self) -> str:
        return " ".join(f"{each:.10g}" for each in (self.x, self.y, self.width, self.height))


def find_view_box(root: ET.Element, size: Size) -> ViewBox:
    """The view box of the SVG, else one from its width and height, else one of `size`."""
    try:
        x, y, width, height = (float(each) for each in root.get("viewBox", "").replace(",", " ").split())
        # Rounded as it will be written, so that sanitising is idempotent.
        named = ViewBox(*(float(f"{each:.10g}") for each in (x, y, width, height)))
    except ValueError:
        named = None
    if named is not None and _is_within_limits(named):
        return named
    measured = ViewBox(0, 0, _parse_length_px(root.get("width")), _parse_length_px(root.get("height")))
    return measured if _is_within_limits(measured) else ViewBox(0, 0, size.width_px, size.height_px)


def canvas_attributes(root: ET.Element, box: ViewBox, size: Size) -> dict[str, str]:
    """The attributes of the root element, replacing those that the model wrote."""
    fit = " ".join(root.get("preserveAspectRatio", "").split())
    return {
        "xmlns": SVG_NAMESPACE,
        "width": str(size.width_px),
        "height": str(size.height_px),
        "viewBox": str(box),
        "preserveAspectRatio": fit if _FIT.fullmatch(fit) else "xMidYMid meet",
    }


def background_rect(root: ET.Element, box: ViewBox) -> ET.Element | None:
    """A rectangle for `<svg style="background:#123">`, which browsers paint but librsvg does not; None without one."""
    for declaration in reversed(root.get("style", "").split(";")):
        name, _, value = declaration.partition(":")
        if name.strip().lower() in {"background", "background-color"}:
            colour = clean_value(value.strip()) or ""
            if _COLOUR.fullmatch(colour) and colour.lower() not in _NO_COLOUR:
                x, y, width, height = str(box).split(" ")
                return ET.Element("rect", {"x": x, "y": y, "width": width, "height": height, "fill": colour})
    return None


def _is_within_limits(box: ViewBox) -> bool:
    # Also False for NaN.
    return all(1 / _MAX_COORDINATE <= each <= _MAX_COORDINATE for each in (box.width, box.height)) and all(
        abs(each) <= _MAX_COORDINATE for each in (box.x, box.y)
    )


def _parse_length_px(text: str | None) -> float:
    """A length in px; 0 for percentages and other values that are not absolute lengths."""
    match = _LENGTH.fullmatch(text or "")
    return float(f"{float(match[1]) * _PX_PER_UNIT.get(match[2].lower(), 0):.10g}") if match else 0.0
