"""What the buttons do, for those who may press them."""

import pytest

from tests.contract.driver import Ability, Answered, Driver
from tests.contract.painter import Painter
from tests.contract.pictures import photo

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.needs(Ability.THREADS, Ability.BUTTONS, Ability.ROOM),
]


async def test_again_is_a_sibling(driver: Driver, painter: Painter) -> None:
    """Again draws the same request from the same picture, beside the first result, for whoever pressed it."""
    first = await driver.end_of(driver.command("a door --quality low"))
    second = await driver.end_of(driver.reply(first, "ajar"))
    third = await driver.end_of(driver.press(second, "Again", as_="Ben"), as_="Ben")
    assert (third.title, third.thread, third.quote) == ("v3 from v1 for Ben", first.id, "ajar")
    one, other = painter.asked["ajar"]
    assert one.request == other.request
    again = await driver.end_of(driver.press(first, "Again"))
    assert (again.title, again.fields["Quality"]) == ("v4 for Ada", "low")


async def test_again_still_has_the_attached_pictures(driver: Driver, painter: Painter) -> None:
    """Again uses the images that came with the first order, without asking the platform for them."""
    first = await driver.end_of(driver.command("blend these", images=[photo("one.png"), photo("two.png", (60, 60))]))
    await driver.end_of(driver.press(first, "Again"))
    before, after = painter.asked["blend these"]
    assert before.inputs == after.inputs
    assert [str(image.size) for image in after.inputs.references] == ["60x60"]


async def test_twice_delivered_press_is_one_picture(driver: Driver) -> None:
    """A press that a platform delivers twice draws once."""
    first = await driver.end_of(driver.command("a drum"))
    assert (await driver.end_of(driver.press(first, "Again", times=2))).title == "v2 for Ada"


@pytest.mark.needs(Ability.FORMS)
async def test_edit_form_edits_that_version(driver: Driver, painter: Painter) -> None:
    """Edit… opens a form filled in from its version; what comes back is an edit of that one, not of the newest."""
    first = await driver.end_of(driver.command("a lamp --quality high"))
    await driver.end_of(driver.reply(first, "lit"))
    form = (await driver.press(first, "Edit…", as_="Ben")).asked
    assert form.title == "Edit v1"
    assert form.values["quality"] == "high"
    assert {"plain", "paid", "sketch"} <= set(form.choices["model"])
    card = await driver.end_of(
        driver.submit(form, {"prompt": "broken", "quality": "low"}, images=[photo("crack.png")], as_="Ben"), as_="Ben"
    )
    assert (card.title, card.quote, card.fields["Quality"]) == ("v3 from v1 for Ben", "broken", "low")
    assert card.notes[0] == "image 1: v1 · image 2: crack.png"
    assert painter.asked["broken"][0].request.size == painter.asked["a lamp"][0].request.size


@pytest.mark.needs(Ability.FORMS)
async def test_edit_form_offers_each_picture(driver: Driver) -> None:
    """The form of a version with several pictures asks which one is meant."""
    first = await driver.end_of(driver.command("some masks --n 2"))
    form = (await driver.press(first, "Edit…")).asked
    assert form.choices["on"] == ("v1a", "v1b")
    card = await driver.end_of(driver.submit(form, {"prompt": "smiling", "on": "v1b"}))
    assert card.notes[0] == "image 1: v1b"


@pytest.mark.needs(Ability.FORMS)
async def test_bad_form_is_answered_with_the_nearest(driver: Driver) -> None:
    """Flags may be typed into the form too; mistakes in it are answered like those of a command."""
    first = await driver.end_of(driver.command("a ladder"))
    form = (await driver.press(first, "Edit…")).asked
    assert "--quality high" in (await driver.submit(form, {"prompt": "longer --quality hihg"})).said.text
    assert (await driver.submit(form, {"prompt": ""})).said.tone == "error"


@pytest.mark.needs(Ability.FORMS)
async def test_form_of_a_version_deleted_meanwhile_is_answered(driver: Driver) -> None:
    """A form that comes back after its version was deleted says so, and nothing is drawn."""
    first = await driver.end_of(driver.command("a candle"))
    form = (await driver.press(first, "Edit…")).asked
    await driver.press(first, "Delete")
    await driver.settle()
    assert (await driver.submit(form, {"prompt": "relit"})).said.title == "v1 was deleted, so it cannot be edited."


async def test_details_tell_all_and_give_a_command_to_copy(driver: Driver, painter: Painter) -> None:
    """The command that Details gives asks for exactly the same request when it is typed."""
    said = "a --framed -- map, it's old --quality high --size 128x96 --format webp --compression 40 --n 2 --no ships"
    for words in (said.replace("--framed -- ", ""), "-- --framed and -- dashed"):
        card = await driver.end_of(driver.command(words))
        details = (await driver.press(card, "Details", as_="Ben")).said
        assert details.title == "Details of v1"
        assert {"Model", "Size", "Quality", "Took", "Cost", "Format", "Background", "By"} <= set(details.fields)
        assert details.code.startswith("/imagine ")
        await driver.end_of(driver.command(details.code.removeprefix("/imagine ")))
        (before, after) = (asked for asked in painter.asked[details.quote])
        assert before.request == after.request


