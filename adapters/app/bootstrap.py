"""Where everything is put together: settings → store → providers → jobs → intake → platforms."""

import asyncio
import gc
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from types import MappingProxyType

from adapters.app.model_availability import lacking
from adapters.app.platforms import NOTE_KINDS, Platforms, kept, make_platforms, new_secret, worker_name
from adapters.app.readiness import ReadinessReport
from bot.catalog.catalog import Catalog
from bot.domain.rate_limit import TokenBucket
from bot.grammar.talk_table import talk_table
from bot.imaging.pool import ImagingPool
from bot.intake.buttons import Buttons
from bot.intake.edit_questions import EditQuestions
from bot.intake.intake import Intake
from bot.intake.order_builder import OrderBuilder
from bot.intake.private_answers import PrivateAnswers
from bot.intake.text_files import TextFiles
from bot.intake.usage_reports import UsageReports
from bot.intake.version_lookup import VersionLookup
from bot.jobs.clock import SystemClock
from bot.jobs.delivery_images import DeliveryImages
from bot.jobs.drawing import DrawingWorkflow
from bot.jobs.durable_jobs import DurableJobs, workflows
from bot.jobs.engine import Engine
from bot.jobs.housekeeping import Housekeeping
from bot.jobs.input_loading import InputLoader
from bot.jobs.job_messages import JobMessages
from bot.jobs.provider_calls import ProviderCalls
from bot.jobs.scheduler import Scheduler
from bot.jobs.thread_actions import ThreadActionWorkflow
from bot.jobs.version_builder import VersionBuilder
from bot.ports import Clock, Provider
from bot.presentation.capabilities import Support
from bot.providers.sketch.provider import SketchProvider
from bot.settings.settings import Settings
from bot.store.blobs import Blobs
from bot.store.database import Database
from bot.store.jobs import JobRows
from bot.store.ledger import Ledger
from bot.store.lock import DirectoryLock
from bot.store.old_notes import ExpiredNotes
from bot.store.owner import owner_of, require_own
from bot.store.preferences import Preferences
from bot.store.private import private_files
from bot.store.questions import EditQuestionRows
from bot.store.threads import Threads
from bot.store.trees import PostedTrees
from bot.store.versions import Versions

