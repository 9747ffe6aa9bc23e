"""Builds orders from prompts: completes settings from the catalog, estimates the cost and collects the sources."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.catalog import pricing
from bot.catalog.catalog import Catalog
from bot.catalog.completion import Completed
from bot.domain.files import classify_file
from bot.domain.ids import EventKey, PictureId, PlatformName, ThreadId, job_id_for
from bot.domain.jobs import Thread, Version
from bot.domain.money import FREE, UsdMicros
from bot.domain.people import Person, Place
from bot.domain.pictures import Role, Size
from bot.domain.requests import (
    AttachmentSource,
    JobSource,
    Order,
    PictureSource,
    PromptSpec,
    Request,
    Source,
    VersionSource,
)
from bot.intake.version_lookup import BaseVersion
from bot.ports import Clock
from bot.presentation.attachments import left_out_note, not_a_picture
from bot.presentation.cards import inputs_note
from bot.store.preferences import Preferences
from bot.texts import command_errors, image_errors, notes

# The prompt of an edit whose pictures were sent without text.
_DEFAULT_EDIT_PROMPT = "Combine these images into one picture."


@dataclass(frozen=True, slots=True)
class EventOrigin:
    """The key, person and place of an event."""

    key: EventKey
    person: Person
    place: Place


class OrderBuilder:
    """Builds orders.

    Args:
        previews: how many preview images to request per platform; 0 if it cannot show them, because they cost money.
    """

    def __init__(
        self, catalog: Catalog, preferences: Preferences, clock: Clock, *, previews: Mapping[PlatformName, int]
    ) -> None:
        self._catalog = catalog
        self._preferences = preferences
        self._clock = clock
        self._previews = previews

    async def from_spec(
        self,
        origin: EventOrigin,
        spec: PromptSpec,
        *,
        thread: Thread | None,
        base: BaseVersion | None,
        others: tuple[Source, ...] = (),
    ) -> Order:
        """Builds the order for a prompt with its flags.

        Args:
            origin: the event.
            spec: the parsed prompt and flags.
            thread: the thread that the order joins; None to open one.
            base: the version to edit. If it is None, the first of `others` is edited.
            others: further sources, in order.

        Raises:
            BadCommand: the prompt is empty, or the model does not support a setting.
            BadPicture: no attachment is a picture.
        """
        others, left_out = _drop_other_files(others)
        sources = ((base.source,) if base is not None else ()) + others
        pictures = _pictures(sources)
        if sources and not pictures:
            raise image_errors.mark_without_image()
        if not spec.prompt:
            if len(pictures) < 2:
                raise command_errors.change_missing()
            spec = replace(spec, prompt=_DEFAULT_EDIT_PROMPT)
        saved = await self._preferences.get(origin.person.key) or PromptSpec(prompt="")
        if thread is None and saved.private:
            spec = replace(spec, private=True)
        completed = self._complete(origin, spec, _defaults_from(base, spec, saved), sources, base)
        # A private edit of a public picture opens a separate thread, which only this person can see.
        is_new = thread is None or (spec.private and thread.place.audience is None)
        job = job_id_for(origin.key)
        return Order(
            job=job,
            key=origin.key,
            kind="edit" if pictures else "imagine",
            person=origin.person,
            place=_place(origin, spec) if is_new or thread is None else thread.place,
            thread=ThreadId(job) if is_new or thread is None else thread.id,
            request=completed.request,
            typed=spec.prompt,
            accepted_at=self._clock.now(),
            estimate=self._estimate(completed.request, [_size_of(base)] * len(pictures)),
            parent=base.version.id if base is not None and base.version is not None and not is_new else None,
            sources=sources,
            follows_base=completed.follows_base,
            notes=_input_notes(pictures, base) + left_out + completed.notes,
        )

    async def retry(
        self, origin: EventOrigin, spec: PromptSpec, failed: Order, *, thread: Thread, others: tuple[Source, ...]
    ) -> Order:
        """Builds an order that retries a failed job with a new prompt. Settings that `spec` omits stay the same.

        Raises the same errors as `from_spec`.
        """
        sources = failed.sources + others
        order = await self.from_spec(origin, _previous_spec(spec, failed), thread=thread, base=None, others=sources)
        return replace(order, parent=failed.parent)

    def again(self, origin: EventOrigin, earlier: Order, *, thread: Thread, request: Request | None) -> Order:
        """Builds an order that repeats an earlier one.

        Args:
            origin: the event.
            earlier: the order to repeat.
            thread: its thread.
            request: the completed request of the earlier job, with its input pictures; None if it was not completed.

        Raises:
            BadCommand: the model was shut down and has no successor.
        """
        repeated = request or earlier.request
        sources = _stored_sources(request) if request is not None else earlier.sources
        # Completing it again changes only a model that was shut down meanwhile, and adds a note about that.
        completed = self._complete(origin, _spec_of(repeated), PromptSpec(prompt=""), sources, None)
        estimate = earlier.estimate
        if completed.request.model != repeated.model:
            estimate = self._estimate(completed.request, [None] * len(_pictures(sources)))
        return replace(
            earlier,
            job=job_id_for(origin.key),
            key=origin.key,
            kind="edit" if sources else "imagine",
            person=origin.person,
            place=thread.place,
            request=completed.request,
            accepted_at=self._clock.now(),
            estimate=estimate,
            sources=sources,
            follows_base=earlier.follows_base and request is None,
            notes=(*earlier.notes[: len(earlier.notes) if request is None else 0], *completed.notes),
        )

    async def again_with(
        self, origin: EventOrigin, spec: PromptSpec, earlier: Order, *, thread: Thread, request: Request | None
    ) -> Order:
        """Builds an order that repeats an earlier prompt with the changed settings of `spec`. See `again`.

        Raises the same errors as `from_spec`.
        """
        sources = _stored_sources(request) if request is not None else earlier.sources
        spec = _previous_spec(replace(spec, prompt=earlier.request.prompt, on=None), earlier)
        order = await self.from_spec(origin, spec, thread=thread, base=None, others=sources)
        return replace(order, typed=earlier.typed, parent=earlier.parent)

    def is_billed(self, order: Order) -> bool:
        """Whether the order's model costs money, or is unknown."""
        model = self._catalog.get(order.request.model)
        return model is None or model.billed

    def share(self, origin: EventOrigin, version: Version, place: Place) -> Order:
        """Builds an order that posts a private version publicly in its channel, as a new thread."""
        job = job_id_for(origin.key)
        label = version.name
        return Order(
            job=job,
            key=origin.key,
            kind="share",
            person=origin.person,
            place=replace(place, thread=None, audience=None),
            thread=ThreadId(job),
            request=version.request,
            typed=version.typed,
            accepted_at=self._clock.now(),
            estimate=FREE,
            sources=(VersionSource(version.id, version.pictures[0].id, label),),
        )

    def _complete(
        self,
        origin: EventOrigin,
        spec: PromptSpec,
        defaults: PromptSpec,
        sources: tuple[Source, ...],
        base: BaseVersion | None,
    ) -> Completed:
        pictures, roles = _pictures(sources), [_role(source) for source in sources]
        is_read = bool(pictures) and _may_have_svg(pictures[0], base)
        return self._catalog.complete(
            spec,
            defaults=defaults,
            base=_size_of(base),
            like=base.version.request.model if base is not None and base.version is not None else None,
            inputs=len(pictures),
            partials=self._previews[origin.place.platform],
            mask="mask" in roles,
            markup="markup" in roles,
            seen_inputs=len(pictures) - is_read,
        )

    def _estimate(self, request: Request, sizes: list[Size | None]) -> UsdMicros | None:
        # The size of an attached picture is unknown before it is fetched: the result's size is used instead.
        known = [size or request.size for size in sizes]
        model = self._catalog.get(request.model)
        return pricing.estimate_cost(model, request, known) if model is not None else None


