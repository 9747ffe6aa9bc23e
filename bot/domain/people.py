"""Persons, places and messages, for all platforms."""

from dataclasses import dataclass, replace
from typing import Final

from bot.domain.ids import PlatformName

NO_TEAM: Final = "@me"
"""The team of people who write to us outside of any team (Discord's direct messages)."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person on a platform. `id` is unique within (`platform`, `team`); `name` is for display only.

    `is_admin` is what the platform reports at the time of the event; it is never stored as a permission.
    """

    platform: PlatformName
    team: str
    id: str
    name: str
    is_admin: bool = False

    @property
    def key(self) -> str:
        """`platform:team:id`, which identifies the person in the ledger, in settings and in the scheduler."""
        return f"{self.platform}:{self.team}:{self.id}"

    @property
    def is_in_team(self) -> bool:
        return self.team != NO_TEAM


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a channel, or a thread in it.

    Attributes:
        thread: the id of the thread's root message; None for the channel itself.
        audience: the id of the only person who may see it; None for everybody in the channel. The platform decides
            how (an ephemeral message, a direct message).
    """

    platform: PlatformName
    team: str
    channel: str
    thread: str | None = None
    audience: str | None = None

    def in_thread(self, root: str) -> "Place":
        return replace(self, thread=root)

    def only_for(self, person: Person) -> "Place":
        """The same channel outside of any thread, visible to that person only."""
        return replace(self, thread=None, audience=person.id)


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A posted message: where it is, and the platform's id of it."""

    place: Place
    message: str
