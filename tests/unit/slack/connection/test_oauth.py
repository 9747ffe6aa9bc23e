"""Workspaces that install the app by themselves: consent, tokens at rest, and leaving again."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from sqlalchemy import select
from yarl import URL

from adapters.shared.token_encryption import TokenEncryption
from bot.domain.events import TeamLeft
from bot.errors import AdminError
from bot.store.database import Database
from bot.store.tables import notes
from tests.emulators.slack.person import Person
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.things import Team
from tests.unit.slack.connected_platform import Connected, an_emulator, connected, options_of


@pytest.fixture
async def database_kind() -> str:
    return "sqlite"  # what is kept here is tested on both elsewhere


@pytest.fixture
async def slack() -> AsyncGenerator[SlackEmulator]:
    async with an_emulator() as slack:
        slack.delivery = "http"
        yield slack


@pytest.fixture
async def session() -> AsyncGenerator[aiohttp.ClientSession]:
    """A browser. unsafe: the jar otherwise keeps no cookie of a host that has no name."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def test_workspaces_install_by_themselves(
    slack: SlackEmulator, database: Database, session: aiohttp.ClientSession
) -> None:
    """Two workspaces open the install link, and each is then heard, and answered with its own token."""
    other = slack.add_team("Other", installed=False)
    async with _waiting(slack, database) as here:
        for team in (slack.team, other):
            status, page = await _install(slack, here, team, session)
            assert (status, f"installed in {team.name}" in page) == (200, True)
            person = slack.add_person("Eve", team=team)
            channel = slack.add_channel(f"of-{team.name}", team=team, members=[person])
            await person.command(channel, f"a flag for {team.name}")
        assert here.told.texts == ["a flag for Acme", "a flag for Other"]
        assert [call.team for call in slack.calls if call.method == "users.info"] == [slack.team.id, other.id]


async def test_tokens_are_sealed_at_rest(
    slack: SlackEmulator, database: Database, session: aiohttp.ClientSession
) -> None:
    """The database holds no token that anybody could use, and another key opens none of them."""
    async with _waiting(slack, database) as here:
        await _install(slack, here, slack.team, session)
    rows = await database.read(lambda connection: connection.execute(select(notes)).all())
    kept = [str(row.note) for row in rows]
    assert any(slack.team.bot_user_id in note for note in kept)
    assert not any(slack.team.bot_token in note for note in kept)
    sealed = TokenEncryption("one key").encrypt("xoxb-1")
    assert TokenEncryption("one key").decrypt(sealed) == "xoxb-1"
    with pytest.raises(AdminError, match="encrypted with another key"):
        TokenEncryption("another key").decrypt(sealed)


async def test_link_without_its_key_installs_nothing(
    slack: SlackEmulator, database: Database, session: aiohttp.ClientSession
) -> None:
    """Who was not given the link cannot draw at our cost in a workspace of their own."""
    async with _waiting(slack, database) as here:
        link = URL(here.platform.install_url or "").with_query(key="guessed")
        async with session.get(link, allow_redirects=False) as answer:
            assert (answer.status, "Location" in answer.headers) == (403, False)


async def test_consent_that_was_declined(
    slack: SlackEmulator, database: Database, session: aiohttp.ClientSession
) -> None:
    """Who presses Cancel at Slack is told so, and nothing is installed."""
    slack.uninstall(slack.team)
    async with _waiting(slack, database) as here:
        status, page = await _install(slack, here, slack.team, session, answer="cancel")
        assert (status, "was not installed" in page) == (400, True)


async def test_state_is_good_once_and_for_its_browser(
    slack: SlackEmulator, database: Database, session: aiohttp.ClientSession
) -> None:
    """Coming back without having left from here, or a second time with the same state, installs nothing."""
    async with _waiting(slack, database) as here, aiohttp.ClientSession() as stranger:
        async with session.get(here.platform.install_url or "", allow_redirects=False) as answer:
            state = URL(answer.headers["Location"]).query["state"]
        back = URL(here.address) / "slack/oauth_redirect" % {"code": "stolen", "state": state}
        for browser, expected in ((stranger, 400), (session, 502), (session, 400)):
            async with browser.get(back) as answer:
                assert answer.status == expected
    slack.forgive()


async def test_workspace_that_leaves_is_forgotten(
    slack: SlackEmulator, database: Database, session: aiohttp.ClientSession
) -> None:
    """Revoked or uninstalled, a workspace's token is gone from the database, and its jobs are given up."""
    async with _waiting(slack, database) as here:
        await _install(slack, here, slack.team, session)
        slack.revoke(slack.team)
        await here.told.until(1)
        await slack.quiet()
    assert {type(event) for event in here.told.events} == {TeamLeft}
    keys = await database.read(lambda connection: connection.scalars(select(notes.c.key)).all())
    assert not any(key.startswith("installation:") for key in keys)


async def test_workspace_that_comes_back_is_heard_again(
    slack: SlackEmulator, database: Database, session: aiohttp.ClientSession
) -> None:
    """An app that was thrown out can be installed again, with its new token."""
    async with _waiting(slack, database) as here:
        await _install(slack, here, slack.team, session)
        slack.revoke(slack.team)
        await slack.quiet()
        await _install(slack, here, slack.team, session)
        person = next(one for one in slack.people.values() if isinstance(one, Person))
        await person.command(slack.channel_named("studio"), "back again")
        assert here.told.texts == ["back again"]


@asynccontextmanager
async def _waiting(slack: SlackEmulator, database: Database) -> AsyncGenerator[Connected]:
    """Easel without a token, reached over HTTP."""
    options = options_of(
        slack,
        bot_token=None,
        app_token=None,
        client_id=slack.client_id,
        client_secret=slack.client_secret,
        install_key="only-for-us",
    )
    async with connected(slack, database, options) as here:
        await here.ready()
        yield here


async def _install(
    slack: SlackEmulator, here: Connected, team: Team, session: aiohttp.ClientSession, answer: str = "allow"
) -> tuple[int, str]:
    return await slack.install(team, here.platform.install_url or "", session, answer=answer)
