"""The SVG provider: asks a text model for an SVG and rasterises it; if that fails, asks once more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from bot.catalog.catalog import Catalog
from bot.catalog.model import Effort, Model
from bot.domain.people import Person
from bot.domain.pictures import Size
from bot.domain.requests import Request
from bot.domain.usage import Usage, total_usage
from bot.errors import AdminError, EaselError, OutcomeUnknown
from bot.imaging.pool import ImagingPool
from bot.imaging.svg.errors import UnusableSvg
from bot.imaging.svg.lettered import PreparedSvg, prepare_text
from bot.imaging.svg.rasterise import Rasteriser
from bot.imaging.svg.sanitise import sanitise
from bot.ports import Drawing, Inputs, OnProgress, PaidWithoutImage
from bot.presentation.notes import lettering_note
from bot.providers.openai_api.clients import OpenAIClients
from bot.providers.openai_api.errors import PROBLEMS, to_easel_error, unreadable_response
from bot.providers.openai_api.safety_identifier import SafetyIdentifiers
from bot.providers.svg_author import chat_api as chat
from bot.providers.svg_author import responses_api as responses
from bot.providers.svg_author.conversation import Conversation, ModelCall, ModelReply, Turn
from bot.providers.svg_author.extraction import explain_missing_svg, find_svg, reads_as_refusal
from bot.providers.svg_author.progress_preview import ProgressPreview
from bot.providers.svg_author.prompts import INSTRUCTIONS, SHORTER, drawing_prompt, edit_prompt, repair_prompt
from bot.providers.svg_author.streams import MAX_TEXT_CHARS
from bot.providers.svg_author.vision_inputs import vision_inputs
from bot.texts import model_errors, notes, service_errors

_MAX_SVG_BYTES: Final = 200_000
"""A longer base would leave the model no room to write the changed drawing."""


@dataclass(frozen=True, slots=True)
class _FinishedPicture:
    svg: bytes
    picture: bytes
    usage: Usage | None
    missing: str
    note: str | None = None


class _Unfinished(UnusableSvg):
    """The answer ended before its SVG: the token limit was reached, usually by long reasoning."""


class SvgAuthor:
    """Draws with all text models of the catalog, through the Responses or Chat Completions API."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        clients: OpenAIClients,
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
        """Draws the pictures one after another. Each is a PNG with its SVG.

        Raises:
            BadCommand: a text-only model was given pictures without SVG.
            BadPicture: an input cannot be decoded.
            PaidWithoutImage: the second drawing could not be shown either.
            EaselError: the service failed, see `bot.providers.openai_api.errors`.
        """
        model = self._catalog.get(request.model)
        if model is None:
            raise model_errors.gone_from_catalog(request.model)
        watcher = ProgressPreview(request, rasteriser=self._rasteriser, pool=self._pool, on_progress=on_progress)
        call = ModelCall(
            model,
            await self._first_prompt(request, inputs, model),
            effort=cast(Effort | None, request.effort) if "reasoning_effort" in model.allow else None,
            identifier=self._identities.for_person(asker) if "safety_identifier" in model.allow else None,
            on_text=watcher.on_text if model.streams and request.partials > 0 else None,
        )
        drawn: list[_FinishedPicture] = []
        while len(drawn) < request.n:
            drawn.append(await self._draw_one(call, request))
            watcher.picture_finished()
        return Drawing(
            pictures=tuple(one.picture for one in drawn),
            usage=total_usage(one.usage for one in drawn),
            notes=_result_notes(drawn),
            svgs=tuple(one.svg for one in drawn),
        )

    async def _first_prompt(self, request: Request, inputs: Inputs, model: Model) -> Conversation:
        base = inputs.base
        svg = base.svg if base is not None and base.svg is not None and len(base.svg) <= _MAX_SVG_BYTES else None
        unread = base if svg is None else None
        to_see = [image for image in (unread, inputs.mask, inputs.markup, *inputs.references) if image is not None]
        self._catalog.require_vision(model.name, len(to_see))
        if base is None:
            words = drawing_prompt(request)
        else:
            words = edit_prompt(request, None if svg is None else svg.decode(), base.size)
        pictures = await self._pool.run(vision_inputs, inputs) if model.sees_pictures else ()
        return Conversation(INSTRUCTIONS, (Turn("user", words, pictures),))

    async def _draw_one(self, call: ModelCall, request: Request) -> _FinishedPicture:
        first = await self._ask(call)
        try:
            return await self._rasterise_answer(first, request, first.usage)
        except _Unfinished:
            shorter = call.conversation.with_request(SHORTER)
            call = replace(call, conversation=shorter, effort=_lower_effort(call))
            note = notes.SHORTENED
        except UnusableSvg as flaw:
            repaired = call.conversation.with_answer(first, repair_prompt(flaw.reason))
            call = replace(call, conversation=repaired)
            note = notes.REPAIRED
        return await self._draw_again(call, request, first.usage, note)

    async def _draw_again(self, call: ModelCall, request: Request, spent: Usage | None, note: str) -> _FinishedPicture:
        """The second and last attempt. Errors include the usage of the first one."""
        model = call.model
        try:
            second = await self._ask(call)
        except OutcomeUnknown:
            raise
        except EaselError as problem:
            if not model.billed:
                raise
            # Not retried: a retry from the start would pay for the first attempt again.
            raise PaidWithoutImage(problem.text, hint=problem.hint, usage=spent) from problem
        usage = total_usage((spent, second.usage))
        try:
            return replace(await self._rasterise_answer(second, request, usage), note=note)
        except _Unfinished as flaw:
            raise PaidWithoutImage(
                service_errors.svg_cut_off(model.label), hint=service_errors.USE_LESS, usage=usage
            ) from flaw
        except UnusableSvg as flaw:
            raise PaidWithoutImage(
                service_errors.no_usable_svg(model.label), hint=service_errors.USE_MORE, usage=usage
            ) from flaw

    async def _ask(self, call: ModelCall) -> ModelReply:
        model = call.model
        client = self._clients.for_model(model)
        try:
            answer = await (responses if model.api == "responses" else chat).ask(client, call)
        except PROBLEMS as problem:
            raise to_easel_error(problem, model) from problem
        except ValueError as problem:
            raise unreadable_response(model) from problem
        if len(answer.text) > MAX_TEXT_CHARS:
            answer = replace(answer, text=answer.text[:MAX_TEXT_CHARS], cut_short=True)
        if answer.refused or (reads_as_refusal(answer.text) and find_svg(answer.text) is None):
            raise service_errors.declined(model.label)
        return answer

    async def _rasterise_answer(self, answer: ModelReply, request: Request, usage: Usage | None) -> _FinishedPicture:
        """Rasterises the SVG in the answer. Raises UnusableSvg, with a reason for the model, if that fails."""
        drawing = await self._pool.run(_sanitise, answer, request.size)
        try:
            picture = await self._rasteriser.draw(
                drawing.svg, request.size, background=request.background, typefaces=drawing.typefaces
            )
        except AdminError as problem:
            # The rasteriser is broken, but the answer has been charged.
            raise PaidWithoutImage(problem.text, hint=problem.hint, usage=usage) from problem
        return _FinishedPicture(drawing.original, picture, usage, drawing.missing)


def _sanitise(answer: ModelReply, size: Size) -> PreparedSvg:
    """Extracts and sanitises the SVG of an answer. Slow for long ones: run it in the imaging pool."""
    written = find_svg(answer.text)
    if written is not None:
        return prepare_text(sanitise(written, size))
    if answer.cut_short or not answer.text.strip():
        raise _Unfinished("Your answer ended too early.")
    raise UnusableSvg(explain_missing_svg(answer.text))


def _result_notes(drawn: Sequence[_FinishedPicture]) -> tuple[str, ...]:
    """The notes on all pictures, each sentence once."""
    missing = "".join(dict.fromkeys(char for one in drawn for char in one.missing))
    return tuple(dict.fromkeys(note for note in (*(one.note for one in drawn), lettering_note(missing)) if note))


def _lower_effort(call: ModelCall) -> Effort | None:
    """The next lower effort of the model, which leaves more tokens for the drawing."""
    efforts = call.model.efforts
    if call.effort is None or call.effort not in efforts:
        return call.effort
    return efforts[max(0, efforts.index(call.effort) - 1)]
