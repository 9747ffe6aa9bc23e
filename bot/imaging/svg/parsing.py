"""Parses SVG text with limits that are checked during parsing."""

import xml.etree.ElementTree as ET
from typing import Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from bot.imaging.svg.errors import UnusableSvg

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 48
MAX_ELEMENTS: Final = 20_000


class NotXml(Exception):
    """The text is not well-formed XML. `reason` is the parser's message."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_svg(text: str) -> ET.Element:
    """Returns the root element.

    Raises:
        NotXml: it is not well-formed; a repair may help.
        UnusableSvg: it has too many or too deeply nested elements, or a document type.
    """
    parser = DefusedXMLParser(target=_Builder(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(text.encode("utf-8", "ignore"))
        return parser.close()
    except DefusedXmlException as error:
        raise UnusableSvg("It must not contain a document type, entities or anything external.") from error
    except ET.ParseError as error:
        raise NotXml(str(error)) from error


class _Builder(ET.TreeBuilder):
    """A tree builder that raises as soon as a limit is exceeded."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0
        self._count = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH:
            raise UnusableSvg(f"Its elements are nested more than {MAX_DEPTH} deep.")
        if self._count > MAX_ELEMENTS:
            raise UnusableSvg(f"It has more than {MAX_ELEMENTS} elements.")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        self._depth -= 1
        return super().end(tag)
