"""Which picture an edit starts from, and what becomes of it."""

import asyncio

import pytest

from tests.contract.driver import Ability, Answered, Driver
from tests.contract.painter import Painter
from tests.contract.pictures import photo

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.needs(Ability.THREADS, Ability.ROOM)]


async def test_reply_edits_the_newest_version(driver: Driver, painter: Painter) -> None:
    """Words in a thread change its newest picture; the result hangs in the same thread and names its parent."""
    first = await driver.end_of(driver.command("a red fox"))
    second = await driver.end_of(driver.reply(first, "make it blue"))
    third = await driver.end_of(driver.reply(first, "make it night"))
    assert [card.title for card in (first, second, third)] == ["v1 for Ada", "v2 from v1 for Ada", "v3 from v2 for Ada"]
    assert first.thread is None
    assert {second.thread, third.thread} == {first.id}
    assert third.notes[0] == "image 1: v2"
    assert _bases(painter, "make it night") == await driver.hashes(second)


async def test_an_edit_is_drawn_like_its_base(driver: Driver) -> None:
    """Model, quality and format stay as they were where the reply says nothing of them, and give way where it does."""
    first = await driver.end_of(driver.command("a red robin --model paid --quality high --format webp"))
    like = await driver.end_of(driver.reply(first, "with berries"))
    other = await driver.end_of(driver.reply(first, "with snow --quality low"))
    assert [card.fields["Quality"] for card in (first, like, other)] == ["high", "high", "low"]
    assert {card.fields["Model"] for card in (first, like, other)} == {first.fields["Model"]}
    if "webp" in driver.capabilities.formats:
        assert {card.pictures[0].format for card in (first, like, other)} == {"webp"}
    else:  # then the original comes along as a file
        assert [name.rpartition(".")[2] for card in (first, like, other) for name in card.files] == ["webp"] * 3


async def test_named_version_is_the_base(driver: Driver, painter: Painter) -> None:
    """`--on v1` and "v1: ..." start from that version, however many newer ones there are; "V1 engine" is prose."""
    first = await driver.end_of(driver.command("a white owl"))
    for number, text in enumerate(("grey --on v1", "v1: grey", "on v1 grey", "V1 - grey", "v1：grey"), start=2):
        edit = await driver.end_of(driver.reply(first, text))
        assert (edit.title, edit.quote) == (f"v{number} from v1 for Ada", "grey"), text
    assert set(_bases(painter, "grey")) == set(await driver.hashes(first))
    prose = await driver.end_of(driver.reply(first, "V1 engine in its beak"))
    assert (prose.title, prose.quote) == ("v7 from v6 for Ada", "V1 engine in its beak")


async def test_one_of_several_pictures_can_be_named(driver: Driver, painter: Painter) -> None:
    """`v1b` is the second picture of version 1; plain `v1` is its first."""
    first = await driver.end_of(driver.command("some puppies --n 3"))
    second = await driver.end_of(driver.reply(first, "v1b: asleep"))
    third = await driver.end_of(driver.reply(first, "v1: awake"))
    hashes = await driver.hashes(first)
    assert (second.notes[0], third.notes[0]) == ("image 1: v1b", "image 1: v1a")
    assert (_bases(painter, "asleep"), _bases(painter, "awake")) == ([hashes[1]], [hashes[0]])


@pytest.mark.needs(Ability.POINTING)
async def test_message_pointed_at_is_the_base(driver: Driver, painter: Painter) -> None:
    """An answer to one of the thread's results edits that result."""
    first = await driver.end_of(driver.command("a brown bear"))
    await driver.end_of(driver.reply(first, "with honey"))
    third = await driver.end_of(driver.reply(first, "with snow", pointing_at=first))
    assert third.title == "v3 from v1 for Ada"
    assert _bases(painter, "with snow") == await driver.hashes(first)


@pytest.mark.needs(Ability.POINTING)
async def test_named_version_wins_over_the_message_pointed_at(driver: Driver) -> None:
    """What is said counts more than what is pointed at."""
    first = await driver.end_of(driver.command("a grey wolf"))
    second = await driver.end_of(driver.reply(first, "with a moon"))
    third = await driver.end_of(driver.reply(first, "with a sun --on v1", pointing_at=second))
    assert third.title == "v3 from v1 for Ada"


async def test_attached_images_join_as_references(driver: Driver, painter: Painter) -> None:
    """Images sent with an edit follow the thread's picture in their order, and the card names them all."""
    first = await driver.end_of(driver.command("a mug"))
    second = await driver.end_of(
        driver.reply(first, "put the logo on it", images=[photo("logo.png"), photo("wood.png", (64, 64))])
    )
    assert second.title == "v2 from v1 for Ada"
    assert second.notes[0] == "image 1: v1 · image 2: logo.png · image 3: wood.png"
    inputs = painter.asked["put the logo on it"][0].inputs
    assert [str(image.size) for image in inputs.references] == ["120x80", "64x64"]


