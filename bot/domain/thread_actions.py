"""Durable work that draws nothing: going back to a version, showing the tree, deleting a version."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.ids import EventKey, ThreadId, VersionId
from bot.domain.people import Person, Place


@dataclass(frozen=True, slots=True)
class ThreadAction:
    """`version` is the target of `back` and `delete`, decided when the event was accepted; None for `tree`."""

    key: EventKey
    kind: Literal["back", "tree", "delete"]
    person: Person
    place: Place
    thread: ThreadId
    version: VersionId | None = None
