"""Slack's menus and forms, and the page that it keeps for each person."""

import pytest

from tests.contract.painter import Painter
from tests.contract.pictures import photo
from tests.contract.slack import SlackSocketDriver
from tests.emulators.slack.faults import error
from tests.emulators.slack.posting import FileToUpload
from tests.emulators.slack.things import View

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_create_asks_where(slack: SlackSocketDriver, painter: Painter) -> None:
    """The menu that belongs to no message opens a form that asks for words, choices, images, and where to draw."""
    form = (await slack.shortcut(None)).asked
    assert form.title == "Create an image"
    card = await slack.end_of(
        slack.submit(form, {"prompt": "a new dawn", "quality": "high", "place": slack.channel.id}, images=[photo()])
    )
    assert (card.title, card.quote, card.fields["Quality"]) == ("v1 for Ada", "a new dawn", "high")
    assert card.notes[0] == "image 1: photo.png"
    assert painter.asked["a new dawn"][0].inputs.base is not None


async def test_create_where_easel_is_not_keeps_the_form(slack: SlackSocketDriver) -> None:
    """A private channel without Easel is refused in the form, which keeps everything that was filled in."""
    closed = slack.emulator.add_channel("board-room", members=[slack.person("Ada")], is_private=True, with_bot=False)
    form = (await slack.shortcut(None)).asked
    refused = (await slack.submit(form, {"prompt": "a hidden plan", "place": closed.id})).said
    assert (refused.tone, refused.title) == ("error", "Easel is not in this channel.")
    modal = slack.person("Ada").modal
    assert modal is not None
    card = await slack.end_of(slack.submit(form, {"place": slack.channel.id}))
    assert card.quote == "a hidden plan"


async def test_form_sent_twice_is_one_job(slack: SlackSocketDriver, painter: Painter) -> None:
    """A form whose acknowledgement was lost, and which is sent again, draws once."""
    await slack.shortcut(None)
    await slack.person("Ada").submit({"prompt": "an only child", "place": slack.channel.id}, times=2)
    await slack.settle()
    assert len(painter.asked["an only child"]) == 1


async def test_somebodys_image_is_edited_in_its_thread(slack: SlackSocketDriver, painter: Painter) -> None:
    """The menu of a message with an image edits that image; the result hangs below the message, also in a thread."""
    ben = slack.person("Ben")
    root = await ben.say(slack.channel, "look at this", files=[FileToUpload("garden.png", photo().data)])
    below = await ben.say(slack.channel, "or this", thread_ts=root, files=[FileToUpload("fence.png", photo().data)])
    await slack.emulator.quiet()
    for ts, name in ((root, "garden.png"), (below, "fence.png")):
        message = next(seen for seen in await slack.transcript() if seen.id.endswith(ts))
        form = (await slack.shortcut(message)).asked
        assert form.title == "Edit this image"
        card = await slack.end_of(slack.submit(form, {"prompt": f"with roses, {name}"}))
        assert (card.thread, card.notes[0]) == (f"{slack.channel.id}:{root}", f"image 1: {name}")
        assert painter.asked[f"with roses, {name}"][0].inputs.base is not None


async def test_our_result_is_edited_as_its_version(slack: SlackSocketDriver) -> None:
    """The menu of one of our results, or of the files beside it, edits that version, however many newer there are."""
    first = await slack.end_of(slack.command("a chair"))
    await slack.end_of(slack.reply(first, "upholstered"))
    form = (await slack.shortcut(first)).asked
    assert (form.title, form.values["model"]) == ("Edit v1", "plain")
    assert (await slack.end_of(slack.submit(form, {"prompt": "in oak"}))).title == "v3 from v1 for Ada"
    files = next(message for message in slack.channel.messages if message.files and message.bot_id)
    await slack.person("Ada").message_shortcut(slack.channel, files.ts, "easel:edit")
    modal = slack.person("Ada").modal
    assert modal is not None
    assert modal.content["title"]["text"] == "Edit v1"
    await slack.person("Ada").close_modal()


