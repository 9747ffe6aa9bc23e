"""Pictures that were drawn as SVG: the drawing is kept, can be had, and is what an edit starts from."""

import pytest

from tests.contract.driver import Ability, Driver
from tests.contract.painter import Painter
from tests.contract.pictures import photo

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.needs(Ability.THREADS, Ability.BUTTONS, Ability.ROOM),
]

ONE, TWO = (f'<svg xmlns="http://www.w3.org/2000/svg"><title>{name}</title></svg>'.encode() for name in "ab")


async def test_drawing_can_be_downloaded(driver: Driver, painter: Painter) -> None:
    """SVG gives whoever sees the picture the very drawing behind it, named after its version."""
    painter.writes("a vane", ONE)
    card = await driver.end_of(driver.command("a vane --model scribe"))
    assert list(card.buttons) == ["Again", "Edit…", "Details", "SVG", "Delete"]
    said = (await driver.press(card, "SVG", as_="Ben")).said
    assert list(said.files) == ["easel-v1.svg"]
    assert await driver.open(said.files["easel-v1.svg"], as_="Ben") == ONE
    assert (await driver.press(card, "Details")).said.fields["Format"] == "png, drawn as SVG"


async def test_each_picture_has_its_own_drawing(driver: Driver, painter: Painter) -> None:
    """Of several pictures each drawing is named like its picture."""
    painter.writes("some bells", ONE, TWO)
    card = await driver.end_of(driver.command("some bells --model scribe --n 2"))
    files = (await driver.press(card, "SVG")).said.files
    assert [(name, await driver.open(address)) for name, address in files.items()] == [
        ("easel-v1a.svg", ONE),
        ("easel-v1b.svg", TWO),
    ]


async def test_painting_has_no_drawing(driver: Driver) -> None:
    """SVG is offered only where there is one."""
    assert "SVG" not in (await driver.end_of(driver.command("a fresco"))).buttons


async def test_edit_starts_from_the_drawing(driver: Driver, painter: Painter) -> None:
    """A reply hands the drawing on along with its picture, and Again on that reply does so too."""
    painter.writes("a windmill", ONE)
    first = await driver.end_of(driver.command("a windmill --model scribe"))
    second = await driver.end_of(driver.reply(first, "turning"))
    await driver.end_of(driver.press(second, "Again"))
    bases = [asked.inputs.base for asked in painter.asked["turning"]]
    assert [base.svg if base is not None else None for base in bases] == [ONE, ONE]


@pytest.mark.in_turn
async def test_edit_of_a_drawing_under_way_gets_it(driver: Driver, painter: Painter) -> None:
    """A reply that came before its picture did has the drawing as well."""
    painter.writes("a sundial", ONE)
    held = painter.holds("a sundial")
    await driver.command("a sundial --model reader")
    await held.begun.wait()
    status = await driver.until(lambda seen: seen.tone == "working")
    await driver.reply(status, "at noon --model reader")
    held.go()
    await driver.settle()
    base = painter.asked["at noon"][0].inputs.base
    assert base is not None
    assert base.svg == ONE


@pytest.mark.in_turn
async def test_text_model_edits_what_it_can_read(driver: Driver, painter: Painter) -> None:
    """A model that sees no pictures changes a drawing, but is refused a painting, with one that can see it."""
    painter.writes("a compass", ONE)
    drawing = await driver.end_of(driver.command("a compass --model reader"))
    assert (await driver.end_of(driver.reply(drawing, "in brass"))).tone == "done"
    painting = await driver.end_of(driver.command("a fresco"))
    said = (await driver.reply(painting, "in blue --model reader")).said
    assert said.title == "reader reads text only, so it cannot see an image."
    assert said.text == "Use a model that can: --model plain"
    also = (await driver.reply(drawing, "with this", images=[photo()])).said
    assert also.title == said.title
    assert "in blue" not in painter.asked


@pytest.mark.in_turn
async def test_text_model_learns_late_that_it_cannot_read_its_base(driver: Driver, painter: Painter) -> None:
    """Where the picture to edit was still being drawn, the card says in the end that it cannot be seen."""
    held = painter.holds("a mosaic")
    await driver.command("a mosaic")
    await held.begun.wait()
    status = await driver.until(lambda seen: seen.tone == "working")
    await driver.reply(status, "in gold --model reader")
    held.go()
    await driver.settle()
    ended = next(card for card in await driver.cards() if card.quote == "in gold")
    assert (ended.tone, ended.title) == ("error", "reader reads text only, so it cannot see an image.")
    assert "in gold" not in painter.asked


async def test_deleted_drawing_is_gone(driver: Driver, painter: Painter) -> None:
    """Deleting a version takes its drawing with it, for those too who have its address."""
    painter.writes("a kite", ONE + b"<!-- of its own -->")
    card = await driver.end_of(driver.command("a kite --model scribe"))
    address = (await driver.press(card, "SVG")).said.files["easel-v1.svg"]
    await driver.press(card, "Delete")
    await driver.settle()
    assert (await driver.press(card, "SVG")).said.tone == "error"
    with pytest.raises(LookupError):
        await driver.open(address)


async def test_shared_drawing_outlives_the_private_one(driver: Driver, painter: Painter) -> None:
    """What was shared keeps its drawing when the private picture is deleted; until then nobody else can have it."""
    painter.writes("a secret map", TWO)
    private = await driver.end_of(driver.command("a secret map --model scribe --private", as_="Ben"), as_="Ben")
    assert (await driver.press(private, "SVG", as_="Ada")).said.tone == "error"
    shared = await driver.end_of(driver.press(private, "Share", as_="Ben"), as_="Ben")
    await driver.press(private, "Delete", as_="Ben")
    await driver.settle()
    files = (await driver.press(shared, "SVG", as_="Ada")).said.files
    assert await driver.open(files["easel-v1.svg"], as_="Ada") == TWO
