"""Comparing the words people type with the words we know, and quoting them back."""

import re
from collections.abc import Iterable
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


def quoted(typed: str) -> str:
    """What was typed, for an error's text: on one line, in quotes, shortened."""
    short = typed if len(typed) <= _MAX_QUOTED_CHARS else typed[: _MAX_QUOTED_CHARS - 1] + "…"
    return repr(short)