async def test_message_without_an_image_is_answered(slack: SlackSocketDriver) -> None:
    """Words alone cannot be edited, and the answer says what can."""
    await slack.say("just words", as_="Ben")
    message = (await slack.transcript())[0]
    answer = (await slack.shortcut(message)).said
    assert (answer.title, "shows an image" in answer.text) == ("There is no image in that message.", True)


async def test_trigger_that_came_too_late_is_said(slack: SlackSocketDriver) -> None:
    """A form that Slack does not open any more is answered, so that people press again."""
    first = await slack.end_of(slack.command("a late bus"))
    slack.emulator.fail("views.open", error("expired_trigger_id"))
    answer = (await slack.press(first, "Edit…")).said
    assert answer.text == "Press it again."
    assert (await slack.press(first, "Edit…")).asked.title == "Edit v1"
    await slack.person("Ada").close_modal()


async def test_home_shows_pictures_cost_defaults_and_help(slack: SlackSocketDriver) -> None:
    """A person's own page has their newest pictures, what the month cost, their defaults, and help."""
    await slack.end_of(slack.command("a first sketch", as_="Hope"), as_="Hope")
    await slack.end_of(slack.command("a second sketch --model paid", as_="Hope"), as_="Hope")
    home = await _home(slack, "Hope")
    texts = _texts(home)
    assert texts.index("a second sketch") < texts.index("a first sketch")
    assert any(text.startswith("Your images in ") for text in texts)
    assert "$0.0020" in " ".join(texts)
    assert "--quality QUALITY" in texts
    assert len([block for block in home.blocks if "slack_file" in str(block)]) == 2
    assert "archives/" in str(home.blocks)


async def test_home_of_a_stranger_says_how_to_begin(slack: SlackSocketDriver) -> None:
    """Who has drawn nothing yet is told how to."""
    assert "No images yet: type /imagine in any channel" in _texts(await _home(slack, "Newt"))


async def test_defaults_are_chosen_at_home(slack: SlackSocketDriver, painter: Painter) -> None:
    """What is chosen there applies at once where a command is silent, until it is taken back."""
    ned = slack.person("Ned")
    home = await _home(slack, "Ned")
    await ned.press_in_view(home, "easel:default:quality", value="low")
    await ned.press_in_view(await _home(slack, "Ned"), "easel:default:size", value="portrait")
    await slack.end_of(slack.command("a cottage", as_="Ned"), as_="Ned")
    await ned.press_in_view(await _home(slack, "Ned"), "easel:default:quality", value="easel:none")
    await slack.end_of(slack.command("a castle", as_="Ned"), as_="Ned")
    cottage, castle = painter.asked["a cottage"][0].request, painter.asked["a castle"][0].request
    assert (cottage.quality, castle.quality) == ("low", "medium")
    assert cottage.size.height_px > cottage.size.width_px
    assert castle.size == cottage.size


async def test_home_without_pictures_that_slack_hides(slack: SlackSocketDriver) -> None:
    """Where Slack does not let somebody see a picture, the page comes without it rather than not at all."""
    await slack.end_of(slack.command("a closed book", as_="Otto"), as_="Otto")
    slack.emulator.fail("views.publish", error("invalid_blocks"))
    home = await _home(slack, "Otto")
    assert "a closed book" in _texts(home)
    assert "slack_file" not in str(home.blocks)


async def _home(slack: SlackSocketDriver, name: str) -> View:
    person = slack.person(name)
    before = person.home.hash if person.home is not None else None
    await person.open_home()
    await slack.emulator.quiet()
    home = person.home
    assert home is not None
    assert home.hash != before
    return home


def _texts(view: View) -> list[str]:
    """Every text of a view, in order."""
    found: list[str] = []

    def read(part: object) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("text"), str):
                found.append(part["text"].strip())
            for inner in part.values():
                read(inner)
        elif isinstance(part, list):
            for inner in part:
                read(inner)

    read(view.blocks)
    return found
