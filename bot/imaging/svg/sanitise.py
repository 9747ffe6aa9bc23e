"""Sanitises SVG from a model so that it is safe to store, to open in a browser and to rasterise.

Keeps only what `allowlist` names. Idempotent: a sanitised SVG stays unchanged.
"""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import Final

from bot.domain.pictures import Size
from bot.imaging.svg.allowlist import (
    ATTRIBUTES,
    ELEMENTS,
    FILTER_PRIMITIVES,
    PROPERTIES,
    SVG_NAMESPACE,
    TEXT_ELEMENTS,
    XLINK_NAMESPACE,
    XML_NAMESPACE,
)
from bot.imaging.svg.canvas import ViewBox, background_rect, canvas_attributes, find_view_box
from bot.imaging.svg.errors import UnusableSvg as UnusableSvg
from bot.imaging.svg.expansion import check_expansion
from bot.imaging.svg.filters import limit_filter
from bot.imaging.svg.parsing import MAX_BYTES, NotXml, parse_svg
from bot.imaging.svg.repair import repair_xml
from bot.imaging.svg.values import NAME, clean_declarations, clean_property, clean_stylesheet, clean_value

MAX_PATH_CHARS: Final = 400_000
MAX_TEXT_CHARS: Final = 20_000
MAX_STYLE_CHARS: Final = 50_000
MAX_USES: Final = 500
MAX_FILTER_PRIMITIVES: Final = 24
"""In the whole SVG. Further filters are dropped, and their elements drawn without them."""

_BEGIN: Final = re.compile(r"<(?:[A-Za-z_][\w.-]*+:)?svg(?=[\s>/])")
_END: Final = re.compile(r"</(?:[A-Za-z_][\w.-]*+:)?svg\s*+>")
_SHAPES: Final = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "use"})
_HREF: Final = ("href", f"{{{XLINK_NAMESPACE}}}href")
_SPACE: Final = f"{{{XML_NAMESPACE}}}space"


