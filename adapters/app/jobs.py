"""Creates the job components: scheduler, provider calls, version builder, workflows and the durable engine."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.app.platforms import Platforms, worker_name
from adapters.app.store import Store
from bot.catalog.catalog import Catalog
from bot.domain.rate_limit import TokenBucket
from bot.imaging.pool import ImagingPool
from bot.jobs.delivery import Delivery
from bot.jobs.delivery_images import DeliveryImages
from bot.jobs.drawing import DrawingWorkflow
from bot.jobs.durable_jobs import DurableJobs, workflows
from bot.jobs.engine import Engine
from bot.jobs.input_loading import InputLoader
from bot.jobs.job_messages import JobMessages
from bot.jobs.provider_calls import ProviderCalls
from bot.jobs.scheduler import Scheduler
from bot.jobs.thread_actions import ThreadActionWorkflow
from bot.jobs.version_builder import VersionBuilder
from bot.ports import Clock, Provider
from bot.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class JobPath:
    """The `Jobs` port and the engine that runs the jobs. Start the engine when every platform can post."""

    jobs: DurableJobs
    engine: Engine


def make_job_path(
    settings: Settings,
    store: Store,
    catalog: Catalog,
    platforms: Platforms,
    providers: Mapping[str, Provider],
    pool: ImagingPool,
    clock: Clock,
) -> JobPath:
    """Creates the job components. Does not start the engine."""
    messages = JobMessages({platform.name: platform for platform in platforms.all})
    delivery_images = DeliveryImages(store.blobs, pool)
    buckets = _buckets(settings, catalog, clock)
    scheduler = Scheduler(slots=settings.slots, slots_per_person=settings.slots_per_person, buckets=buckets)
    calls = ProviderCalls(catalog=catalog, providers=providers, buckets=buckets, clock=clock)
    input_loader = InputLoader(
        blobs=store.blobs,
        versions=store.versions,
        catalog=catalog,
        pool=pool,
        max_upload_bytes=settings.max_upload_bytes,
    )
    version_builder = VersionBuilder(
        rows=store.rows,
        versions=store.versions,
        blobs=store.blobs,
        catalog=catalog,
        calls=calls,
        input_loader=input_loader,
        pool=pool,
        clock=clock,
    )
    delivery = Delivery(
        rows=store.rows,
        versions=store.versions,
        catalog=catalog,
        messages=messages,
        delivery_images=delivery_images,
        clock=clock,
    )
    drawing = DrawingWorkflow(
        rows=store.rows,
        versions=store.versions,
        catalog=catalog,
        scheduler=scheduler,
        calls=calls,
        version_builder=version_builder,
        messages=messages,
        delivery=delivery,
        clock=clock,
    )
    thread_actions = ThreadActionWorkflow(
        rows=store.rows,
        threads=store.threads,
        versions=store.versions,
        trees=store.trees,
        blobs=store.blobs,
        messages=messages,
        delivery_images=delivery_images,
        pool=pool,
        clock=clock,
    )
    engine = Engine(
        settings.engine_url, worker=worker_name(settings.data_dir), workflows=workflows(drawing, thread_actions)
    )
    return JobPath(DurableJobs(engine, drawing, scheduler), engine)


def _buckets(settings: Settings, catalog: Catalog, clock: Clock) -> Mapping[str, TokenBucket]:
    """Returns one token bucket per image service, because its models share a limit of images per minute."""
    services = {model.service for model in catalog.all() if model.service}
    per_minute = settings.images_per_minute
    return {service: TokenBucket(per_minute, clock) for service in services} if per_minute else {}
