"""Finds the flags in typed text and leaves the rest exactly as the person wrote it.

Phones turn `--` into a dash, `"` into “ ” and `x` into `×`: all are understood. A run of dashes begins a flag only
at the start of a word and directly before a letter, so dashes and apostrophes in prose stay prose.
"""

import re
from collections.abc import Container
from dataclasses import dataclass

from bot.domain.words import folded, nearest, quoted
from bot.errors import BadCommand
from bot.grammar.flags import ABSENT_BY_WORD, COMMAND, FLAGS, FLAGS_BY_WORD, WEIGHTS, Absent, Flag, FlagName

_DASHES = "-‐‑‒–—―−﹘﹣－"
_FLAG = re.compile(rf"(?<!\S)([{_DASHES}]{{1,4}})([A-Za-z][A-Za-z0-9_-]*)(?:([=:])|[,;.!?]*(?=\s|$))")
_END_OF_FLAGS = re.compile(r"\s*--(?=\s|$)")
_DASHES_ALONE = re.compile(r"\s--(?=\s|$)")
_WEIGHT = re.compile(r"(?<=\w)::(?=[\s\d.-]|$)")
_NUMBER_OR_LINK = re.compile(r"\s*(?:\d|https?:)")
_QUOTED = re.compile(r"[\"“”„‟«»]([^\"“”„‟«»]*)[\"“”„‟«»]|['‘’‚‹›](.{0,200}?)['‘’‚‹›](?=[\s,;.]|$)", re.DOTALL)
_QUOTES = re.compile(r"[\"“”„‟«»]")
_SPACED = {
    "size": re.compile(r"\d+\s*[xX×✕хХ]\s*\d+(?=[\s,;.]|$)"),
    "ar": re.compile(r"\d+(?:\.\d+)?\s*[:/xX×✕хХ]\s*\d+(?:\.\d+)?(?=[\s,;.]|$)"),
}
_WORD = re.compile(r"\S+")
_MAX_MODEL_WORDS = 6
_MAX_FLAGS = 40
"""Each flag may have to look through the whole text; so many still take but milliseconds."""
_ESCAPE = f"To draw the words themselves, begin with two dashes alone: {COMMAND} -- your words"
_PROSE_AFTER_HYPHEN = frozenset({"no", "on", "private", "think"})
"""Words that may follow a hyphen in prose ("today -no rain"): they are flags only after two, or after a real dash."""

# Control characters; halves of surrogate pairs, which cannot be stored as UTF-8; and what hides or reorders text.
# The joiners U+200C and U+200D stay: emoji and Persian need them.
_HOSTILE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069]"
)
_LINE_ENDS = re.compile("\r\n?|\x85|\u2028|\u2029")


@dataclass(frozen=True, slots=True)
class Typed:
    """A flag as it stood in the text; `value` is empty for a switch."""

    flag: Flag
    value: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """`prose` is everything that is no flag."""

    prose: str
    flags: tuple[Typed, ...]


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a flag stands: `text[start:end]` is its name with dashes, and `=` where `is_glued`."""

    start: int
    end: int
    flag: Flag
    is_glued: bool


def clean(text: str) -> str:
    """Without control characters and characters that hide or reorder text; lines end in `\\n`."""
    return _HOSTILE.sub("", _LINE_ENDS.sub("\n", text))


def scan(text: str, models: Container[str]) -> Scanned:
    """Separates flags from prose. `models` are the folded model names, so that `--model GPT Image 2` needs no quotes.

    `--` alone, at the start or right after a flag, ends the flags: all that follows is prose.

    Raises:
        BadCommand: an unknown flag, one that cannot exist here, or a missing value.
    """
    pieces: list[str] = []
    flags: list[Typed] = []
    at = 0
    while not (ended := _END_OF_FLAGS.match(text, at)):
        mark = _next_flag(text, at)
        if mark is None:
            break
        pieces.append(text[at : mark.start])
        value, at = _value(text, mark, models)
        flags.append(Typed(mark.flag, value))
        if len(flags) > _MAX_FLAGS:
            raise BadCommand(f"There are more than {_MAX_FLAGS} flags.", hint=f"Keep one of each. {_ESCAPE}")
    rest = text[ended.end() :] if ended else text[at:]
    for piece in pieces if ended else [*pieces, rest]:
        if weight := _WEIGHT.search(piece):
            raise _absent(piece[weight.start() : weight.end() + 4].split()[0], WEIGHTS)
    return Scanned(_joined([*pieces, rest]), tuple(flags))


def _next_flag(text: str, at: int) -> _Mark | None:
    """The first flag from `at` on.

    Two dashes before a word are always meant as a flag, so an unknown one is an error. One dash may be prose: it is
    a flag only before a word that we know, and a hyphen only before those that no one writes in prose.
    """
    for match in _FLAG.finditer(text, at):
        mark = _mark(text, match)
        if mark is not None:
            return mark
    return None


def _mark(text: str, match: re.Match[str]) -> _Mark | None:
    dashes, name, glue = match[1], match[2], match[3]
    word = name.casefold().replace("_", "-")
    is_certain = len(dashes) > 1
    if flag := FLAGS_BY_WORD.get(word):
        if dashes == "-" and word in _PROSE_AFTER_HYPHEN:
            return None
        return _Mark(match.start(), match.end(), flag, is_glued=glue is not None)
    absent = ABSENT_BY_WORD.get(word)
    if absent and (is_certain or _NUMBER_OR_LINK.match(text, match.end())):
        raise _absent(f"--{name}", absent)
    if is_certain:
        raise _unknown(name)
    return None


def _value(text: str, mark: _Mark, models: Container[str]) -> tuple[str, int]:
    """The flag's value and where it ends."""
    flag = mark.flag
    if not flag.value:
        if mark.is_glued:
            raise BadCommand(f"--{flag.name} takes no value.", hint=f"Write it alone: {flag.example}")
        return "", mark.end
    at = mark.end
    while at < len(text) and text[at].isspace():
        at += 1
    following = _FLAG.match(text, at)
    if at == len(text) or _END_OF_FLAGS.match(text, at) or (following and _mark(text, following)):
        raise _missing(flag)
    value, end = _quoted_value(text, at, flag) or _plain_value(text, at, flag.name, models)
    if not value:
        raise _missing(flag)
    return value, end


