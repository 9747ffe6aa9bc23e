"""Text models as painters: one asks for an SVG, makes a picture of it, and asks once more where that fails."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from bot.catalog.catalog import Catalog
from bot.catalog.model import Effort, Model
from bot.domain.people import Person
from bot.domain.pictures import Size
from bot.domain.requests import Request
from bot.domain.usage import Usage, total
from bot.errors import AdminError, EaselError, OutcomeUnknown, Refused
from bot.imaging.pool import ImagingPool
from bot.imaging.svg.errors import UnusableSvg
from bot.imaging.svg.lettered import Lettered, lettered
from bot.imaging.svg.rasterise import Rasteriser
from bot.imaging.svg.sanitise import sanitise
from bot.ports import Drawing, Fruitless, Inputs, OnProgress
from bot.presentation.notes import lettering_note
from bot.providers.openai_api.clients import Clients
from bot.providers.openai_api.errors import PROBLEMS, translate, unreadable
from bot.providers.openai_api.safety_identifier import SafetyIdentifiers
from bot.providers.svg_author import chat_api as chat
from bot.providers.svg_author import responses_api as responses
from bot.providers.svg_author.conversation import Answer, Conversation, Question, Turn
from bot.providers.svg_author.extraction import find_svg, reads_as_refusal, why_none
from bot.providers.svg_author.progress_preview import Watcher
from bot.providers.svg_author.prompts import INSTRUCTIONS, SHORTER, change_wish, drawing_wish, repair_wish
from bot.providers.svg_author.vision_inputs import what_is_seen

_MAX_SVG_BYTES: Final = 200_000
"""A longer drawing would not leave a model room to write it again."""
_REPAIRED: Final = "Its first drawing could not be shown; this is its second."
_SHORTENED: Final = "Its first answer ended before the drawing was complete; this is a simpler one."


@dataclass(frozen=True, slots=True)
class _Drawn:
    svg: bytes
    picture: bytes
    usage: Usage | None
    missing: str
    note: str | None = None


class _Unfinished(UnusableSvg):
    """The answer ended before its drawing did: a limit of tokens was reached, mostly while the model still thought."""


class SvgAuthor:
    """Draws with every text model of the catalog, through the Responses or the Chat interface."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        clients: Clients,
        identities: SafetyIdentifiers,
        rasteriser: Rasteriser,
        pool: ImagingPool,
    ) -> None:
        self._catalog = catalog
        self._clients = clients
        self._identities = identities
        self._rasteriser = rasteriser
        self._pool = pool

    async def draw(self, request: Request, inputs: Inputs, *, asker: Person, on_progress: OnProgress) -> Drawing:
        """Draws one picture after another; the pictures are PNG and come with their SVG.

        Raises:
            BadCommand: a model that reads text only was given something to look at.
            BadPicture: an input cannot be decoded.
            Fruitless: its second drawing could not be shown either.
            EaselError: what the service answered, see `bot.providers.openai_api.errors`.
        """
        model = self._catalog.get(request.model)
        if model is None:
            raise AdminError(f"{request.model} is no longer in the catalog.", hint="Choose another --model.")
        watcher = Watcher(request, rasteriser=self._rasteriser, pool=self._pool, on_progress=on_progress)
        question = Question(
            model,
            await self._opening(request, inputs, model),
            effort=cast(Effort | None, request.effort) if "reasoning_effort" in model.allow else None,
            identifier=self._identities.of(asker) if "safety_identifier" in model.allow else None,
            hear=watcher.hear if model.streams and request.partials > 0 else None,
        )
        drawn: list[_Drawn] = []
        while len(drawn) < request.n:
            drawn.append(await self._draw_one(question, request))
            watcher.finished()
        return Drawing(
            pictures=tuple(one.picture for one in drawn),
            usage=total(one.usage for one in drawn),
            notes=_notes_on(drawn),
            svgs=tuple(one.svg for one in drawn),
        )

    async def _opening(self, request: Request, inputs: Inputs, model: Model) -> Conversation:
        base = inputs.base
        svg = base.svg if base is not None and base.svg is not None and len(base.svg) <= _MAX_SVG_BYTES else None
        unread = base if svg is None else None
        to_see = [image for image in (unread, inputs.mask, inputs.markup, *inputs.references) if image is not None]
        self._catalog.require_sight(model.name, len(to_see))
        if base is None:
            words = drawing_wish(request)
        else:
            words = change_wish(request, None if svg is None else svg.decode(), base.size)
        pictures = await self._pool.run(what_is_seen, inputs) if model.sees_pictures else ()
        return Conversation(INSTRUCTIONS, (Turn("user", words, pictures),))

    async def _draw_one(self, question: Question, request: Request) -> _Drawn:
        first = await self._ask(question)
        try:
            return await self._drawn(first, request, first.usage)
        except _Unfinished:
            shorter = question.conversation.with_remark(SHORTER)
            question = replace(question, conversation=shorter, effort=_less(question))
            note = _SHORTENED
        except UnusableSvg as flaw:
            repaired = question.conversation.answered(first, repair_wish(flaw.reason))
            question = replace(question, conversation=repaired)
            note = _REPAIRED
        return await self._draw_again(question, request, first.usage, note)

    async def _draw_again(self, question: Question, request: Request, spent: Usage | None, note: str) -> _Drawn:
        """The second and last turn. What the first one cost is not forgotten, whatever happens in this one."""
        model = question.model
        try:
            second = await self._ask(question)
        except OutcomeUnknown:
            raise
        except EaselError as problem:
            if not model.billed:
                raise
            # Tried again from the start, the first turn would be paid a second time.
            raise Fruitless(problem.text, hint=problem.hint, usage=spent) from problem
        usage = total((spent, second.usage))
        try:
            return replace(await self._drawn(second, request, usage), note=note)
        except _Unfinished as flaw:
            raise Fruitless(
                f"{model.label} stopped before its drawing was complete.",
                hint="With --quality low or a lower --effort it needs less room.",
                usage=usage,
            ) from flaw
        except UnusableSvg as flaw:
            raise Fruitless(
                f"{model.label} wrote no drawing that can be shown.",
                hint="Other words, a higher --effort or another --model may help.",
                usage=usage,
            ) from flaw

    async def _ask(self, question: Question) -> Answer:
        model = question.model
        client = self._clients.of(model)
        try:
            answer = await (responses if model.api == "responses" else chat).ask(client, question)
        except PROBLEMS as problem:
            raise translate(problem, model) from problem
        except ValueError as problem:
            raise unreadable(model) from problem
        if answer.refused or (reads_as_refusal(answer.text) and find_svg(answer.text) is None):
            raise Refused(
                f"{model.label} declined to draw this.", hint="Say it in other words, or try another --model."
            )
        return answer

    async def _drawn(self, answer: Answer, request: Request, usage: Usage | None) -> _Drawn:
        """Raises UnusableSvg where there is nothing to show, with the reason for the model."""
        drawing = await self._pool.run(_sanitised, answer, request.size)
        try:
            picture = await self._rasteriser.draw(
                drawing.svg, request.size, background=request.background, typefaces=drawing.typefaces
            )
        except AdminError as problem:
            # The rasteriser is broken, but the model has been paid.
            raise Fruitless(problem.text, hint=problem.hint, usage=usage) from problem
        return _Drawn(drawing.original, picture, usage, drawing.missing)


def _sanitised(answer: Answer, size: Size) -> Lettered:
    """Slow where the drawing is long: runs in the imaging pool."""
    written = find_svg(answer.text)
    if written is not None:
        return lettered(sanitise(written, size))
    if answer.cut_short or not answer.text.strip():
        raise _Unfinished("Your answer ended too early.")
    raise UnusableSvg(why_none(answer.text))


def _notes_on(drawn: Sequence[_Drawn]) -> tuple[str, ...]:
    """What is to be said of all of them, each sentence once."""
    missing = "".join(dict.fromkeys(char for one in drawn for char in one.missing))
    return tuple(dict.fromkeys(note for note in (*(one.note for one in drawn), lettering_note(missing)) if note))


def _less(question: Question) -> Effort | None:
    """The next lower effort that the model knows, so that more of its tokens are left for the drawing."""
    efforts = question.model.efforts
    if question.effort is None or question.effort not in efforts:
        return question.effort
    return efforts[max(0, efforts.index(question.effort) - 1)]
