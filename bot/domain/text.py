"""Text helpers: compare typed names with known ones, split into words, shorten, and quote in error messages."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from difflib import get_close_matches

_INSIGNIFICANT = re.compile(r"[^\w.]|_")
_MAX_QUOTED_CHARS = 60
_APOSTROPHES = "'’"
_JOINERS = "\u200c\u200d"
"""Zero-width characters within words in Persian and Indic scripts."""


def fold(text: str) -> str:
    """Normalises a name for comparison, without case, spaces and most punctuation: "GPT Image 2.6" is "gptimage2.6"."""
    return _INSIGNIFICANT.sub("", text.casefold())


def split_words(text: str) -> list[str]:
    """The words in a text of any script: letters, digits, combining marks, and apostrophes within words."""
    spaced = "".join(char if is_word_character(char) or char in _APOSTROPHES else " " for char in text)
    words = (word.strip(_APOSTROPHES) for word in spaced.split())
    return [word for word in words if any(map(str.isalnum, word))]


def is_word_character(char: str) -> bool:
    """Whether it is a letter, digit or combining mark. Vowels of Thai and Hindi are marks, which `\\w` omits."""
    return char.isalnum() or char in _JOINERS or unicodedata.category(char).startswith("M")


def closest_match(typed: str, known: Iterable[str]) -> str | None:
    """The most similar known word; None if none is similar enough."""
    by_fold = {fold(word): word for word in known}
    close = get_close_matches(fold(typed), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None


def shorten(text: str, most: int, *, length: Callable[[str], int] = len) -> str:
    """The text, cut with an ellipsis if it is longer than `most`.

    Args:
        most: the largest allowed length, ellipsis included.
        length: how the platform counts; must add up character by character.
    """
    if length(text) <= most:
        return text
    kept, left = 0, most - length("…")
    for char in text:
        left -= length(char)
        if left < 0:
            break
        kept += 1
    return text[:kept] + "…"


def quote_typed(typed: str) -> str:
    """Typed text for an error message: on one line, in quotes, shortened to 60 characters."""
    return repr(shorten(typed, _MAX_QUOTED_CHARS))
