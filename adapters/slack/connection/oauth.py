"""Slack's OAuth install flow: the install page, and the redirect URL that Slack calls back.

Only people with the install address may install: everybody else could draw in a workspace of their own, at our cost.
"""

import hashlib
import secrets
from html import escape
from typing import Final

import structlog
from aiohttp import web
from yarl import URL

from adapters.shared.http_server import secrets_equal
from adapters.slack.installations.installations import InstalledWorkspaces
from adapters.slack.installations.workspaces import Workspace
from adapters.slack.note_kinds import STATE_S
from adapters.slack.payloads.web_api import parse_oauth_v2_access
from adapters.slack.setup.manifest import SCOPES
from adapters.slack.web_api.client import SlackApi
from bot.errors import EaselError
from bot.ports import Clock, PlatformState

INSTALL_PATH: Final = "/slack/install"
REDIRECT_PATH: Final = "/slack/oauth_redirect"
_COOKIE: Final = "easel_slack_state"

_log = structlog.get_logger(__name__)


class OAuthInstaller:
    """The routes of the install flow.

    Args:
        public_url: where Slack and browsers reach this server, such as `https://easel.example.com`.
        authorize_url: Slack's consent page.
        key: the secret in the install address.
    """

    def __init__(
        self,
        *,
        api: SlackApi,
        workspaces: InstalledWorkspaces,
        notes: PlatformState,
        clock: Clock,
        client_id: str,
        client_secret: str,
        public_url: str,
        authorize_url: str,
        key: str,
    ) -> None:
        self._api = api
        self._workspaces = workspaces
        self._notes = notes
        self._clock = clock
        self._client_id = client_id
        self._client_secret = client_secret
        self._public_url = URL(public_url)
        self._authorize_url = URL(authorize_url)
        self._key = key

    @property
    def install_url(self) -> str:
        """The address to open in a browser, key included."""
        return str(self._public_url.joinpath(INSTALL_PATH.lstrip("/")) % {"key": self._key})

    def routes(self) -> list[web.RouteDef]:
        return [web.get(INSTALL_PATH, self._install), web.get(REDIRECT_PATH, self._callback)]

    async def _install(self, request: web.Request) -> web.Response:
        if not secrets_equal(request.query.get("key", ""), self._key):
            return _page("This link is not complete.", "Ask an admin for the full install link.", status=403)
        state = secrets.token_urlsafe(32)
        await self._notes.put(_state_key(state), {"until": self._clock.now().timestamp() + STATE_S})
        address = self._authorize_url % {
            "client_id": self._client_id,
            "scope": ",".join(SCOPES),
            "state": state,
            "redirect_uri": self._redirect_uri,
        }
        response = web.Response(status=302, headers={"Location": str(address), "Cache-Control": "no-store"})
        # The redirect must come to the browser that began: a link with another person's state installs nothing.
        response.set_cookie(
            _COOKIE,
            state,
            max_age=STATE_S,
            httponly=True,
            samesite="Lax",
            secure=self._public_url.scheme == "https",
            path=REDIRECT_PATH,
        )
        return response

    async def _callback(self, request: web.Request) -> web.Response:
        if "error" in request.query:
            return _page("Easel was not installed.", "Slack says that the request was declined.", status=400)
        if not await self._is_state_valid(request):
            return _page("This link has expired.", "Open the install link again.", status=400)
        try:
            team = await self._exchange_code(request.query.get("code", ""))
        except EaselError as problem:
            _log.warning("install.failed", reason=str(problem))
            return _page("Slack did not complete the installation.", "Open the install link again.", status=502)
        await self._workspaces.install(team)
        _log.info("team.installed", team=team.id)
        return _page(f"Easel is installed in {team.name}.", "Type /imagine in any channel there.")

    async def _is_state_valid(self, request: web.Request) -> bool:
        """Whether Easel issued the state to this browser, within `STATE_S`, and it was not used before."""
        state, cookie = request.query.get("state", ""), request.cookies.get(_COOKIE, "")
        if not state or not secrets_equal(cookie, state):
            return False
        note = await self._notes.pop(_state_key(state))
        return note is not None and float(note["until"]) > self._clock.now().timestamp()

    async def _exchange_code(self, code: str) -> Workspace:
        answer = await self._api.call_with(
            None,
            "oauth.v2.access",
            code=code,
            client_id=self._client_id,
            client_secret=self._client_secret,
            redirect_uri=self._redirect_uri,
        )
        return await self._api.identify(parse_oauth_v2_access(answer).access_token)

    @property
    def _redirect_uri(self) -> str:
        return str(self._public_url.joinpath(REDIRECT_PATH.lstrip("/")))


def _state_key(state: str) -> str:
    # Hashed, so that a reader of the database cannot complete an install that another person began.
    return f"state:{hashlib.sha256(state.encode()).hexdigest()}"


def _page(title: str, text: str, *, status: int = 200) -> web.Response:
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(text)}</p></html>"
    )
    return web.Response(text=body, content_type="text/html", status=status, headers={"Cache-Control": "no-store"})
