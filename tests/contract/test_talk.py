"""What people say to each other in a thread costs nothing; what asks for the same again draws it again."""

import pytest

from tests.contract import pictures
from tests.contract.driver import Ability, Answered, Driver, Seen
from tests.contract.painter import Painter

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.needs(Ability.THREADS, Ability.BARE_REPLIES)]

PAID = "--model paid"


async def test_talk_is_left_alone_with_a_sign(driver: Driver, painter: Painter) -> None:
    """Thanks and praise make no job and no answer; a small sign shows that they were read."""
    first = await driver.end_of(driver.command(f"a fox in May {PAID}"))
    for text in ("thaaanks!", "looks great, thank you so much!", "哈哈哈", "👌", "what do you think?"):
        assert await driver.reply(first, text) == Answered(), text
        assert await driver.reacted(text), text
    await driver.settle()
    assert len(await driver.cards()) == 1
    assert set(painter.asked) == {"a fox in May"}


async def test_talk_that_calls_us_is_left_alone(driver: Driver) -> None:
    """A mention does not make an edit of thanks, in a thread or in the channel."""
    first = await driver.end_of(driver.command(f"a fox in June {PAID}"))
    assert await driver.reply(first, "thanks!", to_us=True) == Answered()
    assert await driver.say("danke schön", to_us=True) == Answered()
    await driver.settle()
    assert len(await driver.cards()) == 1


async def test_short_edits_are_drawn(driver: Driver) -> None:
    """Short words that the table does not know are edits, at once."""
    first = await driver.end_of(driver.command(f"a fox in July {PAID}"))
    for text in ("bluer", "no hat", "夜に"):
        card = await driver.end_of(driver.reply(first, text))
        assert (card.tone, card.quote) == ("done", text)


async def test_talk_beside_a_picture_or_a_flag_is_an_edit(driver: Driver) -> None:
    first = await driver.end_of(driver.command(f"a fox in August {PAID}"))
    card = await driver.end_of(driver.reply(first, "nice", images=[pictures.photo()]))
    assert card.quote == "nice"
    card = await driver.end_of(driver.reply(first, "cool --quality low"))
    assert card.quote == "cool"


async def test_redo_draws_the_same_again(driver: Driver, painter: Painter) -> None:
    """As the button Again of the newest version, or of the one that is named."""
    first = await driver.end_of(driver.command(f"a fox in September {PAID}"))
    await driver.end_of(driver.reply(first, "with a hat"))
    again = await driver.end_of(driver.reply(first, "redo"))
    assert (again.quote, again.title) == ("with a hat", "v3 from v1 for Ada")
    assert len(painter.asked["with a hat"]) == 2
    better = await driver.end_of(driver.reply(first, "again --quality high"))
    assert (better.quote, better.fields["Quality"]) == ("with a hat", "high")
    assert better.title == "v4 from v1 for Ada"
    named = await driver.end_of(driver.reply(first, "v1 again please"))
    assert named.quote == "a fox in September"


async def test_again_without_a_picture_is_answered(driver: Driver) -> None:
    answer = (await driver.say("again", to_us=True)).said
    assert answer.title == "Nothing to draw again here."


@pytest.mark.needs(Ability.BUTTONS)
async def test_unclear_words_are_asked_about_before_they_are_paid(driver: Driver, painter: Painter) -> None:
    """Draw makes the edit that was meant, once, however often it is pressed; the question then says what was done."""
    first = await driver.end_of(driver.command(f"a fox in October {PAID}"))
    question = (await driver.reply(first, "nice hat")).said
    assert (question.title, question.quote, tuple(question.buttons)) == (
        "Is this an edit?",
        "nice hat",
        ("Draw", "Ignore"),
    )
    assert "nice hat" not in painter.asked
    await driver.end_of(driver.reply(first, "at dawn"))  # the edit still starts from what its author saw
    card = await driver.end_of(_silently(driver, question, "Draw", times=2))
    assert (card.quote, card.notes[0]) == ("nice hat", "image 1: v1")
    await driver.press(question, "Draw")
    await driver.press(question, "Ignore")
    await driver.settle()
    assert len(painter.asked["nice hat"]) == 1


@pytest.mark.needs(Ability.BUTTONS)
async def test_what_is_left_alone_stays_so(driver: Driver, painter: Painter) -> None:
    """The first answer counts."""
    first = await driver.end_of(driver.command(f"a fox in November {PAID}"))
    question = (await driver.reply(first, "love the colors")).said
    await driver.press(question, "Ignore")
    await driver.press(question, "Draw")
    await driver.settle()
    assert "love the colors" not in painter.asked


async def test_what_costs_nothing_is_not_asked_about(driver: Driver) -> None:
    """Unclear words are an edit where the model is free."""
    first = await driver.end_of(driver.command("a fox in December"))
    card = await driver.end_of(driver.reply(first, "nice hat"))
    assert card.quote == "nice hat"


async def _silently(driver: Driver, question: Seen, label: str, *, times: int) -> Answered:
    """What stands in the question's place is no further answer."""
    await driver.press(question, label, times=times)
    return Answered()
