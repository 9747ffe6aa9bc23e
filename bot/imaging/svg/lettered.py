"""Prepares the text in an SVG for the rasteriser: finds fonts, and removes characters that no font here has.

The stored SVG keeps all characters, since browsers elsewhere may have more fonts.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.imaging.languages import detect_language
from bot.imaging.svg.allowlist import SVG_NAMESPACE, XML_NAMESPACE
from bot.imaging.svg.parsing import parse_svg
from bot.imaging.typefaces import TYPEFACES, Typefaces, without_characters

_LANGUAGE: Final = f"{{{XML_NAMESPACE}}}lang"
_NOT_DRAWN: Final = frozenset({f"{{{SVG_NAMESPACE}}}title", f"{{{SVG_NAMESPACE}}}desc"})


@dataclass(frozen=True, slots=True)
class PreparedSvg:
    """An SVG ready to be rasterised.

    Attributes:
        original: the SVG to store.
        svg: the SVG to rasterise.
        typefaces: system font files that `svg` needs besides Easel's own.
        missing: the characters that no font here has, each once; they were removed from `svg`.
    """

    original: bytes
    svg: bytes
    typefaces: tuple[Path, ...] = ()
    missing: str = ""


def prepare_text(svg: bytes, typefaces: Typefaces = TYPEFACES) -> PreparedSvg:
    """Prepares the text of `svg`, which must come from `sanitise`. Slow for long texts: run it in the imaging pool."""
    if svg.isascii():
        return PreparedSvg(svg, svg)
    root = parse_svg(svg.decode())
    texts = {text: list(_text_nodes(text)) for text in root.iter(f"{{{SVG_NAMESPACE}}}text")}
    covered = typefaces.cover("".join(words for pieces in texts.values() for _, _, words in pieces))
    for text, pieces in texts.items():
        if language := detect_language("".join(words for _, _, words in pieces)):
            text.set(_LANGUAGE, language)
        for element, where, words in pieces:
            setattr(element, where, without_characters(words, covered.missing))
    return PreparedSvg(svg, ET.tostring(root, encoding="unicode").encode(), covered.system_files, covered.missing)


def _text_nodes(element: ET.Element) -> Iterator[tuple[ET.Element, str, str]]:
    """Yields (element, "text" or "tail", string) for all text in the element."""
    if element.text:
        yield element, "text", element.text
    for child in element:
        if child.tag not in _NOT_DRAWN:
            yield from _text_nodes(child)
        if child.tail:
            yield child, "tail", child.tail