async def test_images_without_words_are_combined(driver: Driver) -> None:
    """An image alone, sent into a thread, is joined with its picture."""
    first = await driver.end_of(driver.command("a shelf"))
    second = await driver.end_of(driver.reply(first, "", images=[photo("vase.png")]))
    assert second.notes[0] == "image 1: v1 · image 2: vase.png"


async def test_two_edits_at_once_become_siblings(driver: Driver, painter: Painter) -> None:
    """Two people who edit the same picture at the same time both start from it; nothing is overwritten."""
    first = await driver.end_of(driver.command("a green frog"))
    held = painter.holds("with a crown")
    await driver.reply(first, "with a crown", as_="Ben")
    await held.begun.wait()
    await driver.reply(first, "with a cape", as_="Cleo")
    await driver.until(lambda seen: seen.quote == "with a cape" and seen.tone == "done")
    held.go()
    await driver.settle()
    titles = {card.quote: card.title for card in await driver.cards() if card.thread == first.id}
    assert titles == {"with a cape": "v2 from v1 for Cleo", "with a crown": "v3 from v1 for Ben"}


@pytest.mark.in_turn
async def test_many_edits_at_once_have_different_numbers(driver: Driver) -> None:
    """Four edits in one breath are four versions, each numbered once, all from the picture that was there."""
    first = await driver.end_of(driver.command("a blank page"))
    await asyncio.gather(*(driver.reply(first, f"stroke {number}", as_="Ben") for number in range(4)))
    await driver.settle()
    titles = sorted(card.title for card in await driver.cards() if card.thread == first.id)
    assert titles == [f"v{number} from v1 for Ben" for number in range(2, 6)]


async def test_redelivered_reply_is_one_edit(driver: Driver) -> None:
    """A reply that a platform delivers twice makes one version."""
    first = await driver.end_of(driver.command("a bell"))
    assert (await driver.end_of(driver.reply(first, "louder", times=2))).title == "v2 from v1 for Ada"


async def test_edit_waits_for_the_picture_being_drawn(driver: Driver, painter: Painter) -> None:
    """An edit typed before the first picture is there waits for it, says so, and starts from it."""
    held = painter.holds("a yellow duck")
    await driver.command("a yellow duck")
    await held.begun.wait()
    root = await driver.until(lambda seen: seen.tone == "working")
    await driver.reply(root, "with boots")
    waiting = await driver.until(lambda seen: seen.title == "Waiting for the image to edit")
    assert waiting.thread == root.id
    held.go()
    await driver.settle()
    assert (await driver.now(waiting)).title == "v2 from v1 for Ada"
    assert _bases(painter, "with boots") == await driver.hashes(await driver.now(root))


async def test_edit_of_a_picture_that_never_came_says_so(driver: Driver, painter: Painter) -> None:
    """Where the picture that an edit waited for is cancelled, the edit ends with the reason and draws nothing."""
    held = painter.holds("a lost sock")
    await driver.command("a lost sock")
    await held.begun.wait()
    root = await driver.until(lambda seen: seen.tone == "working")
    await driver.reply(root, "and its twin")
    waiting = await driver.until(lambda seen: seen.title == "Waiting for the image to edit")
    await driver.cancel(root)
    await driver.settle()
    ended = await driver.now(waiting)
    assert (ended.tone, ended.title) == (
        "error",
        "The image to edit was never drawn, so there is nothing to change.",
    )
    assert "and its twin" not in painter.asked


async def test_nothing_to_edit_is_said(driver: Driver, painter: Painter) -> None:
    """In a thread without a picture an edit is answered, and never silently becomes a new picture."""
    held = painter.holds("a lone reed")
    await driver.command("a lone reed")
    await held.begun.wait()
    root = await driver.until(lambda seen: seen.tone == "working")
    await driver.cancel(root)
    await driver.settle()
    answer = (await driver.reply(root, "make it two")).said
    assert answer.title == "There is no image in this thread to edit, and none is attached."
    assert "/imagine" in answer.text
    assert "make it two" not in painter.asked


async def test_attached_image_is_the_base_where_there_is_no_other(driver: Driver, painter: Painter) -> None:
    """In a thread without a picture the image that comes along is edited."""
    held = painter.holds("an empty frame")
    await driver.command("an empty frame")
    await held.begun.wait()
    root = await driver.until(lambda seen: seen.tone == "working")
    await driver.cancel(root)
    await driver.settle()
    card = await driver.end_of(driver.reply(root, "in sepia", images=[photo("aunt.png")]))
    assert card.title == "v1 for Ada"
    assert card.notes[0] == "image 1: aunt.png"
    assert painter.asked["in sepia"][0].inputs.base is not None


