"""People press and pick at the emulated client, and see what the app answers."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.emulators.slack.person import Person
from tests.emulators.slack.posting import FileToUpload
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.tests.workspace import Listening, a_client, refused
from tests.emulators.slack.things import Channel

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def options(*values: str) -> list[Json]:
    return [{"text": plain(value), "value": value} for value in values]


BUTTON: Json = {"type": "button", "action_id": "go", "text": plain("Go"), "value": "v1"}
MENU: Json = {
    "type": "static_select",
    "action_id": "size",
    "options": options("small", "large"),
    "initial_option": options("small")[0],
}
CARD: list[Json] = [{"type": "actions", "block_id": "b", "elements": [BUTTON, MENU]}]


async def a_card(slack: SlackEmulator, channel: Channel, **more: Any) -> str:
    posted = await a_client(slack).chat_postMessage(channel=channel.id, text="card", blocks=CARD, **more)
    return posted["ts"]


# Buttons and menus


async def test_a_button_is_pressed(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """The app hears what was pressed, where, by whom, and gets the message with it."""
    root = await ada.say(studio, "root")
    await slack.quiet()
    ts = await a_card(slack, studio, thread_ts=root)
    await ada.press(studio, ts, "go")
    body = app.heard[-1]
    assert (body["actions"][0]["value"], body["user"]["id"]) == ("v1", ada.id)
    assert body["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": studio.id,
        "is_ephemeral": False,
        "thread_ts": root,
    }
    assert body["message"]["blocks"][0]["block_id"] == "b"
    assert body["state"]["values"]["b"]["size"]["selected_option"]["value"] == "small"


async def test_a_menu_is_picked_from(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """What was picked is told, and is remembered for the next press."""
    ts = await a_card(slack, studio)
    await ada.press(studio, ts, "size", value="large")
    await ada.press(studio, ts, "go", times=2)
    picked, pressed, again = app.heard
    assert picked["actions"][0]["selected_option"]["value"] == "large"
    assert pressed["state"]["values"]["b"]["size"]["selected_option"]["value"] == "large"
    assert again["trigger_id"] == pressed["trigger_id"]
    with pytest.raises(LookupError, match="no option 'huge'"):
        await ada.press(studio, ts, "size", value="huge")
    with pytest.raises(LookupError, match="elements are called 'stop'"):
        await ada.press(studio, ts, "stop")


async def test_ephemeral_messages_are_pressed(
    slack: SlackEmulator, app: Listening, ada: Person, studio: Channel
) -> None:
    """A press on one carries no message, and it can be replaced or deleted at its response_url only."""
    client = a_client(slack)
    await client.chat_postEphemeral(channel=studio.id, user=ada.id, text="card", blocks=CARD)
    (card,) = ada.sees(studio)
    await ada.press(studio, card.ts, "go")
    body = app.heard[-1]
    assert (body["container"]["is_ephemeral"], "message" in body) == (True, False)
    webhook = AsyncWebhookClient(body["response_url"])
    assert (await webhook.send_dict({"text": "new", "replace_original": True})).status_code == 200
    assert [(message.text, message.blocks) for message in ada.sees(studio)] == [("new", [])]
    assert (await webhook.send_dict({"delete_original": True})).status_code == 200
    assert ada.sees(studio) == []


async def test_unanswered_presses_warn(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """A press that is not acknowledged is not tried again; the client shows a sign."""
    slack.ack_limit_s = 0.05
    app.failures = 1
    ts = await a_card(slack, studio)
    await ada.press(studio, ts, "go")
    await slack.until(lambda: app.heard)
    assert (len(app.heard), len(ada.warnings)) == (1, 1)


async def test_a_message_shortcut(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """It brings the message with its files, and a response_url; a global one brings neither."""
    ts = await ada.say(studio, "look", files=[FileToUpload("fox.png", b"\x89PNG\r\n\x1a\n")])
    await slack.quiet()
    await ada.message_shortcut(studio, ts, "imagine_edit")
    await ada.global_shortcut("imagine_new")
    on_message, anywhere = app.heard[-2:]
    assert (on_message["message"]["files"][0]["name"], on_message["message_ts"]) == ("fox.png", ts)
    assert (anywhere["type"], "response_url" in on_message, "response_url" in anywhere) == ("shortcut", True, False)


# Response URLs


async def test_a_response_url_is_used_up(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """Five times, and for half an hour."""
    await ada.command(studio, "fox")
    webhook = AsyncWebhookClient(app.heard[0]["response_url"])
    answers = [await webhook.send_dict({"text": str(index)}) for index in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert "used_url" in answers[-1].body
    assert [message.text for message in ada.sees(studio)] == ["0", "1", "2", "3", "4"]
    await ada.command(studio, "fox")
    slack.clock.advance(1801)
    late = await AsyncWebhookClient(app.heard[1]["response_url"]).send_dict({"text": "late"})
    assert (late.status_code, "expired_url" in late.body) == (404, True)


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        ({}, 1),
        ({"text": "x", "colour": "red"}, 1),
        ({"text": "x", "blocks": [{"type": "sektion"}]}, 1),
        ({"text": "x", "blocks": [{"type": "image", "alt_text": "x", "slack_file": {"id": "F0NOSUCHFILE"}}]}, 1),
        ({"text": "x", "response_type": "loud"}, 1),
    ],
)
async def test_a_response_url_has_rules(
    slack: SlackEmulator, app: Listening, ada: Person, studio: Channel, content: Json, faults: int
) -> None:
    """The words that go there are checked like all others, and they cannot show files of Slack."""
    await ada.command(studio, "fox")
    async with aiohttp.ClientSession() as session:
        await session.post(app.heard[0]["response_url"], json=content)
    assert len(slack.problems) == faults
    slack.forgive()


# Home


async def test_the_home_tab(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """Opening it is told; what is published stands there for that person, and can be pressed."""
    await ada.open_home()
    await slack.quiet()
    assert (app.events[0]["type"], app.events[0]["tab"], ada.home) == ("app_home_opened", "home", None)
    client = a_client(slack)
    first = await client.views_publish(user_id=ada.id, view={"type": "home", "blocks": CARD})
    assert ada.home is not None
    await ada.press_in_view(ada.home, "go")
    assert app.heard[-1]["container"] == {"type": "view", "view_id": ada.home.id}
    await client.views_publish(user_id=ada.id, view={"type": "home", "blocks": []})
    stale = client.views_publish(user_id=ada.id, hash=first["view"]["hash"], view={"type": "home", "blocks": []})
    assert (await refused(slack, stale))["error"] == "hash_conflict"
    slack.home_enabled = False
    publishing = client.views_publish(user_id=ada.id, view={"type": "home", "blocks": []})
    assert (await refused(slack, publishing))["error"] == "not_enabled"
