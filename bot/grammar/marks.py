"""Where flags stand in typed text, and what is prose that only looks like one.

Two dashes before a word are meant as a flag wherever they can be told from prose, so an unknown one is an error. One
dash may be prose: it is a flag only before a word that we know, and a hyphen only before those that no one writes in
prose. Within a word (`fox--size 64x64`) a flag counts only with a value that nobody writes in prose.
"""

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.text import folded, nearest, quoted
from bot.errors import BadCommand
from bot.grammar.characters import LATIN, UNSPACED, plain
from bot.grammar.flags import ABSENT_BY_WORD, COMMAND, FLAGS, FLAGS_BY_WORD, Flag, UnsupportedFlag
from bot.grammar.wrappers import QUOTES, end_of_closing, opening_before, stands_apart

ESCAPE: Final = f"To draw the words themselves, begin with two dashes alone: {COMMAND} -- your words"
ENDING: Final = ".,;:!?…、。"
"""Punctuation that may follow a flag's name or value and goes with it."""

_MAX_MODEL_WORDS: Final = 6
_FLAG = re.compile(
    rf"(?<![-—])\\?([-—]{{1,4}})([A-Za-z](?:[-_]?[A-Za-z0-9])*(?![0-9{LATIN}])|[^\W\d_](?:[-_]?\w)*)([=:])?"
)
_GLUED_NUMBER = re.compile(r"([a-z]+)\d")
_AFTER_NAME = re.compile(rf"[\s=:{ENDING})\]}}>」』】*_~`|—{QUOTES}{UNSPACED}-]|['’](?!\w)|\Z")
_WORD_OR_SYMBOL = re.compile(rf"[{LATIN}0-9/<>=+&#@%^$]")
_NUMBER_OR_LINK = re.compile(r"\s*(?:\d|https?:)")
_NOTHING_MORE = re.compile(rf"\s*(?:\Z|\n|[-—]{{1,4}}[A-Za-z]|[)\]}}>」』】*_~`|{QUOTES}])")
_BEFORE_VALUE = re.compile(rf"\s*+(?:[=:]\s*+)?[{QUOTES}'‘(*_`]*")
_SURE = {
    flag.name: re.compile(rf"{_BEFORE_VALUE.pattern}(?:{flag.sure})(?![0-9{LATIN}])", re.IGNORECASE) for flag in FLAGS
}
_RUN = re.compile(rf"(?:(?!-{{2,4}}[{LATIN}])\S)+")
_OPENING_QUOTES = f"{QUOTES}'‘「『"
_PROSE_AFTER_HYPHEN = frozenset({"no", "on", "private", "think"})
"""Words that may follow a hyphen in prose ("today -no rain")."""


@dataclass(frozen=True, slots=True)
class FlagPosition:
    """Where a flag stands: `[start:end]` is its name with dashes, what wraps only these, and `=` where `is_glued`."""

    start: int
    end: int
    flag: Flag
    is_glued: bool


def find_next_flag(text: str, at: int, models: Container[str]) -> FlagPosition | None:
    """The first flag from `at` on, where the text begins or a flag ends. `text` is as `characters.structure` gives it.

    Raises:
        BadCommand: before that there is an unknown flag, or one that cannot exist here.
    """
    marks = (_mark(text, match, models, is_behind_flag=match.start() == at) for match in _FLAG.finditer(text, at))
    return next((mark for mark in marks if mark), None)


def end_of_prose(text: str, at: int, end: int, models: Container[str]) -> int:
    """Where the first flag begins behind the value of another, which begins at `at`; at latest `end`.

    Raises:
        BadCommand: as `next_mark`.
    """
    for match in _FLAG.finditer(text, at, end):
        is_known = match[1] == "--" and _name_of(match) in FLAGS_BY_WORD
        if mark := _mark(text, match, models, is_behind_flag=is_known or match.start() == at):
            return mark.start
    return end


