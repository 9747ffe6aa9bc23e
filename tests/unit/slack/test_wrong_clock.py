"""A clock of this machine that is wrong: Slack's own tells what is old."""

from collections.abc import AsyncGenerator
from typing import Literal

import aiohttp
import pytest
import structlog
from slack_sdk.signature import SignatureVerifier

from adapters.slack.errors import SlackRefused
from adapters.slack.installations.workspaces import SingleWorkspace
from adapters.slack.setup.doctor import examine
from adapters.slack.web_api.client import SlackApi
from bot.store.database import Database
from tests.clock import now_s
from tests.emulators.slack.faults import status
from tests.emulators.slack.person import Person
from tests.emulators.slack.server import SlackEmulator
from tests.unit.slack.connected_platform import an_emulator, connected, options_of
from tests.unit.wrong_clock import WrongClock

WRONG = (420.0, -420.0, 3 * 86_400.0, -3 * 86_400.0)


@pytest.fixture
async def database_kind() -> str:
    return "sqlite"  # what is kept here is tested on both elsewhere


@pytest.fixture
async def slack() -> AsyncGenerator[SlackEmulator]:
    async with an_emulator() as slack:
        yield slack


def _ada(slack: SlackEmulator) -> Person:
    return next(person for person in slack.people.values() if isinstance(person, Person))


@pytest.mark.parametrize("delivery", ["socket", "http"])
@pytest.mark.parametrize("ahead_s", WRONG)
async def test_wrong_clock_keeps_nothing_from_being_heard(
    slack: SlackEmulator, database: Database, ahead_s: float, delivery: Literal["socket", "http"]
) -> None:
    """Messages, commands and signatures of now are of now, whatever the machine's clock says; the log says it once."""
    slack.delivery = delivery
    options = options_of(slack, **{"signing_secret" if delivery == "socket" else "app_token": None})
    with structlog.testing.capture_logs() as log:
        async with connected(slack, database, options, clock=WrongClock(ahead_s)) as here:
            await here.ready()
            await _ada(slack).say(_ada(slack).dm, "what time is it?")
            await here.told.until(1)
            assert (await _ada(slack).command(slack.channel_named("studio"), "a clock")).error is None
            await slack.quiet()
            assert here.told.texts == ["what time is it?", "a clock"]
    (warning,) = [line for line in log if line["event"] == "clock.wrong"]
    assert (warning["service"], abs(warning["ahead_s"] - ahead_s) <= 1) == ("Slack", True)


@pytest.mark.parametrize("ahead_s", WRONG)
async def test_wrong_clock_makes_nothing_young(slack: SlackEmulator, database: Database, ahead_s: float) -> None:
    """What was held back for hours is declined, and not by the clock that is wrong."""
    async with connected(slack, database, options_of(slack), clock=WrongClock(ahead_s)) as here:
        await slack.until(lambda: slack.connections)
        await slack.replay_old_event(_ada(slack), _ada(slack).dm, "a late train")
        await slack.quiet()
        assert here.told.texts == []


@pytest.mark.parametrize("delivery", ["socket", "http"])
@pytest.mark.parametrize("set_by_s", [1_200.0, -1_200.0])
async def test_clock_that_is_set_meanwhile(
    slack: SlackEmulator, database: Database, set_by_s: float, delivery: Literal["socket", "http"]
) -> None:
    """Before something is declined as old, Slack is asked for its time once more."""
    slack.delivery, clock = delivery, WrongClock(0.0)
    async with connected(slack, database, options_of(slack), clock=clock) as here:
        await here.ready()
        clock.ahead_s, clock.passed_s = set_by_s, 61.0
        await _ada(slack).say(_ada(slack).dm, "summer time")
        await here.told.until(1)
        await slack.replay_old_event(_ada(slack), _ada(slack).dm, "a late train")
        await slack.quiet()
        assert here.told.texts == ["summer time"]


@pytest.mark.parametrize("ahead_s", [0.0, -360.0, 360.0])
async def test_recording_of_a_request_is_refused(slack: SlackEmulator, database: Database, ahead_s: float) -> None:
    """Who sends a signed request once more after six minutes is refused, also where our clock is behind by as much."""
    clock = WrongClock(ahead_s)
    async with connected(slack, database, options_of(slack), clock=clock) as here, aiohttp.ClientSession() as session:
        await here.ready()
        body = '{"type":"event_callback","team_id":"T1","event":{"type":"message"}}'
        verifier = SignatureVerifier(slack.signing_secret)

        async def sent(at_s: float, *, signed: bool = True) -> int:
            stamp = str(int(at_s))
            signature = verifier.generate_signature(timestamp=stamp, body=body) if signed else "v0=" + "0" * 64
            headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature or ""}
            headers["Content-Type"] = "application/json"
            async with session.post(f"{here.address}/slack/events", data=body, headers=headers) as answer:
                return answer.status

        assert [await sent(now_s() - 360), await sent(now_s() + 360), await sent(now_s() - 10**9)] == [401] * 3
        before = len(slack.calls)
        clock.passed_s = 3_600.0
        assert await sent(now_s() - 360, signed=False) == 401
        assert len(slack.calls) == before, "who does not know the secret makes Easel ask Slack for nothing"
        assert await sent(now_s()) != 401


async def test_address_is_verified_before_anybody_installed_the_app(slack: SlackEmulator, database: Database) -> None:
    """Slack's challenge is of now although Slack has answered nothing yet, and there is no token to ask it with."""
    options = options_of(
        slack, bot_token=None, app_token=None, client_id=slack.client_id, client_secret=slack.client_secret
    )
    async with connected(slack, database, options, clock=WrongClock(420.0)) as here:
        await here.ready()
        assert await slack.verify_request_url()


@pytest.mark.parametrize(
    ("ahead_s", "text"),
    [
        (420.0, "This machine's clock is 7 min ahead of Slack's."),
        (-90.0, "This machine's clock is 90 s behind Slack's."),
        (5 * 3_600.0, "This machine's clock is 5 h ahead of Slack's."),
        (-3 * 86_400.0, "This machine's clock is 3 days behind Slack's."),
        (5.0, None),
    ],
)
async def test_doctor_says_it(slack: SlackEmulator, ahead_s: float, text: str | None) -> None:
    """`easel doctor` says how wrong the clock is, and what to do."""
    found = [each async for each in examine(options_of(slack), WrongClock(ahead_s)) if each.subject == "clock"]
    assert [each.text for each in found] == ([text] if text is not None else [])
    assert all(each.severity == "warning" and (each.advice or "").startswith("Set it by NTP") for each in found)


@pytest.mark.parametrize("method", ["users.info", "chat.update"])
async def test_only_slack_tells_its_time(slack: SlackEmulator, method: str) -> None:
    """Refusals of Slack's tell the time as well; the page of a gateway in between does not."""
    api = SlackApi(base_url=slack.api_url, workspaces=SingleWorkspace(slack.team.bot_token), clock=WrongClock(600.0))
    slack.fail(method, status(404))
    try:
        for expected in (False, True):
            with pytest.raises(SlackRefused):
                await api.call(slack.team.id, method, user="U404", channel="C404", ts="1.0", text="x")
            assert (api.time.ahead_s > 0) is expected
            slack.forgive()
    finally:
        await api.close()