def _quoted_value(text: str, at: int, flag: Flag) -> tuple[str, int] | None:
    match = _QUOTED.match(text, at)
    if match is None:
        if _QUOTES.match(text, at):
            raise BadCommand(f"The quote after --{flag.name} is never closed.", hint=f"Write {flag.example}")
        return None
    if flag.name == "no" and text.startswith(",", match.end()):
        return None  # --no "red hat", dog: a list whose first thing is quoted
    value: str = match[1] if match[1] is not None else match[2]
    return value.strip(), match.end()


def _plain_value(text: str, at: int, name: FlagName, models: Container[str]) -> tuple[str, int]:
    if name == "no":
        end = _end_of_phrase(text, at)
        return _QUOTES.sub("", text[at:end]).strip(), end
    if name == "model":
        return _model_words(text, at, models)
    if (spaced := _SPACED.get(name)) and (match := spaced.match(text, at)):
        return match[0], match.end()
    return _one_word(text, at)


def _end_of_phrase(text: str, at: int) -> int:
    """`--no` reaches to the next flag, to a `--` alone, or to the end."""
    mark = _next_flag(text, at)
    end = mark.start if mark else len(text)
    ended = _DASHES_ALONE.search(text, at, end)
    return ended.start() if ended else end


def _model_words(text: str, at: int, models: Container[str]) -> tuple[str, int]:
    """The longest run of words that names a model we know, else one word."""
    ends = [word.end() for word, _ in zip(_WORD.finditer(text, at), range(_MAX_MODEL_WORDS), strict=False)]
    for end in reversed(ends):
        if folded(text[at:end]).rstrip(".") in models:
            return text[at:end].rstrip(",;."), end
    return _one_word(text, at)


def _one_word(text: str, at: int) -> tuple[str, int]:
    word = text[at:].split(maxsplit=1)[0]
    return word.rstrip(",;."), at + len(word)


def _joined(pieces: list[str]) -> str:
    """The prose without the flags that stood between its pieces: one space or the line break remains."""
    prose = pieces[0]
    for piece in pieces[1:]:
        left, right = prose.rstrip(" \t"), piece.lstrip(" \t")
        needs_space = left and right and not left.endswith("\n") and not right.startswith("\n")
        prose = left + (" " if needs_space else "") + right
    return prose.strip()


def _missing(flag: Flag) -> BadCommand:
    return BadCommand(f"--{flag.name} needs a value: {flag.legal}.", hint=f"For example {flag.example}")


def _absent(typed: str, absent: Absent) -> BadCommand:
    return BadCommand(f"{quoted(typed)} does not exist here: {absent.reason}.", hint=absent.instead)


def _unknown(name: str) -> BadCommand:
    near = nearest(name, FLAGS_BY_WORD)
    meant = f"Did you mean --{FLAGS_BY_WORD[near].name}? " if near else ""
    legal = " ".join(f"--{flag.name}" for flag in FLAGS)
    return BadCommand(f"There is no flag {quoted('--' + name)}.", hint=f"{meant}Flags: {legal}. {_ESCAPE}")