def end_of_model(text: str, at: int, end: int, models: Container[str]) -> int | None:
    """Where the longest run of words ends that begins at `at` and names a model we know; None where none does."""
    runs = [run.end() for run, _ in zip(_RUN.finditer(text, at, end), range(_MAX_MODEL_WORDS), strict=False)]
    for stop in reversed(runs):
        name = text[at:stop].rstrip(f"{ENDING})]}}*_~`|'’{QUOTES}")
        if name and name[-1].isalnum() and folded(name) in models:
            named = at + len(name)
            return named + 1 if "(" in name and text.startswith(")", named) else named
    return None


def _mark(text: str, match: re.Match[str], models: Container[str], *, is_behind_flag: bool) -> FlagPosition | None:
    start, dashes = match.start(), match[1]
    is_certain = len(dashes) > 1 and "-" in dashes
    is_within = not is_behind_flag and _WORD_OR_SYMBOL.match(text[start - 1 : start]) is not None
    if is_within and dashes == "-":
        return None
    name, end = _name_of(match), match.end()
    if glued := _GLUED_NUMBER.match(name):  # --n2
        name, end = glued[1], match.start(2) + len(glued[1])
    is_meant = is_certain and not is_within
    if flag := FLAGS_BY_WORD.get(name):
        is_known = glued is None and (is_meant or (not is_within and _begins_flag(text, match, name)))
        if is_known or _is_sure(text, end, flag, models):
            return _wrapped(text, FlagPosition(start, end, flag, is_glued=glued is None and match[3] is not None))
    if (absent := ABSENT_BY_WORD.get(name)) and (is_meant or (not glued and _NUMBER_OR_LINK.match(text, end))):
        raise does_not_exist(f"--{match[2]}", absent)
    if is_meant and _is_mistyped(text, match):
        raise _unknown(match[2])
    return None


def _name_of(match: re.Match[str]) -> str:
    return plain(match[2]).casefold().replace("_", "-")


def _is_sure(text: str, at: int, flag: Flag, models: Container[str]) -> bool:
    """Whether what follows a flag's name is something that nobody writes in prose."""
    if not flag.value:
        return _NOTHING_MORE.match(text, at) is not None
    if flag.name == "model" and (before := _BEFORE_VALUE.match(text, at)):
        return end_of_model(text, before.end(), len(text), models) is not None
    return _SURE[flag.name].match(text, at) is not None


def _begins_flag(text: str, match: re.Match[str], name: str) -> bool:
    """Whether one dash before a flag's name is no dash of prose."""
    if match[1] == "-" and name in _PROSE_AFTER_HYPHEN:
        return False
    return _AFTER_NAME.match(text, match.end(2)) is not None and stands_apart(text, match.start())


def _is_mistyped(text: str, match: re.Match[str]) -> bool:
    """Whether two hyphens and a word that is no flag were meant as one.

    In quotation marks they are words to be drawn, and between letters of other alphabets a dash.
    """
    before = text[match.start() - 1 : match.start()]
    if before in _OPENING_QUOTES and stands_apart(text, match.start()):
        return not before
    return match[2].isascii() or not before.isalnum()


def _wrapped(text: str, mark: FlagPosition) -> FlagPosition:
    """With the brackets, quotation marks or marks that stand around the name alone."""
    opening = opening_before(text, mark.start)
    end = end_of_closing(text, mark.end, opening)
    return mark if end is None else replace(mark, start=mark.start - len(opening), end=end)


def does_not_exist(typed: str, absent: UnsupportedFlag) -> BadCommand:
    return BadCommand(f"{quoted(typed)} does not exist here: {absent.reason}.", hint=absent.instead)


def _unknown(name: str) -> BadCommand:
    near = nearest(name, FLAGS_BY_WORD)
    meant = f"Did you mean --{FLAGS_BY_WORD[near].name}? " if near else ""
    legal = " ".join(f"--{flag.name}" for flag in FLAGS)
    return BadCommand(f"There is no flag {quoted('--' + name)}.", hint=f"{meant}Flags: {legal}. {ESCAPE}")
