"""How Easel is connected to Slack: by a socket that is watched, or by signed requests."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import aiohttp
import pytest
import structlog
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.connection.socket_mode import connection_fault
from bot.domain.events import MessagePosted
from bot.errors import AdminError
from bot.ports import PrivateResponse
from bot.presentation.card import Card
from bot.store.database import Database
from tests.clock import PATIENCE_S, now_s
from tests.contract.pictures import encoded
from tests.emulators.slack.faults import status
from tests.emulators.slack.person import Person
from tests.emulators.slack.posting import FileToUpload
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.socket_mode import DisconnectReason
from tests.emulators.slack.state import ACK_LIMIT_S
from tests.unit.slack.connected_platform import Connected, HastyClock, an_emulator, connected, options_of


@pytest.fixture
async def database_kind() -> str:
    return "sqlite"  # what is kept here is tested on both elsewhere


@pytest.fixture
async def slack() -> AsyncGenerator[SlackEmulator]:
    async with an_emulator() as slack:
        yield slack


@pytest.mark.parametrize("which", ["bot token", "app token", "mixed up"])
async def test_wrong_token_ends_it_in_words(slack: SlackEmulator, database: Database, which: str) -> None:
    """A token that Slack does not accept is named at once, though the SDK itself would try it for ever."""
    changed, said = {
        "bot token": ({"bot_token": "xoxb-wrong"}, "SLACK_BOT_TOKEN: invalid_auth"),
        "app token": ({"app_token": "xapp-wrong"}, "SLACK_APP_TOKEN: invalid_auth"),
        "mixed up": ({"bot_token": slack.app_token}, "SLACK_BOT_TOKEN: not_allowed_token_type"),
    }[which]
    async with connected(slack, database, options_of(slack, **changed)) as here, asyncio.timeout(PATIENCE_S):
        with pytest.raises(AdminError, match=said):
            await here.running
    slack.forgive()


async def test_slack_that_is_down_is_waited_for(slack: SlackEmulator, database: Database) -> None:
    """An outage at the start is no reason to stop: Easel says that it is not well, and connects when Slack is back."""
    slack.fail("auth.test", status(502), times=7)
    slack.fail("apps.connections.open", status(503), times=7)
    async with connected(slack, database, options_of(slack), clock=HastyClock()) as here:
        assert not here.platform.connection.is_ready
        await slack.until(lambda: slack.connections)
        await _ada(slack).command(slack.channel_named("studio"), "a rainbow")
        assert here.told.texts == ["a rainbow"]


@pytest.mark.parametrize("how", ["cut", "warning", "refresh_requested", "too_many_websockets"])
async def test_reconnecting_loses_nothing(slack: SlackEmulator, database: Database, how: DisconnectReason) -> None:
    """Whatever ends a connection, what people say meanwhile arrives once, by the next one."""
    async with _by_socket(slack, database) as here:
        slack.cut_sockets() if how == "cut" else slack.disconnect(how)
        await _ada(slack).say(_ada(slack).dm, "are you there?")
        await here.told.until(1)
        await slack.quiet()
        assert here.told.texts == ["are you there?"]


async def test_connection_that_only_looks_alive_is_replaced(slack: SlackEmulator, database: Database) -> None:
    """Where pings stay without an answer, another connection is opened, and events arrive again."""
    async with _by_socket(slack, database) as here:
        (first,) = slack.connections
        slack.answer_pings = False
        await slack.until(lambda: [one for one in slack.connections if one is not first])
        slack.answer_pings = True
        await slack.until(lambda: slack.connections and not first.is_open)
        await _ada(slack).say(_ada(slack).dm, "awake again")
        await here.told.until(1)


async def test_session_that_was_closed_is_trouble(slack: SlackEmulator) -> None:
    """The SDK takes a connection for alive although the session that it would reconnect with is closed."""
    web = AsyncWebClient(base_url=slack.api_url)
    client = SocketModeClient(slack.app_token, web_client=web, ping_interval=5)
    try:
        await client.connect()
        assert await connection_fault(client) is None
        await client.aiohttp_client_session.close()
        assert await connection_fault(client) == "session closed"
    finally:
        await client.close()


async def test_ghosts_are_warned_of(slack: SlackEmulator, database: Database) -> None:
    """Many more connections than one are told to whoever reads the log: they take events away."""
    slack.num_connections = 9
    with structlog.testing.capture_logs() as log:
        async with _by_socket(slack, database):
            await slack.until(lambda: any(line["event"] == "slack.many_connections" for line in log))


async def test_event_of_a_handler_that_fails_comes_again(slack: SlackEmulator, database: Database) -> None:
    """What could not be stored is not acknowledged, so Slack delivers it again."""
    async with _by_socket(slack, database) as here:
        failures = iter([OSError("the disk is full")])

        def fail_once(_: object) -> PrivateResponse:
            if (problem := next(failures, None)) is not None:
                slack.ack_limit_s = ACK_LIMIT_S  # of the next delivery; this one is soon given up
                raise problem
            return PrivateResponse()

        here.told.answer = fail_once
        slack.ack_limit_s = 0.3
        await _ada(slack).say(_ada(slack).dm, "once more")
        await here.told.until(2)
        await slack.quiet()
        assert here.told.texts == ["once more", "once more"]


@pytest.mark.parametrize("delivery", ["socket", "http"])
async def test_answer_to_a_command_is_its_acknowledgement(
    slack: SlackEmulator, database: Database, delivery: str
) -> None:
    """A private answer needs no call to Slack: it comes back with the acknowledgement itself."""
    slack.delivery = "socket" if delivery == "socket" else "http"
    async with _by_socket(slack, database) as here:
        here.told.answer = lambda _: PrivateResponse(Card("info", "Here you are"))
        before = len(slack.calls)
        outcome = await _ada(slack).command(slack.channel_named("studio"), "help")
        assert outcome.ephemeral is not None
        assert outcome.ephemeral.text == "Here you are"
        assert {call.method for call in slack.calls[before:]} == {"conversations.join", "users.info"}


@pytest.mark.parametrize("method", ["users.info", "conversations.join"])
async def test_slack_that_is_slow_holds_up_no_command(slack: SlackEmulator, database: Database, method: str) -> None:
    """A command is accepted within Slack's three seconds though its own answers take longer."""
    async with _by_socket(slack, database) as here:
        held = slack.hold(method)
        outcome = await _ada(slack).command(slack.channel_named("studio"), "a quick fox")
        held.go()
        assert outcome.error is None
        assert here.told.texts == ["a quick fox"]


