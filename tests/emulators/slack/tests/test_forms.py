"""Modals open before people at the emulated client, who fill them in, and see what the app answers."""

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


MENU: Json = {
    "type": "static_select",
    "action_id": "size",
    "options": options("small", "large"),
    "initial_option": options("small")[0],
}
FORM: Json = {
    "type": "modal",
    "callback_id": "imagine",
    "private_metadata": "secret",
    "title": plain("Imagine"),
    "submit": plain("Draw"),
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": plain("Words"),
            "element": {"type": "plain_text_input", "action_id": "prompt", "max_length": 20},
        },
        {
            "type": "input",
            "block_id": "where",
            "label": plain("Where"),
            "element": {
                "type": "conversations_select",
                "action_id": "place",
                "response_url_enabled": True,
            },
        },
        {
            "type": "input",
            "block_id": "pictures",
            "label": plain("Pictures"),
            "optional": True,
            "element": {"type": "file_input", "action_id": "files", "max_files": 2, "filetypes": ["png"]},
        },
        {"type": "section", "block_id": "menu", "text": plain("Size"), "accessory": MENU},
    ],
}


async def opened(slack: SlackEmulator, app: Listening, ada: Person, view: Json = FORM) -> str:
    """A modal before Ada; gives its id."""
    await ada.global_shortcut("imagine_new")
    response = await a_client(slack).views_open(trigger_id=app.heard[-1]["trigger_id"], view=view)
    return response["view"]["id"]


async def test_a_trigger_opens_one_modal(slack: SlackEmulator, app: Listening, ada: Person) -> None:
    """It is good once, for three seconds, and for its workspace alone."""
    await opened(slack, app, ada)
    assert ada.modal is not None
    assert ada.modal.title == "Imagine"
    client = a_client(slack)
    again = client.views_open(trigger_id=app.heard[-1]["trigger_id"], view=FORM)
    assert (await refused(slack, again))["error"] == "exchanged_trigger_id"
    await ada.global_shortcut("imagine_new")
    slack.clock.advance(3.1)
    late = client.views_open(trigger_id=app.heard[-1]["trigger_id"], view=FORM)
    assert (await refused(slack, late))["error"] == "expired_trigger_id"
    await ada.global_shortcut("imagine_new")
    foreign = a_client(slack, team=slack.add_team("Globex"))
    stolen = foreign.views_open(trigger_id=app.heard[-1]["trigger_id"], view=FORM)
    assert (await refused(slack, stolen, faults=1))["error"] == "invalid_arguments"


