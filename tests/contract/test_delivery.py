"""The status card turns into the result, in place: the pictures unchanged, and everything there is to know of them."""

import asyncio
import hashlib
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from tests.contract.driver import Ability, Answered, Driver
from tests.contract.painter import Held, Painter
from tests.contract.pictures import encoded

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_status_becomes_the_result_in_place(driver: Driver, painter: Painter) -> None:
    """The message that said "drawing" is the one that shows the picture."""
    held = painter.holds("a quick hare")
    await driver.command("a quick hare")
    await held.begun.wait()
    status = await driver.until(lambda seen: seen.title.startswith("Drawing 00:0"))
    held.go()
    result = await driver.until(lambda seen: seen.tone == "done")
    assert result.id == status.id
    await driver.settle()
    assert [card.id for card in await driver.cards()] == [status.id]


async def test_result_says_everything(driver: Driver) -> None:
    """A result names its prompt, version, author, model, size, quality, time and cost."""
    card = await driver.end_of(driver.command("a paid pear --model paid --quality low --n 1"))
    assert card.title == "v1 for Ada"
    assert card.quote == "a paid pear"
    assert re.fullmatch(r"\d+\.\d s", card.fields["Took"])
    told = {name: value for name, value in card.fields.items() if name != "Took"}
    assert told == {
        "Model": "Paid: one flat colour for money",
        "Size": "96x64",
        "Quality": "low",
        "Cost": "$0.0020",
    }


@pytest.mark.needs(Ability.BUTTONS)
async def test_result_offers_what_can_be_done_with_it(driver: Driver) -> None:
    """Again, Edit…, Details and Delete are on every result, and only a private one can be shared."""
    public = await driver.end_of(driver.command("a plum"))
    assert list(public.buttons) == ["Again", "Edit…", "Details", "Delete"]
    private = await driver.end_of(driver.command("a plum --private"))
    assert list(private.buttons) == ["Again", "Edit…", "Share", "Details", "Delete"]


@pytest.mark.parametrize("image_format", ["png", "webp", "jpeg"])
async def test_bytes_are_delivered_as_they_were_drawn(driver: Driver, painter: Painter, image_format: str) -> None:
    """What a person downloads is, bit by bit, what the provider made: its signed provenance survives.

    Where a platform shows no such pictures, a converted one is shown, and the original comes along as a file.
    """
    card = await driver.end_of(driver.command(f"a chest --format {image_format} --size 80x48"))
    originals = {name: hashlib.sha256(await driver.open(address)).hexdigest() for name, address in card.files.items()}
    if image_format in driver.capabilities.formats:
        assert await driver.hashes(card) == painter.drawn["a chest"]
        assert [picture.format for picture in card.pictures] == [image_format]
        assert originals == {}
    else:
        assert list(originals.items()) == [(f"easel-v1.{image_format}", painter.drawn["a chest"][0])]
        assert any(note.startswith("Shown as PNG") for note in card.notes)
    image = await driver.image(card.pictures[0])
    assert (image.format, image.size) == (card.pictures[0].format.upper(), (80, 48))
    assert card.fields["Size"] == "80x48"


async def test_several_pictures_come_in_one_message_in_order(driver: Driver, painter: Painter) -> None:
    """Four pictures are one version with names of their own, in the order in which they were drawn."""
    card = await driver.end_of(driver.command("some kittens --n 4"))
    assert card.labels == ("v1a", "v1b", "v1c", "v1d")
    assert await driver.hashes(card) == painter.drawn["some kittens"]
    assert [picture.alt for picture in card.pictures][3] == "Image 4 of 4: some kittens"


async def test_equal_pictures_are_all_shown(driver: Driver, painter: Painter) -> None:
    """Two pictures that happen to be the same are still two pictures."""
    same = encoded((96, 64), colour=(1, 2, 3))
    painter.returns("some twins", same, same)
    card = await driver.end_of(driver.command("some twins --n 2"))
    assert card.labels == ("v1a", "v1b")
    assert len(set(await driver.hashes(card))) == 1


@pytest.mark.in_turn
async def test_transparent_background_stays_transparent(driver: Driver) -> None:
    """A picture that was asked for without a background has none."""
    card = await driver.end_of(driver.command("a sticker --background transparent"))
    image = await driver.image(card.pictures[0])
    assert image.getchannel("A").getextrema() == (0, 0)


@pytest.mark.in_turn
async def test_transparency_wins_over_a_format_without_it(driver: Driver) -> None:
    """JPEG has no transparency: a format that has is used, and the card says so."""
    card = await driver.end_of(driver.command("a sticker --background transparent --format jpeg"))
    assert [picture.format for picture in card.pictures] == ["png"]
    assert any("no transparency" in note for note in card.notes)