def sanitise(text: str, size: Size) -> bytes:
    """The SVG in `text` without everything that is not known to be harmless, for display at `size`.

    Takes 0.25 ms per KB.

    Raises:
        UnusableSvg: it is no XML even after repairs, exceeds a limit, or contains no shape.
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "ignore")) > MAX_BYTES:
        raise UnusableSvg(f"It is longer than {MAX_BYTES:,} bytes.")
    root = _parse_or_repair(_extract_svg(text))
    if _local_name(root.tag) != "svg":
        raise UnusableSvg("Its outermost element is not <svg>.")
    box = find_view_box(root, size)
    cleaned = _Sanitiser(box).clean_root(root, size)
    if not any(each.tag in _SHAPES for each in cleaned.iter()):
        raise UnusableSvg("There is no shape in it.")
    check_expansion(cleaned)
    return ET.tostring(cleaned, encoding="unicode").encode()


def _extract_svg(text: str) -> str:
    """The text from `<svg` to `</svg>`, without XML prologue, document type and entity declarations."""
    begin = _BEGIN.search(text)
    if begin is None:
        raise UnusableSvg("There is no <svg> element in it.")
    end = max((match.end() for match in _END.finditer(text)), default=len(text))
    return text[begin.start() : max(begin.end(), end)]


def _parse_or_repair(text: str) -> ET.Element:
    try:
        return parse_svg(text)
    except NotXml:
        try:
            return parse_svg(repair_xml(text))
        except NotXml as error:
            raise UnusableSvg(f"It is no well-formed XML: {error.reason}.") from error


@dataclass(slots=True)
class _Sanitiser:
    """One pass over an SVG, with its counts so far. Recursive: `parse_svg` limits the depth."""

    box: ViewBox
    path_chars: int = 0
    text_chars: int = 0
    style_chars: int = 0
    uses: int = 0
    primitives: int = 0

    def clean_root(self, root: ET.Element, size: Size) -> ET.Element:
        cleaned = self._clean_as("svg", root)
        own = {name: value for name, value in cleaned.items() if name in PROPERTIES or name in {"id", "class", "style"}}
        cleaned.attrib.clear()
        cleaned.attrib.update(canvas_attributes(root, self.box, size) | own)
        if (behind := background_rect(root, self.box)) is not None:
            cleaned.insert(0, behind)
        return cleaned

    def _clean_child(self, source: ET.Element) -> ET.Element | None:
        tag = _local_name(source.tag)
        if tag not in ELEMENTS or (tag == "filter" and not self._count_filter(source)):
            return None
        return self._clean_as(tag, source)

    def _clean_as(self, tag: str, source: ET.Element) -> ET.Element:
        cleaned = ET.Element(tag, self._clean_attributes(source))
        self._check_counts(cleaned)
        limit_filter(cleaned, self.box.longer_edge)
        if tag == "style":
            cleaned.text = clean_stylesheet(self._read_style(source))
            return cleaned
        cleaned.text = self._clean_text(tag, source.text)
        for child in source:
            kept = self._clean_child(child)
            if kept is not None:
                cleaned.append(kept)
            self._add_tail(cleaned, self._clean_text(tag, child.tail))
        return cleaned

    def _clean_attributes(self, source: ET.Element) -> dict[str, str]:
        kept: dict[str, str] = {}
        for name, value in source.items():
            cleaned = _clean_attribute(name, value)
            if cleaned is not None:
                kept.setdefault("href" if name in _HREF else name, cleaned)
        return kept

    def _count_filter(self, filter_: ET.Element) -> bool:
        count = sum(1 for each in filter_.iter() if _local_name(each.tag) in FILTER_PRIMITIVES)
        if self.primitives + count > MAX_FILTER_PRIMITIVES:
            return False
        self.primitives += count
        return True

    def _check_counts(self, element: ET.Element) -> None:
        self.path_chars += len(element.get("d", "")) + len(element.get("points", ""))
        if self.path_chars > MAX_PATH_CHARS:
            raise UnusableSvg(f"Its paths are longer than {MAX_PATH_CHARS:,} characters together.")
        self.uses += element.tag == "use"
        if self.uses > MAX_USES:
            raise UnusableSvg(f"It has more than {MAX_USES} <use> elements.")

    def _read_style(self, source: ET.Element) -> str:
        text = "".join(source.itertext())
        self.style_chars += len(text)
        if self.style_chars > MAX_STYLE_CHARS:
            raise UnusableSvg(f"Its style sheets are longer than {MAX_STYLE_CHARS:,} characters.")
        return text

    def _clean_text(self, tag: str, text: str | None) -> str:
        """The text if the element may contain text; in other elements only whitespace is kept."""
        if not text:
            return ""
        if tag not in TEXT_ELEMENTS:
            return text.replace("\r", "\n") if text.isspace() else ""
        self.text_chars += len(text)
        if self.text_chars > MAX_TEXT_CHARS:
            raise UnusableSvg(f"It has more than {MAX_TEXT_CHARS:,} characters of text.")
        return text.replace("\r", "\n")

    @staticmethod
    def _add_tail(parent: ET.Element, words: str) -> None:
        """Appends text after the last child that was kept."""
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + words
        else:
            parent.text = (parent.text or "") + words


def _clean_attribute(name: str, value: str) -> str | None:
    """The sanitised value of an attribute; None if it must be dropped."""
    if name in _HREF:
        return value if value[:1] == "#" and NAME.fullmatch(value, 1) else None
    if name == "id":
        return value if NAME.fullmatch(value) else None
    if name == "style":
        return clean_declarations(value) or None
    if name in PROPERTIES:
        return clean_property(name, value)
    if name in ATTRIBUTES or (name == _SPACE and value == "preserve"):
        return clean_value(value)
    return None


def _local_name(tag: str) -> str:
    """The name of an SVG element, with or without namespace; empty for elements of other namespaces."""
    if tag.startswith("{"):
        namespace, _, name = tag[1:].partition("}")
        return name if namespace == SVG_NAMESPACE else ""
    return tag