async def test_a_form_is_sent(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """The state holds what was filled in and what was there before; files are the app's to read."""
    await opened(slack, app, ada)
    picture = FileToUpload("fox.png", b"\x89PNG\r\n\x1a\n")
    outcome = await ada.submit({"prompt": "a fox", "where": studio.id, "size": "large"}, files=[picture])
    assert (outcome.closed, ada.modal) == (True, None)
    body = app.heard[-1]
    values = body["view"]["state"]["values"]
    assert values["words"]["prompt"] == {"type": "plain_text_input", "value": "a fox"}
    assert values["where"]["place"]["selected_conversation"] == studio.id
    assert values["menu"]["size"]["selected_option"]["value"] == "large"
    assert body["view"]["private_metadata"] == "secret"
    file = values["pictures"]["files"]["files"][0]
    headers = {"Authorization": f"Bearer {slack.team.bot_token}"}
    async with aiohttp.ClientSession() as session, session.get(file["url_private_download"], headers=headers) as answer:
        assert await answer.read() == picture.data
    (promised,) = body["response_urls"]
    assert promised["channel_id"] == studio.id
    await AsyncWebhookClient(promised["response_url"]).send_dict({"text": "Soon"})
    assert ada.sees(studio)[-1].text == "Soon"


@pytest.mark.parametrize(
    ("values", "names", "wrong"),
    [
        ({}, (), {"words", "where"}),
        ({"prompt": "x" * 21}, (), {"words", "where"}),
        ({"prompt": "x"}, ("a.png", "b.png", "c.png"), {"where", "pictures"}),
        ({"prompt": "x"}, ("a.txt",), {"where", "pictures"}),
    ],
)
async def test_the_client_checks_forms(
    slack: SlackEmulator, app: Listening, ada: Person, values: dict[str, str], names: tuple[str, ...], wrong: set[str]
) -> None:
    """What is missing, too long, too many or of a wrong type is not even sent."""
    await opened(slack, app, ada)
    heard = len(app.heard)
    outcome = await ada.submit(values, files=[FileToUpload(name, b"x") for name in names])
    assert (outcome.errors.keys(), outcome.closed, len(app.heard)) == (wrong, False, heard)


async def test_an_app_refuses_a_form(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """Its errors stand under its inputs and the modal stays; under anything else they are a fault."""
    await opened(slack, app, ada)
    filled = {"prompt": "a fox", "place": studio.id}
    app.answer = {"response_action": "errors", "errors": {"words": "No foxes"}}
    outcome = await ada.submit(filled)
    assert (outcome.errors, outcome.closed, ada.modal is not None) == ({"words": "No foxes"}, False, True)
    app.answer = {"response_action": "errors", "errors": {"menu": "No input"}}
    await ada.submit(filled)
    assert len(slack.problems) == 1
    slack.forgive()


async def test_a_form_is_answered_by_another(
    slack: SlackEmulator, app: Listening, ada: Person, studio: Channel
) -> None:
    """An update replaces the view with one that passes the same rules."""
    await opened(slack, app, ada)
    done = {"type": "modal", "title": plain("Done"), "blocks": []}
    app.answer = {"response_action": "update", "view": done}
    outcome = await ada.submit({"prompt": "a fox", "place": studio.id})
    assert outcome.view is ada.modal
    assert outcome.view is not None
    assert outcome.view.title == "Done"
    app.answer = {"response_action": "update", "view": {"type": "modal"}}
    assert (await ada.submit()).failed is not None
    assert len(slack.problems) == 1
    slack.forgive()


async def test_an_unanswered_form_stays(slack: SlackEmulator, app: Listening, ada: Person, studio: Channel) -> None:
    """Where the app does not answer, the client says so and keeps what was filled in."""
    await opened(slack, app, ada)
    slack.ack_limit_s = 0.05
    app.failures = 1
    outcome = await ada.submit({"prompt": "a fox", "place": studio.id})
    assert (outcome.failed is not None, ada.modal is not None) == (True, True)
    await slack.until(lambda: not app.failures)
    assert (await ada.submit()).closed


async def test_a_modal_is_updated(slack: SlackEmulator, app: Listening, ada: Person) -> None:
    """By its id, while it is open, and not where somebody changed it meanwhile."""
    view_id = await opened(slack, app, ada)
    assert ada.modal is not None
    client, old_hash = a_client(slack), ada.modal.hash
    await ada.press_in_view(ada.modal, "size", value="large")
    assert app.heard[-1]["view"]["id"] == view_id
    await client.views_update(view_id=view_id, hash=old_hash, view={**FORM, "title": plain("New")})
    assert ada.modal.title == "New"
    stale = client.views_update(view_id=view_id, hash=old_hash, view=FORM)
    assert (await refused(slack, stale))["error"] == "hash_conflict"
    await ada.close_modal()
    closed = client.views_update(view_id=view_id, view=FORM)
    assert (await refused(slack, closed))["error"] == "not_found"


async def test_closing_is_told_on_request(slack: SlackEmulator, app: Listening, ada: Person) -> None:
    """A view that wants to know hears of it."""
    await opened(slack, app, ada, {**FORM, "notify_on_close": True})
    await ada.close_modal()
    assert (app.heard[-1]["type"], ada.modal) == ("view_closed", None)


async def test_a_view_can_be_too_large(slack: SlackEmulator, app: Listening, ada: Person) -> None:
    """Beyond 250 kB it is refused as a whole."""
    blocks = [{"type": "section", "text": plain("é" * 2900)} for _ in range(50)]
    opening = opened(slack, app, ada, {"type": "modal", "title": plain("x"), "blocks": blocks})
    assert (await refused(slack, opening, faults=1))["error"] == "view_too_large"
