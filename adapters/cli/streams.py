"""Standard streams that are closed, or cannot write every character: made safe before anything else happens."""

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
    """Call it first of all: a closed descriptor is given to the next file that is opened, perhaps the database, and
    what is written to standard error then ends up in it.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest that is free, which is this one
    # Python's own value for a stream that was closed when it started.
    sys.stdout = sys.stdout or _open_descriptor(1)  # pyright: ignore[reportUnnecessaryComparison]
    sys.stderr = sys.stderr or _open_descriptor(2)  # pyright: ignore[reportUnnecessaryComparison]
    codecs.register_error(_ERRORS, _replace_unencodable)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=_ERRORS)


def _open_descriptor(descriptor: int) -> TextIO:
    return open(descriptor, "w", encoding="utf-8", closefd=False)


def _replace_unencodable(problem: UnicodeError) -> tuple[str, int]:
    """What a terminal cannot show, in letters that any can."""
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    text = problem.object[problem.start : problem.end]
    return "".join(_REPLACEMENTS.get(char, "?") for char in text), problem.end
