"""Questions whether words are an edit: kept until they are answered, across restarts, and answered once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.events import MessagePosted
from bot.domain.requests import VersionName
from bot.store.database import Database
from bot.store.tables import questions
from bot.store.upsert import insert_into

QuestionAnswer = Literal["draw", "leave"]


@dataclass(frozen=True, slots=True)
class EditQuestion:
    """`message` is what somebody said; `version` is the one that it would change, None where it names one itself."""

    id: str
    message: MessagePosted
    version: VersionName | None
    asked_at: datetime
    answer: QuestionAnswer | None = None


class EditQuestionRows:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, question: EditQuestion) -> EditQuestion:
        """Keeps a question unless there is one of its id; returns the one that is there."""
        row = {
            "id": question.id,
            "message": question.message,
            "version": question.version,
            "asked_at": question.asked_at,
        }
        async with self._database.write() as connection:
            await connection.execute(insert_into(connection, questions).values(row).on_conflict_do_nothing())
            return await _existing(connection, question.id)

    async def get(self, question: str) -> EditQuestion | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(questions).where(questions.c.id == question))).one_or_none()
            return None if row is None else _question_of(row)

    async def answer(self, question: str, answer: QuestionAnswer) -> EditQuestion:
        """Answers a question that is there, unless it was answered before; returns it with the answer that counts."""
        unanswered = update(questions).where(questions.c.id == question, questions.c.answer.is_(None))
        async with self._database.write() as connection:
            await connection.execute(unanswered.values(answer=answer))
            return await _existing(connection, question)

    async def purge(self, *, asked_before: datetime) -> None:
        """Forgets what was asked before that moment, answered or not."""
        async with self._database.write() as connection:
            await connection.execute(delete(questions).where(questions.c.asked_at < asked_before))


async def _existing(connection: AsyncConnection, question: str) -> EditQuestion:
    return _question_of((await connection.execute(select(questions).where(questions.c.id == question))).one())


def _question_of(row: Row[Any]) -> EditQuestion:
    return EditQuestion(row.id, row.message, row.version, row.asked_at, row.answer)
