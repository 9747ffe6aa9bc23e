"""Stores the questions "is this message an edit?". They survive restarts; the first answer counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, delete, select, update

from bot.domain.events import MessagePosted
from bot.domain.requests import VersionName
from bot.store.database import Database
from bot.store.tables import questions
from bot.store.upsert import insert_or_ignore

QuestionAnswer = Literal["draw", "leave"]


@dataclass(frozen=True, slots=True)
class EditQuestion:
    """A question to the author of a message.

    Attributes:
        message: the message that may be an edit.
        version: the version it would change; None if there is none or it is still being drawn.
        answer: None until it is answered.
    """

    id: str
    message: MessagePosted
    version: VersionName | None
    asked_at: datetime
    answer: QuestionAnswer | None = None


class EditQuestionRows:
    """The questions table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, question: EditQuestion) -> EditQuestion:
        """Stores a question, unless one with its ID exists. Returns the stored one."""
        row = {
            "id": question.id,
            "message": question.message,
            "version": question.version,
            "asked_at": question.asked_at,
        }

        def ask(connection: Connection) -> EditQuestion:
            connection.execute(insert_or_ignore(connection, questions), row)
            return _load_question(connection, question.id)

        return await self._database.write(ask, urgent=True)

    async def get(self, question: str) -> EditQuestion | None:
        def get(connection: Connection) -> EditQuestion | None:
            row = connection.execute(select(questions).where(questions.c.id == question)).one_or_none()
            return None if row is None else _question_of(row)

        return await self._database.read(get)

    async def answer(self, question: str, answer: QuestionAnswer) -> EditQuestion:
        """Stores the answer to an existing question, unless it has one. Returns the question with its first answer."""
        unanswered = update(questions).where(questions.c.id == question, questions.c.answer.is_(None))

        def write(connection: Connection) -> EditQuestion:
            connection.execute(unanswered.values(answer=answer))
            return _load_question(connection, question)

        return await self._database.write(write, urgent=True)

    async def purge(self, *, asked_before: datetime) -> None:
        """Deletes questions asked before this time, answered or not."""
        await self._database.write(
            lambda connection: connection.execute(delete(questions).where(questions.c.asked_at < asked_before))
        )


def _load_question(connection: Connection, question: str) -> EditQuestion:
    return _question_of(connection.execute(select(questions).where(questions.c.id == question)).one())


def _question_of(row: Row[Any]) -> EditQuestion:
    return EditQuestion(row.id, row.message, row.version, row.asked_at, row.answer)
