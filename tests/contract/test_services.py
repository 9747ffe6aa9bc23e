"""What a service does with an order: it may draw part of it, or something else than was asked, or nothing for money."""

import pytest

from bot.domain.requests import AppliedSettings
from bot.domain.usage import Usage
from bot.errors import EaselError, OutcomeUnknown, Refused, Transient
from bot.ports import PaidWithoutImage
from tests.contract import books
from tests.contract.books import Entry
from tests.contract.driver import Ability, Driver
from tests.contract.painter import Painter, fails
from tests.contract.pictures import encoded
from tests.contract.running import Running, estimate_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

# A picture of the paid models takes 200 tokens at 10 micro-dollars.
COST = 2000
BUSY = Transient("The model is overloaded.", retry_after_s=0.001)
REFUSED = Refused("The model's safety system refused this image.")
LOST = OutcomeUnknown("The answer never came, so it may have been paid for.", hint="Press Again to pay for it.")


async def test_order_is_split_into_calls(driver: Driver, painter: Painter, running: Running) -> None:
    """A model that draws one picture at a time is asked for each, on behalf of who asked; the card shows them all."""
    card = await driver.end_of(driver.command("four winds --model scribe --n 4", as_="Ben"), as_="Ben")
    assert card.labels == ("v1a", "v1b", "v1c", "v1d")
    assert await driver.hashes(card, as_="Ben") == painter.drawn["four winds"]
    assert [(asked.request.n, asked.asker.name) for asked in painter.asked["four winds"]] == [(1, "Ben")] * 4
    assert books.newest_entry(running.data_dir) == Entry("settled", 4 * COST)


@pytest.mark.in_turn(
    ["problem", "note", "may_be_paid"],
    [
        (REFUSED, "1 of 3 images was refused by the model's safety system.", False),
        (LOST, "1 of 3 images never arrived. It may have been charged.", True),
    ],
)
async def test_part_of_an_order_is_delivered(
    driver: Driver, painter: Painter, running: Running, problem: EaselError, note: str, may_be_paid: bool
) -> None:
    """Pictures that came are shown with a note for the one that did not, and only what may have been paid counts."""
    painter.when("three wishes", fails(problem))
    card = await driver.end_of(driver.command("three wishes --model scribe --n 3"))
    assert (card.tone, card.labels, card.notes) == ("done", ("v1a", "v1b"), (note,))
    assert len(painter.asked["three wishes"]) == 3
    lost = estimate_of(driver.capabilities) if may_be_paid else 0
    assert books.newest_entry(running.data_dir) == Entry("settled", 2 * COST + lost)


@pytest.mark.in_turn
async def test_busy_part_is_asked_again_alone(driver: Driver, painter: Painter, running: Running) -> None:
    """A call that is tried again pays for its own picture, and for none of the others twice."""
    painter.when("two hearts", fails(BUSY))
    card = await driver.end_of(driver.command("two hearts --model scribe --n 2"))
    assert card.labels == ("v1a", "v1b")
    assert len(painter.asked["two hearts"]) == 3
    assert books.newest_entry(running.data_dir) == Entry("settled", 2 * COST)


@pytest.mark.in_turn(["usage", "cost"], [(Usage(image_out=50), 500), (None, None)])
async def test_fruitless_answer_is_paid(
    driver: Driver, painter: Painter, running: Running, usage: Usage | None, cost: int | None
) -> None:
    """A model that answered without a picture has its answer paid; the card says so, and nothing is repeated."""
    problem = PaidWithoutImage("The drawing was empty.", hint="Say more about what to draw.", usage=usage)
    painter.when("a white page", fails(problem))
    card = await driver.end_of(driver.command("a white page --model scribe"))
    assert (card.tone, card.title, card.text) == ("error", problem.text, problem.hint)
    assert len(painter.asked["a white page"]) == 1
    assert books.newest_entry(running.data_dir) == Entry("settled", cost)


@pytest.mark.needs(Ability.BUTTONS)
async def test_fruitless_answer_can_be_asked_for_again(driver: Driver, painter: Painter) -> None:
    """Again is offered, since another try may well come to something."""
    painter.when("a blank slate", fails(PaidWithoutImage("The drawing was empty.", usage=Usage(image_out=50))))
    card = await driver.end_of(driver.command("a blank slate --model scribe"))
    assert (await driver.end_of(driver.press(card, "Again"))).title == "v1 for Ada"


