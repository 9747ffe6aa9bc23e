"""Kinds of notes: what platforms remember, which part of the code needs it, and how long it is kept."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Kept = Literal["job", "result", "always"] | timedelta


@dataclass(frozen=True, slots=True)
class NoteKind:
    """All notes whose keys begin with the same word.

    Attributes:
        name: that word, which a colon follows.
        owner: the module that writes and reads them.
        kept: "job": while the engine remembers jobs that ended, since a resumed job needs them; "result": while results
            are kept, counted from when they were last read; "always": until the owner removes them; or so long after
            they were last written.
        is_secret: whether they open something, and are therefore sealed in the database.
    """

    name: str
    owner: str
    kept: Kept
    is_secret: bool = False


def kind_of(key: str) -> str:
    """The name of the kind that a note's key belongs to."""
    return key.partition(":")[0]
