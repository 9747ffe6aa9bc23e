"""Kinds of notes in `PlatformState`: which module owns them, and how long they are kept."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Kept = Literal["job", "result", "always"] | timedelta


@dataclass(frozen=True, slots=True)
class NoteKind:
    """A kind of note: all notes whose keys start with the same word.

    Attributes:
        name: that word; in a key it is followed by a colon.
        owner: the module that writes and reads them.
        kept: "job": as long as the engine keeps finished jobs, since a resumed job needs them; "result": as long as
            results are kept, counted from the last read; "always": until the owner removes them; a timedelta: so long
            after the last write.
        is_secret: whether they hold credentials and are therefore encrypted in the database.
    """

    name: str
    owner: str
    kept: Kept
    is_secret: bool = False


def kind_name_of(key: str) -> str:
    """The name of a note's kind, from its key."""
    return key.partition(":")[0]
