"""The kinds of notes that the Slack platform stores, and for how long. Imports no Slack library: old notes are deleted
without a connection too.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.domain.notes import NoteKind

STATE_S: Final = 600
"""How long somebody may take on Slack's consent page."""

KINDS: Final[Sequence[NoteKind]] = (
    NoteKind("post", "messages", "job"),
    NoteKind("root", "messages", "result"),
    NoteKind("moved", "messages", "result"),
    NoteKind("files", "pictures", "result"),
    NoteKind("copies", "pictures", "result"),
    NoteKind("gone", "pictures", timedelta(hours=1)),  # longer than anybody takes to hand out a file
    NoteKind("share", "pictures", "result"),
    NoteKind("picture", "pictures", "job"),  # without it, a picture that is shown again is uploaded again
    NoteKind("installation", "installations", "always"),  # its token is sealed by itself
    NoteKind("state", "oauth", timedelta(seconds=STATE_S)),
)


def root_key(team: str, message: str) -> str:
    """The key of the note with the channel that a private message belongs to."""
    return f"root:{team}:{message}"


def moved_key(team: str, message: str) -> str:
    """The key of the note with the message that replaced a deleted root."""
    return f"moved:{team}:{message}"
