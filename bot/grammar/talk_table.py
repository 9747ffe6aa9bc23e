"""Loads the table of words that are no edits (`talk.toml`), and finds its entries in a reply."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
_SEPARATOR: Final = " "
_UNSPACED: Final = re.compile(f"[{UNSPACED}\u3131-\u318e]")
_SPACED: Final = re.compile(f"[0-9{LATIN}\u0400-\u04ff]")


@dataclass(frozen=True, slots=True)
class _Run:
    """The same character several times, up to `end` in the text. What is no letter or digit is one separator."""

    char: str
    count: int
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """A phrase of the table. `counts` is how often each of its characters follows itself."""

    kind: WordKind
    counts: Sequence[int]

    def is_in(self, found: Sequence[int]) -> bool:
        """Whether letters that come so often are this phrase, perhaps drawn out.

        In a social word one letter more is enough for that, in others at its end only: "trees" is not "très".
        """
        last = len(self.counts) - 1
        return all(
            count >= least if least > 1 else count != 2 or self.kind not in _NARROW or at == last
            for at, (least, count) in enumerate(zip(self.counts, found, strict=True))
        )


@dataclass(slots=True)
class _Entries:
    """Phrases by their characters, each once however often it follows itself, and all that such phrases begin with."""

    whole: dict[str, list[_Entry]] = field(default_factory=dict[str, list[_Entry]])
    beginnings: set[str] = field(default_factory=set[str])

    def add(self, kind: WordKind, phrase: str) -> None:
        runs = list(_runs(phrase, 0))
        letters = "".join(run.char for run in runs)
        self.whole.setdefault(letters, []).append(_Entry(kind, [run.count for run in runs]))
        self.beginnings.update(letters[:end] for end in range(1, len(letters) + 1))


class TalkTable:
    """Texts are to be made by `comparable`."""

    def __init__(self, phrases: Mapping[WordKind, Sequence[str]], patterns: Mapping[WordKind, Sequence[str]]) -> None:
        self._phrases: dict[str, list[tuple[WordKind, str]]] = {}
        for kind, of_kind in phrases.items():
            for phrase in of_kind:
                self._phrases.setdefault(comparable(phrase[0]), []).append((kind, phrase))
        self._begun: dict[str, _Entries] = {}
        self._patterns: list[tuple[WordKind, re.Pattern[str]]] = [
            (kind, re.compile(f"(?:{pattern}){_boundary(pattern)}"))
            for kind, of_kind in patterns.items()
            for pattern in of_kind
        ]

    def ends(self, text: str, at: int) -> dict[WordKind, int]:
        """Where the longest entry of each kind ends that begins at this position."""
        found: dict[WordKind, int] = {}
        for kind, end in self._ends(text, at):
            found[kind] = max(end, found.get(kind, 0))
        return found

    # Private

    def _ends(self, text: str, at: int) -> Iterator[tuple[WordKind, int]]:
        for kind, pattern in self._patterns:
            if match := pattern.match(text, at):
                yield kind, match.end()
        entries = self._beginning_with(text[at])
        letters, counts = "", list[int]()
        for run in _runs(text, at):
            longer = letters + run.char
            if longer not in entries.beginnings:
                if run.char in _LENGTHENING and _is_unspaced(letters[-1:]):
                    continue  # a vowel or a last syllable drawn out: すごーーい
                return
            letters = longer
            counts.append(run.count)
            for entry in entries.whole.get(letters, ()) if _is_whole(text, run) else ():
                if entry.is_in(counts):
                    yield entry.kind, run.end

    def _beginning_with(self, char: str) -> "_Entries":
        """Made when it is first asked for: a reply begins with few of all letters."""
        entries = self._begun.get(char)
        if entries is None:
            entries = self._begun[char] = _Entries()
            for kind, phrase in self._phrases.get(char, ()):
                entries.add(kind, comparable(phrase))
        return entries


@cache
def talk_table() -> TalkTable:
    """The table, read once."""
    table = tomllib.loads(files("bot.grammar").joinpath("talk.toml").read_text(encoding="utf-8"))
    written = cast("dict[str, dict[str, list[str]]]", table)
    extra = written.pop("patterns")
    patterns: dict[WordKind, list[str]] = {}
    for name, kind in _PATTERNS.items():
        patterns.setdefault(kind, []).extend(extra[name])
    phrases: dict[WordKind, list[str]] = {
        kind: [phrase for language in written.values() for phrase in language.get(kind, ())] for kind in WORD_KINDS
    }
    return TalkTable(phrases, patterns)


def comparable(text: str) -> str:
    """The text as entries are compared: without case, accents, apostrophes and widths of characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", folded))
    return _APOSTROPHES.sub("", unicodedata.normalize("NFC", plain))


def _runs(text: str, at: int) -> Iterator[_Run]:
    for char, same in groupby(text[at:], key=_compared):
        count = len(list(same))
        at += count
        yield _Run(char, 1 if char == _SEPARATOR else count, at)


def _compared(char: str) -> str:
    return char if char.isalnum() or char in _LENGTHENING else _SEPARATOR


def _is_whole(text: str, run: _Run) -> bool:
    """Where words are written with spaces, an entry is a whole word."""
    return _is_unspaced(run.char) or _SPACED.match(text, run.end) is None


def _boundary(pattern: str) -> str:
    return "" if _is_unspaced(pattern.rstrip("+)]*}")[-1:]) else f"(?!{_SPACED.pattern})"


def _is_unspaced(char: str) -> bool:
    return _UNSPACED.match(char) is not None