async def test_edit_that_cannot_be_done_is_answered_privately(driver: Driver) -> None:
    """A version that is not there and a flag that cannot be honoured are answered to the asker alone."""
    first = await driver.end_of(driver.command("a small boat"))
    for text, title, hint in (
        ("v7: darker", "There is no v7 in this thread.", "The current version is v1."),
        ("darker --on v0", "--on 'v0' is not valid", "Nearest: --on v1"),
        ("v1c: darker", "v1 has no such image.", "Its last image is v1."),
        ("back to v9", "There is no v9 in this thread.", "The current version is v1."),
        ("v1", "Say what to change.", "v1: make it darker"),
        ("darker --quality hihg", "--quality 'hihg'", "--quality high"),
        ("darker --model blind", "blind cannot edit images.", "--model"),
    ):
        answer = (await driver.reply(first, text)).said
        assert answer.tone == "error"
        assert title in answer.title
        assert hint in answer.text, text
    assert len(await driver.cards()) == 1


async def test_talk_in_a_thread_is_left_alone(driver: Driver) -> None:
    """Asides, emoji, links and words to somebody else in a picture's thread change nothing and get no answer."""
    first = await driver.end_of(driver.command("a kite"))
    talk = (
        "// what do you think?",
        "  // aside",
        "🎉",
        "👍🏽 ❤️",
        ":tada: :+1:",
        "!!!",
        "…",
        "https://tenor.com/view/thumbs-up-gif-12345",
        "@Ben look",
        "hey @cleo nice",
    )
    for text in talk:
        assert await driver.reply(first, text) == Answered(), text
    await driver.settle()
    assert len(await driver.cards()) == 1


async def test_aside_within_an_edit_is_left_out(driver: Driver) -> None:
    """A line that begins with // is for people, the other lines are the edit."""
    first = await driver.end_of(driver.command("a sail"))
    second = await driver.end_of(driver.reply(first, "make it red\n// Ben, I am trying this"))
    assert second.quote == "make it red"


async def test_command_in_a_thread_draws_anew_there(driver: Driver, painter: Painter) -> None:
    """`/imagine` within a thread makes a picture without a parent, as the thread's next version."""
    first = await driver.end_of(driver.command("a pebble"))
    second = await driver.end_of(driver.command("a boulder", below=first))
    assert (second.title, second.thread) == ("v2 for Ada", first.id)
    assert painter.asked["a boulder"][0].inputs.base is None


async def test_command_in_a_thread_can_name_its_base(driver: Driver) -> None:
    """`/imagine ... --on v1` within a thread is an edit of v1."""
    first = await driver.end_of(driver.command("a stone"))
    second = await driver.end_of(driver.command("with moss --on v1", below=first))
    assert (second.title, second.thread) == ("v2 from v1 for Ada", first.id)


async def test_guest_in_a_conversation_waits_to_be_called(driver: Driver) -> None:
    """In a thread that people opened among themselves, only what calls Easel by name is an edit."""
    await driver.say("what shall be on the poster?", as_="Ben")
    topic = next(seen for seen in await driver.transcript() if seen.author is not None)
    first = await driver.end_of(driver.command("a poster of a whale", below=topic))
    assert (first.title, first.thread) == ("v1 for Ada", topic.id)
    assert await driver.reply(topic, "I like that", as_="Ben") == Answered()
    second = await driver.end_of(driver.reply(topic, "make it smile", to_us=True, as_="Ben"))
    assert second.title == "v2 from v1 for Ben"
    await driver.settle()
    assert len(await driver.cards()) == 2


@pytest.mark.needs(Ability.POINTING)
async def test_guest_is_called_by_pointing_at_its_picture(driver: Driver) -> None:
    """In a thread of people's own, an answer to one of Easel's pictures is an edit of it, and one to people is not."""
    await driver.say("what shall be on the cover?", as_="Ben")
    topic = next(seen for seen in await driver.transcript() if seen.author is not None)
    first = await driver.end_of(driver.command("a cover with an otter", below=topic))
    assert await driver.reply(topic, "I like that", as_="Ben", pointing_at=topic) == Answered()
    second = await driver.end_of(driver.reply(topic, "make it smile", as_="Ben", pointing_at=first))
    assert (second.title, second.thread) == ("v2 from v1 for Ben", topic.id)


@pytest.mark.in_turn
async def test_edit_follows_the_size_of_its_base(driver: Driver) -> None:
    """An edit that names no size keeps the picture's; one that does gets what it names."""
    first = await driver.end_of(driver.command("a banner --size 200x40"))
    second = await driver.end_of(driver.reply(first, "more stars"))
    third = await driver.end_of(driver.reply(first, "taller --size 200x100"))
    assert (second.fields["Size"], third.fields["Size"]) == ("200x40", "200x100")


def _bases(painter: Painter, prompt: str) -> list[str]:
    """The SHA-256 of what each edit with these words started from."""
    return [asked.request.base or "" for asked in painter.asked[prompt]]
