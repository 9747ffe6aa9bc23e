"""Stopping work: while it waits, while it is drawn, and too late."""

import pytest

from tests.contract import books
from tests.contract.books import Entry
from tests.contract.driver import Ability, Driver, Seen
from tests.contract.painter import Held, Painter
from tests.contract.running import Running, estimate_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_cancel_while_drawing(driver: Driver, painter: Painter) -> None:
    """Cancel stops the provider and turns the card; nothing is delivered."""
    held = painter.holds("an endless stair")
    status = await _begun(driver, "an endless stair", held)
    await driver.cancel(status)
    await driver.settle()
    card = await driver.now(status)
    assert (card.tone, card.title, card.quote) == ("info", "Cancelled", "an endless stair")
    assert held.was_stopped
    assert "an endless stair" not in painter.drawn


@pytest.mark.in_turn
async def test_cancelled_drawing_counts_at_its_estimate(driver: Driver, painter: Painter, running: Running) -> None:
    """What a paid model had begun may be billed: it counts at its estimate; a free one's is released."""
    for model, entry in (
        ("paid", Entry("estimated", estimate_of(driver.capabilities))),
        ("plain", Entry("released", None)),
    ):
        held = painter.holds("a long river")
        await driver.cancel(await _begun(driver, f"a long river --model {model}", held))
        await driver.settle()
        assert books.newest_entry(running.data_dir) == entry


@pytest.mark.in_turn
async def test_cancel_while_queued(driver: Driver, painter: Painter, running: Running) -> None:
    """A job that is cancelled while it waits never reaches the provider and costs nothing."""
    held = [painter.holds(f"work {number}") for number in range(3)]
    for number, each in enumerate(held):
        await driver.command(f"work {number}", as_="Kim")
        await each.begun.wait()
    await driver.command("never mind --model paid", as_="Kim")
    waiting = await driver.until(
        lambda seen: seen.title == "Next in the queue" and seen.quote == "never mind", as_="Kim"
    )
    await driver.cancel(waiting, as_="Kim")
    cancelled = await driver.until(lambda seen: seen.title == "Cancelled", as_="Kim")
    assert cancelled.id == waiting.id
    for each in held:
        each.go()
    await driver.settle()
    assert "never mind" not in painter.asked
    assert books.newest_entry(running.data_dir) == Entry("released", None)


@pytest.mark.needs(Ability.THREADS)
@pytest.mark.in_turn
async def test_cancel_while_waiting_for_a_base(driver: Driver, painter: Painter) -> None:
    """An edit that waits for its picture can be cancelled at once, even with every slot of its author taken."""
    held = [painter.holds(f"load {number}") for number in range(3)]
    for number, each in enumerate(held):
        await driver.command(f"load {number}")
        await each.begun.wait()
    root = await driver.until(lambda seen: seen.quote == "load 0")
    await driver.reply(root, "lighter")
    waiting = await driver.until(lambda seen: seen.title == "Waiting for the image to edit")
    await driver.cancel(waiting)
    assert (await driver.until(lambda seen: seen.title == "Cancelled")).id == waiting.id
    assert not any(each.was_stopped for each in held)


@pytest.mark.needs(Ability.BUTTONS)
async def test_cancel_that_comes_too_late_is_said(driver: Driver, painter: Painter) -> None:
    """Cancel on a card that meanwhile shows its result changes nothing and says why."""
    held = painter.holds("a short story")
    status = await _begun(driver, "a short story", held)
    held.go()
    await driver.settle()
    assert (await driver.cancel(status)).said.tone == "error"
    assert (await driver.now(status)).tone == "done"


@pytest.mark.needs(Ability.BUTTONS)
async def test_cancelled_twice_is_cancelled_once(driver: Driver, painter: Painter) -> None:
    """A second press of Cancel does no harm, and is not told that it came too late."""
    held = painter.holds("a sinking ship")
    status = await _begun(driver, "a sinking ship", held)
    answered = await driver.press(status, "Cancel", times=2)
    await driver.settle()
    assert answered.card is None
    assert (await driver.now(status)).title == "Cancelled"


@pytest.mark.needs(Ability.BUTTONS)
async def test_cancelled_job_can_be_drawn_after_all(driver: Driver, painter: Painter) -> None:
    """The cancelled card offers to draw it after all, in the same thread."""
    status = await _begun(driver, "a change of heart", painter.holds("a change of heart"))
    await driver.cancel(status)
    await driver.settle()
    card = await driver.end_of(driver.press(await driver.now(status), "Again"))
    assert (card.title, card.thread) == ("v1 for Ada", status.id)


@pytest.mark.needs(Ability.THREADS)
async def test_cancelled_edit_leaves_the_thread_as_it_was(driver: Driver, painter: Painter) -> None:
    """After a cancelled edit the next one starts from the same picture and takes the next number."""
    first = await driver.end_of(driver.command("a snowman"))
    held = painter.holds("melting")
    await driver.reply(first, "melting")
    await held.begun.wait()
    await driver.cancel(await driver.until(lambda seen: seen.quote == "melting" and seen.tone == "working"))
    await driver.settle()
    assert (await driver.end_of(driver.reply(first, "with a scarf"))).title == "v2 from v1 for Ada"


async def _begun(driver: Driver, text: str, held: Held) -> Seen:
    await driver.command(text)
    await held.begun.wait()
    return await driver.until(lambda seen: seen.title.startswith("Drawing") and seen.quote == text.split(" --")[0])
