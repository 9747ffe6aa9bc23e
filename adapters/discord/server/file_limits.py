"""Discord file size limits of each server: by boost tier, by what interactions state, and by refusals."""

from typing import Final, Protocol

from adapters.discord import errors
from adapters.discord.ids import DIRECT
from adapters.discord.limits import FILE_BYTES, MIB
from adapters.shared.recent_map import RecentMap
from bot.domain.people import Place
from bot.errors import AdminError, Transient

_STEPS_BYTES: Final = tuple(MIB * size for size in (100, 50, 25, 20, 10, 8, 4, 2, 1))
"""Limits that Discord has had, and smaller ones. After a refusal the next lower one is used."""
_MAX_SERVERS: Final = 10_000


class BoostTiers(Protocol):
    def boost_tier(self, guild: str) -> int | None:
        """None for a server that is not connected."""
        ...


def guild_of(place: Place) -> str:
    """The server whose limit applies. Private messages are DMs, which have the limit of a server without boosts."""
    return DIRECT if place.audience is not None else place.team


class FileLimits:
    def __init__(self, boosts: BoostTiers) -> None:
        self._boosts = boosts
        self._stated: RecentMap[str, int] = RecentMap(_MAX_SERVERS)
        self._after_refusals: RecentMap[str, int] = RecentMap(_MAX_SERVERS)

    def limit_bytes(self, guild: str) -> int:
        """Of one file in that server; the lowest limit of Discord where the server is unknown."""
        stated = self._stated.get(guild)
        if stated is None:
            stated = FILE_BYTES.get(self._boosts.boost_tier(guild) or 0, FILE_BYTES[0])
        return min(stated, self._after_refusals.get(guild, stated))

    def state(self, guild: str, limit_bytes: int) -> None:
        """An interaction stated a limit. It includes its person's Nitro, so the lowest that was stated is used."""
        self._stated[guild] = min(limit_bytes, self._stated.get(guild, limit_bytes))

    def refused(self, guild: str, largest_bytes: int) -> Transient | AdminError:
        """Lowers the limit after a message was too large (40005, 413); returns the error to raise."""
        lower = next((step for step in _STEPS_BYTES if step < min(largest_bytes, self.limit_bytes(guild))), None)
        if lower is None:
            return errors.no_file_accepted()
        self._after_refusals[guild] = lower
        return errors.file_too_large()
