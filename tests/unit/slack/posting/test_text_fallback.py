"""Messages and forms that Slack refuses to show as they are."""

from collections.abc import AsyncGenerator

import pytest
from structlog.testing import capture_logs

from adapters.slack.ids import place_at
from bot.domain.people import Place
from bot.errors import AdminError
from bot.ports import PrivateResponse
from bot.presentation.card import Card, Form, FormField
from bot.store.database import Database
from tests.emulators.slack.faults import error
from tests.emulators.slack.person import Person
from tests.emulators.slack.server import SlackEmulator
from tests.unit.slack.connected_platform import Connected, an_emulator, connected, options_of

STATUS = Card("working", "Drawing 00:01", quote="a <b>fox</b>")
RESULT = Card("done", "v1 for Ada", notes=("Rounded.",))


@pytest.fixture
async def database_kind() -> str:
    return "sqlite"


@pytest.fixture
async def slack() -> AsyncGenerator[SlackEmulator]:
    async with an_emulator() as slack:
        yield slack


@pytest.fixture
async def here(slack: SlackEmulator, database: Database) -> AsyncGenerator[Connected]:
    async with connected(slack, database, options_of(slack)) as here:
        await slack.until(lambda: slack.connections)
        yield here


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long"])
async def test_message_without_its_blocks(slack: SlackEmulator, here: Connected, code: str) -> None:
    """A message whose blocks Slack refuses is posted and changed as text alone, and the log says so."""
    slack.fail("chat.postMessage", error(code))
    slack.fail("chat.update", error(code))
    with capture_logs() as log:
        message = await here.platform.post(_studio(slack), STATUS, key="job")
        (posted,) = slack.channel_named("studio").messages
        assert (posted.text, posted.blocks) == ("Drawing 00:01\n“a &lt;b&gt;fox&lt;/b&gt;”", [])
        assert await here.platform.update(message, RESULT) == message
    (changed,) = slack.channel_named("studio").messages
    assert (changed.text, changed.blocks) == ("v1 for Ada\nRounded.", [])
    assert [line["log_level"] for line in log if line["event"] == "message.blocks_refused"] == ["error", "error"]


async def test_text_is_tried_once(slack: SlackEmulator, here: Connected) -> None:
    """What Slack refuses as text too is an error, and the next attempt posts it."""
    slack.fail("chat.postMessage", error("invalid_blocks"), times=2)
    with pytest.raises(AdminError):
        await here.platform.post(_studio(slack), STATUS, key="job")
    await here.platform.post(_studio(slack), STATUS, key="job")
    assert len(slack.channel_named("studio").messages) == 1


async def test_private_answer_without_its_blocks(slack: SlackEmulator, here: Connected) -> None:
    """A private answer is shown as text as well."""
    here.told.answer = lambda _: PrivateResponse(Card("info", "Here you are"))
    slack.fail("chat.postEphemeral", error("invalid_blocks"))
    ada, studio = _ada(slack), slack.channel_named("studio")
    await ada.say(studio, f"<@{slack.team.bot_user_id}> help")
    await slack.quiet()
    answer = ada.sees(studio)[-1]
    assert (answer.text, answer.blocks) == ("Here you are", [])


async def test_form_that_is_refused(slack: SlackEmulator, here: Connected) -> None:
    """Whoever asked for a form that Slack refuses is told so."""
    form = Form("Edit v1", "Draw", "job", (FormField("prompt", "What should change?", "text", required=True),))
    message = await here.platform.post(_studio(slack), RESULT, key="job")
    here.told.answer = lambda _: PrivateResponse(form=form)
    slack.fail("views.open", error("invalid_arguments"))
    ada, studio = _ada(slack), slack.channel_named("studio")
    with capture_logs() as log:
        await ada.message_shortcut(studio, message.message.partition(":")[2], "easel:edit")
        await slack.quiet()
    assert ada.modal is None
    assert ada.sees(studio)[-1].text.startswith("Slack refused this form.")
    assert "form.refused" in [line["event"] for line in log]


def _ada(slack: SlackEmulator) -> Person:
    (ada,) = (person for person in slack.people.values() if isinstance(person, Person))
    return ada


def _studio(slack: SlackEmulator) -> Place:
    return place_at(slack.team.id, slack.channel_named("studio").id, None)
