"""What is remembered of Slack, and for how long. Free of its library: old notes go without a connection, too."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.domain.notes import NoteKind

STATE_S: Final = 600
"""For how long somebody may stay on Slack's page of consent."""

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
    """Of the note that tells which channel a private message belongs to."""
    return f"root:{team}:{message}"


def moved_key(team: str, message: str) -> str:
    """Of the note that tells which message stands for a root that was deleted."""
    return f"moved:{team}:{message}"
