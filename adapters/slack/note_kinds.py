"""Kinds of notes that the Slack adapter stores, and for how long.

Does not import a Slack library: expired notes are removed also where Slack is not set up.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.domain.notes import NoteKind

STATE_S: Final = 600
"""How many seconds an OAuth state is valid: the time a person has on Slack's consent page."""

KINDS: Final[Sequence[NoteKind]] = (
    NoteKind("post", "messages", "job"),
    NoteKind("root", "messages", "result"),
    NoteKind("moved", "messages", "result"),
    NoteKind("files", "pictures", "result"),
    NoteKind("copies", "pictures", "result"),
    NoteKind("gone", "pictures", timedelta(hours=1)),  # longer than sending a copy of a file takes
    NoteKind("share", "pictures", "result"),
    NoteKind("picture", "pictures", "job"),  # without it, a picture that is shown again is uploaded again
    NoteKind("installation", "installations", "always"),  # its token is encrypted separately
    NoteKind("state", "oauth", timedelta(seconds=STATE_S)),
)


def root_key(team: str, message: str) -> str:
    """The key of the note with the channel that a private message belongs to."""
    return f"root:{team}:{message}"


def moved_key(team: str, message: str) -> str:
    """The key of the note with the message that replaced a deleted root."""
    return f"moved:{team}:{message}"
