"""Small signs on talk, and snippets, as Slack has them."""

import pytest

from tests.contract.driver import Answered
from tests.contract.slack import SlackSocketDriver
from tests.emulators.slack.posting import FileToUpload

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_without_the_scope_talk_is_left_alone_without_a_sign(slack: SlackSocketDriver) -> None:
    """An app that was installed before signs were asked for goes on as before."""
    first = await slack.end_of(slack.command("a hen --model paid"))
    slack.emulator.team.scopes.discard("reactions:write")
    try:
        assert await slack.reply(first, "thanks!") == Answered()
        assert not await slack.reacted("thanks!")
    finally:
        slack.emulator.team.scopes.add("reactions:write")
    await slack.settle()
    assert len(await slack.cards()) == 1


async def test_a_sign_that_is_there_is_no_fault(slack: SlackSocketDriver) -> None:
    """After a crash Slack tells of the same words again."""
    first = await slack.end_of(slack.command("a rooster --model paid"))
    slack.emulator.double_events(2)
    assert await slack.reply(first, "merci !") == Answered()
    assert await slack.reacted("merci !")
    slack.emulator.double_events(1)


async def test_the_question_gives_way_to_its_answer(slack: SlackSocketDriver) -> None:
    """Nobody is left with buttons that do nothing."""
    first = await slack.end_of(slack.command("a goose --model paid"))
    question = (await slack.reply(first, "nice feathers")).said
    await slack.press(question, "Ignore")
    ada = slack.person("Ada")
    (shown,) = [message for message in ada.sees_everywhere() if f"{message.channel}:{message.ts}" == question.id]
    assert "Ignored" in shown.text
    assert not any(block["type"] == "actions" for block in shown.blocks)


async def test_a_snippet_is_the_prompt(slack: SlackSocketDriver) -> None:
    """Slack makes one of long text, and may take it for a program: with a mention, in a DM and in a thread."""
    ada, mention = slack.person("Ada"), f"<@{slack.emulator.team.bot_user_id}>"
    snippet = FileToUpload("Untitled", b"a duck on a pond --size 64x96", mimetype="text/x-python", mode="snippet")
    await ada.say(slack.channel, f"{mention} In ink:", files=[snippet])
    await slack.emulator.quiet()
    await slack.settle()
    card = (await slack.cards())[-1]
    assert (card.quote.split(), card.fields["Size"]) == (["In", "ink:", "a", "duck", "on", "a", "pond"], "64x96")
    channel, _, ts = card.id.partition(":")
    await ada.say(channel, "", thread_ts=ts, files=[FileToUpload("Untitled", b"with reeds", mode="snippet")])
    await slack.emulator.quiet()
    await slack.settle()
    assert (await slack.cards())[-1].quote == "with reeds"
    await ada.say(ada.dm, "", files=[FileToUpload("Untitled", b"a swan in fog", mode="snippet")])
    await slack.emulator.quiet()
    await slack.settle()
    assert any(card.quote == "a swan in fog" for card in await slack.cards())
