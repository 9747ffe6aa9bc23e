"""Loads the table of words that are no edits (`talk.toml`), as patterns that find them in a reply."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Final, Literal, cast, get_args

from bot.grammar.characters import LATIN, UNSPACED

WordKind = Literal[
    "thanks",
    "greetings",
    "praise",
    "agreement",
    "chatter",
    "questions",
    "people",
    "filler",
    "again",
    "unclear",
    "change",
]
WORD_KINDS: Final[tuple[WordKind, ...]] = get_args(WordKind)
"""In the order of preference, where two kinds know the same word."""

_PATTERNS: Final[Mapping[str, WordKind]] = {
    "laughter": "chatter",
    "exclamations": "chatter",
    "marks": "praise",
    "versions": "filler",
}
_NARROW: Final[frozenset[WordKind]] = frozenset({"questions", "people", "filler", "unclear", "change"})
_ACCENTS: Final = re.compile("[\u0300-\u036f]")
_APOSTROPHES: Final = re.compile("['’‘`´ʼ]")
_LENGTHENING: Final = "ー〜～~"


@dataclass(frozen=True, slots=True)
class TalkTable:
    """For each kind of word, a pattern that matches the longest entry at a position of a text made by `comparable`."""

    patterns: Mapping[WordKind, re.Pattern[str]]


@cache
def talk_table() -> TalkTable:
    """The table, read once."""
    table = tomllib.loads(files("bot.grammar").joinpath("talk.toml").read_text(encoding="utf-8"))
    written = cast("dict[str, dict[str, list[str]]]", table)
    extra = written.pop("patterns")
    alternatives: dict[WordKind, list[str]] = {kind: [] for kind in WORD_KINDS}
    for kind in WORD_KINDS:
        phrases = {comparable(phrase) for language in written.values() for phrase in language.get(kind, ())}
        is_social = kind not in _NARROW
        alternatives[kind] += [
            _pattern(phrase, is_social=is_social) for phrase in sorted(phrases, key=len, reverse=True)
        ]
    for name, kind in _PATTERNS.items():
        alternatives[kind] += [f"(?:{pattern}){_end_after(pattern)}" for pattern in extra[name]]
    return TalkTable({kind: re.compile(_one_of(patterns)) for kind, patterns in alternatives.items()})


def comparable(text: str) -> str:
    """The text as entries are compared: without case, accents, apostrophes and widths of characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", folded))
    return _APOSTROPHES.sub("", unicodedata.normalize("NFC", plain))


def _pattern(phrase: str, *, is_social: bool) -> str:
    """A phrase whose letters may be drawn out, and whose words may be joined by other marks than a space.

    Args:
        is_social: whether one letter more is enough to have drawn it out; otherwise "trees" would be "très".
    """
    letters = [(char, len(list(run))) for char, run in groupby(phrase)]
    runs = [_run(char, count, is_free=is_social or at == len(letters) - 1) for at, (char, count) in enumerate(letters)]
    return "".join(runs) + _end_after(phrase)


def _run(char: str, count: int, *, is_free: bool) -> str:
    if not char.isalnum() and char not in _LENGTHENING:
        return r"[\W_]+"
    once = "+" if is_free else f"(?:{re.escape(char)}{{2,}})?"
    least = f"{{{count},}}" if count > 1 else once
    drawn_out = f"[{_LENGTHENING}]*" if _is_unspaced(char) else ""
    return f"{re.escape(char)}{least}{drawn_out}"


def _end_after(phrase: str) -> str:
    """Where words are written with spaces, an entry is a whole word."""
    return "" if _is_unspaced(phrase.rstrip("+)]*}")[-1:]) else f"(?![0-9{LATIN}\u0400-\u04ff])"


def _is_unspaced(char: str) -> bool:
    return re.match(f"[{UNSPACED}\u3131-\u318e]", char) is not None


def _one_of(patterns: Sequence[str] | Iterable[str]) -> str:
    return "|".join(patterns) or r"(?!)"
