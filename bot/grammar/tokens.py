"""Separates the flags in typed text from the prompt, which stays as the person wrote it.

Phones turn `--` into a dash, `"` into “ ” and `x` into `×`, and keyboards for Chinese and Japanese type full-width
characters: all are understood. Where flags stand is found by `marks`, what is put around them by `wrappers`.
"""

import re
from collections.abc import Container
from dataclasses import dataclass

from bot.errors import BadCommand
from bot.grammar.characters import CROSS, LATIN, UNSPACED, plain, structure, visible
from bot.grammar.flags import WEIGHTS, Flag, FlagName
from bot.grammar.marks import ENDING, ESCAPE, FlagPosition, does_not_exist, end_of_model, end_of_prose, find_next_flag
from bot.grammar.weights import find_weight
from bot.grammar.wrappers import (
    QUOTES,
    before_bullet,
    end_of_closing,
    end_of_wrapped,
    joined,
    opening_at,
    opening_before,
    stands_apart,
    unquoted,
)

_END_OF_FLAGS = re.compile(r"\s*--(?=\s|\Z)")
_DASHES_ALONE = re.compile(r"\s--(?=\s|\Z)")
_DASH_ALONE = re.compile(r"\s[-—]{1,3}(?=\s|\Z)")
_TO_VALUE = re.compile(rf"[{ENDING}]*(?:\s*+[=:](?=\s))?\s*")
# A quotation ends with the mark of its kind, or where there is none, with that of any other: phones mix them up.
_QUOTED = re.compile(
    rf"\"([^\"]*)\"|[“”„‟]([^“”„‟]*)[“”„‟]|«([^»]*)»|»([^«]*)«|「([^」]*)」|『([^』]*)』|[{QUOTES}]([^{QUOTES}]*)[{QUOTES}]"
    rf"|['‘’‚‹›](.{{0,200}}?)['‘’‚‹›](?=[\s{ENDING})\]]|\Z)",
    re.DOTALL,
)
_QUOTES = re.compile(rf"[{QUOTES}]")
_NOT_WITHIN_WORD = rf"(?![0-9{LATIN}])"
_RATIO = rf"\d+(?:\.\d+)?\s*[:/]\s*\d+(?:\.\d+)?{_NOT_WITHIN_WORD}"
_SPACED = {
    "size": re.compile(rf"\d+\s*[{CROSS}*]\s*\d+(?:\s*px)?{_NOT_WITHIN_WORD}|{_RATIO}"),
    "ar": re.compile(rf"\d+(?:\.\d+)?\s*[{CROSS}]\s*\d+(?:\.\d+)?{_NOT_WITHIN_WORD}|{_RATIO}"),
    "compression": re.compile(r"\d+\s*%"),
}
_BREAK = rf"\s()\[\]{{}}<>「」『』【】、。`|—{QUOTES}"
_ONE_WORD = re.compile(rf"[-—]?(?:(?!-{{2,4}}[{LATIN}])[^{_BREAK}{UNSPACED},;]|[,;](?=\d))+|[^{_BREAK}]+|\S+")
_ENDING = re.compile(rf"[{ENDING}]+(?![^\W_]|:)")
_MAX_VALUE_CHARS = 300
"""Of any value but that of --no: so far is looked for where it ends."""
_MAX_FLAGS = 40
"""Each flag may have to look through the whole text; so many still take but milliseconds."""


@dataclass(frozen=True, slots=True)
class TypedFlag:
    """A flag as it stood in the text; `value` is empty for a switch."""

    flag: Flag
    value: str


@dataclass(frozen=True, slots=True)
class ScannedText:
    """`prose` is everything that is no flag, without quotation marks around all of it; "" where nothing can be seen."""

    prose: str
    flags: tuple[TypedFlag, ...]


