"""Normalises characters in typed text: removes invisible ones, unifies spaces, dashes and full-width characters.

The tables follow Unicode: Default_Ignorable_Code_Point for invisible characters, Dash and NFKC for equivalent ones.
"""

import re
import unicodedata
from typing import Final

CROSS: Final = "xX×✕✖хХ"
"""Characters that people type between width and height; the last two are Cyrillic."""

LATIN: Final = "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff"
"""Latin letters and combining accents, as part of a character class."""

UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\u2300-\u23ff\u2600-\u2714\u2717-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\U00020000-\U0003ffff"
)
"""Scripts without spaces (East and South-East Asia) and emoji, as part of a character class."""

_LINE_ENDS = re.compile("\r\n?|\x85")
_SPACES = re.compile("[\x0b\x0c\x1c-\x1f\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
# Control characters, lone surrogates, noncharacters, and characters that hide or reorder text.
# The joiners U+200C and U+200D stay: emoji and Persian need them.
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufdd0-\ufdef"
    "\ufeff\ufff9-\ufffb\ufffe\uffff"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 17))
    + "]"
)
_UNSEEN = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)

_HYPHENS = "‐‑⁃﹣－"
_LONG_DASHES = "‒–―−─━⸺⸻﹘"
_EQUIVALENTS = {
    ord(char): same
    for char in map(chr, (*range(0xFE10, 0xFE6C), *range(0xFF00, 0xFFF0)))
    if len(same := unicodedata.normalize("NFKC", char)) == 1 and not same.isspace()
} | {ord("∶"): ":", **dict.fromkeys(map(ord, _HYPHENS), "-"), **dict.fromkeys(map(ord, _LONG_DASHES), "—")}
_HAS_EQUIVALENT = re.compile(f"[{re.escape(''.join(map(chr, _EQUIVALENTS)))}]")
# A Japanese keyboard types these for two hyphens; within a word they lengthen a vowel.
_KANA_DASHES = re.compile("[ーｰ]{2}(?=[A-Za-zＡ-Ｚａ-ｚ])")
_LINK = re.compile(r"(?<=://)[^\s<>()\[\]\"'“”「」]+")


def clean_text(text: str) -> str:
    """Removes characters that hide or reorder text, and unifies line ends to `\\n` and other separators to a space.

    Returns "" if nothing visible is left.
    """
    return blank_if_invisible(_DROPPED.sub("", _SPACES.sub(" ", _LINE_ENDS.sub("\n", text))))


def blank_if_invisible(text: str) -> str:
    """The text, or "" if all of its characters are invisible."""
    return "" if _UNSEEN.fullmatch(text) else text


def normalize_for_matching(text: str) -> str:
    """A copy of the text for finding flags, of the same length: equivalent characters are replaced by one of them.

    Full-width characters become ASCII, short dashes `-`, long ones `—`. Links are masked, so that no flag is found in
    them.
    """
    text = _replace_equivalents(_KANA_DASHES.sub("——", text))
    return _LINK.sub(lambda link: "a" * len(link[0]), text)


def normalize_value(text: str) -> str:
    """A flag's name or value in normal letters and digits: `１０２４ｘ１５３６` becomes `1024x1536`."""
    return _replace_equivalents(unicodedata.normalize("NFKC", text))


def _replace_equivalents(text: str) -> str:
    return _HAS_EQUIVALENT.sub(lambda found: _EQUIVALENTS[ord(found[0])], text)
