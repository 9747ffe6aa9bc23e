"""Loads the word table `talk.toml` for `talk`, and finds its entries in a text."""

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
"""In order of preference, if a phrase belongs to two kinds."""

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
    """A run of one repeated character, up to `end` in the text. All other than letters and digits is one separator."""

    char: str
    count: int
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """A phrase of the table. `counts` holds the length of each run of equal characters."""

    kind: WordKind
    counts: Sequence[int]

    def is_in(self, found: Sequence[int]) -> bool:
        """Whether runs of these lengths match the phrase, possibly with lengthened letters ("thaaanks").

        A doubled letter counts as lengthened in social words, and in others only at the end: "trees" is not "très".
        """
        last = len(self.counts) - 1
        return all(
            count >= least if least > 1 else count != 2 or self.kind not in _NARROW or at == last
            for at, (least, count) in enumerate(zip(self.counts, found, strict=True))
        )


@dataclass(slots=True)
class _Entries:
    """Phrases by their letters without repetitions (`whole`), and all prefixes of these (`beginnings`)."""

    whole: dict[str, list[_Entry]] = field(default_factory=dict[str, list[_Entry]])
    beginnings: set[str] = field(default_factory=set[str])

    def add(self, kind: WordKind, phrase: str) -> None:
        runs = list(_character_runs(phrase, 0))
        letters = "".join(run.char for run in runs)
        self.whole.setdefault(letters, []).append(_Entry(kind, [run.count for run in runs]))
        self.beginnings.update(letters[:end] for end in range(1, len(letters) + 1))


class TalkTable:
    """The entries of `talk.toml`, indexed. All texts passed in must come from `normalize_phrase`."""

    def __init__(self, phrases: Mapping[WordKind, Sequence[str]], patterns: Mapping[WordKind, Sequence[str]]) -> None:
        self._phrases: dict[str, list[tuple[WordKind, str]]] = {}
        for kind, of_kind in phrases.items():
            for phrase in of_kind:
                self._phrases.setdefault(normalize_phrase(phrase[0]), []).append((kind, phrase))
        self._entries_by_first_char: dict[str, _Entries] = {}
        self._patterns: list[tuple[WordKind, re.Pattern[str]]] = [
            (kind, re.compile(f"(?:{pattern}){_word_boundary(pattern)}"))
            for kind, of_kind in patterns.items()
            for pattern in of_kind
        ]

    def ends(self, text: str, at: int) -> dict[WordKind, int]:
        """For each kind, the end of its longest entry that starts at `at`."""
        found: dict[WordKind, int] = {}
        for kind, end in self._ends(text, at):
            found[kind] = max(end, found.get(kind, 0))
        return found

    # Private

    def _ends(self, text: str, at: int) -> Iterator[tuple[WordKind, int]]:
        """Yields (kind, end) for every entry that starts at `at`."""
        for kind, pattern in self._patterns:
            if match := pattern.match(text, at):
                yield kind, match.end()
        entries = self._entries_for(text[at])
        letters, counts = "", list[int]()
        for run in _character_runs(text, at):
            longer = letters + run.char
            if longer not in entries.beginnings:
                if run.char in _LENGTHENING and _is_unspaced(letters[-1:]):
                    continue  # a lengthened vowel or last syllable: すごーーい
                return
            letters = longer
            counts.append(run.count)
            for entry in entries.whole.get(letters, ()) if _ends_word(text, run) else ():
                if entry.is_in(counts):
                    yield entry.kind, run.end

    def _entries_for(self, char: str) -> "_Entries":
        """The entries that start with `char`; built on first use, since replies start with few different letters."""
        entries = self._entries_by_first_char.get(char)
        if entries is None:
            entries = self._entries_by_first_char[char] = _Entries()
            for kind, phrase in self._phrases.get(char, ()):
                entries.add(kind, normalize_phrase(phrase))
        return entries


@cache
def talk_table() -> TalkTable:
    """The table, loaded once."""
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


def normalize_phrase(text: str) -> str:
    """Normalises text for comparison with the table: without case, accents, apostrophes and character widths."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFD", folded))
    return _APOSTROPHES.sub("", unicodedata.normalize("NFC", plain))


def _character_runs(text: str, at: int) -> Iterator[_Run]:
    for char, same in groupby(text[at:], key=_run_key):
        count = len(list(same))
        at += count
        yield _Run(char, 1 if char == _SEPARATOR else count, at)


def _run_key(char: str) -> str:
    return char if char.isalnum() or char in _LENGTHENING else _SEPARATOR


def _ends_word(text: str, run: _Run) -> bool:
    """Whether a word ends after this run. In scripts without spaces, always."""
    return _is_unspaced(run.char) or _SPACED.match(text, run.end) is None


def _word_boundary(pattern: str) -> str:
    return "" if _is_unspaced(pattern.rstrip("+)]*}")[-1:]) else f"(?!{_SPACED.pattern})"


def _is_unspaced(char: str) -> bool:
    return _UNSPACED.match(char) is not None
