"""Files that Slack accepts and then shows late, elsewhere, or never."""

from collections.abc import AsyncGenerator

import pytest

from adapters.slack import labels
from adapters.slack.ids import place_at
from bot.domain.ids import PictureId
from bot.domain.people import MessageRef
from bot.domain.pictures import Picture, Size
from bot.errors import Transient
from bot.presentation.card import Card, CardPicture
from bot.store.database import Database
from tests.builders import a_png
from tests.emulators.slack.faults import dropped_after, error
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.things import Message
from tests.unit.slack.connected_platform import Connected, HastyClock, an_emulator, connected, options_of

PNG = a_png()
PICTURE = Picture(PictureId("f" * 64), "png", Size(64, 48), len(PNG))
RESULT = Card("done", "v1 for Ada", pictures=(CardPicture(PICTURE, "v1", "Picture: a fox"),))
STATUS = Card("working", "Drawing 00:01")


@pytest.fixture
async def database_kind() -> str:
    return "sqlite"


@pytest.fixture
async def slack() -> AsyncGenerator[SlackEmulator]:
    async with an_emulator() as slack:
        yield slack


@pytest.fixture
async def here(slack: SlackEmulator, database: Database) -> AsyncGenerator[Connected]:
    stored = {PICTURE.id: PNG}
    async with connected(slack, database, options_of(slack), clock=HastyClock(), pictures=stored) as here:
        await slack.until(lambda: slack.connections)
        yield here


async def test_share_that_was_dropped_is_made_again(slack: SlackEmulator, here: Connected) -> None:
    """Slack said ok and shows the file nowhere: after a minute it is uploaded anew, and then shown once."""
    message = await _status(slack, here)
    slack.never_share(1)
    await here.platform.update(message, RESULT)
    assert _shown(slack) == 1
    assert len([each for each in slack.channel_named("studio").messages if each.files]) == 1


async def test_share_that_never_comes_is_said(slack: SlackEmulator, here: Connected) -> None:
    """Where a second try does not help, the card has its words and buttons, says so, and is tried again later."""
    message = await _status(slack, here)
    slack.never_share(2)
    with pytest.raises(Transient):
        await here.platform.update(message, RESULT)
    assert labels.NOT_SHOWN_YET in str(_root(slack).blocks)
    await here.platform.update(message, RESULT)
    assert _shown(slack) == 1


async def test_blocks_that_stay_invalid_lose_the_picture_only(slack: SlackEmulator, here: Connected) -> None:
    """Where Slack refuses to show the file in the message itself, its words say that it is in the thread."""
    message = await _status(slack, here)
    slack.fail("chat.update", error("invalid_blocks"), times=4)
    await here.platform.update(message, RESULT)
    assert _shown(slack) == 0
    assert labels.IN_THREAD in str(_root(slack).blocks)
    assert [each.files[0].data for each in slack.channel_named("studio").messages if each.files] == [PNG]


async def test_result_shown_again_uploads_nothing(slack: SlackEmulator, here: Connected) -> None:
    """A delivery that is repeated after a crash finds its files where they are."""
    message = await _status(slack, here)
    await here.platform.update(message, RESULT)
    before = len(slack.calls)
    await here.platform.update(message, RESULT)
    assert [call.method for call in slack.calls[before:]] == ["chat.update"]


async def test_post_whose_answer_was_lost_is_found(slack: SlackEmulator, here: Connected) -> None:
    """A message that may have been posted is looked for by its mark, and neither lost nor posted twice."""
    slack.fail("chat.postMessage", dropped_after())
    place = place_at(slack.team.id, slack.channel_named("studio").id, None)
    with pytest.raises(Transient):
        await here.platform.post(place, STATUS, key="job")
    found = await here.platform.post(place, STATUS, key="job")
    assert found.message == f"{place.channel}:{_root(slack).ts}"
    assert await here.platform.post(place, STATUS, key="job") == found
    assert len(slack.channel_named("studio").messages) == 1
    assert _root(slack).metadata is not None
    assert "job" not in str(_root(slack).metadata), "any app of the workspace can read it"


async def test_deleted_pictures_are_deleted_at_slack(slack: SlackEmulator, here: Connected) -> None:
    """A card that shows no picture any more takes its file along."""
    message = await _status(slack, here)
    await here.platform.update(message, RESULT)
    await here.platform.update(message, Card("info", "v1 was deleted by Ada"))
    assert [file.is_deleted for file in slack.files.values()] == [True]


async def _status(slack: SlackEmulator, here: Connected) -> MessageRef:
    place = place_at(slack.team.id, slack.channel_named("studio").id, None)
    return await here.platform.post(place, STATUS, key="job")


def _root(slack: SlackEmulator) -> Message:
    return next(each for each in slack.channel_named("studio").messages if each.is_root)


def _shown(slack: SlackEmulator) -> int:
    """Pictures in the message itself."""
    return sum(block["type"] == "image" for block in _root(slack).blocks)
