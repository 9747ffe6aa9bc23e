"""Makes standard streams safe: closed ones, and ones that cannot encode every character."""

import codecs
import os
import sys
from io import TextIOWrapper
from typing import Final, TextIO

_REPLACEMENTS: Final = {
    "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "…": "...", "–": "-", "—": "-", "·": "-", "×": "x", "≈": "~"
}  # fmt: skip
_ERRORS: Final = "easel-plain"


def make_streams_safe() -> None:
    """Opens closed standard streams on /dev/null, and replaces characters that cannot be encoded.

    Call it first: otherwise the next opened file, perhaps the database, gets the free descriptor, and output for
    standard error is written into it.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free descriptor, which is this one
    # Python sets them to None if they were closed at start.
    sys.stdout = sys.stdout or _open_descriptor(1)  # pyright: ignore[reportUnnecessaryComparison]
    sys.stderr = sys.stderr or _open_descriptor(2)  # pyright: ignore[reportUnnecessaryComparison]
    codecs.register_error(_ERRORS, _replace_unencodable)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)


def _open_descriptor(descriptor: int) -> TextIO:
    return open(descriptor, "w", encoding="utf-8", closefd=False)


def _replace_unencodable(problem: UnicodeError) -> tuple[str, int]:
    """An error handler for encoding that replaces characters by ASCII."""
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    text = problem.object[problem.start : problem.end]
    return "".join(_REPLACEMENTS.get(char, "?") for char in text), problem.end
