"""Draws an order: loads its inputs, calls the provider, stores the pictures and records the version once."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.catalog.catalog import Catalog
from bot.catalog.model import Model
from bot.domain.jobs import Version
from bot.domain.money import FREE
from bot.domain.pictures import Picture
from bot.domain.requests import Order, VersionSource
from bot.domain.retries import Retry
from bot.errors import EaselError, NotFound
from bot.imaging.pool import ImagingPool
from bot.imaging.probe import probe
from bot.jobs.input_loading import InputLoader
from bot.jobs.provider_calls import ProviderCalls, ProviderResult
from bot.jobs.retries import OnRetry, with_retries
from bot.observability import DRAWING_SECONDS
from bot.ports import Clock, OnProgress, Platform
from bot.presentation.notes import applied_notes
from bot.store.blobs import Blobs
from bot.store.jobs import JobRows
from bot.store.versions import Versions
from bot.texts import command_errors, job_errors, model_errors
from bot.texts.job_errors import NOT_REPEATED

_T = TypeVar("_T")


class VersionBuilder:
    """Builds versions."""

    def __init__(
        self,
        *,
        rows: JobRows,
        versions: Versions,
        blobs: Blobs,
        catalog: Catalog,
        calls: ProviderCalls,
        input_loader: InputLoader,
        pool: ImagingPool,
        clock: Clock,
    ) -> None:
        self._rows = rows
        self._versions = versions
        self._blobs = blobs
        self._catalog = catalog
        self._calls = calls
        self._input_loader = input_loader
        self._pool = pool
        self._clock = clock

    async def build(
        self,
        order: Order,
        platform: Platform,
        *,
        began_before: bool,
        started: Callable[[], None],
        on_progress: OnProgress,
        on_retry: OnRetry,
    ) -> Version:
        """Draws an order and records it as a version.

        Args:
            order: the job's order.
            platform: fetches the attachments. Fetching is retried.
            began_before: whether drawing had begun before a restart.
            started: called when drawing begins, after the inputs are loaded.
            on_progress: gets the progress of drawing.
            on_retry: gets each retry before its delay, and None when the retry begins.

        Raises:
            NotFound: the job was cancelled before its version could be recorded.
            OutcomeUnknown: Easel was restarted while a model that costs money was drawing, or its result cannot be
                stored.
            EaselError: see `InputLoader.load` and `ProviderCalls.draw`.
        """
        if order.kind == "share":
            return await self._share(order)
        model = self._catalog.get(order.request.model)
        if model is None:
            raise model_errors.gone_from_catalog(order.request.model)
        loaded = await with_retries(
            lambda: self._input_loader.load(order, platform), clock=self._clock, on_retry=on_retry
        )
        is_first = await self._rows.begin_drawing(order.job, request=loaded.request, at=self._clock.now())
        if not is_first and not began_before:
            raise job_errors.was_cancelled()
        if not is_first and model.billed:
            raise job_errors.restarted_while_drawing()
        started()
        started_s = self._clock.monotonic_s()
        made = await self._calls.draw(
            model,
            loaded.request,
            loaded.inputs,
            asker=order.person,
            on_progress=on_progress,
            on_retry=on_retry,
        )
        seconds = self._clock.monotonic_s() - started_s
        DRAWING_SECONDS.labels(model.name).observe(seconds)

        def after_drawing(retry: Retry | None) -> None:
            on_retry(replace(retry, is_all=False) if retry is not None else None)

        pictures = await self._store_with_retries(model, after_drawing, lambda: self._store_pictures(made))
        differing = applied_notes(loaded.request, made.applied, pictures)
        version = await self._store_with_retries(
            model,
            after_drawing,
            lambda: self._rows.record_drawn(
                order,
                request=loaded.request,
                applied=made.applied,
                pictures=pictures,
                parent=loaded.parent,
                cost=made.cost,
                seconds=seconds,
                notes=(*order.notes, *loaded.notes, *made.notes, *differing),
                at=self._clock.now(),
            ),
        )
        await self._store_missing(pictures, made)
        return version

    async def _share(self, order: Order) -> Version:
        """Records a private version's pictures as the first version of a public thread. Draws nothing."""
        source = order.sources[0]
        original = await self._versions.get(source.version) if isinstance(source, VersionSource) else None
        if original is None or original.deleted_at is not None:
            raise command_errors.deleted_before_share()
        await self._rows.begin_drawing(order.job, request=original.request, at=self._clock.now())
        return await self._rows.record_drawn(
            order,
            request=original.request,
            applied=original.applied,
            pictures=original.pictures,
            parent=None,
            cost=FREE,
            seconds=original.seconds,
            notes=original.notes,
            at=self._clock.now(),
        )

    async def _store_with_retries(self, model: Model, on_retry: OnRetry, store: Callable[[], Awaitable[_T]]) -> _T:
        """Stores a result, with retries. If that fails for a model that costs money, raises OutcomeUnknown."""
        try:
            return await with_retries(store, clock=self._clock, on_retry=on_retry)
        except NotFound:
            raise  # cancelled in the meantime
        except EaselError as problem:
            if not model.billed:
                raise
            # The provider did its part and will be paid: to the ledger this is no failure that was free.
            raise job_errors.drawn_but_not_kept(
                problem.text, hint=NOT_REPEATED if problem.retryable else problem.hint
            ) from problem

    async def _store_pictures(self, made: ProviderResult) -> list[Picture]:
        return [await self._store_picture(data, svg) for data, svg in zip(made.pictures, made.svgs, strict=True)]

    async def _store_picture(self, data: bytes, svg: bytes | None) -> Picture:
        probed = await self._pool.run(probe, data)
        drawing = await self._blobs.put(svg) if svg is not None else None
        return Picture(await self._blobs.put(data), probed.format, probed.size, len(data), drawing)

    async def _store_missing(self, pictures: Sequence[Picture], made: ProviderResult) -> None:
        """Stores files again that a concurrent deletion of a version with the same content removed."""
        for picture, data, svg in zip(pictures, made.pictures, made.svgs, strict=True):
            for name, content in ((picture.id, data), (picture.svg, svg)):
                if name is not None and content is not None and not await self._blobs.has(name):
                    await self._blobs.put(content)
