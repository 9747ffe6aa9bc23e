"""Asks the author of a message that may be an edit, before anything is paid."""

from dataclasses import replace

from bot.domain.events import ButtonPressed, MessagePosted
from bot.domain.ids import job_id_for
from bot.domain.requests import Order
from bot.intake.version_lookup import BaseVersion
from bot.ports import Clock, PrivateResponse
from bot.presentation import questions as cards
from bot.store.questions import EditQuestion, EditQuestionRows, QuestionAnswer
from bot.texts import command_errors, notes


class EditQuestions:
    """Asks questions and records the answers."""

    def __init__(self, questions: EditQuestionRows, clock: Clock) -> None:
        self._questions = questions
        self._clock = clock

    async def ask(self, event: MessagePosted, base: BaseVersion | None, order: Order) -> PrivateResponse:
        """Stores the question and returns its card; returns an empty response if it was answered before.

        Args:
            event: the message. Redelivered, it asks the same question.
            base: the version that the edit would change; None if there is none.
            order: the edit, for its estimated cost.
        """
        question = EditQuestion(
            job_id_for(event.key), event, base.name if base is not None else None, self._clock.now()
        )
        kept = await self._questions.ask(question)
        if kept.answer is not None:
            return PrivateResponse()
        label = base.label if base is not None else notes.UNNAMED_IMAGE
        card = cards.is_this_an_edit(kept.id, event.text, version=label, estimate=order.estimate)
        return PrivateResponse(card)

    async def load(self, event: ButtonPressed) -> EditQuestion:
        """Returns the question of a pressed button, with the person who pressed it as the author of the message.

        Raises:
            NotFound: there is no such question in this team.
            NotAllowed: the question belongs to another person's private thread.
        """
        question = await self._questions.get(event.target)
        if question is None:
            raise command_errors.question_expired()
        message, person = question.message, event.person
        asked = message.place
        is_asker = (person.platform, person.id) == (message.person.platform, message.person.id)
        if not is_asker and (person.platform, event.place.team) != (asked.platform, asked.team):
            raise command_errors.image_unavailable()
        if not is_asker and asked.audience is not None:
            raise command_errors.only_its_author()
        return question if is_asker else replace(question, message=replace(message, person=person))

    async def settle(self, question: EditQuestion, answer: QuestionAnswer) -> QuestionAnswer:
        """Stores an answer, unless there is one. Returns the first answer."""
        return (await self._questions.answer(question.id, answer)).answer or answer

    @staticmethod
    def settled_card(question: EditQuestion, answer: QuestionAnswer) -> PrivateResponse:
        """Returns the card that replaces the answered question."""
        words = question.message.text
        return PrivateResponse(
            cards.edit_started(words) if answer == "draw" else cards.not_an_edit(words), replaces=True
        )