def _defaults_from(base: BaseVersion | None, spec: PromptSpec, saved: PromptSpec) -> PromptSpec:
    """Returns the default settings: those of the base version with the same model, else the person's own."""
    if base is None or base.version is None:
        return saved
    request = base.version.request
    if spec.model not in (None, request.model):
        return saved
    return replace(
        saved,
        quality=request.quality,
        # The base's effort applies only to the base's quality.
        effort=request.effort if spec.quality in (None, request.quality) else saved.effort,
        background=request.background,
        format=request.format,
    )


def _previous_spec(spec: PromptSpec, failed: Order) -> PromptSpec:
    before = _spec_of(failed.request)
    if spec.model not in (None, before.model):
        before = PromptSpec(prompt="", size=before.size, n=before.n)
    has_shape = spec.size is not None or spec.ratio is not None
    return replace(
        spec,
        model=spec.model or before.model,
        size=spec.size if has_shape or failed.follows_base else before.size,
        quality=spec.quality or before.quality,
        effort=spec.effort or (before.effort if spec.quality in (None, before.quality) else None),
        n=spec.n or before.n,
        background=spec.background or before.background,
        format=spec.format or before.format,
        compression=before.compression if spec.compression is None else spec.compression,
    )


def _spec_of(request: Request) -> PromptSpec:
    return PromptSpec(
        prompt=request.prompt,
        model=request.model,
        size="auto" if request.auto_size else str(request.size),
        quality=request.quality,
        effort=request.effort,
        n=request.n,
        background=request.background,
        format=request.format,
        compression=request.compression,
    )


