"""The workspaces that the app is installed in: one by its token from the settings, or many by OAuth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.errors import PlaceClosed


@dataclass(frozen=True, slots=True)
class Workspace:
    """One installation. `url` is the workspace's address, such as `https://acme.slack.com/`; `token` is secret."""

    id: str
    name: str
    url: str
    token: str
    bot_user: str
    bot_id: str
    scopes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Team({self.id}, {self.name!r})"


class Workspaces(Protocol):
    """Finds installations without asking Slack: an event is authorised within milliseconds."""

    async def get(self, team: str) -> Workspace | None: ...

    async def token(self, team: str) -> str:
        """Raises PlaceClosed where the workspace is not connected."""
        ...

    def forget(self, team: str) -> None:
        """What is remembered of a workspace may be out of date."""
        ...


class SingleWorkspace:
    """The workspace whose bot token is in the settings. Which one it is, Slack tells when Easel connects."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._team: Workspace | None = None

    def connected(self, team: Workspace) -> None:
        self._team = team

    async def get(self, team: str) -> Workspace | None:
        return self._team if self._team is not None and self._team.id == team else None

    async def token(self, team: str) -> str:
        # Before Easel has connected, jobs of earlier days go on, and there is only this token for them.
        if self._team is not None and self._team.id != team:
            raise not_connected(team)
        return self._token

    def forget(self, team: str) -> None:
        """Nothing is remembered that could change without a restart."""


def not_connected(team: str) -> PlaceClosed:
    return PlaceClosed(
        f"The Slack workspace {team} is not connected to Easel any more.", hint="Install the app there again."
    )


def workspace_from_auth_test(told: Mapping[str, Any], token: str, scopes: str) -> Workspace:
    """What `auth.test` says of a token. `scopes` are separated by commas."""
    return Workspace(
        id=str(told["team_id"]),
        name=str(told.get("team", told["team_id"])),
        url=str(told.get("url", "")),
        token=token,
        bot_user=str(told["user_id"]),
        bot_id=str(told.get("bot_id", "")),
        scopes=tuple(scope.strip() for scope in scopes.split(",") if scope.strip()),
    )
