"""Workspaces that installed the Slack app by OAuth, stored in the platform's state with encrypted tokens."""

from typing import Final

from adapters.shared.recent_map import RecentMap
from adapters.shared.token_encryption import TokenEncryption
from adapters.slack import errors
from adapters.slack.installations.workspaces import Workspace
from bot.ports import Clock, Json, PlatformState

_REMEMBERED_S: Final = 60.0
"""How long an installation is remembered: another process may have changed it meanwhile."""
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
        found = self._workspace_of(note) if note is not None else None
        self._remembered[team] = found
        return found

    async def token(self, team: str) -> str:
        found = await self.get(team)
        if found is None:
            raise errors.not_connected(team)
        return found.token

    def forget(self, team: str) -> None:
        self._remembered.pop(team, None)

    async def install(self, workspace: Workspace) -> None:
        """Stores an installation; an earlier one of the same workspace is replaced."""
        await self._notes.put(
            _key(workspace.id),
            {
                "id": workspace.id,
                "name": workspace.name,
                "url": workspace.url,
                "token": self._seal.encrypt(workspace.token),
                "bot_user": workspace.bot_user,
                "bot_id": workspace.bot_id,
                "scopes": list(workspace.scopes),
            },
        )
        self.forget(workspace.id)

    async def remove(self, team: str) -> bool:
        """Deletes an installation; False where there was none."""
        removed = await self._notes.pop(_key(team))
        self.forget(team)
        return removed is not None

    def _workspace_of(self, note: Json) -> Workspace:
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