async def test_only_the_author_or_an_admin_deletes(driver: Driver) -> None:
    """Somebody else's Delete is refused with the author's name; an admin's works."""
    card = await driver.end_of(driver.command("a treasure", as_="Ben"), as_="Ben")
    assert (await driver.press(card, "Delete", as_="Cleo")).said.title == "Only Ben or an admin can delete this."
    await driver.settle()
    assert (await driver.now(card)).tone == "done"
    await driver.press(card, "Delete", as_="Ada")
    await driver.settle()
    assert (await driver.now(card)).title == "v1 was deleted by Ada"


async def test_only_the_author_or_an_admin_cancels(driver: Driver, painter: Painter) -> None:
    """Nobody else can stop a drawing."""
    held = painter.holds("a long march")
    await driver.command("a long march", as_="Ben")
    await held.begun.wait()
    status = await driver.until(lambda seen: seen.tone == "working")
    assert (await driver.cancel(status, as_="Cleo")).said.title == "Only Ben or an admin can cancel this."
    held.go()
    await driver.settle()
    assert (await driver.now(status)).tone == "done"


async def test_private_picture_is_for_its_author_alone(driver: Driver) -> None:
    """Nobody else sees a private picture, can download it, or use its buttons, even when they know of them."""
    card = await driver.end_of(driver.command("a diary --private", as_="Ben"), as_="Ben")
    assert card.title == "v1 for Ben · only you can see this"
    assert card.only_for == "Ben"
    assert await driver.transcript(as_="Ada") == []
    with pytest.raises(LookupError):
        await driver.open(card.pictures[0].address, as_="Ada")
    for label in card.buttons:
        assert (await driver.press(card, label, as_="Ada")).said.tone == "error", label
    assert (await driver.reply(card, "read it", as_="Ada")).said.tone == "error"


async def test_private_thread_stays_private(driver: Driver) -> None:
    """An edit of a private picture is as private as it."""
    first = await driver.end_of(driver.command("a letter --private", as_="Ben"), as_="Ben")
    second = await driver.end_of(driver.reply(first, "sealed", as_="Ben"), as_="Ben")
    assert (second.title, second.thread) == ("v2 from v1 for Ben · only you can see this", first.id)
    assert await driver.transcript(as_="Ada") == []


async def test_private_edit_of_a_public_picture_opens_a_private_thread(driver: Driver, painter: Painter) -> None:
    """Someone can try a change for themselves: the public thread gains no version that others cannot see."""
    first = await driver.end_of(driver.command("a garden"))
    mine = await driver.end_of(driver.reply(first, "in ruins --private", as_="Ben"), as_="Ben")
    assert (mine.title, mine.only_for) == ("v1 for Ben · only you can see this", "Ben")
    assert mine.notes[0] == "image 1: v1"
    assert painter.asked["in ruins"][0].request.base == (await driver.hashes(first))[0]
    assert (await driver.end_of(driver.reply(first, "in bloom"))).title == "v2 from v1 for Ada"


async def test_share_opens_a_public_thread(driver: Driver, painter: Painter) -> None:
    """Share shows the same bytes to everybody, as a picture that can be edited; nothing is drawn or paid again."""
    private = await driver.end_of(driver.command("a surprise --private --model paid", as_="Ben"), as_="Ben")
    shared = await driver.end_of(driver.press(private, "Share", as_="Ben"), as_="Ada")
    assert (shared.title, shared.only_for, shared.thread) == ("v1 for Ben", None, None)
    assert await driver.hashes(shared) == await driver.hashes(private, as_="Ben")
    assert len(painter.asked["a surprise"]) == 1
    assert (await driver.end_of(driver.reply(shared, "unwrapped"))).title == "v2 from v1 for Ada"


async def test_deleting_the_private_one_keeps_the_shared_one(driver: Driver) -> None:
    """A shared picture lives on when its private original is deleted."""
    private = await driver.end_of(driver.command("a rumour --private", as_="Ben"), as_="Ben")
    shared = await driver.end_of(driver.press(private, "Share", as_="Ben"), as_="Ada")
    hashes = await driver.hashes(shared)
    assert await driver.press(private, "Delete", as_="Ben") == Answered()
    await driver.settle()
    assert await driver.hashes(await driver.now(shared)) == hashes


async def test_button_of_an_old_card_is_answered(driver: Driver) -> None:
    """A press on what a card no longer offers is answered, and does nothing."""
    card = await driver.end_of(driver.command("a feather"))
    await driver.press(card, "Delete")
    await driver.settle()
    for label in card.buttons:
        assert (await driver.press(card, label)).said.tone == "error", label
    await driver.settle()
    assert len(await driver.cards()) == 1