def scan(text: str, models: Container[str]) -> ScannedText:
    """Separates flags from prose. `models` are the folded model names, so that `--model GPT Image 2` needs no quotes.

    `--` alone, at the start or right after a flag, ends the flags: all that follows is prose.

    Raises:
        BadCommand: an unknown flag, one that cannot exist here, or a missing value.
    """
    found_in = structure(text)
    pieces: list[str] = []
    flags: list[TypedFlag] = []
    at = 0
    while not (ended := _END_OF_FLAGS.match(found_in, at)):
        mark = find_next_flag(found_in, at, models)
        if weight := find_weight(found_in[at : mark.start if mark else len(text)]):
            raise does_not_exist(weight, WEIGHTS)
        if mark is None:
            break
        pieces.append(text[at : mark.start])
        value, at = _value(text, found_in, mark, models)
        flags.append(TypedFlag(mark.flag, value))
        if len(flags) > _MAX_FLAGS:
            raise BadCommand(f"There are more than {_MAX_FLAGS} flags.", hint=f"Keep one of each. {ESCAPE}")
    if ended:
        return ScannedText(visible(joined([*pieces, text[ended.end() :]])), tuple(flags))
    return ScannedText(visible(unquoted(joined([*pieces, text[at:]]))), tuple(flags))


def _value(text: str, found_in: str, mark: FlagPosition, models: Container[str]) -> tuple[str, int]:
    """The flag's value in usual characters, and where it ends."""
    flag = mark.flag
    if not flag.value:
        if mark.is_glued:
            raise BadCommand(f"--{flag.name} takes no value.", hint=f"Write it alone: {flag.example}")
        return "", _past(_ENDING, found_in, mark.end)
    at = _past(_TO_VALUE, found_in, mark.end)
    if at == len(text) or _END_OF_FLAGS.match(found_in, at) or end_of_wrapped(found_in, at, at + 1) == at:
        raise _missing(flag)
    span = _quoted_span(found_in, at, flag) or _unquoted_span(found_in, at, flag, models)
    typed = text[span.start : span.end]
    value = visible(_QUOTES.sub("", typed) if flag.name == "no" else plain(typed)).strip()
    if not value:
        raise _missing(flag)
    return value, span.after


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a value stands, and where what belongs to it ends, such as a closing quotation mark."""

    start: int
    end: int
    after: int


def _quoted_span(found_in: str, at: int, flag: Flag) -> _Span | None:
    match = _QUOTED.match(found_in, at)
    if match is None:
        if found_in[at] in QUOTES:
            raise BadCommand(f"The quote after --{flag.name} is never closed.", hint=f"Write {flag.example}")
        return None
    if flag.name == "no" and found_in.startswith(",", match.end()):
        return None  # --no "red hat", dog: a list whose first thing is quoted
    start, end = match.span(match.lastindex or 0)
    return _Span(start, end, match.end())


def _unquoted_span(found_in: str, at: int, flag: Flag, models: Container[str]) -> _Span:
    ended = _DASHES_ALONE.search(found_in, at)
    most = len(found_in) if flag.name == "no" else at + _MAX_VALUE_CHARS
    end_of_flags = min(ended.start() if ended else len(found_in), most)
    stop = end_of_prose(found_in, at, end_of_flags, models)
    if stop == at:
        raise _missing(flag)
    while stop < end_of_flags and (opening := opening_before(found_in, stop)) and stands_apart(found_in, stop):
        stop -= len(opening)
    stop = end_of_wrapped(found_in, at, stop)
    if flag.name == "no":
        dash = _DASH_ALONE.search(found_in, at, stop)
        stop = dash.start() if dash else before_bullet(found_in, at, stop)
        end = at + len(found_in[at:stop].rstrip())
        return _Span(at, end, end)
    if opening := opening_at(found_in, at):  # --size **64x64**
        start = at + len(opening)
        end = _end_of_value(found_in, start, stop, flag.name, models)
        if closed := end_of_closing(found_in, end, opening):
            return _Span(start, end, _past(_ENDING, found_in, closed))
    end = _end_of_value(found_in, at, stop, flag.name, models)
    return _Span(at, end, _past(_ENDING, found_in, end))


def _end_of_value(found_in: str, at: int, stop: int, name: FlagName, models: Container[str]) -> int:
    if name == "model" and (end := end_of_model(found_in, at, stop, models)):
        return end
    if (spaced := _SPACED.get(name)) and (match := spaced.match(found_in, at, stop)):
        return match.end()
    word = _ONE_WORD.match(found_in, at, stop)
    return at + len(word[0].rstrip(f"{ENDING}*_~'’")) if word else at


def _past(pattern: re.Pattern[str], found_in: str, at: int) -> int:
    """Where what matches at `at` ends; `at` where nothing does."""
    found = pattern.match(found_in, at)
    return found.end() if found else at


def _missing(flag: Flag) -> BadCommand:
    return BadCommand(f"--{flag.name} needs a value: {flag.legal}.", hint=f"For example {flag.example}")