_NO_MORE: Mapping[str, Provider] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Easel:
    """A running core with its platforms; listening begins with `serve`."""

    intake: Intake
    jobs: DurableJobs
    platforms: Platforms
    housekeeping: Housekeeping

    async def serve(self, say: Callable[[str], object]) -> None:
        """Listens on every platform until cancelled. `say` is told where, and how each platform's connection is."""
        server, terminal = self.platforms.server, self.platforms.terminal
        async with _started_once(), asyncio.TaskGroup() as group:
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
async def _started_once() -> AsyncGenerator[None]:
    """What was loaded until now stays: to look through all of it for garbage stops everything for 0.1 s and longer."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@asynccontextmanager
async def open_easel(settings: Settings, *, providers: Mapping[str, Provider] = _NO_MORE) -> AsyncGenerator[Easel]:
    """Opens the store, resumes unfinished jobs, and on leaving lets those that draw come to their end.

    Args:
        providers: what draws in place of ours, by their names in the catalog.

    Raises:
        AdminError: the data directory is in use, or something it needs cannot be opened.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(DirectoryLock(settings.data_dir))
        stack.enter_context(private_files(settings.data_dir))
        pool = ImagingPool()
        stack.callback(pool.close)
        database = await Database.open(settings.state_url)
        stack.push_async_callback(database.close)
        blobs = Blobs.open(settings.pictures_url, pool)
        owner = await owner_of(database)
        await require_own(blobs, owner, is_shared=settings.blobs_url is not None)
        clock = SystemClock()
        rows, threads, versions, trees = JobRows(database), Threads(database), Versions(database), PostedTrees(database)
        ledger, preferences, questions = Ledger(database), Preferences(database), EditQuestionRows(database)

        talk_table()  # before the first reply waits for it
        catalog = load_catalog(settings, clock)
        providers = {**_providers(settings, catalog, pool, clock, stack), **providers}

        usage = UsageReports(ledger, clock)
        platforms = make_platforms(settings, catalog, blobs, database, usage, clock, stack)
        shown_by = {platform.name: platform.capabilities for platform in platforms.all}
        by_name = {platform.name: platform for platform in platforms.all}
        messages = JobMessages(by_name, rows)

        buckets = _buckets(settings, catalog, clock)
        scheduler = Scheduler(slots=settings.slots, slots_per_person=settings.slots_per_person, buckets=buckets)
        calls = ProviderCalls(catalog=catalog, providers=providers, buckets=buckets, clock=clock)
        input_loader = InputLoader(
            blobs=blobs, versions=versions, catalog=catalog, pool=pool, max_upload_bytes=settings.max_upload_bytes
        )
        maker = VersionBuilder(
            rows=rows,
            versions=versions,
            blobs=blobs,
            catalog=catalog,
            calls=calls,
            input_loader=input_loader,
            pool=pool,
            clock=clock,
        )
        delivery_images = DeliveryImages(blobs, pool)
        drawing = DrawingWorkflow(
            rows=rows,
            versions=versions,
            catalog=catalog,
            scheduler=scheduler,
            calls=calls,
            maker=maker,
            messages=messages,
            delivery_images=delivery_images,
            clock=clock,
        )
        thread_actions = ThreadActionWorkflow(
            rows=rows,
            threads=threads,
            versions=versions,
            trees=trees,
            blobs=blobs,
            messages=messages,
            delivery_images=delivery_images,
            pool=pool,
            clock=clock,
        )
        engine = Engine(
            settings.engine_url, worker=worker_name(settings.data_dir), workflows=workflows(drawing, thread_actions)
        )
        jobs = DurableJobs(engine, drawing, scheduler)

        version_lookup = VersionLookup(threads, versions, rows, admins=frozenset(settings.admins))
        previews = {
            name: 0 if shown.previews is Support.NONE else settings.previews for name, shown in shown_by.items()
        }
        orders = OrderBuilder(catalog, preferences, clock, previews=previews)
        answers = PrivateAnswers(catalog, ledger, preferences, versions, clock, capabilities=shown_by)
        intake = Intake(
            jobs=jobs,
            version_lookup=version_lookup,
            orders=orders,
            answers=answers,
            buttons=Buttons(jobs=jobs, version_lookup=version_lookup, orders=orders, answers=answers),
            edit_questions=EditQuestions(questions, clock),
            text_files=TextFiles(by_name),
            threads=threads,
            model_words=catalog.words,
            mentions_only=settings.thread_replies == "mentions",
        )
        housekeeping = Housekeeping(
            blobs=blobs,
            owner=owner,
            rows=rows,
            versions=versions,
            trees=trees,
            notes=ExpiredNotes(database, clock, NOTE_KINDS),
            questions=questions,
            jobs=jobs,
            clock=clock,
            retention=timedelta(days=settings.retention_days) or None,
            engine_retention=timedelta(days=settings.engine_retention_days),
        )

        if platforms.web is not None:
            await platforms.web.open()  # before the engine resumes jobs that would post there
        await engine.start()
        stack.push_async_callback(jobs.stop, at_most_s=settings.stop_timeout_s)
        yield Easel(intake, jobs, platforms, housekeeping)


def load_catalog(settings: Settings, clock: Clock) -> Catalog:
    """The models, of which the settings connect some, and which are served on the day that `clock` tells.

    Raises:
        AdminError: the administrator's models file or the default model is wrong.
    """
    return Catalog.load(
        extra=settings.models_file,
        lacking=partial(lacking, settings),
        default_model=settings.drawing_model,
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

    secret = kept(settings.data_dir / "identity-secret", new_secret)
    return {"sketch": sketch, **connect_services(settings, catalog, pool, stack, identity_secret=secret)}


def _buckets(settings: Settings, catalog: Catalog, clock: SystemClock) -> Mapping[str, TokenBucket]:
    """One for each image service: its models share a tier's pictures a minute."""
    services = {model.service for model in catalog.all() if model.service}
    per_minute = settings.images_per_minute
    return {service: TokenBucket(per_minute, clock) for service in services} if per_minute else {}