@pytest.mark.in_turn
async def test_excluded_things_are_said_to_the_model(driver: Driver, painter: Painter) -> None:
    """`--no` becomes an honest sentence of the prompt, while the card keeps to the person's words."""
    card = await driver.end_of(driver.command("a street --no cars, people"))
    assert card.quote == "a street"
    assert "a street\n\nDo not include: cars, people." in painter.asked


async def test_the_sketcher_draws_without_any_key(driver: Driver) -> None:
    """The offline model really draws the size and the number that were asked for, for nothing."""
    card = await driver.end_of(driver.command("a lighthouse at dusk --model sketch --size 192x128 --quality low --n 2"))
    assert card.fields["Model"] == "sketch: offline, no AI"
    assert card.fields["Cost"] == "free"
    assert [(await driver.image(picture)).size for picture in card.pictures] == [(192, 128), (192, 128)]


async def test_progress_is_shown_while_drawing(driver: Driver, painter: Painter) -> None:
    """How far a drawing is can be seen while it goes on."""
    held = painter.holds("a wide wall")
    await driver.command("a wide wall --n 3")
    await held.begun.wait()
    held.show(encoded((24, 16)), fraction=0.5)
    status = await driver.until(lambda seen: seen.progress == 0.5)
    assert status.title.endswith("image 1 of 3")
    held.go()


@pytest.mark.needs(Ability.PREVIEWS)
async def test_unfinished_picture_appears_and_goes(driver: Driver, painter: Painter) -> None:
    """A preview is shown while the picture is drawn, is replaced by the next, and is gone with the result."""
    held = painter.holds("a misty moor")
    await driver.command("a misty moor")
    await held.begun.wait()
    first, second = encoded((24, 16), colour=(9, 9, 9)), encoded((24, 16), colour=(99, 99, 99))
    held.show(first, fraction=0.3)
    early = await driver.until(lambda seen: seen.preview is not None)
    assert await driver.open(early.preview or "") == first
    held.show(second, fraction=0.6)
    later = await driver.until(lambda seen: seen.preview not in (None, early.preview))
    assert await driver.open(later.preview or "") == second
    held.go()
    await driver.settle()
    result = await driver.now(later)
    assert (result.tone, result.preview) == ("done", None)
    with pytest.raises(LookupError):
        await driver.open(later.preview or "")


@asynccontextmanager
async def busy(driver: Driver, painter: Painter, person: str) -> AsyncGenerator[list[Held]]:
    """The person's three slots are taken by drawings that go on until told otherwise."""
    held = [painter.holds(f"{person}'s slow work {number}") for number in range(3)]
    for number, each in enumerate(held):
        await driver.command(f"{person}'s slow work {number}", as_=person)
        await each.begun.wait()
    try:
        yield held
    finally:
        for each in held:
            each.go()


async def test_who_waits_is_told_their_place(driver: Driver, painter: Painter) -> None:
    """Waiting jobs say where they stand in the queue, and move up as it moves."""
    async with busy(driver, painter, "Hal") as held:
        for prompt in ("first in line", "second in line", "third in line"):
            await driver.command(prompt, as_="Hal")
        third = await driver.until(lambda seen: seen.title == "Number 3 in the queue", as_="Hal")
        assert third.quote == "third in line"
        assert "first in line" not in painter.asked
        held[0].go()
        await driver.until(lambda seen: seen.id == third.id and seen.tone == "done", as_="Hal")
        assert list(painter.asked)[3:] == ["first in line", "second in line", "third in line"]


@pytest.mark.in_turn
async def test_nobody_waits_behind_another_person_alone(driver: Driver, painter: Painter) -> None:
    """Someone who asks for one picture is not held up by a person whose own slots are full."""
    async with busy(driver, painter, "Ivy"):
        await driver.command("one more of hers", as_="Ivy")
        await driver.command("a single rose", as_="Jon")
        rose = await driver.until(lambda seen: seen.tone == "done" and seen.quote == "a single rose", as_="Jon")
        assert rose.title == "v1 for Jon"
        assert "one more of hers" not in painter.asked


@pytest.mark.in_turn
async def test_results_do_not_wait_for_one_another(driver: Driver, painter: Painter) -> None:
    """A quick picture is delivered while a slower one, asked for earlier, is still being drawn."""
    held = painter.holds("a slow opera")
    await driver.command("a slow opera")
    await held.begun.wait()
    await driver.command("a quick jingle")
    quick = await driver.until(lambda seen: seen.tone == "done")
    assert quick.quote == "a quick jingle"
    held.go()


async def test_many_at_once_are_all_delivered(driver: Driver) -> None:
    """Eight commands in one breath end in eight results, each with its own words."""
    prompts = [f"balloon number {number}" for number in range(8)]
    answers = await asyncio.gather(*(driver.command(prompt) for prompt in prompts))
    assert set(answers) == {Answered()}
    await driver.settle()
    assert sorted(card.quote for card in await driver.cards() if card.tone == "done") == sorted(prompts)
