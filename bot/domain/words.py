"""Comparing the words people type with the words we know, shortening them, and quoting them back."""

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches

_INSIGNIFICANT = re.compile(r"[^\w.]|_")
_MAX_QUOTED_CHARS = 60


def folded(text: str) -> str:
    """How names are compared: "GPT Image 2.6" is "gpt-image-2.6". Case, spaces and most punctuation do not count."""
    return _INSIGNIFICANT.sub("", text.casefold())


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
