"""Who speaks, where, and which message is meant, in every platform's terms."""

from dataclasses import dataclass, replace
from typing import Final

from bot.domain.ids import PlatformName

NO_TEAM: Final = "@me"
"""The team of those who talk to us outside of any: they have nothing in common."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone on a platform. `id` is unique within (`platform`, `team`); `name` is for showing only.

    `is_admin` is what the platform says of them at the time of the event, never stored as a right.
    """

    platform: PlatformName
    team: str
    id: str
    name: str
    is_admin: bool = False

    @property
    def key(self) -> str:
        """`platform:team:id`, the name under which quotas, settings and fairness know them."""
        return f"{self.platform}:{self.team}:{self.id}"

    @property
    def is_in_team(self) -> bool:
        return self.team != NO_TEAM


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a channel, or with `thread` the conversation under that root message.

    `audience` is the id of the only person who may see it; None for everybody in the channel. How a platform
    keeps it private is its own affair (an ephemeral message, a direct message).
    """

    platform: PlatformName
    team: str
    channel: str
    thread: str | None = None
    audience: str | None = None

    def in_thread(self, root: str) -> "Place":
        return replace(self, thread=root)

    def only_for(self, person: Person) -> "Place":
        """Outside of any thread, where that person alone sees it."""
        return replace(self, thread=None, audience=person.id)


@dataclass(frozen=True, slots=True)
class MessageRef:
    """One message that can be edited or replied to: where it is, and the platform's id for it."""

    place: Place
    message: str
