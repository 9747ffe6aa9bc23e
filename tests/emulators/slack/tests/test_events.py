"""Events and commands reach an app over emulated sockets as they do in Slack: more than once, or not at all."""

from typing import Any

import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.emulators.slack.person import Person
from tests.emulators.slack.posting import FileToUpload
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.tests.workspace import Listening, a_client
from tests.emulators.slack.things import Channel

Json = dict[str, Any]


# Commands


async def test_a_command_is_answered(app: Listening, ada: Person, studio: Channel) -> None:
    """The words arrive escaped, and the answer is for the person alone."""
    app.answer = {"text": "Soon"}
    outcome = await ada.command(studio, "a <fox> & co")
    assert outcome.ephemeral is not None
    assert (outcome.ephemeral.text, outcome.ephemeral.ephemeral_for, outcome.error) == ("Soon", ada.id, None)
    (body,) = app.heard
    assert (body["text"], body["channel_id"], body["user_id"]) == ("a &lt;fox&gt; &amp; co", studio.id, ada.id)
    assert not {"ts", "thread_ts", "files"} & body.keys()


async def test_a_command_can_answer_all(app: Listening, ada: Person, studio: Channel, slack: SlackEmulator) -> None:
    """What is answered in_channel is seen by everybody."""
    app.answer = {"text": "Soon", "response_type": "in_channel"}
    outcome = await ada.command(studio, "fox")
    assert outcome.message is not None
    assert slack.add_person("Bob").sees(studio) == [outcome.message]