def _place(origin: EventOrigin, spec: PromptSpec) -> Place:
    return origin.place.only_for(origin.person) if spec.private else origin.place


def _role(source: Source) -> Role:
    match source:
        case AttachmentSource(attachment):
            return attachment.role
        case PictureSource(_, role):
            return role
        case VersionSource() | JobSource():
            return "picture"


def _drop_other_files(others: tuple[Source, ...]) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """Removes attachments that are not pictures, and returns a note for each.

    Raises:
        BadPicture: no picture is left.
    """
    unusable = [
        source.attachment
        for source in others
        if isinstance(source, AttachmentSource) and classify_file(source.attachment) == "other"
    ]
    usable = tuple(
        source for source in others if not isinstance(source, AttachmentSource) or source.attachment not in unusable
    )
    if unusable and not _pictures(usable):
        raise not_a_picture(unusable[0])
    return usable, tuple(left_out_note(attachment) for attachment in unusable)


def _pictures(sources: tuple[Source, ...]) -> list[Source]:
    return [source for source in sources if _role(source) == "picture"]


def _size_of(base: BaseVersion | None) -> Size | None:
    return base.version.pictures[0].size if base is not None and base.version is not None else None


def _may_have_svg(source: Source, base: BaseVersion | None) -> bool:
    """Whether a model can edit the picture's SVG instead of seeing it. If unknown, True: `InputLoader` checks later."""
    match source:
        case AttachmentSource():
            return False
        case PictureSource(svg=svg):
            return svg is not None
        case VersionSource(picture=used) if base is not None and base.version is not None:
            return any(picture.id == used and picture.svg is not None for picture in base.version.pictures)
        case VersionSource() | JobSource():
            return True


def _stored_sources(request: Request) -> tuple[Source, ...]:
    base = (PictureSource(request.base, "picture", request.base_svg),) if request.base is not None else ()
    marks: tuple[tuple[PictureId | None, Role], ...] = ((request.mask, "mask"), (request.markup, "markup"))
    return (
        *base,
        *(PictureSource(picture, "picture") for picture in request.references),
        *(PictureSource(picture, role) for picture, role in marks if picture is not None),
    )


def _input_notes(pictures: list[Source], base: BaseVersion | None) -> tuple[str, ...]:
    labels: list[str] = []
    for source in pictures:
        match source:
            case AttachmentSource(attachment):
                labels.append(attachment.name)
            case VersionSource(_, _, label):
                labels.append(label)
            case JobSource():
                labels.append(base.label if base is not None else notes.UNFINISHED_IMAGE)
            case PictureSource():
                labels.append(notes.SAME_IMAGE)
    return (inputs_note(labels),) if labels else ()
