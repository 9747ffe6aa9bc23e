"""Images that people send in Slack: fetched with care, and explained where they cannot be had."""

import asyncio

import pytest

from tests.contract.driver import Seen
from tests.contract.painter import Painter
from tests.contract.pictures import encoded, photo
from tests.contract.slack import SlackSocketDriver
from tests.emulators.slack.faults import status
from tests.emulators.slack.posting import FileToUpload
from tests.emulators.slack.things import FileMode

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_stub_is_asked_for(slack: SlackSocketDriver, painter: Painter) -> None:
    """A file of another organisation comes as a stub without an address: Slack is asked for it first."""
    card = await _send(slack, "as a woodcut", mode="file_access")
    assert card.tone == "done"
    assert painter.asked["as a woodcut"][0].inputs.base is not None


@pytest.mark.parametrize(
    ("mode", "title"),
    [
        ("external", "That file is stored outside Slack, so Easel cannot read it."),
        ("tombstone", "That file was deleted."),
        ("hidden_by_limit", "Slack hides that file: it is older than this workspace's plan keeps files."),
    ],
)
async def test_file_that_is_not_there_is_explained(
    slack: SlackSocketDriver, painter: Painter, mode: FileMode, title: str
) -> None:
    """A file that Slack does not hold, or not any more, is named as what it is; nothing is drawn."""
    card = await _send(slack, f"as a fresco {mode}", mode=mode)
    assert (card.tone, card.title) == ("error", title)
    assert f"as a fresco {mode}" not in painter.asked


async def test_redirects_get_no_token(slack: SlackSocketDriver, painter: Painter) -> None:
    """Slack hands files out by a detour over another host: it is followed, and the token stays at home."""
    slack.emulator.redirect_downloads = True
    assert (await _send(slack, "as a mosaic")).tone == "done"
    assert painter.asked["as a mosaic"][0].inputs.base is not None


async def test_login_page_is_named_as_the_missing_scope(slack: SlackSocketDriver, painter: Painter) -> None:
    """Without files:read Slack answers 200 and a page to log in: the card names the scope, and nothing is drawn."""
    held = painter.holds("a gate keeper")
    await slack.command("a gate keeper")
    await held.begun.wait()
    slack.emulator.team.scopes.discard("files:read")
    try:
        channel, _, ts = (await slack.cards())[0].id.partition(":")
        await slack.person("Ada").say(channel, "with this", thread_ts=ts, files=[FileToUpload("k.png", photo().data)])
        held.go()
        await slack.emulator.quiet()
        card = await slack.until(lambda seen: seen.quote == "with this" and seen.tone == "error")
    finally:
        slack.emulator.team.scopes.add("files:read")
    assert "files:read" in card.title + card.text
    assert "with this" not in painter.asked


async def test_server_error_is_tried_again(slack: SlackSocketDriver, painter: Painter) -> None:
    """A file that Slack cannot hand out at the moment is fetched a second time."""
    slack.emulator.fail("download", status(502))
    assert (await _send(slack, "as a cameo")).tone == "done"
    assert painter.asked["as a cameo"][0].inputs.base is not None


async def test_animation_is_shown_as_it_is(slack: SlackSocketDriver, painter: Painter) -> None:
    """Slack shows GIF: it is posted unchanged, while WebP is converted and comes along as a file."""
    painter.returns("a spinning top", encoded((64, 48), image_format="gif"))
    card = await slack.end_of(slack.command("a spinning top"))
    assert (card.pictures[0].format, dict(card.files)) == ("gif", {})


async def _send(slack: SlackSocketDriver, text: str, *, mode: FileMode = "hosted") -> Seen:
    """Calls Easel with a file of this kind; gives the card that comes of it."""
    file = FileToUpload("photo.png", photo().data, mode=mode)
    called = f"<@{slack.emulator.team.bot_user_id}> {text}"
    await slack.person("Ada").say(slack.channel, called, files=[file])
    await slack.emulator.quiet()
    await slack.settle()
    (card,) = await slack.cards()
    return card


async def test_drawings_handed_out_at_once_go_with_their_picture(slack: SlackSocketDriver, painter: Painter) -> None:
    """Two people press SVG at the same moment: what each was handed is deleted with the picture."""
    painter.writes("a comet", b'<svg xmlns="http://www.w3.org/2000/svg"><title>comet</title></svg>')
    before = _drawings(slack)
    card = await slack.end_of(slack.command("a comet --model scribe"))
    held = [slack.emulator.hold("chat.update", executed=True) for _ in range(2)]
    pressed = [asyncio.create_task(slack.press(card, "SVG", as_=name)) for name in ("Ada", "Ben")]
    for each in held:
        await each.begun.wait()
    for each in held:
        each.go()
    await asyncio.gather(*pressed)
    assert len(_drawings(slack) - before) == 2
    await slack.press(card, "Delete")
    await slack.settle()
    assert _drawings(slack) == before


async def test_drawing_handed_out_while_its_picture_goes(slack: SlackSocketDriver, painter: Painter) -> None:
    """Somebody is handed the drawing of a picture that is deleted meanwhile: it does not outlive the picture."""
    painter.writes("a meteor", b'<svg xmlns="http://www.w3.org/2000/svg"><title>meteor</title></svg>')
    card = await slack.end_of(slack.command("a meteor --model scribe"))
    before = _drawings(slack)
    held = slack.emulator.hold("chat.update", executed=True)
    pressed = asyncio.create_task(slack.press(card, "SVG", as_="Ben"))
    await held.begun.wait()
    deleted = asyncio.create_task(slack.press(card, "Delete"))
    picture = card.pictures[0].address
    await slack.emulator.until(lambda: picture in _deleted(slack))
    held.go()
    await asyncio.gather(pressed, deleted)
    await slack.settle()
    assert _drawings(slack) == before


def _drawings(slack: SlackSocketDriver) -> set[str]:
    """The drawings that Slack was handed and has not been told to delete."""
    completed = (call for call in slack.emulator.calls if call.method == "files.completeUploadExternal")
    files = [file for call in completed for file in call.arguments["files"]]
    return {str(file["id"]) for file in files if file["title"].endswith(".svg")} - _deleted(slack)


def _deleted(slack: SlackSocketDriver) -> set[str]:
    return {str(call.arguments["file"]) for call in slack.emulator.calls if call.method == "files.delete"}
