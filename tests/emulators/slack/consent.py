"""How an app gets into a workspace: the page where a person allows it, and what that page does."""

import html
from urllib.parse import urlencode, urljoin

import aiohttp
from aiohttp import web

from tests.emulators.slack.ids import secret
from tests.emulators.slack.state import State
from tests.emulators.slack.things import Consent, Team

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class ConsentPage:
    """`/oauth/v2/authorize`. The workspace that is meant stands in `team`, or else is the first one."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def show(self, request: web.Request) -> web.Response:
        query = request.query
        if query.get("client_id") != self._state.client_id:
            self._state.note("authorize", f"no app is called {query.get('client_id')!r}")
            return web.Response(status=400, text="Invalid client_id parameter")
        if not query.get("scope"):
            self._state.note("authorize", "no scope is asked for")
            return web.Response(status=400, text="Invalid permissions requested")
        if not query.get("state"):
            self._state.note("authorize", "without state, anyone could install into a foreign session")
        fields = "".join(
            f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
            for name, value in query.items()
        )
        page = f'<html><body><form method="post" action="/oauth/v2/allow">{fields}<button>Allow</button></form></body>'
        return web.Response(text=page, content_type="text/html")

    async def allow(self, request: web.Request) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        back: dict[str, str] = {"state": form["state"]} if "state" in form else {}
        if form.get("answer") == "cancel":
            back["error"] = "access_denied"
        else:
            back["code"] = secret()
            team = self._state.teams.get(form.get("team", "")) or next(iter(self._state.teams.values()))
            scopes = frozenset(form["scope"].split(","))
            person = next((each.id for each in self._state.people.values() if each.team is team), "U0NOBODY01")
            self._state.consents[back["code"]] = Consent(team, person, scopes, form.get("redirect_uri"))
        target = form.get("redirect_uri", "")
        address = f"{target}{'&' if '?' in target else '?'}{urlencode(back)}"
        return web.Response(status=302, headers={"Location": address})


async def install(
    origin: str, team: Team, install_url: str, session: aiohttp.ClientSession, *, answer: str = "allow"
) -> tuple[int, str]:
    """What a person with a browser does: opens the app's page, follows its link, and presses Allow.

    Returns:
        Status and text of the app's last page.
    """
    async with session.get(install_url, allow_redirects=False) as page:
        link = page.headers["Location"] if page.status in _REDIRECTS else _link_in(await page.text(), origin)
    async with session.get(urljoin(install_url, link)) as consent:
        assert consent.status == 200, await consent.text()
        form = {**dict(consent.url.query), "team": team.id, "answer": answer}
    async with session.post(f"{origin}/oauth/v2/allow", data=form, allow_redirects=False) as allowed:
        assert allowed.status == 302, await allowed.text()
        back = allowed.headers["Location"]
    async with session.get(back) as last:
        return last.status, await last.text()


def _link_in(page: str, origin: str) -> str:
    start = page.index(f"{origin}/oauth/v2/authorize")
    return html.unescape(page[start : page.index('"', start)])
