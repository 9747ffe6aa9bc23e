"""Comparing the words people type with the words we know, shortening them, and quoting them back."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from difflib import get_close_matches

_INSIGNIFICANT = re.compile(r"[^\w.]|_")
_MAX_QUOTED_CHARS = 60
_APOSTROPHES = "'’"
_JOINERS = "\u200c\u200d"
"""Between the letters of a word in Persian and in the scripts of India."""


def folded(text: str) -> str:
    """How names are compared: "GPT Image 2.6" is "gpt-image-2.6". Case, spaces and most punctuation do not count."""
    return _INSIGNIFICANT.sub("", text.casefold())


def words_in(text: str) -> list[str]:
    """The words of any script: letters and digits with the marks on them, and apostrophes between them."""
    spaced = "".join(char if is_of_word(char) or char in _APOSTROPHES else " " for char in text)
    words = (word.strip(_APOSTROPHES) for word in spaced.split())
    return [word for word in words if any(map(str.isalnum, word))]


def is_of_word(char: str) -> bool:
    """Whether it is a letter, a digit, or a mark on one: vowels of Thai and Hindi are marks, which `\\w` leaves out."""
    return char.isalnum() or char in _JOINERS or unicodedata.category(char).startswith("M")


def nearest(typed: str, known: Iterable[str]) -> str | None:
    """The known word that the person most probably meant; None where none is near."""
    by_fold = {folded(word): word for word in known}
    close = get_close_matches(folded(typed), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None


def shortened(text: str, most: int, *, length: Callable[[str], int] = len) -> str:
    """The text as it is, or cut so that with an ellipsis its `length` is at most `most`, which counts each character by
    itself.
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


def quoted(typed: str) -> str:
    """What was typed, for an error's text: on one line, in quotes, shortened."""
    return repr(shortened(typed, _MAX_QUOTED_CHARS))
