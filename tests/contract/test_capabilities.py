"""Whatever happens, a platform is never given more than it can show, and what is left out is not missed."""

import pytest

from bot.presentation.capabilities import Support
from tests.contract.driver import Driver, Seen
from tests.contract.painter import Painter
from tests.contract.pictures import encoded

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_longest_prompt_fits_into_the_card(driver: Driver) -> None:
    """A card with 32,000 characters to quote keeps its title and its picture, and stays within the text limit."""
    card = await driver.end_of(driver.command("a fox " + "w" * 31_994))
    assert card.title == "v1 for Ada"
    assert card.labels == ("v1",)
    assert card.quote.startswith("a fox www")
    _assert_fits(driver, card)


async def test_most_pictures_fit_into_the_card(driver: Driver) -> None:
    """Ten pictures are shown as far as one message can; the card says how many more there are."""
    card = await driver.end_of(driver.command("a flock --n 10"))
    shown = min(10, driver.capabilities.max_pictures)
    assert card.labels == tuple(f"v1{letter}" for letter in "abcdefghij"[:shown])
    assert any("more not shown: only" in note for note in card.notes) == (shown < 10)
    _assert_fits(driver, card)


async def test_pictures_are_of_formats_that_are_shown(driver: Driver) -> None:
    """Every format of the model arrives in one that the platform shows."""
    for image_format in ("png", "webp", "jpeg"):
        card = await driver.end_of(driver.command(f"a stamp --format {image_format}"))
        assert card.pictures[0].format in driver.capabilities.formats


async def test_status_never_outgrows_the_platform(driver: Driver, painter: Painter) -> None:
    """A status card with a long prompt and a preview fits, and shows the preview only where it can."""
    prompt = "a wall " + "b" * 20_000
    held = painter.holds(prompt)
    await driver.command(prompt)
    await held.begun.wait()
    held.show(encoded((24, 16)), fraction=0.5)
    card = await driver.until(lambda seen: seen.progress == 0.5)
    assert (card.preview is not None) == (driver.capabilities.previews is not Support.NONE)
    _assert_fits(driver, card)
    held.go()


async def test_previews_are_asked_for_where_they_are_shown(driver: Driver, painter: Painter) -> None:
    """Unfinished pictures cost money, so a model is asked for them only where somebody sees them."""
    await driver.end_of(driver.command("a slow bloom"))
    (asked,) = painter.asked["a slow bloom"]
    assert (asked.request.partials > 0) == (driver.capabilities.previews is not Support.NONE)


async def test_private_answers_fit(driver: Driver) -> None:
    """Help, models and errors are as bounded as posted cards are."""
    for text in ("help", "models", "usage", "a fox --" + "q" * 5_000):
        _assert_fits(driver, (await driver.command(text)).said)


def _assert_fits(driver: Driver, card: Seen) -> None:
    words = (card.title, card.text, card.quote, card.code, *card.notes, *card.fields, *card.fields.values())
    assert sum(map(len, words)) <= driver.capabilities.max_text_chars
    assert len(card.pictures) <= driver.capabilities.max_pictures
    assert len(card.buttons) <= driver.capabilities.max_buttons
