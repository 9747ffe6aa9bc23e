"""Questions whether words are an edit: kept whole, and answered once."""

import asyncio

from bot.domain.events import MessagePosted
from bot.domain.ids import EventKey
from bot.domain.pictures import Attachment
from bot.domain.requests import VersionName
from bot.store.database import Database
from bot.store.questions import EditQuestion, EditQuestionRows
from tests.unit.store.rows import ANNA, CHANNEL, a_message, later

SAID = MessagePosted(
    key=EventKey("web:1"),
    person=ANNA,
    place=CHANNEL.in_thread("7"),
    text="nice hat",
    attachments=(Attachment("ref", "hat.png", "image/png", 12),),
    replied_to=a_message("8"),
    to_us=True,
)
ASKED = EditQuestion("q1", SAID, VersionName(2, 1), later(0))


async def test_a_question_survives_reopening(database_url: str) -> None:
    """With its words, attachments, asker and place."""
    first = await Database.open(database_url)
    assert await EditQuestionRows(first).ask(ASKED) == ASKED
    await first.close()
    second = await Database.open(database_url)
    assert await EditQuestionRows(second).get("q1") == ASKED
    assert await EditQuestionRows(second).get("q2") is None
    await second.close()


async def test_asked_again_it_stays_as_it_was(database: Database) -> None:
    questions = EditQuestionRows(database)
    await questions.ask(ASKED)
    await questions.answer("q1", "leave")
    assert (await questions.ask(EditQuestion("q1", SAID, None, later(5)))).answer == "leave"


async def test_the_first_answer_counts(database: Database) -> None:
    """Of several who answer at once, all are told the same."""
    questions = EditQuestionRows(database)
    await questions.ask(ASKED)
    answered = await asyncio.gather(*(questions.answer("q1", each) for each in ("draw", "leave", "draw", "leave")))
    assert len({question.answer for question in answered}) == 1


async def test_old_questions_go(database: Database) -> None:
    questions = EditQuestionRows(database)
    await questions.ask(ASKED)
    await questions.ask(EditQuestion("q2", SAID, None, later(60)))
    await questions.purge(asked_before=later(30))
    assert await questions.get("q1") is None
    assert await questions.get("q2") is not None
