"""Words that may or may not be an edit: who said them is asked once, before anything is paid."""

from dataclasses import replace

from bot.domain.events import ButtonPressed, MessagePosted
from bot.domain.ids import job_id_for
from bot.domain.requests import Order
from bot.errors import NotAllowed, NotFound
from bot.intake.version_lookup import BaseVersion
from bot.ports import Clock, PrivateResponse
from bot.presentation import questions as cards
from bot.store.questions import EditQuestion, EditQuestionRows, QuestionAnswer


class EditQuestions:
    def __init__(self, questions: EditQuestionRows, clock: Clock) -> None:
        self._questions = questions
        self._clock = clock

    async def ask(self, event: MessagePosted, base: BaseVersion | None, order: Order) -> PrivateResponse:
        """The question, which is kept with all that the edit needs. A message that is delivered again asks the same
        again, until it was answered.

        Args:
            base: what the edit would start from, as its author sees it now.
        """
        question = EditQuestion(
            job_id_for(event.key), event, base.name if base is not None else None, self._clock.now()
        )
        kept = await self._questions.ask(question)
        if kept.answer is not None:
            return PrivateResponse()
        label = base.label if base is not None else "the picture"
        card = cards.is_this_an_edit(kept.id, event.text, version=label, estimate=order.estimate)
        return PrivateResponse(card)

    async def load(self, event: ButtonPressed) -> EditQuestion:
        """The question that was answered, with whoever pressed as the person of its message.

        Raises:
            NotFound: no such question, or not here.
            NotAllowed: its thread is somebody else's private one.
        """
        question = await self._questions.get(event.target)
        if question is None:
            raise NotFound("This question is not kept any more.", hint="Say it again in the picture's thread.")
        message, person = question.message, event.person
        asked = message.place
        is_asker = (person.platform, person.id) == (message.person.platform, message.person.id)
        if not is_asker and (person.platform, event.place.team) != (asked.platform, asked.team):
            raise NotFound("This question belongs to a picture that Easel does not know here.")
        if not is_asker and asked.audience is not None:
            raise NotAllowed("Only the person who made this private picture can answer that.")
        return question if is_asker else replace(question, message=replace(message, person=person))

    async def settle(self, question: EditQuestion, answer: QuestionAnswer) -> QuestionAnswer:
        """The answer that counts, which is the first one."""
        return (await self._questions.answer(question.id, answer)).answer or answer

    @staticmethod
    def settled_card(question: EditQuestion, answer: QuestionAnswer) -> PrivateResponse:
        """What stands in the question's place from now on."""
        words = question.message.text
        return PrivateResponse(
            cards.edit_started(words) if answer == "draw" else cards.not_an_edit(words), replaces=True
        )
