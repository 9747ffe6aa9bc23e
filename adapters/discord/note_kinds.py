"""Kinds of notes that the Discord adapter stores, and for how long.

Does not import discord.py: expired notes are removed also where Discord is not set up.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from adapters.discord.limits import TOKEN_S
from bot.domain.notes import NoteKind

_TOKEN: Final = timedelta(seconds=TOKEN_S)

KINDS: Final[Sequence[NoteKind]] = (
    NoteKind("post", "messages", "job"),
    NoteKind("hint", "hearing", "job"),
    NoteKind("at", "places", "result"),
    NoteKind("thread", "places", "result"),
    NoteKind("token", "tokens", _TOKEN, is_secret=True),
    NoteKind("via", "tokens", _TOKEN, is_secret=True),
    NoteKind("copies", "copies", _TOKEN, is_secret=True),
    NoteKind("gone", "copies", _TOKEN),
    NoteKind("shard", "leases", "job"),
    NoteKind("commands", "sync", "always"),  # one for each app and server
)
