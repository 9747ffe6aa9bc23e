"""Finds flags in typed text, and tells them from prose that only looks like a flag.

Two dashes before a word are a flag wherever they are not clearly prose, so an unknown name is an error. One dash may
be prose: it is a flag only before a known name, and a hyphen only before names that do not occur in prose. Within a
word (`fox--size 64x64`) a flag counts only if its value cannot be prose.
"""

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.text import closest_match, fold, quote_typed
from bot.errors import BadCommand
from bot.grammar.characters import LATIN, UNSPACED, normalize_value
from bot.grammar.flags import ABSENT_BY_WORD, FLAGS, FLAGS_BY_WORD, Flag, UnsupportedFlag
from bot.grammar.wrappers import QUOTES, end_of_closing, opening_before, starts_word
from bot.texts import command_errors

ENDING: Final = ".,;:!?…、。"
"""Punctuation that may follow a flag's name or value and is removed with it."""

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
    """The position of a flag: `[start:end]` is its name with dashes, a pair around these, and `=` if `is_glued`."""

    start: int
    end: int
    flag: Flag
    is_glued: bool


def find_next_flag(text: str, at: int, models: Container[str]) -> FlagPosition | None:
    """The first flag from `at` on.

    Args:
        text: from `normalize_for_matching`.
        at: the start of the text, or the end of the flag before.

    Raises:
        BadCommand: there is an unknown or unsupported flag before it.
    """
    marks = (_match_flag(text, match, models, is_behind_flag=match.start() == at) for match in _FLAG.finditer(text, at))
    return next((mark for mark in marks if mark), None)


def start_of_next_flag(text: str, at: int, end: int, models: Container[str]) -> int:
    """Where the next flag starts after a value that starts at `at`; `end` if there is none before.

    Raises:
        BadCommand: as `find_next_flag`.
    """
    for match in _FLAG.finditer(text, at, end):
        is_known = match[1] == "--" and _flag_name(match) in FLAGS_BY_WORD
        if mark := _match_flag(text, match, models, is_behind_flag=is_known or match.start() == at):
            return mark.start
    return end


def end_of_model_name(text: str, at: int, end: int, models: Container[str]) -> int | None:
    """The end of the longest sequence of words from `at` that is a model's name; None if there is none."""
    runs = [run.end() for run, _ in zip(_RUN.finditer(text, at, end), range(_MAX_MODEL_WORDS), strict=False)]
    for stop in reversed(runs):
        name = text[at:stop].rstrip(f"{ENDING})]}}*_~`|'’{QUOTES}")
        if name and name[-1].isalnum() and fold(name) in models:
            named = at + len(name)
            return named + 1 if "(" in name and text.startswith(")", named) else named
    return None


def _match_flag(
    text: str, match: re.Match[str], models: Container[str], *, is_behind_flag: bool
) -> FlagPosition | None:
    """The flag at `match`; None if it is prose. Raises BadCommand for an unknown or unsupported flag."""
    start, dashes = match.start(), match[1]
    is_certain = len(dashes) > 1 and "-" in dashes
    is_within = not is_behind_flag and _WORD_OR_SYMBOL.match(text[start - 1 : start]) is not None
    if is_within and dashes == "-":
        return None
    name, end = _flag_name(match), match.end()
    if glued := _GLUED_NUMBER.match(name):  # --n2
        name, end = glued[1], match.start(2) + len(glued[1])
    is_meant = is_certain and not is_within
    if flag := FLAGS_BY_WORD.get(name):
        is_known = glued is None and (is_meant or (not is_within and _begins_flag(text, match, name)))
        if is_known or _has_unmistakable_value(text, end, flag, models):
            return _include_wrappers(
                text, FlagPosition(start, end, flag, is_glued=glued is None and match[3] is not None)
            )
    if (absent := ABSENT_BY_WORD.get(name)) and (is_meant or (not glued and _NUMBER_OR_LINK.match(text, end))):
        raise unsupported_flag(f"--{match[2]}", absent)
    if is_meant and _is_mistyped(text, match):
        raise _unknown_flag(match[2])
    return None


def _flag_name(match: re.Match[str]) -> str:
    return normalize_value(match[2]).casefold().replace("_", "-")


def _has_unmistakable_value(text: str, at: int, flag: Flag, models: Container[str]) -> bool:
    """Whether a value follows the flag's name that does not occur in prose."""
    if not flag.value:
        return _NOTHING_MORE.match(text, at) is not None
    if flag.name == "model" and (before := _BEFORE_VALUE.match(text, at)):
        return end_of_model_name(text, before.end(), len(text), models) is not None
    return _SURE[flag.name].match(text, at) is not None


def _begins_flag(text: str, match: re.Match[str], name: str) -> bool:
    """Whether a dash before a flag's name marks a flag and not prose."""
    if match[1] == "-" and name in _PROSE_AFTER_HYPHEN:
        return False
    return _AFTER_NAME.match(text, match.end(2)) is not None and starts_word(text, match.start())


def _is_mistyped(text: str, match: re.Match[str]) -> bool:
    """Whether two hyphens and an unknown word were meant as a flag.

    In quotation marks they are text to draw, and between letters of other alphabets a dash.
    """
    before = text[match.start() - 1 : match.start()]
    if before in _OPENING_QUOTES and starts_word(text, match.start()):
        return not before
    return match[2].isascii() or not before.isalnum()


def _include_wrappers(text: str, mark: FlagPosition) -> FlagPosition:
    """Extends the position by a pair of brackets, quotation marks or Markdown around the name alone."""
    opening = opening_before(text, mark.start)
    end = end_of_closing(text, mark.end, opening)
    return mark if end is None else replace(mark, start=mark.start - len(opening), end=end)


def unsupported_flag(typed: str, absent: UnsupportedFlag) -> BadCommand:
    return command_errors.unsupported_flag(quote_typed(typed), reason=absent.reason, instead=absent.instead)


def _unknown_flag(name: str) -> BadCommand:
    near = closest_match(name, FLAGS_BY_WORD)
    return command_errors.unknown_flag(
        quote_typed("--" + name),
        nearest=FLAGS_BY_WORD[near].name if near else None,
        known=(flag.name for flag in FLAGS),
    )
