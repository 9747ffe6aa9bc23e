"""The Images API provider. What a model or server needs is configured in its catalog entry."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from bot.catalog.catalog import Catalog
from bot.catalog.model import Model
from bot.domain.people import Person
from bot.domain.pictures import Size
from bot.domain.requests import Request
from bot.domain.usage import Usage
from bot.errors import AdminError
from bot.imaging.pool import ImagingPool
from bot.imaging.svg.lettered import PreparedSvg, prepare_text
from bot.imaging.svg.rasterise import Rasteriser
from bot.imaging.svg.sanitise import UnusableSvg, sanitise
from bot.ports import Drawing, Inputs, OnProgress, PaidWithoutImage, Progress
from bot.presentation.notes import lettering_note
from bot.providers.openai_api.clients import OpenAIClients
from bot.providers.openai_api.errors import PROBLEMS, connection_lost, to_easel_error
from bot.providers.openai_api.safety_identifier import SafetyIdentifiers
from bot.providers.openai_images.api_request import ask
from bot.providers.openai_images.http_stream import ForeignHostError, fetch_picture
from bot.providers.openai_images.image_check import classify_image
from bot.providers.openai_images.parameters import Moderation, build_parameters, remove_control_phrases
from bot.providers.openai_images.request_building import ApiRequest, build_request, omitted_inputs
from bot.providers.openai_images.response_parsing import ImagesResponse, PartialImage
from bot.texts import model_errors, service_errors
from bot.texts import notes as texts

_FETCH_S: Final = 300.0
"""The most seconds for a finished picture at a URL, all attempts together: 50 MB at 2 Mbit/s take 200 s."""


class OpenAIImages:
    """Draws through the Images API.

    Args:
        identities: computes pseudonymous identifiers for services that require one.
        pool: encodes, decodes and checks pictures.
        rasteriser: rasterises the SVGs that models of 2.6 can return.
        moderation: how strict OpenAI's safety system should be.
        fetch_pauses_s: the pauses before each retry of downloading a picture from a URL.
    """

    def __init__(
        self,
        *,
        catalog: Catalog,
        clients: OpenAIClients,
        identities: SafetyIdentifiers,
        pool: ImagingPool,
        rasteriser: Rasteriser,
        moderation: Moderation,
        fetch_pauses_s: Sequence[float] = (0.5, 2.0),
    ) -> None:
        self._fetch_pauses_s = fetch_pauses_s
        self._catalog = catalog
        self._clients = clients
        self._identities = identities
        self._pool = pool
        self._rasteriser = rasteriser
        self._moderation: Moderation = moderation

    async def draw(self, request: Request, inputs: Inputs, *, asker: Person, on_progress: OnProgress) -> Drawing:
        """Makes one call, which is never repeated once it may have been charged. Cancelling closes the connection.

        Raises:
            BadCommand, BadPicture, Refused, AdminError, Transient, OutcomeUnknown: see `openai_api.errors`.
            PaidWithoutImage: the response contains no picture that can be shown.
        """
        model = self._catalog.get(request.model)
        if model is None:
            raise model_errors.gone_from_catalog(request.model)
        call, notes = await self._build_call(request, model, inputs, asker)
        answer = await self._send(call, request, model, on_progress)
        shown = await self._check_pictures(answer, request, model)
        on_progress(Progress(request.n, 1.0))
        return Drawing(
            pictures=tuple(picture.data for picture in shown),
            usage=answer.usage,
            notes=(*notes, *_result_notes(shown, answer, request)),
            svgs=tuple(picture.svg for picture in shown),
            applied=answer.applied,
            others=self._author_usage(answer),
        )

    async def _build_call(
        self, request: Request, model: Model, inputs: Inputs, asker: Person
    ) -> tuple[ApiRequest, tuple[str, ...]]:
        """Builds the request. Returns it with notes on what was left out."""
        prompt, notes = remove_control_phrases(request, model)
        fields = build_parameters(
            replace(request, prompt=prompt),
            model,
            moderation=self._moderation,
            identifier=self._identities.for_person(asker),
        )
        if inputs.base is None:
            return build_request(fields, model, inputs), notes
        return await self._pool.run(build_request, fields, model, inputs), (*notes, *omitted_inputs(model, inputs))

    async def _send(self, call: ApiRequest, request: Request, model: Model, on_progress: OnProgress) -> ImagesResponse:
        def on_partial(partial: PartialImage) -> None:
            on_progress(Progress(0, (partial.index + 1) / (request.partials + 1), partial.preview))

        client = self._clients.for_model(model)
        pictures = request.n + request.partials
        try:
            answer = await ask(client, call, self._pool, pictures=pictures, on_partial=on_partial)
            if answer is None and not model.billed:
                # The stream ended without a picture. The model is free, so try again without streaming.
                call = call.without_stream()
                answer = await ask(client, call, self._pool, pictures=pictures, on_partial=on_partial)
        except PROBLEMS as problem:
            raise to_easel_error(problem, model) from problem
        if answer is None:
            raise connection_lost(model)
        return answer

    async def _check_pictures(
        self, answer: ImagesResponse, request: Request, model: Model
    ) -> "Sequence[_CheckedImage]":
        """All pictures that can be shown. Raises PaidWithoutImage if there is none."""
        shown: list[_CheckedImage] = []
        reason = None
        for item in answer.pictures:
            try:
                picture = await self._check_picture(item, request, model)
            except UnusableSvg as problem:
                reason = problem.reason
            except AdminError as problem:
                # The rasteriser is broken, but the picture has been charged.
                reason = f"{problem.text} {problem.hint or ''}".rstrip()
            except ForeignHostError:
                reason = service_errors.IMAGE_ELSEWHERE
            else:
                shown += [picture] if picture is not None else []
        if not shown:
            raise PaidWithoutImage(
                service_errors.no_usable_image(model.label),
                hint=reason or service_errors.ANOTHER_TRY,
                usage=answer.usage,
            )
        return shown

    async def _check_picture(self, item: bytes | str | None, request: Request, model: Model) -> "_CheckedImage | None":
        """Downloads the picture if it is a URL, and rasterises an SVG; None if it cannot be shown."""
        data = await self._fetch(item, model) if isinstance(item, str) else item
        kind = await self._pool.run(classify_image, data) if data is not None else None
        if data is None or kind is None:
            return None
        if kind == "picture":
            return _CheckedImage(data)
        drawing = await self._pool.run(_sanitise, data, request.size)
        picture = await self._rasteriser.draw(
            drawing.svg, request.size, background=request.background, typefaces=drawing.typefaces
        )
        return _CheckedImage(picture, drawing.original, drawing.missing)

    async def _fetch(self, address: str, model: Model) -> bytes | None:
        """Downloads the picture; None if it fails three times. Drawing again is the person's decision.

        Raises:
            ForeignHostError: it is on another server.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(_FETCH_S):
                for pause_s in (*self._fetch_pauses_s, None):
                    try:
                        return await fetch_picture(self._clients.for_model(model), address)
                    except PROBLEMS:
                        if pause_s is not None:
                            await asyncio.sleep(pause_s)
        return None

    def _author_usage(self, answer: ImagesResponse) -> dict[str, Usage]:
        if answer.author is None or answer.author_usage is None:
            return {}
        entries = (model.name for model in self._catalog.all() if model.wire_name == answer.author)
        return {next(entries, answer.author): answer.author_usage}


@dataclass(frozen=True, slots=True)
class _CheckedImage:
    data: bytes
    svg: bytes | None = None
    missing: str = ""


def _sanitise(data: bytes, size: Size) -> PreparedSvg:
    return prepare_text(sanitise(data.decode(errors="replace"), size))


def _result_notes(shown: Sequence["_CheckedImage"], answer: ImagesResponse, request: Request) -> tuple[str, ...]:
    """Notes on damaged or missing pictures, and on characters that no font has."""
    if unusable := len(answer.pictures) - len(shown):
        notes = [texts.damaged_images(unusable, len(answer.pictures))]
    elif len(shown) != request.n:
        notes = [texts.other_count(len(shown), asked=request.n)]
    else:
        notes = []
    lettering = lettering_note("".join(dict.fromkeys(char for one in shown for char in one.missing)))
    return (*notes, lettering) if lettering else tuple(notes)
