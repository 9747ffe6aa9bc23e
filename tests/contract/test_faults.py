"""When drawing fails, a card says in plain words what happened and what to do, and the ledger tells the truth."""

from dataclasses import replace

import pytest

from bot.errors import AdminError, EaselError, OutcomeUnknown, Refused, Transient
from tests.contract import books
from tests.contract.books import Entry
from tests.contract.driver import Ability, Driver
from tests.contract.painter import Painter, fails
from tests.contract.running import Running, estimate_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Asked to wait so short a time, Easel tries again at once instead of after 1, 2, 4 and 8 s.
BUSY = Transient("The model is overloaded.", hint="Try again in a minute.", retry_after_s=0.001)
REFUSED = Refused("The model's safety system refused this image.", hint="Change the wording and try again.")
NO_KEY = AdminError("The model's key is not valid.", hint="Tell whoever runs Easel.")
TIMED_OUT = OutcomeUnknown("The answer never came, so it may have been paid for.", hint="Press Again to pay for it.")


@pytest.mark.in_turn
async def test_busy_provider_is_asked_again(driver: Driver, painter: Painter) -> None:
    """An overloaded provider is tried again by itself, and the person only sees the picture."""
    painter.when("a popular place", *[fails(BUSY)] * 3)
    card = await driver.end_of(driver.command("a popular place"))
    assert card.tone == "done"
    assert len(painter.asked["a popular place"]) == 4


@pytest.mark.in_turn
async def test_provider_that_stays_busy_ends_in_a_card(driver: Driver, painter: Painter) -> None:
    """After five tries the card says so, and what to press."""
    painter.when("a crowded place", *[fails(BUSY)] * 9)
    card = await driver.end_of(driver.command("a crowded place"))
    hint = f"{BUSY.hint} Easel tried 5 times. Press Again to retry."
    assert (card.tone, card.title, card.text) == ("error", BUSY.text, hint)
    assert len(painter.asked["a crowded place"]) == 5


async def test_what_is_tried_again_says_so(driver: Driver, painter: Painter, running: Running) -> None:
    """While it waits, the status card tells why, which attempt comes and when. Cancelled then, it costs nothing."""
    painter.when("a slow boat", fails(Transient("The model is overloaded.", retry_after_s=60)))
    await driver.command("a slow boat --model paid")
    waiting = await driver.until(lambda seen: "Retrying" in seen.title)
    assert waiting.title == "The model is overloaded. Retrying, attempt 2 of 5, in 60 s"
    await driver.cancel(waiting)
    await driver.until(lambda seen: seen.title == "Cancelled")
    assert len(painter.asked["a slow boat"]) == 1
    assert books.newest_entry(running.data_dir).outcome == "released"


@pytest.mark.in_turn(
    ["problem", "outcome"],
    [
        (REFUSED, "released"),
        (NO_KEY, "released"),
        (TIMED_OUT, "estimated"),
    ],
)
async def test_failure_is_said_and_counted_as_what_it_was(
    driver: Driver, painter: Painter, running: Running, problem: EaselError, outcome: str
) -> None:
    """What failed is never tried again by itself, and costs its estimate only where it may have been paid."""
    painter.when("a forbidden fruit", fails(problem))
    card = await driver.end_of(driver.command("a forbidden fruit --model paid"))
    assert (card.tone, card.title, card.text) == ("error", problem.text, problem.hint)
    assert card.quote == "a forbidden fruit"
    assert len(painter.asked["a forbidden fruit"]) == 1
    cost = estimate_of(driver.capabilities) if outcome == "estimated" else None
    assert books.newest_entry(running.data_dir) == Entry(outcome, cost)


@pytest.mark.in_turn
async def test_refusal_counts_against_nobody(driver: Driver, painter: Painter) -> None:
    """A refused picture is not part of anybody's usage."""
    painter.when("a bad idea", fails(REFUSED))
    await driver.end_of(driver.command("a bad idea --model paid", as_="Rita"), as_="Rita")
    usage = (await driver.command("usage", as_="Rita")).said
    assert usage.text == "None yet."


@pytest.mark.needs(Ability.BUTTONS)
async def test_failed_job_can_be_tried_again(driver: Driver, painter: Painter) -> None:
    """Again on a failed card draws it after all."""
    painter.when("a second chance", fails(TIMED_OUT))
    card = await driver.end_of(driver.command("a second chance"))
    assert list(card.buttons) == ["Again", "Edit…"]
    again = await driver.end_of(driver.press(card, "Again"))
    assert (again.title, again.quote) == ("v1 for Ada", "a second chance")


@pytest.mark.needs(Ability.BUTTONS, Ability.FORMS)
async def test_refused_words_can_be_changed(driver: Driver, painter: Painter) -> None:
    """Edit… on a failed card opens with the words that failed, and draws what comes back as a new try."""
    painter.when("a rude word", fails(REFUSED))
    card = await driver.end_of(driver.command("a rude word --quality high"))
    form = (await driver.press(card, "Edit…")).asked
    assert (form.values["prompt"], form.values["quality"]) == ("a rude word", "high")
    retry = await driver.end_of(driver.submit(form, {"prompt": "a kind word"}))
    assert (retry.title, retry.quote) == ("v1 for Ada", "a kind word")


