"""Makes the version that an order asks for: asks the provider, keeps the pictures, records it once."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TypeVar

import structlog

from bot.catalog.catalog import Catalog
from bot.catalog.model import Model
from bot.catalog.pricing import settle
from bot.domain.jobs import Version
from bot.domain.money import FREE
from bot.domain.pictures import Picture
from bot.domain.requests import Order, VersionSource
from bot.errors import AdminError, EaselError, NotFound, OutcomeUnknown
from bot.imaging.pool import ImagingPool
from bot.imaging.probe import probe
from bot.jobs.gathering import Gathered, Gathering
from bot.observability import DRAWING_SECONDS, PROVIDER_ERRORS
from bot.ports import Clock, Drawing, OnProgress, Platform, Provider
from bot.store.blobs import Blobs
from bot.store.jobs import JobRows
from bot.store.versions import Versions

# A provider that is overloaded is tried again after 1, 2, 4, 8 s, or after what it asked for; so is the store.
_ATTEMPTS = 5

_T = TypeVar("_T")

_log = structlog.get_logger(__name__)


class VersionMaker:
    def __init__(
        self,
        *,
        rows: JobRows,
        versions: Versions,
        blobs: Blobs,
        catalog: Catalog,
        providers: Mapping[str, Provider],
        gathering: Gathering,
        pool: ImagingPool,
        clock: Clock,
    ) -> None:
        self._rows = rows
        self._versions = versions
        self._blobs = blobs
        self._catalog = catalog
        self._providers = providers
        self._gathering = gathering
        self._pool = pool
        self._clock = clock

    async def make(
        self, order: Order, platform: Platform, *, started: Callable[[], None], on_progress: OnProgress
    ) -> Version:
        """The recorded version. `started` is called when drawing begins, after its inputs have been gathered.

        Raises:
            NotFound: the job was cancelled before its version could be recorded.
            OutcomeUnknown: a crash came in between while a model that costs money was drawing, or what it drew
                cannot be kept.
            EaselError: see `Gathering.gather` and `Provider.draw`.
        """
        if order.kind == "share":
            return await self._share(order)
        gathered = await self._gathering.gather(order, platform)
        model = self._catalog.get(gathered.request.model)
        if model is None:
            raise AdminError(f"{gathered.request.model} was taken out of the catalog after this was accepted.")
        first = await self._rows.begin_drawing(order.job, request=gathered.request, at=self._clock.now())
        if not first and model.billed:
            raise OutcomeUnknown(
                "Easel was restarted while this was being drawn, so it may already have been paid for.",
                hint="It is not drawn again by itself. Press Again if you want to pay for another try.",
            )
        started()
        started_s = self._clock.monotonic_s()
        drawing = await self._draw(model, gathered, on_progress)
        seconds = self._clock.monotonic_s() - started_s
        DRAWING_SECONDS.labels(model.name).observe(seconds)
        pictures = await self._persistently(model, lambda: self._keep_all(drawing))
        version = await self._persistently(
            model,
            lambda: self._rows.record_drawn(
                order.job,
                request=gathered.request,
                pictures=pictures,
                parent=gathered.parent,
                cost=settle(model, drawing.usage),
                seconds=seconds,
                notes=(*order.notes, *gathered.notes, *drawing.notes),
                at=self._clock.now(),
            ),
        )
        # Equal bytes are one picture: someone may have deleted its last other version since they were kept.
        for picture, data in zip(pictures, drawing.pictures, strict=True):
            if not await self._blobs.has(picture.id):
                await self._blobs.put(data)
        return version

    async def _share(self, order: Order) -> Version:
        """A private version becomes the first of a public thread: the same pictures, nothing drawn or paid."""
        source = order.sources[0]
        original = await self._versions.get(source.version) if isinstance(source, VersionSource) else None
        if original is None or original.deleted_at is not None:
            raise NotFound("That picture was deleted, so it cannot be shared.")
        await self._rows.begin_drawing(order.job, request=original.request, at=self._clock.now())
        return await self._rows.record_drawn(
            order.job,
            request=original.request,
            pictures=original.pictures,
            parent=None,
            cost=FREE,
            seconds=original.seconds,
            notes=original.notes,
            at=self._clock.now(),
        )

    async def _draw(self, model: Model, gathered: Gathered, on_progress: OnProgress) -> Drawing:
        draw = partial(self._providers[model.provider].draw, gathered.request, gathered.inputs, on_progress=on_progress)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await draw()
            except EaselError as problem:
                PROVIDER_ERRORS.labels(model.provider, type(problem).__name__).inc()
                if not problem.retryable or attempt == _ATTEMPTS:
                    raise
                delay_s = problem.retry_after_s or 2.0 ** (attempt - 1)
                _log.info("provider.busy", model=model.name, attempt=attempt, delay_s=delay_s, reason=problem.text)
                await self._clock.sleep(delay_s)
        raise AssertionError("the last attempt returns or raises")

    async def _persistently(self, model: Model, keep: Callable[[], Awaitable[_T]]) -> _T:
        """Keeps what was drawn: a store that is busy or out of reach is tried again before anything is given up."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await keep()
            except NotFound:
                raise  # cancelled in the meantime
            except EaselError as problem:
                if problem.retryable and attempt < _ATTEMPTS:
                    await self._clock.sleep(2.0 ** (attempt - 1))
                    continue
                if not model.billed:
                    raise
                # The provider did its part and will be paid: to the ledger this is no failure that was free.
                text = f"It was drawn, but it cannot be used: {problem.text}"
                raise OutcomeUnknown(text, hint=problem.hint) from problem
        raise AssertionError("the last attempt returns or raises")

    async def _keep_all(self, drawing: Drawing) -> list[Picture]:
        return [await self._keep(data) for data in drawing.pictures]

    async def _keep(self, data: bytes) -> Picture:
        probed = await self._pool.run(probe, data)
        return Picture(await self._blobs.put(data), probed.format, probed.size, len(data))
