"""Handles what people put around flags: brackets, quotation marks, and Markdown for code, bold and italics.

Flags are found within these. A pair that is empty after its flags were removed is removed too; others stay.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.grammar.characters import LATIN

QUOTES: Final = '"＂“”„‟«»'
"""Quotation marks. Which of them open and which close differs between languages."""

_SINGLE_QUOTES: Final = "'‘’‚‹›"
_QUOTES: Final = QUOTES + _SINGLE_QUOTES
_OPEN: Final = "([{<（［｛＜「『｢【〔〈《"
_CLOSED: Final = ")]}>）］｝＞」』｣】〕〉》"
_BRACKETS: Final = dict(zip(_OPEN, _CLOSED, strict=True))
_OPENING: Final = rf"\*{{1,3}}|_{{1,3}}|~{{1,3}}|`{{1,3}}|\|\||[{_QUOTES}{re.escape(_OPEN)}]"
_OPENING_AT = re.compile(_OPENING)
_OPENING_BEFORE = re.compile(rf"(?:{_OPENING})\Z")
_FENCE = re.compile(r"```[a-z]*\s*\Z")
# Arrows do not count as brackets, apostrophes not as quotation marks, underscores within a word not as Markdown.
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
    """The bracket, quotation mark or Markdown that ends directly before `at`; "" if there is none."""
    found = _OPENING_BEFORE.search(text, max(0, at - 3), at)
    return found[0] if found else ""


def opening_at(text: str, at: int) -> str:
    """The bracket, quotation mark or Markdown that starts at `at`; "" if there is none."""
    found = _OPENING_AT.match(text, at)
    return found[0] if found else ""


def end_of_closing(text: str, at: int, opening: str) -> int | None:
    """The end of the counterpart of `opening`, if it starts at `at`; else None."""
    if not opening:
        return None
    for quotes in (QUOTES, _SINGLE_QUOTES):
        if opening in quotes:
            return at + 1 if at < len(text) and text[at] in quotes else None
    closing = _BRACKETS.get(opening, opening)
    end = at + len(closing)
    is_longer = opening not in _BRACKETS and text.startswith(closing[-1], end)
    return end if text.startswith(closing, at) and not is_longer else None


def starts_word(text: str, at: int) -> bool:
    """Whether a word starts at `at`, possibly after opening brackets, quotation marks or Markdown."""
    for _ in range(_MAX_NESTED):
        opening = opening_before(text, at)
        if opening in _BRACKETS:
            return True
        at -= len(opening)
    return at == 0 or text[at - 1].isspace()


def end_of_enclosure(text: str, at: int, end: int) -> int:
    """Where the pair that was opened before `at` is closed; `end` if that is not before `end`."""
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


def start_of_bullet(text: str, at: int, end: int) -> int:
    """Where a list bullet starts that is alone on the line before `end`; else `end`."""
    bullet = _BULLET.search(text, at, end)
    return bullet.start() if bullet else end


def join_prose(pieces: Sequence[str]) -> str:
    """Joins the pieces between the removed flags, without pairs and bullets that are now empty."""
    prose, last = pieces[0], len(pieces) - 1
    for number, piece in enumerate(pieces[1:], 1):
        prose, rest = _drop_empty_wrappers(prose, piece)
        if rest.lstrip(" \t").startswith("\n") or (number == last and not rest.strip()):
            prose = _BULLET.sub("", prose)
        prose = _join_sides(prose, rest)
    return prose.strip()


def strip_quotes(prose: str) -> str:
    """Removes quotation marks or code marks around the whole text; several quotations in a row stay."""
    for opening, closing in _AROUND_ALL:
        inner = prose[len(opening) : -len(closing)]
        is_whole = prose == f"{opening}{inner}{closing}"
        if is_whole and not any(mark in _APOSTROPHE.sub("", inner) for mark in (opening, closing)):
            return strip_quotes(inner.strip())
    return prose


def _drop_empty_wrappers(left: str, right: str) -> tuple[str, str]:
    """Removes the pairs around a flag that contained nothing else. Returns the text before and after the flag."""
    for _ in range(_MAX_NESTED):
        before, after = left.rstrip(), right.lstrip()
        fence = _FENCE.search(before, max(0, len(before) - _MAX_FENCE_CHARS))
        opening = fence[0] if fence else opening_before(before, len(before))
        start, closed = len(before) - len(opening), end_of_closing(after, 0, "```" if fence else opening)
        is_open = opening in _BRACKETS or starts_word(before, start) or (before == left and opening not in _QUOTES)
        if closed is None or not is_open:
            break
        left, right = before[:start], after[closed:]
    return left, right


def _join_sides(left: str, right: str) -> str:
    """Joins the text before and after a flag; one space or line break between them remains."""
    before, after = left.rstrip(" \t"), right.lstrip(" \t")
    if not before or not after or before.endswith("\n") or after.startswith("\n"):
        return before + after
    if left == before and opening_before(before, len(before)) and starts_word(before, len(before)):
        return before + after  # the flag was the first thing within this pair
    is_apart = right != after or (left != before and not _ENDING.match(after))
    is_apart |= bool(_WORD.match(before[-1]) and _WORD.match(after))
    return f"{before} {after}" if is_apart else before + after
