"""What a file may weigh in each server: what is known beforehand, and what Discord's refusals taught."""

from typing import Final, Protocol

from adapters.discord.ids import DIRECT
from adapters.discord.limits import FILE_BYTES, MIB
from bot.domain.people import Place
from bot.errors import AdminError, Transient

_LADDER: Final = tuple(MIB * size for size in (100, 50, 25, 20, 10, 8, 4, 2, 1))
"""What the limit has been at one time or another, and then as little as a picture can be."""


class BoostTiers(Protocol):
    """Knows the boost tier of a server, None for one that it does not see (now)."""

    def boost_tier(self, guild: str) -> int | None: ...


def guild_of(place: Place) -> str:
    """Whose limit holds for what is sent there: what only one person sees goes to a DM, which no server boosts."""
    return DIRECT if place.audience is not None else place.team


class FileLimits:
    def __init__(self, boosts: BoostTiers) -> None:
        self._boosts = boosts
        self._stated: dict[str, int] = {}
        self._learnt: dict[str, int] = {}

    def limit_bytes(self, guild: str) -> int:
        """Of one file in that server. What is not known is taken to be the least there is."""
        stated = self._stated.get(guild)
        if stated is None:
            stated = FILE_BYTES.get(self._boosts.boost_tier(guild) or 0, FILE_BYTES[0])
        return min(stated, self._learnt.get(guild, stated))

    def state(self, guild: str, limit_bytes: int) -> None:
        """An interaction there said so. It counts its person's Nitro as well: the least that was said holds for all."""
        self._stated[guild] = min(limit_bytes, self._stated.get(guild, limit_bytes))

    def refused(self, guild: str, largest_bytes: int) -> Transient | AdminError:
        """A message was too large (40005, 413): from now on less is allowed there, so that the next try is smaller."""
        lower = next((step for step in _LADDER if step < min(largest_bytes, self.limit_bytes(guild))), None)
        if lower is None:
            return AdminError("Discord takes no file from Easel, however small.", hint="`easel doctor` tries it.")
        self._learnt[guild] = lower
        return Transient("That was too large for Discord.")
