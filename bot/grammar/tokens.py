"""Separates the flags in typed text from the prompt, which is not changed.

Phones turn `--` into a dash, `"` into “ ” and `x` into `×`, and Chinese and Japanese keyboards type full-width
characters: all are understood. `marks` finds the flags, `wrappers` handles brackets and quotes around them.
"""

import re
from collections.abc import Container
from dataclasses import dataclass

from bot.errors import BadCommand
from bot.grammar.characters import CROSS, LATIN, UNSPACED, blank_if_invisible, normalize_for_matching, normalize_value
from bot.grammar.flags import WEIGHTS, Flag, FlagName
from bot.grammar.marks import (
    ENDING,
    FlagPosition,
    end_of_model_name,
    find_next_flag,
    start_of_next_flag,
    unsupported_flag,
)
from bot.grammar.weights import find_weight
from bot.grammar.wrappers import (
    QUOTES,
    end_of_closing,
    end_of_enclosure,
    join_prose,
    opening_at,
    opening_before,
    start_of_bullet,
    starts_word,
    strip_quotes,
)
from bot.texts import command_errors

_END_OF_FLAGS = re.compile(r"\s*--(?=\s|\Z)")
_DASHES_ALONE = re.compile(r"\s--(?=\s|\Z)")
_DASH_ALONE = re.compile(r"\s[-—]{1,3}(?=\s|\Z)")
_TO_VALUE = re.compile(rf"[{ENDING}]*(?:\s*+[=:](?=\s))?\s*")
# A quotation ends with the matching mark, or else with any other quotation mark: phones mix them up.
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
"""The longest value of any flag but --no."""
_MAX_FLAGS = 40
"""Each flag may need a search of the whole text; this many take a few milliseconds."""


@dataclass(frozen=True, slots=True)
class TypedFlag:
    """A flag found in the text; `value` is empty for a switch."""

    flag: Flag
    value: str


@dataclass(frozen=True, slots=True)
class ScannedText:
    """`prose` is the text without flags and without quotation marks around all of it; "" if nothing visible is left."""

    prose: str
    flags: tuple[TypedFlag, ...]


def scan(text: str, models: Container[str]) -> ScannedText:
    """Separates flags from the rest of the text.

    `--` alone, at the start or right after a flag, ends the flags: all that follows is prompt.

    Args:
        models: the folded model names, so that `--model GPT Image 2` needs no quotes.

    Raises:
        BadCommand: an unknown or unsupported flag, or a missing value.
    """
    found_in = normalize_for_matching(text)
    pieces: list[str] = []
    flags: list[TypedFlag] = []
    at = 0
    while not (ended := _END_OF_FLAGS.match(found_in, at)):
        mark = find_next_flag(found_in, at, models)
        if weight := find_weight(found_in[at : mark.start if mark else len(text)]):
            raise unsupported_flag(weight, WEIGHTS)
        if mark is None:
            break
        pieces.append(text[at : mark.start])
        value, at = _read_value(text, found_in, mark, models)
        flags.append(TypedFlag(mark.flag, value))
        if len(flags) > _MAX_FLAGS:
            raise command_errors.too_many_flags(_MAX_FLAGS)
    if ended:
        return ScannedText(blank_if_invisible(join_prose([*pieces, text[ended.end() :]])), tuple(flags))
    return ScannedText(blank_if_invisible(strip_quotes(join_prose([*pieces, text[at:]]))), tuple(flags))


def _read_value(text: str, found_in: str, mark: FlagPosition, models: Container[str]) -> tuple[str, int]:
    """The flag's value in normalised characters, and the position behind it."""
    flag = mark.flag
    if not flag.value:
        if mark.is_glued:
            raise command_errors.flag_takes_no_value(flag.name, example=flag.example)
        return "", _end_of_match(_ENDING, found_in, mark.end)
    at = _end_of_match(_TO_VALUE, found_in, mark.end)
    if at == len(text) or _END_OF_FLAGS.match(found_in, at) or end_of_enclosure(found_in, at, at + 1) == at:
        raise _missing_value(flag)
    span = _quoted_span(found_in, at, flag) or _unquoted_span(found_in, at, flag, models)
    typed = text[span.start : span.end]
    value = blank_if_invisible(_QUOTES.sub("", typed) if flag.name == "no" else normalize_value(typed)).strip()
    if not value:
        raise _missing_value(flag)
    return value, span.after


@dataclass(frozen=True, slots=True)
class _Span:
    """The position of a value; `after` is behind what belongs to it, such as a closing quotation mark."""

    start: int
    end: int
    after: int


def _quoted_span(found_in: str, at: int, flag: Flag) -> _Span | None:
    """The span of a quoted value at `at`; None if it is not quoted."""
    match = _QUOTED.match(found_in, at)
    if match is None:
        if found_in[at] in QUOTES:
            raise command_errors.quote_not_closed(flag.name, example=flag.example)
        return None
    if flag.name == "no" and found_in.startswith(",", match.end()):
        return None  # --no "red hat", dog: a list whose first item is quoted
    start, end = match.span(match.lastindex or 0)
    return _Span(start, end, match.end())


def _unquoted_span(found_in: str, at: int, flag: Flag, models: Container[str]) -> _Span:
    """The span of an unquoted value at `at`."""
    ended = _DASHES_ALONE.search(found_in, at)
    most = len(found_in) if flag.name == "no" else at + _MAX_VALUE_CHARS
    end_of_flags = min(ended.start() if ended else len(found_in), most)
    stop = start_of_next_flag(found_in, at, end_of_flags, models)
    if stop == at:
        raise _missing_value(flag)
    while stop < end_of_flags and (opening := opening_before(found_in, stop)) and starts_word(found_in, stop):
        stop -= len(opening)
    stop = end_of_enclosure(found_in, at, stop)
    if flag.name == "no":
        dash = _DASH_ALONE.search(found_in, at, stop)
        stop = dash.start() if dash else start_of_bullet(found_in, at, stop)
        end = at + len(found_in[at:stop].rstrip())
        return _Span(at, end, end)
    if opening := opening_at(found_in, at):  # --size **64x64**
        start = at + len(opening)
        end = _end_of_value(found_in, start, stop, flag.name, models)
        if closed := end_of_closing(found_in, end, opening):
            return _Span(start, end, _end_of_match(_ENDING, found_in, closed))
    end = _end_of_value(found_in, at, stop, flag.name, models)
    return _Span(at, end, _end_of_match(_ENDING, found_in, end))


def _end_of_value(found_in: str, at: int, stop: int, name: FlagName, models: Container[str]) -> int:
    """Where an unquoted value ends: a model's name, a spaced value such as `64 x 64`, or one word."""
    if name == "model" and (end := end_of_model_name(found_in, at, stop, models)):
        return end
    if (spaced := _SPACED.get(name)) and (match := spaced.match(found_in, at, stop)):
        return match.end()
    word = _ONE_WORD.match(found_in, at, stop)
    return at + len(word[0].rstrip(f"{ENDING}*_~'’")) if word else at


def _end_of_match(pattern: re.Pattern[str], found_in: str, at: int) -> int:
    """The end of a match at `at`; `at` if there is none."""
    found = pattern.match(found_in, at)
    return found.end() if found else at


def _missing_value(flag: Flag) -> BadCommand:
    return command_errors.flag_needs_value(flag.name, legal=flag.legal, example=flag.example)
