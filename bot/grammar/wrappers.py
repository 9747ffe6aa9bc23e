"""What people put around words: brackets, quotation marks, and the marks for code, bold, italics and the like.

Flags are found within them. What is left empty once its flags are taken out goes with them; all else stays.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.grammar.characters import LATIN

QUOTES: Final = '"＂“”„‟«»'
"""Quotation marks. Which of them open and which close differs from language to language."""

_SINGLE_QUOTES: Final = "'‘’‚‹›"
_QUOTES: Final = QUOTES + _SINGLE_QUOTES
_OPEN: Final = "([{<（［｛＜「『｢【〔〈《"
_CLOSED: Final = ")]}>）］｝＞」』｣】〕〉》"
_BRACKETS: Final = dict(zip(_OPEN, _CLOSED, strict=True))
_OPENING: Final = rf"\*{{1,3}}|_{{1,3}}|~{{1,3}}|`{{1,3}}|\|\||[{_QUOTES}{re.escape(_OPEN)}]"
_OPENING_AT = re.compile(_OPENING)
_OPENING_BEFORE = re.compile(rf"(?:{_OPENING})\Z")
_FENCE = re.compile(r"```[a-z]*\s*\Z")
# Arrows are no brackets, apostrophes no quotation marks, and underscores within a word no marks.
_WRAPPER = re.compile(
    r"\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|~{1,3}|`{1,3}|\|\|"
    rf"|[{QUOTES}]|(?![<>])[{re.escape(_OPEN + _CLOSED)}]"
)
_ENDING = re.compile(rf"[{re.escape(_CLOSED)}{_QUOTES}*_~`|.,;:!?…、。，；：！？．]")
_BULLET = re.compile(r"(?:\A|(?<=\n))[ \t]*(?:[-*+•◦▪‣·–—>#\ufe0e]{1,3}|-#|\d{1,2}[.)])[ \t]*\Z")
_WORD = re.compile(rf"[{LATIN}0-9]")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_MAX_NESTED: Final = 8
_MAX_FENCE_CHARS: Final = 20
_AROUND_ALL: Final = (
    ("```", "```"),
    *zip("`\"＂“„„”«»「『｢'‘‚’‹›", "`\"＂”“””»«」』｣'’‘’›‹", strict=True),
)


def opening_before(text: str, at: int) -> str:
    """The bracket, quotation mark or run of marks that stands directly before `at`; "" where none does."""
    found = _OPENING_BEFORE.search(text, max(0, at - 3), at)
    return found[0] if found else ""


def opening_at(text: str, at: int) -> str:
    """The bracket, quotation mark or run of marks that begins at `at`; "" where none does."""
    found = _OPENING_AT.match(text, at)
    return found[0] if found else ""


def end_of_closing(text: str, at: int, opening: str) -> int | None:
    """Where what closes `opening` ends, if it begins at `at`."""
    if not opening:
        return None
    for quotes in (QUOTES, _SINGLE_QUOTES):
        if opening in quotes:
            return at + 1 if at < len(text) and text[at] in quotes else None
    closing = _BRACKETS.get(opening, opening)
    end = at + len(closing)
    is_longer = opening not in _BRACKETS and text.startswith(closing[-1], end)
    return end if text.startswith(closing, at) and not is_longer else None


def stands_apart(text: str, at: int) -> bool:
    """Whether what begins at `at` begins a word, perhaps after brackets, quotation marks or marks that open there."""
    for _ in range(_MAX_NESTED):
        opening = opening_before(text, at)
        if opening in _BRACKETS:
            return True
        at -= len(opening)
    return at == 0 or text[at - 1].isspace()


def end_of_wrapped(text: str, at: int, end: int) -> int:
    """Where the brackets, quotation marks or marks that began before `at` end; `end` where they do not before that."""
    inside: list[str] = []
    for wrapper in _WRAPPER.finditer(text, at, end):
        run, start = wrapper[0], wrapper.start()
        before, after = text[start - 1 : start], text[wrapper.end() : wrapper.end() + 1]
        is_first = start == at or not _WORD.match(before)
        if inside and end_of_closing(run, 0, inside[-1]):
            inside.pop()
        elif run in _BRACKETS or (run not in _CLOSED and is_first and after.strip()):
            inside.append(run)
        elif run in _CLOSED or (before.strip() and not _WORD.match(after)):
            return start
    return end


def before_bullet(text: str, at: int, end: int) -> int:
    """`end`, or where the bullet begins that stands alone in the line before it."""
    bullet = _BULLET.search(text, at, end)
    return bullet.start() if bullet else end


def joined(pieces: Sequence[str]) -> str:
    """The prose whose flags stood between the pieces: without what only they filled, such as `()`, `**` or a bullet."""
    prose, last = pieces[0], len(pieces) - 1
    for number, piece in enumerate(pieces[1:], 1):
        prose, rest = _without_empty(prose, piece)
        if rest.lstrip(" \t").startswith("\n") or (number == last and not rest.strip()):
            prose = _BULLET.sub("", prose)
        prose = _beside(prose, rest)
    return prose.strip()


def unquoted(prose: str) -> str:
    """Without quotation marks or marks of code around all of it; several quotations in a row stay."""
    for opening, closing in _AROUND_ALL:
        inner = prose[len(opening) : -len(closing)]
        is_whole = prose == f"{opening}{inner}{closing}"
        if is_whole and not any(mark in _APOSTROPHE.sub("", inner) for mark in (opening, closing)):
            return unquoted(inner.strip())
    return prose


def _without_empty(left: str, right: str) -> tuple[str, str]:
    """Both sides of a flag without the wrappers that held nothing else."""
    for _ in range(_MAX_NESTED):
        before, after = left.rstrip(), right.lstrip()
        fence = _FENCE.search(before, max(0, len(before) - _MAX_FENCE_CHARS))
        opening = fence[0] if fence else opening_before(before, len(before))
        start, closed = len(before) - len(opening), end_of_closing(after, 0, "```" if fence else opening)
        is_open = opening in _BRACKETS or stands_apart(before, start) or (before == left and opening not in _QUOTES)
        if closed is None or not is_open:
            break
        left, right = before[:start], after[closed:]
    return left, right


def _beside(left: str, right: str) -> str:
    """One space, or the line break, remains where there was one beside the flag."""
    before, after = left.rstrip(" \t"), right.lstrip(" \t")
    if not before or not after or before.endswith("\n") or after.startswith("\n"):
        return before + after
    if left == before and opening_before(before, len(before)) and stands_apart(before, len(before)):
        return before + after  # the flag was the first thing within these
    is_apart = right != after or (left != before and not _ENDING.match(after))
    is_apart |= bool(_WORD.match(before[-1]) and _WORD.match(after))
    return f"{before} {after}" if is_apart else before + after