@pytest.mark.needs(Ability.BUTTONS, Ability.FORMS, Ability.THREADS)
async def test_other_words_keep_the_rest(driver: Driver, painter: Painter) -> None:
    """What the form of a failed job does not ask about stays as it was said the first time, and so does the base."""
    base = await driver.end_of(driver.command("a plain badge"))
    painter.when("a rude badge", fails(REFUSED))
    flags = "--size 80x64 --n 2 --background transparent --format webp --compression 70"
    card = await driver.end_of(driver.reply(base, f"a rude badge {flags}"))
    form = (await driver.press(card, "Edit…")).asked
    retry = await driver.end_of(driver.submit(form, {"prompt": "a kind badge"}))
    assert retry.title == "v2 from v1 for Ada"
    (refused,), (asked,) = painter.asked["a rude badge"], painter.asked["a kind badge"]
    assert asked.request == replace(refused.request, prompt="a kind badge")


async def test_crash_in_a_provider_shows_no_trace(driver: Driver, painter: Painter, running: Running) -> None:
    """A fault of our own is owned up to, without an exception's name, text or path."""
    painter.when("a house of cards", fails(RuntimeError("secret /var/lib/key sk-123")))
    card = await driver.end_of(driver.command("a house of cards"))
    assert (card.tone, card.title) == ("error", "Something went wrong inside Easel.")
    assert not any(word in card.words for word in ("secret", "/var", "sk-", "RuntimeError", "Traceback"))
    assert books.newest_entry(running.data_dir).outcome == "released"


@pytest.mark.in_turn
async def test_bytes_that_are_no_picture_end_in_a_card(driver: Driver, painter: Painter) -> None:
    """A provider that answers with something else than a picture fails the job; nothing broken is ever posted."""
    painter.returns("an odd answer", b"<html>502 Bad Gateway</html>")
    card = await driver.end_of(driver.command("an odd answer"))
    assert card.tone == "error"
    assert card.pictures == ()


@pytest.mark.in_turn
async def test_paid_drawing_that_breaks_is_counted(driver: Driver, painter: Painter, running: Running) -> None:
    """What a paid model had begun or even finished may be billed: it counts at its estimate, although it failed."""
    painter.returns("a lost coin", b"not an image")
    painter.when("a broken bank", fails(RuntimeError("bang")))
    for prompt in ("a lost coin", "a broken bank"):
        assert (await driver.end_of(driver.command(f"{prompt} --model paid"))).tone == "error"
        entry = Entry("estimated", estimate_of(driver.capabilities))
        assert books.newest_entry(running.data_dir) == entry, prompt


@pytest.mark.in_turn
async def test_one_failure_leaves_others_alone(driver: Driver, painter: Painter) -> None:
    """A job that breaks does not take its neighbours with it, nor hold their slots."""
    for prompt in ("bang one", "bang two", "bang three", "bang four"):
        painter.when(prompt, fails(RuntimeError("bang")))
        await driver.command(prompt)
    await driver.command("a calm sea")
    await driver.settle()
    ends = {card.quote: card.tone for card in await driver.cards()}
    assert ends.pop("a calm sea") == "done"
    assert set(ends.values()) == {"error"}


@pytest.mark.in_turn
async def test_cost_that_nobody_reported_is_unknown(driver: Driver, painter: Painter) -> None:
    """Where the provider counts nothing the card says unknown, and usage says how many."""
    painter.reports_nothing("a free lunch")
    card = await driver.end_of(driver.command("a free lunch --model paid", as_="Uma"), as_="Uma")
    assert card.fields["Cost"] == "unknown"
    usage = (await driver.command("usage", as_="Uma")).said
    assert usage.fields["paid"] == "1 image, free + 1 of unknown cost"


async def test_lost_picture_store_is_said_and_recovers(driver: Driver, painter: Painter, running: Running) -> None:
    """While pictures cannot be stored a card says so; once they can, the next command works."""
    store, away = running.data_dir / "pictures", running.data_dir / "pictures-away"
    store.rename(away)
    store.write_text("a file where the folder was")
    try:
        card = await driver.end_of(driver.command("a message in a bottle"))
    finally:
        store.unlink()
        away.rename(store)
    assert card.tone == "error"
    assert str(running.data_dir) not in card.words
    assert (await driver.end_of(driver.command("another bottle"))).tone == "done"


@pytest.mark.needs(Ability.THREADS)
async def test_failed_move_is_said(driver: Driver, running: Running) -> None:
    """`tree` that cannot be drawn ends in a card too."""
    first = await driver.end_of(driver.command("a bare tree"))
    store, away = running.data_dir / "pictures", running.data_dir / "pictures-away"
    store.rename(away)
    store.write_text("a file where the folder was")
    try:
        card = await driver.end_of(driver.reply(first, "tree"))
    finally:
        store.unlink()
        away.rename(store)
    assert card.tone == "error"
