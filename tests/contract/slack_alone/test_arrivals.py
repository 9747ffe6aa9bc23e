"""Whatever way Slack tells of something, and however often: it is one job, and answered once."""

import aiohttp
import pytest
from yarl import URL

from tests.contract.driver import Answered
from tests.contract.painter import Painter
from tests.contract.pictures import photo
from tests.contract.slack import SlackSocketDriver
from tests.emulators.slack.posting import FileToUpload

pytestmark = pytest.mark.asyncio(loop_scope="module")
PHOTO = FileToUpload("photo.png", photo().data)


@pytest.mark.parametrize("first", ["mention_first", "message_first"])
@pytest.mark.parametrize("files", ["full", "partial", "none"])
async def test_twins_are_one_job_with_its_files(
    slack: SlackSocketDriver, painter: Painter, first: str, files: str
) -> None:
    """A mention is told of twice, in either order, and at times without its files: it is one edit of its picture."""
    slack.emulator.twins, slack.emulator.mention_files = first, files  # type: ignore[assignment]
    prompt = f"sepia {first} {files}"
    card = await slack.end_of(slack.command(prompt, images=[photo()]))
    assert card.notes[0] == "image 1: photo.png"
    (asked,) = painter.asked[prompt]
    assert asked.inputs.base is not None


@pytest.mark.parametrize("first", ["mention_first", "message_first"])
async def test_twins_are_answered_once(slack: SlackSocketDriver, first: str) -> None:
    """A mention with a mistake gets one private answer, though it arrives twice."""
    slack.emulator.twins = first  # type: ignore[assignment]
    answer = (await slack.say("a fox --qualty high", to_us=True)).said
    assert "Did you mean --quality?" in answer.text


async def test_mention_alone_finds_its_files(slack: SlackSocketDriver, painter: Painter) -> None:
    """Where the message's own event never comes, the message is looked up for the files that its mention lacks."""
    slack.emulator.mention_files = "none"
    slack.emulator.events.discard("message.channels")
    try:
        await slack.end_of(slack.command("a lone mention", images=[photo()]))
    finally:
        slack.emulator.events.add("message.channels")
    assert painter.asked["a lone mention"][0].inputs.base is not None


async def test_same_event_and_same_envelope_twice(slack: SlackSocketDriver, painter: Painter) -> None:
    """An event that is delivered again, or whose envelope is, makes one version."""
    first = await slack.end_of(slack.command("a lily"))
    slack.emulator.double_events(2)
    await slack.end_of(slack.reply(first, "in pink"))
    slack.emulator.double_envelopes(2)
    await slack.end_of(slack.reply(first, "in white"))
    assert [len(painter.asked[words]) for words in ("in pink", "in white")] == [1, 1]


async def test_old_event_is_declined(slack: SlackSocketDriver, painter: Painter) -> None:
    """What Slack replays hours later, after an outage, is not drawn: nobody waits for it any more."""
    called = f"<@{slack.emulator.team.bot_user_id}> a late train"
    await slack.emulator.replay_old_event(slack.person("Ada"), slack.channel, called, hours_ago=3)
    await slack.emulator.quiet()
    await slack.settle()
    assert "a late train" not in painter.asked
    assert await slack.cards() == []


async def test_edited_message_is_heard_once_it_calls_us(slack: SlackSocketDriver, painter: Painter) -> None:
    """A mention that is added later counts; one whose picture is drawn already is not drawn again."""
    ada = slack.person("Ada")
    ts = await ada.say(slack.channel, "a paper crane")
    await slack.emulator.quiet()
    await ada.edit(slack.channel, ts, f"<@{slack.emulator.team.bot_user_id}> a paper crane")
    await slack.emulator.quiet()
    await slack.settle()
    assert [card.title for card in await slack.cards()] == ["v1 for Ada"]
    await ada.edit(slack.channel, ts, "a paper crane")
    await ada.edit(slack.channel, ts, f"<@{slack.emulator.team.bot_user_id}> a paper crane!")
    await slack.emulator.quiet()
    await slack.settle()
    assert len(painter.asked["a paper crane"]) == 1


async def test_image_without_words_in_a_thread(slack: SlackSocketDriver) -> None:
    """A file alone, whose message has no text, is joined with the thread's picture."""
    first = await slack.end_of(slack.command("a wall"))
    second = await slack.end_of(slack.reply(first, "", images=[photo("poster.png")]))
    assert second.notes[0] == "image 1: v1 · image 2: poster.png"