async def test_what_was_applied_is_shown(driver: Driver, painter: Painter) -> None:
    """Where a service used another quality than was asked for, the card shows the one it used and says so."""
    painter.applies("a rough sea", AppliedSettings(quality="medium", background="opaque"))
    card = await driver.end_of(driver.command("a rough sea --quality high"))
    assert card.fields["Quality"] == "medium"
    assert card.notes == ("You asked for quality high; the service used medium.",)


@pytest.mark.in_turn
async def test_what_was_left_to_the_service_is_no_difference(driver: Driver, painter: Painter) -> None:
    """Who asks for "auto" is shown what the service chose, and not told that it is something else."""
    painter.applies("a free hand", AppliedSettings(quality="low", background="opaque"))
    card = await driver.end_of(driver.command("a free hand --model scribe --quality auto"))
    assert card.fields["Quality"] == "low"
    assert not any("You asked for" in note for note in card.notes)


@pytest.mark.needs(Ability.BUTTONS)
async def test_details_show_what_was_applied_and_copy_what_was_asked(driver: Driver, painter: Painter) -> None:
    """Details tell what the service used; the command to copy still asks for what the person wanted."""
    painter.applies("a deep lake", AppliedSettings(quality="medium", background="opaque"))
    card = await driver.end_of(driver.command("a deep lake --quality high"))
    details = (await driver.press(card, "Details")).said
    assert (details.fields["Quality"], details.fields["Background"]) == ("medium", "opaque")
    assert "--quality high" in details.code


@pytest.mark.needs(Ability.BUTTONS)
async def test_shared_picture_says_what_was_applied(driver: Driver, painter: Painter) -> None:
    """A private picture that is shared keeps what is known of it."""
    painter.applies("a still pond", AppliedSettings(quality="low"))
    private = await driver.end_of(driver.command("a still pond --private"))
    shared = await driver.end_of(driver.press(private, "Share"))
    assert (shared.fields["Quality"], shared.notes) == ("low", private.notes)


@pytest.mark.in_turn
async def test_picture_of_another_format_and_size_is_said(driver: Driver, painter: Painter) -> None:
    """A picture is shown as what it is; what was asked for instead is in the notes."""
    painter.returns("a round peg", encoded((80, 80), image_format="jpeg"))
    card = await driver.end_of(driver.command("a round peg --size 96x64 --format png"))
    assert (card.fields["Size"], card.pictures[0].format) == ("80x80", "jpeg")
    assert card.notes == (
        "You asked for size 96x64; the service used 80x80.",
        "You asked for format png; the service used jpeg.",
    )


@pytest.mark.needs(Ability.THREADS)
@pytest.mark.in_turn(
    ["said", "effort"],
    [
        ("", "high"),
        ("--effort medium", "medium"),
        ("--quality low", "low"),
        ("--quality low --effort medium", "medium"),
    ],
)
async def test_reply_thinks_as_long_as_its_base(driver: Driver, painter: Painter, said: str, effort: str) -> None:
    """An effort is kept by replies until another is said, or another quality, which it then follows."""
    first = await driver.end_of(driver.command("a chess game --model scribe --quality medium --effort high"))
    await driver.end_of(driver.reply(first, f"in check {said}"))
    assert painter.asked["a chess game"][0].request.effort == "high"
    assert painter.asked["in check"][0].request.effort == effort


@pytest.mark.needs(Ability.THREADS, Ability.BUTTONS)
async def test_effort_is_kept_by_again_and_defaults(driver: Driver, painter: Painter) -> None:
    """Again thinks as long as before, Details tell how long, and an effort can be a default."""
    await driver.command("defaults --model scribe --effort high", as_="Eve")
    first = await driver.end_of(driver.command("a riddle", as_="Eve"), as_="Eve")
    saved = (await driver.command("defaults", as_="Eve")).said
    await driver.command("defaults clear", as_="Eve")
    await driver.end_of(driver.press(first, "Again", as_="Eve"), as_="Eve")
    assert [asked.request.effort for asked in painter.asked["a riddle"]] == ["high", "high"]
    assert (await driver.press(first, "Details", as_="Eve")).said.fields["Effort"] == "high"
    assert saved.fields["--effort"] == "high"
