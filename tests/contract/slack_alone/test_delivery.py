"""What becomes of a result when Slack loses, refuses, limits or closes things while it is delivered."""

import asyncio

import pytest

from tests.contract.driver import Seen
from tests.contract.painter import Held, Painter
from tests.contract.slack import SlackSocketDriver
from tests.emulators.slack.faults import dropped_after, dropped_before, rate_limited, status

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_one_completion_and_six_calls(slack: SlackSocketDriver) -> None:
    """Four pictures go out in one completion, in JSON, in their order, and without what makes Slack drop them."""
    await slack.end_of(slack.command("a warm-up"))  # the channel is joined, and the asker's name is known
    before = len(slack.emulator.calls)
    card = await slack.end_of(slack.command("some ducks --n 4"))
    calls = slack.emulator.calls[before:]
    done = [call.method for call in calls if call.arguments.get("text", "").startswith("v1")]
    assert done == ["chat.update"]
    assert [call.method for call in calls if call.method != "chat.update"] == [
        "chat.postMessage",
        *["files.getUploadURLExternal"] * 4,
        "files.completeUploadExternal",
        "files.info",
    ]
    (completion,) = [call for call in calls if call.method == "files.completeUploadExternal"]
    assert completion.wire == "json"
    assert [file["id"] for file in completion.arguments["files"]] == [picture.address for picture in card.pictures]
    assert not any("alt_txt" in call.arguments for call in calls)
    assert card.pictures[0].alt == "Image 1 of 4: some ducks"


@pytest.mark.parametrize("method", ["chat.postMessage", "files.completeUploadExternal", "chat.update"])
@pytest.mark.parametrize("fault", [dropped_after, dropped_before, status], ids=lambda fault: fault.__name__)
async def test_lost_answer_is_no_second_message(
    slack: SlackSocketDriver, painter: Painter, method: str, fault: type
) -> None:
    """A call whose answer is lost, or is a gateway's page, is never repeated blindly: one card, one set of files."""
    slack.emulator.fail(method, fault())
    prompt = f"a message in a bottle {method} {fault.__name__}"
    card = await slack.end_of(slack.command(prompt))
    assert (card.tone, card.labels) == ("done", ("v1",))
    assert len(painter.asked[prompt]) == 1
    assert len(slack.channel.messages) == 2, "the card, and the files beside it"


async def test_deleted_status_is_posted_anew(slack: SlackSocketDriver, painter: Painter) -> None:
    """Where somebody deleted the status message, the result is a new message, with buttons and replies that work."""
    held, root = await _drawing(slack, painter, "a sand mandala")
    slack.emulator.delete_message(slack.channel, root.id.partition(":")[2])
    held.go()
    await slack.settle()
    (card,) = await slack.cards()
    assert (card.title, card.labels, card.only_for) == ("v1 for Ada", ("v1",), None)
    assert card.id != root.id
    assert (await slack.press(card, "Details")).said.title == "Details of v1"


@pytest.mark.parametrize(
    ("closing", "why"),
    [("archive", "That channel is archived."), ("kick_bot", "Easel is not in that channel.")],
)
async def test_result_of_a_closed_channel_goes_to_the_asker(
    slack: SlackSocketDriver, painter: Painter, closing: str, why: str
) -> None:
    """What was drawn for a channel that was archived meanwhile, or that threw Easel out, is not lost."""
    held, root = await _drawing(slack, painter, f"a last picture {closing}")
    getattr(slack.emulator, closing)(slack.channel)
    held.go()
    await slack.settle()
    card = next(card for card in await slack.cards() if card.id != root.id)
    assert (card.only_for, card.title, card.text) == ("Ada", "v1 for Ada", why)
    assert await slack.hashes(card) == painter.drawn[f"a last picture {closing}"]


async def test_channel_closed_before_it_began_is_told_the_asker(slack: SlackSocketDriver, painter: Painter) -> None:
    """A command that was accepted in a channel which is closed before its card is posted ends with the asker."""
    first = await slack.end_of(slack.command("a short stay"))
    slack.emulator.kick_bot(slack.channel)
    slack.emulator.fail("conversations.join", rate_limited(1))
    slack.channel.kind = "group"
    await slack.press(first, "Again")
    await slack.settle()
    card = (await slack.cards())[-1]
    assert (card.only_for, card.tone, card.title) == ("Ada", "error", "Easel is not in that channel.")
    assert len(painter.asked["a short stay"]) == 1


async def test_thread_says_that_easel_works(slack: SlackSocketDriver, painter: Painter) -> None:
    """While an edit is drawn, Slack's own line in the thread says so; it goes when the result is there."""
    first = await slack.end_of(slack.command("a mill"))
    held = painter.holds("turning")
    await slack.reply(first, "turning")
    await held.begun.wait()
    await slack.until(lambda seen: seen.quote == "turning" and seen.title.startswith("Drawing"))
    channel, _, ts = first.id.partition(":")
    shown = await slack.emulator.until(lambda: slack.emulator.status_of(channel, ts))
    assert shown.text.startswith("Drawing")
    held.go()
    await slack.settle()
    assert slack.emulator.status_of(channel, ts) is None


async def test_picture_that_takes_long_to_be_shown(slack: SlackSocketDriver) -> None:
    """Slack's ok means nothing yet: the card turns into the result when the picture is really there."""
    slack.emulator.share_delay_s = 0.3
    try:
        card = await slack.end_of(slack.command("a slow developer"))
    finally:
        slack.emulator.share_delay_s = 0.0
    assert card.labels == ("v1",)
    assert len(slack.channel.messages) == 2


async def test_picture_that_is_still_processed(slack: SlackSocketDriver) -> None:
    """A file that Slack still works on makes blocks invalid: they are tried again."""
    slack.emulator.processing_delay_s, before = 5, len(slack.emulator.calls)
    drawing = asyncio.create_task(slack.end_of(slack.command("a wet negative")))
    await slack.emulator.until(
        lambda: [call for call in slack.emulator.calls[before:] if call.error == "invalid_blocks"]
    )
    slack.emulator.clock.advance(5)
    assert (await drawing).labels == ("v1",)


async def test_previews_are_removed(slack: SlackSocketDriver, painter: Painter) -> None:
    """Unfinished pictures are deleted from Slack once the finished one is shown."""
    held, _ = await _drawing(slack, painter, "a rising dough")
    held.show(b"\x89PNG\r\n\x1a\n" + bytes(100), fraction=0.5)
    preview = (await slack.until(lambda seen: seen.preview is not None)).preview
    held.go()
    await slack.settle()
    assert slack.emulator.files[preview or ""].is_deleted


@pytest.mark.parametrize("method", ["chat.postMessage", "files.getUploadURLExternal", "files.info", "chat.update"])
async def test_limited_call_waits_its_time(slack: SlackSocketDriver, method: str) -> None:
    """A call that Slack limits is made again after the time it names."""
    slack.emulator.fail(method, rate_limited(1))
    assert (await slack.end_of(slack.command(f"a patient fisher {method}"))).tone == "done"


async def _drawing(slack: SlackSocketDriver, painter: Painter, prompt: str) -> tuple[Held, Seen]:
    held = painter.holds(prompt)
    await slack.command(prompt)
    await held.begun.wait()
    return held, await slack.until(lambda seen: seen.quote == prompt and seen.title.startswith("Drawing"))