async def test_reply_also_sent_to_the_channel(slack: SlackSocketDriver) -> None:
    """A reply that its author also sends to the channel is one edit."""
    first = await slack.end_of(slack.command("a comet"))
    channel, _, ts = first.id.partition(":")
    await slack.person("Ben").say(channel, "with a tail", thread_ts=ts, broadcast=True)
    await slack.emulator.quiet()
    await slack.settle()
    assert [card.title for card in await slack.cards()] == ["v1 for Ada", "v2 from v1 for Ben"]


async def test_direct_message_is_a_command(slack: SlackSocketDriver) -> None:
    """In the conversation with Easel no name and no command is needed, and its threads are edited as any other."""
    ada = slack.person("Ada")
    await ada.say(ada.dm, "a quiet pond")
    await slack.emulator.quiet()
    await slack.settle()
    first = (await slack.cards())[-1]
    assert (first.title, first.quote) == ("v1 for Ada", "a quiet pond")
    await ada.say(ada.dm, "with a frog", thread_ts=first.id.partition(":")[2])
    await slack.emulator.quiet()
    await slack.settle()
    assert (await slack.cards())[-1].title == "v2 from v1 for Ada"


async def test_slash_command_in_a_thread(slack: SlackSocketDriver) -> None:
    """Slack refuses commands in threads by itself; its words as a message there do what the command would."""
    first = await slack.end_of(slack.command("a bench"))
    ada, (_, _, ts) = slack.person("Ada"), first.id.partition(":")
    assert (await ada.command(slack.channel, "a tree", thread_ts=ts)).error is not None
    second = await slack.end_of(slack.command("a tree", below=first))
    assert (second.title, second.thread) == ("v2 for Ada", first.id)
    help_card = (await slack.command("help")).said
    assert any("do not work in threads here" in note for note in help_card.notes)


async def test_public_channel_is_joined_on_first_use(slack: SlackSocketDriver) -> None:
    """Someone may ask in any public channel: Easel joins it, so that replies reach it too."""
    ada = slack.person("Ada")
    slack.channel = slack.emulator.add_channel("lobby", members=[ada], with_bot=False)
    first = await slack.end_of(slack.command("a doormat"))
    assert slack.channel.has_bot
    assert (await slack.end_of(slack.reply(first, "in red"))).title == "v2 from v1 for Ada"


@pytest.mark.parametrize("how", ["private", "archived"])
async def test_channel_that_is_closed_to_us_is_said(slack: SlackSocketDriver, painter: Painter, how: str) -> None:
    """In a private channel without Easel, and in an archived one, the asker is told what to do; nothing is drawn."""
    ada = slack.person("Ada")
    options = {"is_private": True, "with_bot": False} if how == "private" else {"is_archived": True}
    slack.channel = slack.emulator.add_channel(how, members=[ada], **options)  # type: ignore[arg-type]
    answer = (await slack.command("a secret door")).said
    expected = {
        "private": ("Easel is not in this channel.", "/invite"),
        "archived": ("This channel is archived.", "another channel"),
    }
    title, hint = expected[how]
    assert (answer.title, hint in answer.text) == (title, True)
    assert "a secret door" not in painter.asked


async def test_other_apps_are_not_heard(slack: SlackSocketDriver) -> None:
    """Easel's own messages come back as events, and are never taken for somebody's words."""
    first = await slack.end_of(slack.command("an echo"))
    assert await slack.reply(first, "// an aside") == Answered()
    await slack.settle()
    assert len(await slack.cards()) == 1


async def test_words_of_people_ring_nobody_up(slack: SlackSocketDriver) -> None:
    """What looks like a call of everybody, of a person or a link is only text, in the card and in the notification."""
    words = "<!channel> <!here> <@U000000001> <https://evil.example|click> *bold* :fox_face: &lt;!channel&gt;"
    card = await slack.end_of(slack.command(words))
    assert card.quote == words
    root = slack.channel.messages[0]
    assert "<!" not in root.text
    assert slack.emulator.pings == []


async def test_health_tells_of_slack(slack: SlackSocketDriver) -> None:
    """Whoever watches Easel sees how its connection to Slack is, beside the metrics."""
    here = URL(slack.emulator.request_url).origin()
    async with aiohttp.ClientSession() as session:
        async with session.get(here / "health") as answer:
            assert (answer.status, (await answer.json())["slack"]) == (200, "connected")
        async with session.get(here / "metrics") as answer:
            assert "easel_jobs_accepted_total" in await answer.text()
