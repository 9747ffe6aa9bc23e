"""Threads whose first message somebody deleted: people go on in them, and so does Easel."""

import pytest

from tests.contract.driver import Seen
from tests.contract.painter import Painter
from tests.contract.slack import SlackSocketDriver
from tests.emulators.slack.faults import dropped_after

pytestmark = pytest.mark.asyncio(loop_scope="module")


def _ts(card: Seen) -> str:
    return card.id.partition(":")[2]


async def test_thread_answers_without_its_root(slack: SlackSocketDriver) -> None:
    """Edits in it, with a mention or without, start from its newest version and are posted in it."""
    first = await slack.end_of(slack.command("a bridge"))
    slack.emulator.delete_message(slack.channel, _ts(first))
    second = await slack.end_of(slack.reply(first, "in fog"))
    third = await slack.end_of(slack.reply(second, "at night", to_us=True))
    assert [card.title for card in (second, third)] == ["v2 from v1 for Ada", "v3 from v2 for Ada"]
    assert {second.thread, third.thread} == {first.id}
    assert third.only_for is None
    assert len(await slack.hashes(third)) == 1


async def test_thread_of_people_is_not_listened_to(slack: SlackSocketDriver, painter: Painter) -> None:
    """Below a deleted message of a person's, only a mention is meant for Easel."""
    ben = slack.person("Ben")
    root = await ben.say(slack.channel, "ideas?")
    await ben.say(slack.channel, f"<@{slack.emulator.team.bot_user_id}> a well", thread_ts=root)
    await slack.emulator.quiet()
    await slack.settle()
    slack.emulator.delete_message(slack.channel, root)
    await ben.say(slack.channel, "make it deeper", thread_ts=root)
    await slack.emulator.quiet()
    await slack.settle()
    assert "make it deeper" not in painter.asked
    await ben.say(slack.channel, f"<@{slack.emulator.team.bot_user_id}> make it deeper", thread_ts=root)
    await slack.emulator.quiet()
    await slack.settle()
    assert (await slack.cards())[-1].title == "v2 from v1 for Ben"


async def test_lost_answer_below_a_deleted_root(slack: SlackSocketDriver) -> None:
    """A card whose posting was not answered is looked for in the thread that is left: there is no second one."""
    first = await slack.end_of(slack.command("a pier"))
    slack.emulator.delete_message(slack.channel, _ts(first))
    slack.emulator.fail("chat.postMessage", dropped_after())
    second = await slack.end_of(slack.reply(first, "with gulls"))
    assert (second.title, second.thread, second.only_for) == ("v2 from v1 for Ada", first.id, None)
    assert [card.title for card in await slack.cards()] == ["v2 from v1 for Ada"]


async def test_replies_follow_a_root_that_was_posted_anew(slack: SlackSocketDriver, painter: Painter) -> None:
    """The root that was deleted while it was drawn is posted anew; what is said below the old one belongs to it."""
    held = painter.holds("a viaduct")
    await slack.command("a viaduct")
    await held.begun.wait()
    (root,) = await slack.cards()
    ben = slack.person("Ben")
    await ben.say(slack.channel, "// nice", thread_ts=_ts(root))
    await slack.emulator.quiet()
    slack.emulator.delete_message(slack.channel, _ts(root))
    held.go()
    await slack.settle()
    (first,) = await slack.cards()
    assert first.id != root.id
    await ben.say(slack.channel, "with a train", thread_ts=_ts(root))
    await slack.emulator.quiet()
    await slack.settle()
    card = (await slack.cards())[-1]
    assert (card.title, card.thread) == ("v2 from v1 for Ben", first.id)
