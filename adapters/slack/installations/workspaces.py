"""The Slack workspaces that the app is installed in: one by the token in the settings, or many by OAuth."""

from dataclasses import dataclass
from typing import Protocol

from adapters.slack import errors
from adapters.slack.payloads.web_api import AuthTest


@dataclass(frozen=True, slots=True)
class Workspace:
    """An installation. `url` is the address of the workspace, such as `https://acme.slack.com/`; `token` is secret."""

    id: str
    name: str
    url: str
    token: str
    bot_user: str
    bot_id: str
    scopes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Workspace({self.id}, {self.name!r})"


class Workspaces(Protocol):
    """Finds installations without a call to Slack: an event is authorised within milliseconds."""

    async def get(self, team: str) -> Workspace | None: ...

    async def token(self, team: str) -> str:
        """Raises PlaceClosed where the workspace is not connected."""
        ...

    def forget(self, team: str) -> None:
        """Reads the installation anew next time: what is remembered may be out of date."""
        ...


class SingleWorkspace:
    """Implements `Workspaces` for the bot token in the settings. `auth.test` says which workspace it is for."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._workspace: Workspace | None = None

    def connected(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def get(self, team: str) -> Workspace | None:
        return self._workspace if self._workspace is not None and self._workspace.id == team else None

    async def token(self, team: str) -> str:
        # Before Easel has connected, unfinished jobs go on, and there is only this token for them.
        if self._workspace is not None and self._workspace.id != team:
            raise errors.not_connected(team)
        return self._token

    def forget(self, team: str) -> None:
        """Does nothing: the token changes with a restart only."""


def workspace_from_auth_test(tested: AuthTest, token: str, scopes: str) -> Workspace:
    """The workspace that `auth.test` returned for a token. `scopes` are separated by commas."""
    return Workspace(
        id=tested.team_id,
        name=tested.team or tested.team_id,
        url=tested.url,
        token=token,
        bot_user=tested.user_id,
        bot_id=tested.bot_id,
        scopes=tuple(scope.strip() for scope in scopes.split(",") if scope.strip()),
    )