async def test_request_url_is_verified(slack: SlackEmulator, database: Database) -> None:
    """Slack's challenge is answered, so that the address can be saved on the app's page."""
    async with _by_http(slack, database):
        assert await slack.verify_request_url()


@pytest.mark.parametrize("wrong", ["signature", "old", "odd time", "no time", "nothing", "no text"])
async def test_requests_that_slack_did_not_sign_are_refused(
    slack: SlackEmulator, database: Database, wrong: str
) -> None:
    """A wrong signature, one of more than five minutes ago and headers that make no sense are all answered 401."""
    body = '{"type":"event_callback","team_id":"T1","event":{"type":"message"}}'
    now = int(now_s())
    stamp = {"old": str(now - 360), "odd time": "soon", "no time": None}.get(wrong, str(now))
    signed = SignatureVerifier(slack.signing_secret).generate_signature(timestamp=stamp or "0", body=body) or ""
    signature = {"signature": "v0=" + "0" * 64, "nothing": None}.get(wrong, signed)
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature, "Content-Type": "application/json"}
    given = {name: value for name, value in headers.items() if value is not None}
    async with _by_http(slack, database) as here, aiohttp.ClientSession() as session:
        data = b"\xff" if wrong == "no text" else body.encode()
        async with session.post(f"{here.address}/slack/events", data=data, headers=given) as answer:
            assert answer.status == 401
        assert here.told.events == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"[" * 100_000, "application/json"),
        (b'{"team_id":' + b"9" * 5_000 + b"}", "application/json"),
        (b"payload=" + b"[" * 100_000, "application/x-www-form-urlencoded"),
        (b"{}", "application/json; charset=bogus"),
    ],
    ids=["deep", "a long number", "a deep form", "a charset that there is not"],
)
@pytest.mark.parametrize("is_signed", [False, True])
async def test_odd_requests_are_answered_without_an_error(
    slack: SlackEmulator,
    database: Database,
    body: bytes,
    kind: str,
    is_signed: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Unsigned, nothing in them is parsed; signed, they can only come from Slack, and are refused all the same."""
    stamp = str(int(now_s()))
    signed = SignatureVerifier(slack.signing_secret).generate_signature(timestamp=stamp, body=body) or ""
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signed if is_signed else "v0=" + "0" * 64,
        "Content-Type": kind,
    }
    async with _by_http(slack, database) as here, aiohttp.ClientSession() as session:
        async with session.post(f"{here.address}/slack/events", data=body, headers=headers) as answer:
            assert answer.status == (400 if is_signed else 401)
        assert here.told.events == []
    assert "Traceback" not in caplog.text


async def test_public_name_reaches_slacks_address_alone(slack: SlackEmulator, database: Database) -> None:
    """Behind a proxy Slack's requests carry the public name; everything else keeps refusing names that are not ours."""
    named = {"Host": "easel.example.com"}
    async with _by_http(slack, database) as here, aiohttp.ClientSession() as session:
        async with session.post(f"{here.address}/slack/events", headers=named) as answer:
            assert answer.status == 401
        async with session.get(f"{here.address}/", headers=named) as answer:
            assert answer.status == 421


async def test_before_it_runs_slack_is_told_to_come_again(slack: SlackEmulator, database: Database) -> None:
    """While Easel starts or stops its address answers 503, which Slack takes as a reason to try again."""
    async with _by_http(slack, database) as here, aiohttp.ClientSession() as session:
        here.running.cancel()
        await asyncio.wait([here.running])
        async with session.post(f"{here.address}/slack/events") as answer:
            assert answer.status == 503


async def test_events_of_strangers_are_left_alone(slack: SlackEmulator, database: Database) -> None:
    """A workspace that the token is not for is not heard, however its event is signed."""
    other = slack.add_team("Other")
    other.scopes.update(slack.team.scopes)
    eve = slack.add_person("Eve", team=other)
    slack.add_channel("theirs", team=other, members=[eve])
    async with _by_http(slack, database) as here:
        slack.delivery = "http"
        await eve.say(eve.dm, "let me in")
        await slack.quiet()
        assert here.told.events == []
    slack.forgive()


@pytest.mark.parametrize("delivery", ["socket", "http"])
async def test_half_characters_are_replaced(
    slack: SlackEmulator, database: Database, delivery: Literal["socket", "http"]
) -> None:
    """Half a character in words, in names of files and in names that Slack is asked for reaches nobody behind it."""
    slack.delivery = delivery
    zoe = slack.add_person("Zo\ud83d")
    async with (_by_socket if delivery == "socket" else _by_http)(slack, database) as here:
        file = FileToUpload("f\ud83d.png", encoded((8, 8)))
        await zoe.say(zoe.dm, f"half \udd8a of <@{zoe.id}>", files=[file])
        await here.told.until(1)
        await slack.quiet()
        (event,) = here.told.events
        assert isinstance(event, MessagePosted)
        assert (event.text, event.person.name) == ("half \ufffd of @Zo\ufffd", "Zo\ufffd")
        assert [each.name for each in event.attachments] == ["f\ufffd.png"]


@pytest.fixture
def clean_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A home directory in which nothing of Slack's is left behind."""
    monkeypatch.setenv("HOME", str(tmp_path))
    yield
    assert list(tmp_path.rglob("*slack*")) == []


@pytest.mark.usefixtures("clean_home")
async def test_variables_of_an_oauth_app_change_nothing(
    slack: SlackEmulator, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With SLACK_CLIENT_ID and its kin in the environment, Bolt would drop our token and write files of its own."""
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, "from another app")
    async with _by_socket(slack, database) as here:
        await _ada(slack).command(slack.channel_named("studio"), "a plain day")
        assert here.told.texts == ["a plain day"]


@asynccontextmanager
async def _by_socket(slack: SlackEmulator, database: Database) -> AsyncGenerator[Connected]:
    async with connected(slack, database, options_of(slack)) as here:
        await slack.until(lambda: slack.connections)
        yield here


@asynccontextmanager
async def _by_http(slack: SlackEmulator, database: Database) -> AsyncGenerator[Connected]:
    slack.delivery = "http"
    async with connected(slack, database, options_of(slack, app_token=None)) as here:
        await here.ready()
        yield here


def _ada(slack: SlackEmulator) -> Person:
    found = next(person for person in slack.people.values() if person.name == "Ada")
    assert isinstance(found, Person)
    return found
