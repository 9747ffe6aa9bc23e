"""Events and interactivity reach an app over signed HTTP requests as they do from Slack."""

import json
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from tests.clock import now_s
from tests.emulators.slack.person import Person
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.tests.workspace import Listening, TestTime, a_client, an_http_app
from tests.emulators.slack.things import Channel


@pytest.fixture
async def app(slack: SlackEmulator) -> AsyncIterator[Listening]:
    async with an_http_app(slack) as listening:
        yield listening


class Desk:
    """A bare HTTP server at the request URL: answers with these statuses in turn, then with 200."""

    def __init__(self, *statuses: int, headers: dict[str, str] | None = None) -> None:
        self.requests: list[tuple[web.BaseRequest, bytes]] = []
        self._statuses = list(statuses)
        self._headers = headers or {}

    async def open(self, slack: SlackEmulator) -> None:
        self._runner = web.ServerRunner(web.Server(self._serve))
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        slack.delivery = "http"
        slack.request_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"

    async def close(self) -> None:
        await self._runner.cleanup()

    async def _serve(self, request: web.BaseRequest) -> web.Response:
        self.requests.append((request, await request.read()))
        status = self._statuses.pop(0) if self._statuses else 200
        return web.Response(status=status, headers=self._headers if status != 200 else {})


async def test_bolt_believes_the_signature(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """Commands, events and buttons pass Bolt's verification, and a command's answer is shown."""
    app.answer = {"text": "Soon"}
    outcome = await ada.command(studio, "fox & co")
    assert outcome.ephemeral is not None
    assert outcome.ephemeral.text == "Soon"
    app.answer = {}
    blocks = [{"type": "actions", "elements": [_button()]}]
    posted = await a_client(slack).chat_postMessage(channel=studio.id, text="x", blocks=blocks)
    await ada.press(studio, posted["ts"], "go")
    await ada.say(studio, "fox")
    await slack.quiet()
    assert [body.get("command") or body["type"] for body in app.heard] == [
        "/imagine",
        "block_actions",
        "event_callback",
    ]


def _button() -> dict[str, object]:
    return {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}


async def test_another_secret_is_not_believed(
    slack: SlackEmulator, app: Listening, ada: Person, studio: Channel
) -> None:
    """What another one signed is refused, and the person sees it."""
    slack.signing_secret = "other"
    assert (await ada.command(studio, "fox")).error == '/imagine failed with the error "http_service_error"'
    assert app.heard == []


async def test_the_url_is_verified(slack: SlackEmulator, app: Listening) -> None:
    """The challenge that Slack sends to a new address is answered."""
    assert await slack.verify_request_url()


async def test_requests_have_slacks_form(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """Events are JSON, commands are forms, interactions are JSON within a form; all are signed."""
    desk = Desk()
    await desk.open(slack)
    await ada.say(studio, "fox")
    await slack.quiet()
    await ada.command(studio, "fox")
    await ada.global_shortcut("imagine_new")
    await desk.close()
    (_, event), (_, command), (_, interaction) = desk.requests
    assert json.loads(event)["event"]["text"] == "fox"
    assert parse_qs(command.decode())["command"] == ["/imagine"]
    assert json.loads(parse_qs(interaction.decode())["payload"][0])["callback_id"] == "imagine_new"
    verifier = SignatureVerifier(slack.signing_secret, clock=TestTime())
    assert all(verifier.is_valid_request(body, dict(request.headers)) for request, body in desk.requests)
    assert abs(int(desk.requests[0][0].headers["X-Slack-Request-Timestamp"]) - now_s()) < 60


async def test_an_event_is_tried_four_times(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """Retries say in headers which they are and why."""
    desk = Desk(500, 404, 500, 500)
    await desk.open(slack)
    await ada.say(studio, "fox")
    await slack.quiet()
    await desk.close()
    retries = [request.headers.get("X-Slack-Retry-Num") for request, _ in desk.requests]
    assert retries == [None, "1", "2", "3"]
    assert desk.requests[1][0].headers["X-Slack-Retry-Reason"] == "http_error"
    assert len({json.loads(body)["event_id"] for _, body in desk.requests}) == 1


async def test_an_app_can_stop_retries(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """An error with X-Slack-No-Retry is the last word."""
    desk = Desk(500, headers={"X-Slack-No-Retry": "1"})
    await desk.open(slack)
    await ada.say(studio, "fox")
    await slack.quiet()
    await desk.close()
    assert len(desk.requests) == 1


async def test_a_breaking_listener_is_asked_again(
    slack: SlackEmulator, app: Listening, ada: Person, studio: Channel
) -> None:
    """Bolt answers 500 when a listener breaks before the response, so that the event comes once more."""
    app.failures = 1
    await ada.say(studio, "fox")
    await slack.quiet()
    assert ["x-slack-retry-num" in headers for headers in app.headers] == [False, True]


async def test_nobody_there(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """An address where nobody listens is tried as often, and commands fail."""
    slack.delivery, slack.request_url = "http", "http://127.0.0.1:9/"
    await ada.say(studio, "fox")
    assert (await ada.command(studio, "fox")).error == '/imagine failed with the error "http_client_error"'
    await slack.quiet()