async def test_a_command_is_not_tried_again(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """Unless it is acknowledged in time, the client tells of an error, and the app hears it once."""
    slack.ack_limit_s = 0.05
    app.failures = 1
    outcome = await ada.command(studio, "fox")
    assert outcome.error == '/imagine failed with the error "operation_timeout"'
    await slack.until(lambda: app.heard)
    await slack.quiet()
    assert len(app.heard) == 1


async def test_without_an_app_commands_fail(ada: Person, studio: Channel) -> None:
    """Where nobody listens, the client says so at once."""
    assert (await ada.command(studio, "fox")).error == '/imagine failed with the error "dispatch_failed"'


async def test_threads_know_no_commands(app: Listening, ada: Person, studio: Channel) -> None:
    """In a thread the client refuses by itself; and it knows which commands there are."""
    root = await ada.say(studio, "root")
    outcome = await ada.command(studio, "fox", thread_ts=root)
    assert outcome.error == "/imagine is not supported in threads. Sorry!"
    assert (await ada.command(studio, "fox", command="/draw")).error == "/draw is not a valid command."
    assert [body for body in app.heard if "command" in body] == []


# Events


async def test_a_message_is_told(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """Text is escaped and links are marked; files make it a file_share; a reply names its root."""
    root = await ada.say(studio, "1 < 2 & https://x.y/?a=1&b=2")
    await ada.say(studio, "", thread_ts=root, files=[FileToUpload("fox.png", b"\x89PNG\r\n\x1a\n")])
    await ada.say(studio, "all", thread_ts=root, broadcast=True)
    await slack.quiet()
    first, second, third = app.events
    assert first["text"] == "1 &lt; 2 &amp; <https://x.y/?a=1&amp;b=2>"
    assert (first["channel_type"], first["ts"], "subtype" in first) == ("channel", root, False)
    assert (second["subtype"], second["text"], second["thread_ts"]) == ("file_share", "", root)
    assert second["files"][0]["mimetype"] == "image/png"
    assert third["subtype"] == "thread_broadcast"
    body = app.heard[0]
    assert body["authorizations"][0]["user_id"] == slack.team.bot_user_id
    assert body["event_id"] != app.heard[1]["event_id"]


@pytest.mark.parametrize("order", ["mention_first", "message_first"])
async def test_a_mention_comes_twice(
    slack: SlackEmulator, app: Listening, ada: Person, studio: Channel, order: Any
) -> None:
    """As message and as app_mention, in either order, of the same ts but with ids of their own."""
    slack.twins = order
    ts = await ada.say(studio, f"<@{slack.team.bot_user_id}> fox")
    await slack.quiet()
    kinds = ["message", "app_mention"]
    assert app.kinds() == (kinds if order == "message_first" else kinds[::-1])
    assert {event["ts"] for event in app.events} == {ts}
    assert len({body["event_id"] for body in app.heard}) == 2


@pytest.mark.parametrize("told", ["full", "partial", "none"])
async def test_a_mention_may_hide_its_files(
    slack: SlackEmulator, app: Listening, ada: Person, studio: Channel, told: Any
) -> None:
    """The message is the source of files; its twin may have less of them."""
    slack.mention_files = told
    file = FileToUpload("fox.png", b"\x89PNG\r\n\x1a\n")
    await ada.say(studio, f"<@{slack.team.bot_user_id}>", files=[file])
    await slack.quiet()
    message, mention = app.events
    assert message["files"][0]["mode"] == "hosted"
    found = mention.get("files")
    assert ("none" if found is None else "full" if "url_private" in found[0] else "partial") == told


async def test_conversations_with_the_app(slack: SlackEmulator, app: Listening, ada: Person) -> None:
    """In a conversation with the app there are no mentions, only messages."""
    await ada.say(ada.dm, f"<@{slack.team.bot_user_id}> fox")
    await slack.quiet()
    assert [(event["type"], event["channel_type"]) for event in app.events] == [("message", "im")]


async def test_only_members_hear(slack: SlackEmulator, app: Listening, ada: Person) -> None:
    """Where the bot is not, in kinds it did not subscribe to, and without the scope it hears nothing."""
    outside = slack.add_channel("outside", members=[ada], with_bot=False)
    await ada.say(outside, f"<@{slack.team.bot_user_id}> fox")
    closet = slack.add_channel("closet", members=[ada], is_private=True)
    slack.events.discard("message.groups")
    await ada.say(closet, "fox")
    slack.team.scopes.discard("im:history")
    await ada.say(ada.dm, "fox")
    await slack.quiet()
    assert app.heard == []


async def test_edits_are_told(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """An edit is a message_changed, and one that adds the app's name calls it too."""
    ts = await ada.say(studio, "fox")
    await ada.edit(studio, ts, f"<@{slack.team.bot_user_id}> fox")
    slack.delete_message(studio, ts)
    await slack.quiet()
    _, changed, mention, deleted = app.events
    assert (changed["subtype"], changed["message"]["ts"], changed["previous_message"]["text"]) == (
        "message_changed",
        ts,
        "fox",
    )
    assert (mention["type"], mention["ts"], mention["edited"]["user"]) == ("app_mention", ts, ada.id)
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)


async def test_an_app_hears_itself(slack: SlackEmulator, studio: Channel) -> None:
    """Its own messages come back as events; Bolt drops them before any listener."""
    socket_client = SocketModeClient(slack.app_token, web_client=AsyncWebClient(base_url=slack.api_url))
    heard: list[Json] = []

    async def hear(client: Any, request: SocketModeRequest) -> None:
        heard.append(request.payload["event"])
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

    socket_client.socket_mode_request_listeners.append(hear)
    await socket_client.connect()
    await a_client(slack).chat_postMessage(channel=studio.id, text="hello")
    await slack.quiet()
    await socket_client.close()
    assert [(event["bot_id"], event["user"]) for event in heard] == [(slack.team.bot_id, slack.team.bot_user_id)]


async def test_old_events_come_late(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """After an outage an event tells by its time how old it is."""
    await slack.replay_old_event(ada, studio, "fox", hours_ago=3)
    await slack.quiet()
    age_s = slack.clock.now_s() - app.heard[0]["event_time"]
    assert 3 * 3600 - 5 < age_s < 3 * 3600 + 5
    assert abs(float(app.events[0]["ts"]) - app.heard[0]["event_time"]) < 5


# Again and again


async def test_an_event_is_tried_four_times(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """Without an acknowledgement it comes three times more, and says which time it is."""
    slack.ack_limit_s = 0.05
    app.failures = 9
    await ada.say(studio, "fox")
    await slack.quiet()
    await slack.until(lambda: len(app.headers) == 4)
    assert [headers["x-slack-retry-num"] for headers in app.headers] == [["0"], ["1"], ["2"], ["3"]]
    assert app.headers[1]["x-slack-retry-reason"] == ["timeout"]
    assert len({body["event_id"] for body in app.heard}) == 1


async def test_a_retry_may_be_the_one(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """Once acknowledged it does not come again."""
    slack.ack_limit_s = 0.3
    app.failures = 1
    await ada.say(studio, "fox")
    await slack.until(lambda: not app.failures)
    await slack.quiet()
    assert len(app.heard) == 2


@pytest.mark.parametrize("how", ["say", "events", "envelopes", "replay"])
async def test_events_come_twice(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel, how: str) -> None:
    """The same event, with the same id, though it was acknowledged; nothing tells that it is a retry."""
    if how == "events":
        slack.double_events()
    if how == "envelopes":
        slack.double_envelopes()
    await ada.say(studio, "fox", times=2 if how == "say" else 1)
    await slack.quiet()
    if how == "replay":
        slack.replay_event()
        await slack.quiet()
    assert len(app.heard) == 2
    assert len({body["event_id"] for body in app.heard}) == 1
    assert [headers["x-slack-retry-num"] for headers in app.headers] == [["0"], ["0"]]


async def test_previews_and_forwarded_messages_hang_on_a_message(
    slack: SlackEmulator, app: Listening, ada: Person, studio: Channel
) -> None:
    """A preview changes the message without an edit; what is forwarded comes with its files, in `attachments`."""
    ts = await ada.say(studio, "https://example.com", files=[FileToUpload("fox.png", b"fox")])
    slack.unfurl(studio, ts, {"id": 1, "from_url": "https://example.com"})
    await ada.forward(studio, ts, to=ada.dm, text="look")
    await slack.quiet()
    _, changed, forwarded = app.events
    assert (changed["subtype"], "edited" in changed["message"]) == ("message_changed", False)
    assert ("attachments" in changed["previous_message"], len(changed["message"]["attachments"])) == (False, 1)
    (shared,) = forwarded["attachments"]
    assert (forwarded["text"], "files" in forwarded, shared["is_share"]) == ("look", False, True)
    assert [file["name"] for file in shared["files"]] == ["fox.png"]
