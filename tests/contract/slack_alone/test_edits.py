"""Messages that people edit: what was not asked before is, once."""

import pytest

from tests.contract.painter import Painter
from tests.contract.pictures import photo
from tests.contract.slack import SlackSocketDriver
from tests.emulators.slack.posting import FileToUpload

pytestmark = pytest.mark.asyncio(loop_scope="module")
_PREVIEW = {"id": 1, "from_url": "https://example.com/", "title": "Example", "image_url": "https://example.com/a.png"}


async def test_mended_command_is_drawn_once(slack: SlackSocketDriver, painter: Painter) -> None:
    """A mention that was refused is heard again when it is mended, and not when it is edited after that."""
    ada, us = slack.person("Ada"), f"<@{slack.emulator.team.bot_user_id}>"
    ts = await ada.say(slack.channel, f"{us} a paper boat --qualty high")
    await slack.emulator.quiet()
    await slack.settle()
    assert await slack.cards() == []
    await ada.edit(slack.channel, ts, f"{us} a paper boat --quality high")
    await slack.emulator.quiet()
    await slack.settle()
    await ada.edit(slack.channel, ts, f"{us} a paper boat --quality low")
    await slack.emulator.quiet()
    await slack.settle()
    assert [card.title for card in await slack.cards()] == ["v1 for Ada"]
    assert len(painter.asked["a paper boat"]) == 1


@pytest.mark.parametrize("place", ["DM", "thread"])
async def test_words_without_a_mention_are_mended(slack: SlackSocketDriver, painter: Painter, place: str) -> None:
    """Where Easel need not be called, no app_mention tells of an edit: the change of the message does."""
    ada = slack.person("Ada")
    first = await slack.end_of(slack.command("a tea house"))
    channel, thread_ts = (ada.dm, None) if place == "DM" else (slack.channel, first.id.partition(":")[2])
    prompt = f"more lanterns ({place})"
    ts = await ada.say(channel, f"{prompt} --sise 1024x1024", thread_ts=thread_ts)
    await slack.emulator.quiet()
    await ada.edit(channel, ts, prompt)
    await slack.emulator.quiet()
    await slack.settle()
    slack.emulator.double_events()
    await ada.edit(channel, ts, f"{prompt}, please")
    await slack.emulator.quiet()
    await slack.settle()
    assert len(painter.asked[prompt]) == 1
    assert f"{prompt}, please" not in painter.asked


async def test_edit_that_is_told_twice_is_answered_once(slack: SlackSocketDriver) -> None:
    """The twins of an edit, delivered twice each, are one command."""
    ada, us = slack.person("Ada"), f"<@{slack.emulator.team.bot_user_id}>"
    ts = await ada.say(slack.channel, "a kite --qualty high")
    await slack.emulator.quiet()
    slack.emulator.double_events(2)
    await ada.edit(slack.channel, ts, f"{us} a kite --qualty high")
    await slack.emulator.quiet()
    assert len([message for message in ada.sees(slack.channel) if message.ephemeral_for == ada.id]) == 1


@pytest.mark.parametrize("files", ["full", "partial", "none"])
async def test_mention_that_is_added_finds_the_files(slack: SlackSocketDriver, painter: Painter, files: str) -> None:
    """A photo that was sent without a mention is edited when that is added, also where the mention lacks its files."""
    slack.emulator.mention_files = files  # type: ignore[assignment]
    ada, us, prompt = slack.person("Ada"), f"<@{slack.emulator.team.bot_user_id}>", f"in charcoal, {files}"
    ts = await ada.say(slack.channel, prompt, files=[FileToUpload("photo.png", photo().data)])
    await slack.emulator.quiet()
    await ada.edit(slack.channel, ts, f"{us} {prompt}")
    await slack.emulator.quiet()
    await slack.settle()
    (asked,) = painter.asked[prompt]
    assert asked.inputs.base is not None


async def test_help_is_not_given_again(slack: SlackSocketDriver) -> None:
    """A question that was answered is answered once, though its words are edited."""
    ada = slack.person("Ada")
    ts = await ada.say(ada.dm, "help")
    await slack.emulator.quiet()
    await ada.edit(ada.dm, ts, "help me")
    await ada.edit(ada.dm, ts, "help")
    await slack.emulator.quiet()
    assert len([message for message in ada.sees(ada.dm) if message.ephemeral_for == ada.id]) == 1


async def test_preview_of_a_link_is_no_edit(slack: SlackSocketDriver) -> None:
    """Slack changes a message to show the preview of a link: nobody asked for anything, before or after an edit."""
    ada, us = slack.person("Ada"), f"<@{slack.emulator.team.bot_user_id}>"
    ts = await ada.say(slack.channel, f"{us} a fox as in https://example.com --qualty high")
    await slack.emulator.quiet()
    slack.emulator.unfurl(slack.channel, ts, _PREVIEW)
    await slack.emulator.quiet()
    await ada.edit(slack.channel, ts, f"{us} a fox as in https://example.com --quallty high")
    await slack.emulator.quiet()
    slack.emulator.unfurl(slack.channel, ts, _PREVIEW)
    await slack.emulator.quiet()
    await slack.settle()
    assert await slack.cards() == []
    assert len([message for message in ada.sees(slack.channel) if message.ephemeral_for == ada.id]) == 2


async def test_late_edit_is_not_read(slack: SlackSocketDriver, painter: Painter) -> None:
    """After an hour a message is history: an edit of it asks for nothing."""
    ada, us = slack.person("Ada"), f"<@{slack.emulator.team.bot_user_id}>"
    ts = await ada.say(slack.channel, "an old idea", hours_ago=1.1)
    await slack.emulator.quiet()
    await ada.edit(slack.channel, ts, f"{us} an old idea")
    await slack.emulator.quiet()
    await slack.settle()
    assert "an old idea" not in painter.asked
