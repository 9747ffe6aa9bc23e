"""Emulated sockets are opened, shared, renewed and lost as those of Slack are."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from tests.clock import PATIENCE_S
from tests.emulators.slack.person import Person
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.socket_mode import MAX_CONNECTIONS
from tests.emulators.slack.tests.workspace import Listening, a_socket_app
from tests.emulators.slack.things import Channel

Json = dict[str, Any]


async def open_url(slack: SlackEmulator) -> str:
    return (await AsyncWebClient(base_url=slack.api_url).apps_connections_open(app_token=slack.app_token))["url"]


async def frame(socket: aiohttp.ClientWebSocketResponse) -> Json:
    """The next frame that is text."""
    while True:
        message = await socket.receive(timeout=PATIENCE_S)
        if message.type is aiohttp.WSMsgType.TEXT:
            return json.loads(message.data)
        assert message.type in (aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG), message


async def test_an_envelope_comes_on_two_sockets(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """The same envelope id on another socket."""
    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(await open_url(slack)) for _ in range(2)]
        for socket in sockets:
            assert (await frame(socket))["type"] == "hello"
        slack.double_envelopes()
        await ada.say(studio, "fox")
        one, two = [await frame(socket) for socket in sockets]
        assert (one["envelope_id"], one["retry_attempt"]) == (two["envelope_id"], 0)
        await sockets[0].send_json({"envelope_id": one["envelope_id"]})
        await slack.quiet()
        for socket in sockets:
            await socket.close()


async def test_events_wait_for_a_socket(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """What happens while nobody is connected is told to the next one who is."""
    await ada.say(studio, "fox")
    await slack.quiet()
    async with a_socket_app(slack) as app:
        await slack.until(lambda: app.events)
        await slack.quiet()
        assert app.kinds() == ["message"]


async def test_parcels_go_round(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """Each parcel goes to one socket, in turn."""
    async with a_socket_app(slack) as one, a_socket_app(slack) as two:
        for index in range(4):
            await ada.command(studio, str(index))
        assert (len(one.heard), len(two.heard)) == (2, 2)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "too_many_websockets"])
@pytest.mark.parametrize("close", [True, False])
async def test_clients_reconnect(
    slack: SlackEmulator, app: Listening, ada: Person, studio: Channel, reason: Any, close: bool
) -> None:
    """After a disconnect frame the SDK comes back with a new socket, and nothing is lost."""
    (before,) = slack.connections
    slack.disconnect(reason, close=close)
    await ada.say(studio, "fox")
    await slack.until(lambda: len(slack.connections) == 1 and slack.connections[0] is not before)
    await slack.until(lambda: app.events)
    await slack.quiet()
    assert {event["text"] for event in app.events} == {"fox"}


async def test_sockets_are_cut(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """A reset connection is noticed by the client, and the event on its way comes again."""
    async with a_socket_app(slack, ping_interval=0.1) as app:
        slack.cut_sockets()
        await ada.say(studio, "fox")
        await slack.until(lambda: app.events, limit_s=PATIENCE_S)
        await slack.quiet()
        assert app.kinds() == ["message"]


async def test_unanswered_pings_are_noticed(slack: SlackEmulator) -> None:
    """A client whose pings meet silence looks for another socket."""
    slack.answer_pings = False
    async with a_socket_app(slack, ping_interval=0.1):
        (before,) = slack.connections
        await slack.until(lambda: bool(slack.connections) and slack.connections[0] is not before, limit_s=PATIENCE_S)
        slack.answer_pings = True
        assert before.pings > 0


async def test_ten_sockets_are_enough(slack: SlackEmulator) -> None:
    """hello counts them, and the eleventh is sent away."""
    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(await open_url(slack)) for _ in range(MAX_CONNECTIONS)]
        counts = [(await frame(socket))["num_connections"] for socket in sockets]
        assert counts[-1] == MAX_CONNECTIONS
        eleventh = await session.ws_connect(await open_url(slack))
        assert await frame(eleventh) == {
            "type": "disconnect",
            "reason": "too_many_websockets",
            "debug_info": {"host": "applink-1"},
        }
        for socket in [*sockets, eleventh]:
            await socket.close()


async def test_a_ticket_is_good_once(slack: SlackEmulator) -> None:
    """The address of a socket opens one connection."""
    url = await open_url(slack)
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(url)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
        await socket.close()


async def test_a_bad_token_never_connects(slack: SlackEmulator) -> None:
    """The SDK goes on trying for ever, so that whoever waits has to give up."""
    slack.app_token, right = "xapp-other", slack.app_token
    client = SocketModeClient(right, web_client=AsyncWebClient(base_url=slack.api_url), ping_interval=0.01)
    client.logger.disabled = True
    connecting = asyncio.create_task(client.connect())
    await slack.until(lambda: len(slack.calls) >= 3)
    assert not connecting.done()
    await client.close()
    await connecting
    client.logger.disabled = False
    assert {call.error for call in slack.calls} == {"invalid_auth"}


async def test_unknown_acknowledgements_are_noticed(slack: SlackEmulator) -> None:
    """To acknowledge what never came is a fault of the app."""
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(await open_url(slack))
        await socket.send_json({"envelope_id": "nothing"})
        await slack.until(lambda: slack.problems)
        slack.forgive()
        await socket.close()


async def test_events_take_no_answer(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """To acknowledge an event with a payload is a fault of the app, although it counts."""
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(await open_url(slack))
        assert (await frame(socket))["type"] == "hello"
        await ada.say(studio, "fox")
        envelope = await frame(socket)
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "thanks"}})
        await slack.quiet()
        assert len(slack.problems) == 1
        slack.forgive()
        await socket.close()


async def test_hello_may_lie(slack: SlackEmulator) -> None:
    """How many connections hello counts can be anything, as it is with ghosts."""
    slack.num_connections = 9
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(await open_url(slack))
        assert (await frame(socket))["num_connections"] == 9
        await socket.close()
