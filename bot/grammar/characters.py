"""Characters in typed text: which are dropped, which become spaces, which cannot be seen, which mean the same.

The tables follow Unicode: Default_Ignorable_Code_Point for what cannot be seen, Dash and NFKC for what means the same.
"""

import re
import unicodedata
from typing import Final

CROSS: Final = "xX×✕✖хХ"
"""What people type between width and height; the last two are Cyrillic."""

LATIN: Final = "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff"
"""Letters of the alphabet that flags are written in, as part of a character class; accents may stand alone."""

UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\u2300-\u23ff\u2600-\u2714\u2717-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\U00020000-\U0003ffff"
)
"""What may follow a word without a space, as part of a character class: scripts of East and South-East Asia, emoji."""

_LINE_ENDS = re.compile("\r\n?|\x85")
_SPACES = re.compile("[\x0b\x0c\x1c-\x1f\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
# Control characters; lone surrogates and noncharacters, which nothing can show; and what hides or reorders text.
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
_SAME = {
    ord(char): same
    for char in map(chr, (*range(0xFE10, 0xFE6C), *range(0xFF00, 0xFFF0)))
    if len(same := unicodedata.normalize("NFKC", char)) == 1 and not same.isspace()
} | {ord("∶"): ":", **dict.fromkeys(map(ord, _HYPHENS), "-"), **dict.fromkeys(map(ord, _LONG_DASHES), "—")}
_ALIKE = re.compile(f"[{re.escape(''.join(map(chr, _SAME)))}]")
# What a Japanese keyboard makes of two hyphens; within a word they lengthen a vowel.
_KANA_DASHES = re.compile("[ーｰ]{2}(?=[A-Za-zＡ-Ｚａ-ｚ])")
_LINK = re.compile(r"(?<=://)[^\s<>()\[\]\"'“”「」]+")


def clean(text: str) -> str:
    """Without what hides or reorders text; lines end in `\\n`, every other separator is a space. "" where none of it
    can be seen.
    """
    return visible(_DROPPED.sub("", _SPACES.sub(" ", _LINE_ENDS.sub("\n", text))))


def visible(text: str) -> str:
    """The text, or "" where no character in it can be seen."""
    return "" if _UNSEEN.fullmatch(text) else text


def structure(text: str) -> str:
    """The text as flags are found in it: of the same length, with one character for all that mean the same.

    Full-width characters are the usual ones, short dashes are `-`, long ones `—`. Nothing within a link is a flag.
    """
    text = _as_usual(_KANA_DASHES.sub("——", text))
    return _LINK.sub(lambda link: "a" * len(link[0]), text)


def plain(text: str) -> str:
    """A flag's name or value in usual letters and digits: `１０２４ｘ１５３６` is `1024x1536`."""
    return _as_usual(unicodedata.normalize("NFKC", text))


def _as_usual(text: str) -> str:
    return _ALIKE.sub(lambda found: _SAME[ord(found[0])], text)
