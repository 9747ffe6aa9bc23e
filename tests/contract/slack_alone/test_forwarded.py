"""Pictures in messages that people forward or share: Slack hangs the other message on the new one."""

import pytest

from tests.contract.painter import Painter
from tests.contract.pictures import photo
from tests.contract.slack import SlackSocketDriver
from tests.emulators.slack.posting import FileToUpload
from tests.emulators.slack.things import File

pytestmark = pytest.mark.asyncio(loop_scope="module")
PHOTO = FileToUpload("photo.png", photo().data)


@pytest.mark.parametrize("where", ["DM", "channel", "thread"])
async def test_forwarded_picture_is_edited(slack: SlackSocketDriver, painter: Painter, where: str) -> None:
    """A photo that somebody forwards with words to Easel, wherever Easel is called, is what the words change."""
    ada, ben, us = slack.person("Ada"), slack.person("Ben"), f"<@{slack.emulator.team.bot_user_id}>"
    shared = await ben.say(slack.channel, "look at this", files=[PHOTO])
    root = await ben.say(slack.channel, "what now?")
    prompt = f"make it blue ({where})"
    words = prompt if where == "DM" else f"{us} {prompt}"
    place = ada.dm if where == "DM" else slack.channel
    await ada.forward(slack.channel, shared, to=place, text=words, thread_ts=root if where == "thread" else None)
    await slack.emulator.quiet()
    await slack.settle()
    card = (await slack.cards())[-1]
    assert (card.title, card.notes[0]) == ("v1 for Ada", "image 1: photo.png")
    (asked,) = painter.asked[prompt]
    assert asked.inputs.base is not None


async def test_forwarded_picture_joins_a_thread(slack: SlackSocketDriver) -> None:
    """In the thread of a result a forwarded photo is a further picture beside it."""
    first = await slack.end_of(slack.command("a sofa"))
    ben = slack.person("Ben")
    shared = await ben.say(slack.channel, "this lamp", files=[PHOTO])
    await ben.forward(
        slack.channel, shared, to=slack.channel, text="put this lamp beside it", thread_ts=first.id.partition(":")[2]
    )
    await slack.emulator.quiet()
    await slack.settle()
    card = (await slack.cards())[-1]
    assert (card.title, card.notes[0]) == ("v2 from v1 for Ben", "image 1: v1 · image 2: photo.png")


async def test_forwarded_result_is_edited(slack: SlackSocketDriver, painter: Painter) -> None:
    """A card of Easel's shows its pictures in blocks, and no files: forwarded to Easel, its picture is edited."""
    first = await slack.end_of(slack.command("an owl"))
    ada = slack.person("Ada")
    await ada.forward(slack.channel, first.id.partition(":")[2], to=ada.dm, text="as a woodcut")
    await slack.emulator.quiet()
    await slack.settle()
    assert (await slack.cards())[-1].title == "v1 for Ada"
    (asked,) = painter.asked["as a woodcut"]
    assert asked.inputs.base is not None


async def test_addresses_of_slacks_files_are_pictures(slack: SlackSocketDriver, painter: Painter) -> None:
    """Where an attachment names a file of Slack's by its address, that file is the picture; each counts once."""
    ada, file = slack.person("Ada"), await _file(slack)
    address = f"{slack.emulator.origin}/files-pri/{slack.emulator.team.id}-{file.id}/photo.png"
    stub = {"id": file.id, "mode": "file_access", "file_access": "check_file_info"}
    await ada.say(ada.dm, "in chalk", attachments=[{"id": 1, "image_url": address, "files": [stub]}])
    await slack.emulator.quiet()
    await slack.settle()
    (asked,) = painter.asked["in chalk"]
    assert asked.inputs.base is not None
    assert not asked.inputs.references


@pytest.mark.parametrize("page", ["https://evil.example/page", None])
async def test_pictures_outside_of_slack_are_left_alone(
    slack: SlackSocketDriver, painter: Painter, page: str | None
) -> None:
    """The preview of somebody's page names no picture, not even with the address of a file in Slack."""
    ada, file = slack.person("Ada"), await _file(slack)
    there = slack.emulator.origin if page else "https://evil.example"
    address = f"{there}/files-pri/{slack.emulator.team.id}-{file.id}/photo.png"
    prompt = f"a lighthouse, {'page' if page else 'address'}"
    await ada.say(ada.dm, prompt, attachments=[{"id": 1, "from_url": page, "image_url": address}])
    await slack.emulator.quiet()
    await slack.settle()
    (asked,) = painter.asked[prompt]
    assert asked.inputs.base is None


async def test_menu_of_a_forwarded_picture(slack: SlackSocketDriver) -> None:
    """“Edit this image” works on a message that forwards one."""
    ada, ben = slack.person("Ada"), slack.person("Ben")
    shared = await ben.say(slack.channel, "look", files=[PHOTO])
    ts = await ben.forward(slack.channel, shared, to=slack.channel)
    await ada.message_shortcut(slack.channel, ts, "easel:edit")
    assert ada.modal is not None
    assert "photo.png" in str(ada.modal.content)


async def _file(slack: SlackSocketDriver) -> File:
    """A file that Easel can see, which is in no message that it hears."""
    ben = slack.person("Ben")
    ts = await ben.say(slack.channel, "just a photo", files=[PHOTO])
    message = slack.channel.find(ts)
    assert message is not None
    return message.files[0]
