"""Repairs frequent XML mistakes of models. Used only if the text could not be parsed.

Each step takes linear time and does not change correct XML.
"""

import html
import html.entities
import re
from typing import Final

from bot.imaging.svg.allowlist import SVG_NAMESPACE, XLINK_NAMESPACE
from bot.imaging.svg.errors import UnusableSvg

MAX_PREFIXES: Final = 100
"""That are not declared. Drawing programs use ten or so."""

_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ENTITY: Final = re.compile(r"&(?:#(\d{1,7}+);|#[xX]([0-9a-fA-F]{1,6}+);|(\w{1,40}+);)?")
_STRAY_LESS_THAN: Final = re.compile(r"<(?![A-Za-z_/!?])")
_TAG: Final = re.compile(r"<[A-Za-z_][^<>]*>")
_ATTRIBUTE: Final = re.compile(r"(?<=[\s\"'])([^\s=<>\"'/]++)\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+')")
_PREFIX: Final = re.compile(r"(?<=[\s</])([A-Za-z_][\w.-]*+):(?=[A-Za-z_])")
_DECLARED: Final = re.compile(r"(?<=\sxmlns:)([A-Za-z_][\w.-]*+)\s*+=")
_ROOT: Final = re.compile(r"<[\w:.-]++")
_XML_OWN: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})


def repair_xml(text: str) -> str:
    """Escapes stray `&` and `<`, resolves HTML entities, drops comments and duplicate attributes, adds namespaces.

    Raises:
        UnusableSvg: it uses more than MAX_PREFIXES without declaring them.
    """
    text = _ILLEGAL.sub("", text)
    # `<!-- ---- sky ---- -->` is not legal XML.
    text = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)
    text = _ENTITY.sub(_repair_entity, text)
    text = _STRAY_LESS_THAN.sub("&lt;", text)
    text = _TAG.sub(_drop_duplicate_attributes, text)
    return _declare_prefixes(text)


def _repair_entity(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if decimal or hexadecimal:
        code = int(decimal) if decimal else int(hexadecimal, 16)
        is_legal = code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
        return match[0] if is_legal else ""
    if name in _XML_OWN:
        return match[0]
    sign = html.entities.html5.get(f"{name};") if name else None
    return html.escape(sign) if sign else f"&amp;{match[0][1:]}"


def _drop_duplicate_attributes(tag: re.Match[str]) -> str:
    seen: set[str] = set()

    def first(attribute: re.Match[str]) -> str:
        if attribute[1] in seen:
            return ""
        seen.add(attribute[1])
        return attribute[0]

    return _ATTRIBUTE.sub(first, tag[0])


def _declare_prefixes(text: str) -> str:
    """Declares all prefixes in use. Elements of namespaces other than SVG and XLink are dropped later."""
    used = {match[1] for tag in _TAG.finditer(text) for match in _PREFIX.finditer(_without_values(tag[0]))}
    missing = sorted(used - {match[1] for match in _DECLARED.finditer(text)} - {"xml", "xmlns"})
    if len(missing) > MAX_PREFIXES:
        raise UnusableSvg(f"It uses more than {MAX_PREFIXES} prefixes that it does not declare.")
    known = {"svg": SVG_NAMESPACE, "xlink": XLINK_NAMESPACE}
    declared = "".join(f' xmlns:{each}="{known.get(each, f"urn:{each}")}"' for each in missing)
    return _ROOT.sub(lambda root: root[0] + declared, text, count=1)


def _without_values(tag: str) -> str:
    """The tag without attribute values."""
    return re.sub(r"\"[^\"]*+\"|'[^']*+'", "", tag)
