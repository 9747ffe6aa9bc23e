"""Slack's `app_uninstalled` and `tokens_revoked`: forgets the workspace, and ends its jobs."""

import structlog

from adapters.slack.ids import PLATFORM
from adapters.slack.installations.installations import InstalledWorkspaces
from adapters.slack.payloads.app_events import UninstallCallback
from bot.domain.events import TeamLeft
from bot.domain.ids import EventKey
from bot.ports import Handler

_log = structlog.get_logger(__name__)


class UninstallEvents:
    def __init__(self, handle: Handler, workspaces: InstalledWorkspaces) -> None:
        self._handle = handle
        self._workspaces = workspaces

    async def uninstalled(self, delivery: UninstallCallback) -> None:
        """Tokens of users may be revoked without the app being removed: then nothing is done."""
        if not delivery.is_bot_removed:
            return
        team = delivery.team_id
        await self._workspaces.remove(team)
        _log.warning("team.left", team=team)
        await self._handle(TeamLeft(key=EventKey(f"{PLATFORM}:{team}:left"), platform=PLATFORM, team=team))
