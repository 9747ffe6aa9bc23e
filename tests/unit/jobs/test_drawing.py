"""The drawing workflow goes on from the state of the job's row, as an earlier life of the process left it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image

from adapters.shared.health import Health
from adapters.terminal.limits import TERMINAL
from adapters.terminal.messages import StoredMessages
from adapters.terminal.platform import TerminalPlatform
from bot.catalog.catalog import Catalog
from bot.domain.jobs import JobState
from bot.domain.people import Person, Place
from bot.domain.pictures import Picture, Size
from bot.domain.requests import AppliedSettings, Order
from bot.imaging.convert import encode as encode_image
from bot.imaging.pool import ImagingPool
from bot.intake.usage_reports import UsageReports
from bot.jobs.clock import SystemClock
from bot.jobs.delivery import Delivery
from bot.jobs.delivery_images import DeliveryImages
from bot.jobs.drawing import DrawingWorkflow
from bot.jobs.engine import Json, Step
from bot.jobs.input_loading import InputLoader
from bot.jobs.job_messages import JobMessages, thread_of
from bot.jobs.provider_calls import ProviderCalls
from bot.jobs.scheduler import Scheduler
from bot.jobs.serialization import encode
from bot.jobs.version_builder import VersionBuilder
from bot.presentation.card import Card
from bot.store.blobs import Blobs
from bot.store.database import Database
from tests.clock import TODAY
from tests.unit.store.rows import Store, an_order, later

PLACE = Place(TERMINAL, "local", "c1")
ADA = Person(TERMINAL, "local", "ada", "Ada")


class NoSteps:
    """The engine's steps, of which a drawing records none."""

    async def run(self, name: str, step: Step) -> Json:
        raise AssertionError(f"{name} was recorded")


@dataclass(frozen=True, slots=True)
class Easel:
    """A workflow without providers: what it shows, an earlier life has drawn."""

    workflow: DrawingWorkflow
    store: Store
    blobs: Blobs
    messages: StoredMessages

    async def accepted(self) -> Order:
        """A job that an earlier life has opened."""
        order = replace(an_order("k1", person=ADA), place=PLACE)
        return (await self.store.jobs.open(order, thread_of(order), at=later(0))).order

    async def run(self, order: Order) -> None:
        await self.workflow.run(encode(order), NoSteps())

    def cards(self) -> list[Card]:
        return [message.card for message in self.messages.changed_since("c1", 0)]


@pytest.fixture
async def easel(database: Database, tmp_path: Path) -> AsyncGenerator[Easel]:
    clock, pool, store = SystemClock(), ImagingPool(), Store.on(database)
    blobs = Blobs.open((tmp_path / "blobs").as_uri(), pool)
    catalog = Catalog.load(
        extra=None, unavailable_reason=lambda _: None, default_model="sketch", retired="successor", today=lambda: TODAY
    )

    async def health() -> Health:
        return Health(ready=True, details={})

    usage = UsageReports(store.ledger, clock)
    platform = TerminalPlatform(data_dir=tmp_path, pictures=blobs, health=health, usage=usage, clock=clock)
    messages, delivery_images = JobMessages({TERMINAL: platform}), DeliveryImages(blobs, pool)
    calls = ProviderCalls(catalog=catalog, providers={}, buckets={}, clock=clock)
    inputs = InputLoader(blobs=blobs, versions=store.versions, catalog=catalog, pool=pool, max_upload_bytes=10**7)
    workflow = DrawingWorkflow(
        rows=store.jobs,
        versions=store.versions,
        catalog=catalog,
        scheduler=Scheduler(slots=1, slots_per_person=1, buckets={}),
        calls=calls,
        version_builder=VersionBuilder(
            rows=store.jobs,
            versions=store.versions,
            blobs=blobs,
            catalog=catalog,
            calls=calls,
            input_loader=inputs,
            pool=pool,
            clock=clock,
        ),
        messages=messages,
        delivery=Delivery(
            rows=store.jobs,
            versions=store.versions,
            catalog=catalog,
            messages=messages,
            delivery_images=delivery_images,
            clock=clock,
        ),
        clock=clock,
    )
    yield Easel(workflow, store, blobs, StoredMessages(tmp_path / "terminal", clock))
    pool.close()


async def test_failure_is_shown_after_a_restart(easel: Easel) -> None:
    """A job that failed before its card could say so says why it failed, not that somebody cancelled it."""
    order = await easel.accepted()
    reason = "The service declined this prompt."
    await easel.store.jobs.finish(order.job, JobState.FAILED, reason=reason, at=later(1), ledger="release")
    await easel.run(order)
    [card] = easel.cards()
    assert (card.tone, reason in f"{card.title} {card.text}") == ("error", True)


async def test_cancellation_is_shown_after_a_restart(easel: Easel) -> None:
    """A job that was cancelled before its card could say so says it now."""
    order = await easel.accepted()
    await easel.store.jobs.finish(order.job, JobState.CANCELLED, reason=None, at=later(1), ledger="release")
    await easel.run(order)
    [card] = easel.cards()
    assert card.title.startswith("Cancelled")


async def test_what_was_drawn_is_delivered_after_a_restart(easel: Easel) -> None:
    """A job that was drawn is delivered, and never drawn again; a further run shows nothing new."""
    order = await easel.accepted()
    data = encode_image(Image.new("RGB", (8, 8)), "png")
    picture = Picture(await easel.blobs.put(data), "png", Size(8, 8), len(data))
    version = await easel.store.jobs.record_drawn(
        order,
        request=order.request,
        applied=AppliedSettings(),
        pictures=[picture],
        parent=None,
        cost=order.estimate,
        seconds=1.0,
        notes=(),
        at=later(1),
    )
    assert not await easel.store.jobs.finish(order.job, JobState.FAILED, reason="x", at=later(2), ledger="release")
    await easel.run(order)
    [card] = easel.cards()
    assert [shown.picture.id for shown in card.pictures] == [picture.id]
    delivered = await easel.store.jobs.get(order.job)
    shown = await easel.store.versions.get(version.id)
    assert delivered is not None
    assert shown is not None
    assert (delivered.state, delivered.status) == (JobState.DELIVERED, shown.message)
    await easel.run(order)
    assert easel.cards() == [card]
