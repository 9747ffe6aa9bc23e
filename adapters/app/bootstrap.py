"""The composition root: settings → store → providers → jobs → intake → platforms."""

import asyncio
import gc
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from types import MappingProxyType

from adapters.app.intake import make_intake
from adapters.app.jobs import make_job_path
from adapters.app.model_availability import missing_setup
from adapters.app.platforms import NOTE_KINDS, Platforms, make_platforms, new_secret, read_or_create
from adapters.app.readiness import ReadinessReport
from adapters.app.store import Store, open_store
from bot.catalog.catalog import Catalog
from bot.imaging.pool import ImagingPool
from bot.intake.intake import Intake
from bot.intake.usage_reports import UsageReports
from bot.jobs.clock import SystemClock
from bot.jobs.durable_jobs import DurableJobs
from bot.jobs.housekeeping import Housekeeping
from bot.ports import Clock, Provider
from bot.providers.sketch.provider import SketchProvider
from bot.settings.settings import Settings
from bot.store.lock import DirectoryLock
from bot.store.old_notes import ExpiredNotes
from bot.store.private import private_files

_NO_PROVIDERS: Mapping[str, Provider] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Easel:
    """The core with its platforms. `serve` starts to receive events."""

    intake: Intake
    jobs: DurableJobs
    platforms: Platforms
    housekeeping: Housekeeping

    async def serve(self, say: Callable[[str], object]) -> None:
        """Receives events on all platforms until cancelled. `say` prints addresses and connection states."""
        server, terminal = self.platforms.server, self.platforms.terminal
        async with _freeze_objects(), asyncio.TaskGroup() as group:
            if server is not None:
                group.create_task(server.run())
                await server.started.wait()
            for platform in self.platforms.all:
                group.create_task(platform.run(self.intake.handle))
            await terminal.started.wait()
            group.create_task(self.housekeeping.run())
            self._report(say)

    def _report(self, say: Callable[[str], object]) -> None:
        web, slack = self.platforms.web, self.platforms.slack
        playground = web.address if web is not None else ""
        ReadinessReport(self.platforms.connections, playground=playground, say=say).start()
        if slack is not None and slack.install_url is not None:
            say(f"To add it to a Slack workspace, open {slack.install_url}")


@asynccontextmanager
async def _freeze_objects() -> AsyncGenerator[None]:
    """Excludes all existing objects from garbage collection, which would block for 0.1 s or longer to scan them."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@asynccontextmanager
async def open_easel(settings: Settings, *, providers: Mapping[str, Provider] = _NO_PROVIDERS) -> AsyncGenerator[Easel]:
    """Opens the store and resumes unfinished jobs. On exit, waits for jobs that are drawing.

    Args:
        providers: replace the default providers, by name.

    Raises:
        AdminError: the data directory is in use, or something it needs cannot be opened.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(DirectoryLock(settings.data_dir))
        stack.enter_context(private_files(settings.data_dir))
        clock, pool = SystemClock(), ImagingPool()
        stack.callback(pool.close)
        store = await open_store(settings, pool, stack)
        catalog = load_catalog(settings, clock)
        drawn_by = {**_providers(settings, catalog, pool, clock, stack), **providers}
        usage = UsageReports(store.ledger, clock)
        platforms = make_platforms(settings, catalog, store.blobs, store.database, usage, clock, stack)
        path = make_job_path(settings, store, catalog, platforms, drawn_by, pool, clock)
        intake = make_intake(settings, store, catalog, platforms, path.jobs, clock)
        if platforms.web is not None:
            await platforms.web.open()  # before the engine resumes jobs that would post there
        await path.engine.start()
        stack.push_async_callback(path.jobs.stop, at_most_s=settings.stop_timeout_s)
        yield Easel(intake, path.jobs, platforms, _housekeeping(settings, store, path.jobs, clock))


def load_catalog(settings: Settings, clock: Clock) -> Catalog:
    """Loads the catalog. The settings decide which models are available, `clock` which are shut down.

    Raises:
        AdminError: the administrator's models file or the default model is wrong.
    """
    return Catalog.load(
        extra=settings.models_file,
        unavailable_reason=partial(missing_setup, settings),
        default_model=settings.effective_default_model,
        retired=settings.retired_models,
        today=lambda: clock.now().date(),
    )


def _providers(
    settings: Settings, catalog: Catalog, pool: ImagingPool, clock: SystemClock, stack: AsyncExitStack
) -> Mapping[str, Provider]:
    sketch = SketchProvider(pool, stroke_delay_s=settings.sketch_stroke_s, sleep=clock.sleep)
    if not any(model.api != "none" and catalog.unavailable_reason(model) is None for model in catalog.all()):
        return {"sketch": sketch}
    from adapters.app.providers import connect_services

    secret = read_or_create(settings.data_dir / "identity-secret", new_secret)
    return {"sketch": sketch, **connect_services(settings, catalog, pool, stack, identity_secret=secret)}


def _housekeeping(settings: Settings, store: Store, jobs: DurableJobs, clock: Clock) -> Housekeeping:
    return Housekeeping(
        blobs=store.blobs,
        owner=store.owner,
        rows=store.rows,
        versions=store.versions,
        trees=store.trees,
        notes=ExpiredNotes(store.database, clock, NOTE_KINDS),
        questions=store.questions,
        jobs=jobs,
        clock=clock,
        retention=timedelta(days=settings.retention_days) or None,
        engine_retention=timedelta(days=settings.engine_retention_days),
    )
