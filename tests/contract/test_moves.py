"""Moving about in a thread's versions: undo, back, the tree, and what deleting one leaves."""

import pytest

from tests.contract.driver import Ability, Driver, Seen

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.needs(Ability.THREADS, Ability.BUTTONS, Ability.ROOM),
]


async def test_undo_moves_the_newest_back(driver: Driver) -> None:
    """After `undo` the next edit starts from the version before."""
    first = await driver.end_of(driver.command("a clay pot"))
    await driver.end_of(driver.reply(first, "glaze it"))
    back = await driver.end_of(driver.reply(first, "undo"))
    assert back.title == "Back at v1. The next edit starts from it."
    assert await driver.hashes(back) == await driver.hashes(first)
    assert (await driver.end_of(driver.reply(first, "crack it"))).title == "v3 from v1 for Ada"


async def test_undo_of_a_redelivered_message_goes_back_once(driver: Driver) -> None:
    """`undo` that a platform delivers twice goes one step back."""
    first = await driver.end_of(driver.command("a rope"))
    await driver.end_of(driver.reply(first, "a knot"))
    await driver.end_of(driver.reply(first, "another knot"))
    back = await driver.end_of(driver.reply(first, "undo", times=2))
    assert back.title.startswith("Back at v2")


async def test_undo_at_the_beginning_says_so(driver: Driver) -> None:
    """There is nothing before the first version, and `undo` says where to look instead."""
    first = await driver.end_of(driver.command("an egg"))
    answer = (await driver.reply(first, "Undo!")).said
    assert answer.title == "v1 has no earlier version to go back to."
    assert "tree" in answer.text


async def test_back_to_a_version_makes_it_the_newest(driver: Driver) -> None:
    """`back to v1` shows v1 again, and edits start there until something newer comes."""
    first = await driver.end_of(driver.command("a flag"))
    await driver.end_of(driver.reply(first, "in red"))
    await driver.end_of(driver.reply(first, "in blue"))
    back = await driver.end_of(driver.reply(first, "back to v1"))
    assert back.title.startswith("Back at v1")
    assert (await driver.end_of(driver.reply(first, "in gold"))).title == "v4 from v1 for Ada"
    assert (await driver.end_of(driver.reply(first, "with a seam"))).title == "v5 from v4 for Ada"


async def test_tree_shows_every_version(driver: Driver) -> None:
    """`tree` answers everybody with a picture of the versions, and says which one is the newest."""
    first = await driver.end_of(driver.command("a seed"))
    await driver.end_of(driver.reply(first, "a sprout"))
    await driver.end_of(driver.reply(first, "v1: a root"))
    await driver.end_of(driver.reply(first, "undo"))
    tree = await driver.end_of(driver.reply(first, "tree"))
    assert tree.title == "3 versions in this thread. The next edit starts from v1."
    assert (tree.thread, tree.only_for) == (first.id, None)
    assert tree.pictures[0].alt == "A tree of 3 versions: v1, v2, v3."
    width, height = (await driver.image(tree.pictures[0])).size
    assert min(width, height) > 64


async def test_deleting_removes_picture_and_card(driver: Driver) -> None:
    """Delete takes the bytes and what the card said; who deleted it stays."""
    card = await driver.end_of(driver.command("a dark secret"))
    picture = card.pictures[0]
    await driver.press(card, "Delete")
    await driver.settle()
    gone = await driver.now(card)
    assert (gone.title, gone.quote, gone.pictures, dict(gone.buttons)) == ("v1 was deleted by Ada", "", (), {})
    with pytest.raises(LookupError):
        await driver.open(picture.address)


async def test_deleting_twice_is_answered(driver: Driver) -> None:
    """A second press on the old card's Delete says that the version is gone."""
    card = await driver.end_of(driver.command("an old debt"))
    await driver.press(card, "Delete", times=2)
    await driver.settle()
    assert (await driver.press(card, "Delete")).said.tone == "error"


@pytest.mark.in_turn
async def test_edit_after_deleting_starts_from_what_is_left(driver: Driver) -> None:
    """When the newest version is deleted, the one it came from is the newest again."""
    first = await driver.end_of(driver.command("a cake"))
    second = await driver.end_of(driver.reply(first, "with candles"))
    await _delete(driver, second)
    assert (await driver.end_of(driver.reply(first, "with cream"))).title == "v3 from v1 for Ada"


@pytest.mark.in_turn
async def test_deleted_version_cannot_be_named(driver: Driver) -> None:
    """A deleted version is never edited, gone back to or undone to; the answer says that it was deleted."""
    first = await driver.end_of(driver.command("a vase"))
    second = await driver.end_of(driver.reply(first, "with a lily"))
    await driver.end_of(driver.reply(first, "with a rose"))
    await _delete(driver, second)
    for text in ("v2: taller", "back to v2"):
        assert (await driver.reply(first, text)).said.title == "v2 was deleted, so it cannot be edited."
    assert (await driver.end_of(driver.reply(first, "undo"))).title.startswith("Back at v1")


@pytest.mark.needs(Ability.POINTING)
async def test_deleted_version_cannot_be_pointed_at(driver: Driver) -> None:
    """An answer to a message whose version was deleted is told so."""
    first = await driver.end_of(driver.command("a jug"))
    second = await driver.end_of(driver.reply(first, "with a rose"))
    await _delete(driver, second)
    assert (await driver.reply(first, "taller", pointing_at=second)).said.title.startswith("v2 was deleted")


@pytest.mark.needs(Ability.BARE_REPLIES)
async def test_thread_whose_only_picture_was_deleted_says_so(driver: Driver) -> None:
    """A reply there is answered, not drawn as something new; an attached image or `/imagine` goes on."""
    first = await driver.end_of(driver.command("a lone star"))
    await _delete(driver, first)
    answer = (await driver.reply(first, "brighter")).said
    assert answer.title == "There is no image in this thread to edit, and none is attached."
    assert (await driver.reply(first, "undo")).said.title == "Nothing to undo here."
    assert (await driver.end_of(driver.command("a new star", below=first))).title == "v2 for Ada"


@pytest.mark.in_turn
async def test_tree_shows_deleted_versions_as_gaps(driver: Driver) -> None:
    """A deleted version keeps its place in the tree, without its picture."""
    first = await driver.end_of(driver.command("a stem"))
    second = await driver.end_of(driver.reply(first, "a leaf"))
    await driver.end_of(driver.reply(first, "a bud"))
    await _delete(driver, second)
    tree = await driver.end_of(driver.reply(first, "tree"))
    assert tree.title == "3 versions in this thread. The next edit starts from v3."


async def test_another_person_goes_on_where_somebody_stopped(driver: Driver) -> None:
    """A thread belongs to everybody in the room: anyone may edit and undo."""
    first = await driver.end_of(driver.command("a shared wall"))
    second = await driver.end_of(driver.reply(first, "graffiti", as_="Ben"), as_="Ben")
    assert second.title == "v2 from v1 for Ben"
    back = await driver.end_of(driver.reply(first, "undo", as_="Cleo"), as_="Cleo")
    assert back.title.startswith("Back at v1")


async def _delete(driver: Driver, card: Seen) -> None:
    await driver.press(card, "Delete")
    await driver.settle()
    assert "was deleted by" in (await driver.now(card)).title
