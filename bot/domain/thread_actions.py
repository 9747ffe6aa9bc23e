"""Durable work that draws nothing: moving what "newest" means, showing the tree, deleting a version."""

from dataclasses import dataclass
from typing import Literal

from bot.domain.ids import EventKey, ThreadId, VersionId
from bot.domain.people import Person, Place


@dataclass(frozen=True, slots=True)
class ThreadAction:
    """`version` is where `back` goes and what `delete` removes, decided on acceptance; None for `tree`."""

    key: EventKey
    kind: Literal["back", "tree", "delete"]
    person: Person
    place: Place
    thread: ThreadId
    version: VersionId | None = None
