"""Workspaces that installed the app by themselves (OAuth): kept with the state, their tokens sealed."""

from collections.abc import Mapping
from typing import Any, Final

from adapters.shared.recent_map import RecentMap
from adapters.shared.sealing import TokenEncryption
from adapters.slack.installations.workspaces import Workspace, not_connected
from bot.ports import Clock, PlatformState

_REMEMBERED_S: Final = 60.0
"""How long a process goes without looking: another one may have installed or removed the app meanwhile."""
_MAX_WORKSPACES: Final = 1_000


class InstalledWorkspaces:
    """Implements `Workspaces`."""

    def __init__(self, notes: PlatformState, seal: TokenEncryption, clock: Clock) -> None:
        self._notes = notes
        self._seal = seal
        self._remembered: RecentMap[str, Workspace | None] = RecentMap(
            _MAX_WORKSPACES, max_age_s=_REMEMBERED_S, clock=clock
        )

    async def get(self, team: str) -> Workspace | None:
        if team in self._remembered:
            return self._remembered[team]
        note = await self._notes.get(_key(team))
        found = self._team_of(note) if note is not None else None
        self._remembered[team] = found
        return found

    async def token(self, team: str) -> str:
        found = await self.get(team)
        if found is None:
            raise not_connected(team)
        return found.token

    def forget(self, team: str) -> None:
        self._remembered.pop(team, None)

    async def install(self, team: Workspace) -> None:
        """Keeps an installation; a workspace that installs again replaces its own."""
        await self._notes.put(
            _key(team.id),
            {
                "id": team.id,
                "name": team.name,
                "url": team.url,
                "token": self._seal.encrypt(team.token),
                "bot_user": team.bot_user,
                "bot_id": team.bot_id,
                "scopes": list(team.scopes),
            },
        )
        self.forget(team.id)

    async def remove(self, team: str) -> bool:
        """Forgets a workspace for good; False where it was not known."""
        removed = await self._notes.pop(_key(team))
        self.forget(team)
        return removed is not None

    def _team_of(self, note: Mapping[str, Any]) -> Workspace:
        return Workspace(
            id=note["id"],
            name=note["name"],
            url=note["url"],
            token=self._seal.decrypt(note["token"]),
            bot_user=note["bot_user"],
            bot_id=note["bot_id"],
            scopes=tuple(note["scopes"]),
        )


def _key(team: str) -> str:
    return f"installation:{team}"
