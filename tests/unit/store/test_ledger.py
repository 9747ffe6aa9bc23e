"""The ledger's sums, and its one promise: a job's cost is settled or released, once."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from sqlalchemy import Connection, text

from bot.domain.ids import JobId, PlatformName, VersionId
from bot.domain.jobs import JobState
from bot.domain.money import FREE, UsdMicros
from bot.domain.people import Person
from bot.errors import NotFound
from bot.store.database import Database
from bot.store.ledger import Closing, SettledCost, Spending
from tests.unit.store.rows import ANNA, BEN, CENT, CHANNEL, WEB, Store, a_message, a_thread, an_order, later

EARLY = later(-600)
METRICS = ("easel_cost_usd_total", "easel_cost_unknown_total")
NOTHING = Spending(FREE, FREE, 0, 0, 0)


async def test_reservation_becomes_cost(database: Database) -> None:
    """A job counts at its estimate until it is drawn, then at its cost."""
    store = Store.on(database)
    order = an_order("k1", estimate=UsdMicros(50_000))
    await store.jobs.open(order, a_thread("t1"), at=later(0))
    assert await store.ledger.spent(since=EARLY) == Spending(FREE, UsdMicros(50_000), 0, 0, 1)
    await store.draw("k1", order=order, cost=UsdMicros(42_001))
    assert await store.ledger.spent(since=EARLY) == Spending(UsdMicros(42_001), FREE, 0, 1, 1)
    await store.jobs.deliver(order.job, VersionId(order.job), a_message("m1"), opens=None, at=later(1))
    assert await store.ledger.spent(since=EARLY) == Spending(UsdMicros(42_001), FREE, 0, 1, 1)


@pytest.mark.parametrize(
    ("estimate", "how", "spending"),
    [
        (CENT, "release", NOTHING),
        (CENT, "settle_estimate", Spending(CENT, FREE, 0, 0, 1)),
        (CENT, "keep", Spending(CENT, FREE, 0, 0, 1)),
        (None, "settle_estimate", Spending(FREE, FREE, 1, 0, 1)),
        (FREE, "release", NOTHING),
        (CENT, SettledCost(UsdMicros(300)), Spending(UsdMicros(300), FREE, 0, 0, 1)),
        (CENT, SettledCost(None), Spending(FREE, FREE, 1, 0, 1)),
    ],
)
async def test_job_that_failed(
    database: Database, estimate: UsdMicros | None, how: Closing, spending: Spending
) -> None:
    """A failure costs nothing when nothing was paid, its estimate when nobody knows, and else what was reported."""
    store = Store.on(database)
    order = an_order("k1", estimate=estimate)
    await store.jobs.open(order, a_thread("t1"), at=later(0))
    await store.jobs.finish(order.job, JobState.FAILED, reason="no", at=later(1), ledger=how)
    assert await store.ledger.spent(since=EARLY) == spending


async def test_unknown_cost_is_counted_and_not_guessed(database: Database) -> None:
    """A drawing whose provider reported no usage adds nothing to the sum and one to the unknown."""
    store = Store.on(database)
    await store.draw("k1", cost=None)
    await store.draw("k2", cost=CENT)
    assert await store.ledger.spent(since=EARLY) == Spending(CENT, FREE, 1, 2, 2)


async def test_share_draws_and_costs_nothing(database: Database) -> None:
    """Showing a picture in public is no job that anybody pays or is counted for."""
    store = Store.on(database)
    await store.draw("k1", order=an_order("k1", kind="share"), cost=FREE)
    assert await store.ledger.spent(since=EARLY) == NOTHING


async def test_sums_are_of_whom_and_when_they_say(database: Database) -> None:
    """Sums are of one person, one team or everybody, from a moment on, dearest first."""
    store = Store.on(database)
    cleo = Person(PlatformName("slack"), "T1", "anna", "Cleo")
    for key, person, model, cost, minute in [
        ("k1", ANNA, "sketch", 5, 0),
        ("k2", ANNA, "gpt-image-2", 70, 10),
        ("k3", BEN, "gpt-image-2", 100, 20),
        ("k4", cleo, "sketch", 1_000, 30),
    ]:
        order = an_order(key, person=person, model=model, accepted_at=later(minute))
        await store.draw(key, order=order, cost=UsdMicros(cost), at=later(minute))

    spent = store.ledger.spent
    assert (await spent(since=EARLY)).settled == 1_175
    assert (await spent(since=later(10))).settled == 1_170
    assert (await spent(since=later(31))) == NOTHING
    assert (await spent(since=EARLY, person=ANNA.key)).settled == 75
    assert (await spent(since=later(10), person=ANNA.key)).settled == 70
    assert (await spent(since=EARLY, team=(WEB, "T1"))).settled == 175
    assert (await spent(since=EARLY, team=(PlatformName("slack"), "T1"))).settled == 1_000

    by_model = await store.ledger.by_model(since=EARLY)
    assert [(row.model, row.spending.settled) for row in by_model] == [("sketch", 1_005), ("gpt-image-2", 170)]
    annas = await store.ledger.by_model(since=EARLY, person=ANNA.key)
    assert [(row.model, row.spending.settled) for row in annas] == [("gpt-image-2", 70), ("sketch", 5)]
    by_person = await store.ledger.by_person(since=EARLY, team=(WEB, "T1"))
    assert [(row.person, row.name, row.spending.jobs) for row in by_person] == [
        (BEN.key, "Ben", 1),
        (ANNA.key, "Anna", 2),
    ]


Step = tuple[str, int]
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["open", "begin", "draw", "unknown", "deliver", "release", "keep", "settle_estimate"]),
        st.integers(0, 2),
    ),
    max_size=14,
)


@given(history=_STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_history_settles_or_releases_once(database: Database, history: list[Step]) -> None:
    """Whatever happens to jobs, in any order and however often: who ended is settled or released, once and for good."""

    def empty(connection: Connection) -> None:
        for table in ("UPDATE threads SET head_id = NULL", "DELETE FROM ledger", "DELETE FROM version_pictures"):
            connection.execute(text(table))
        for table in ("versions", "pictures", "jobs", "threads"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608  # names from the line above

    await database.write(empty)
    store = Store.on(database)
    query = text("SELECT l.*, j.finished_at FROM jobs j LEFT JOIN ledger l ON l.job_id = j.id")
    closed = dict[str, object]()
    for step, number in history:
        await _take(store, step, number)
        rows = await database.read(lambda connection: connection.execute(query).mappings().all())
        for row in rows:
            assert row["job_id"] is not None
            if row["finished_at"] is not None:
                assert row["outcome"] != "open"
            if row["outcome"] != "open":
                entry = (row["outcome"], row["settled_usd_micros"], row["pictures"])
                assert closed.setdefault(row["job_id"], entry) == entry
    open_count = sum(row["outcome"] == "open" for row in rows) if history else 0
    assert (await store.ledger.spent(since=EARLY)).reserved == open_count * CENT


async def _take(store: Store, step: str, number: int) -> None:
    order = an_order(f"k{number}")
    job = order.job
    steps: dict[str, Callable[[], Awaitable[object]]] = {
        "open": lambda: store.jobs.open(order, a_thread("t1"), at=later(0)),
        "begin": lambda: store.jobs.begin_drawing(job, request=order.request, at=later(1)),
        "draw": lambda: store.draw(order.key, cost=UsdMicros(7)),
        "unknown": lambda: store.draw(order.key, cost=None),
        "deliver": lambda: _deliver(store, job),
    }
    if step in steps:
        try:
            await steps[step]()
        except NotFound:
            assert step in ("draw", "unknown")  # it ended before
        return
    state = JobState.CANCELLED if step == "release" else JobState.FAILED
    await store.jobs.finish(job, state, reason=step, at=later(3), ledger=cast(Closing, step))


async def _deliver(store: Store, job: JobId) -> None:
    """Only what was drawn is ever delivered."""
    if await store.versions.by_job(job) is not None:
        await store.jobs.deliver(job, VersionId(job), a_message("m1"), opens=None, at=later(2))


async def test_sums_by_channel(database: Database) -> None:
    """Each channel has its own sum, the dearest first; the same name in another team is another channel."""
    store = Store.on(database)
    elsewhere = replace(CHANNEL, channel="random")
    await store.draw("k1", cost=CENT)
    await store.draw("k2", order=replace(an_order("k2"), place=elsewhere), cost=UsdMicros(30_000))
    await store.draw("k3", order=replace(an_order("k3"), place=elsewhere), cost=UsdMicros(5_000))
    assert [(row.channel, row.spending.settled) for row in await store.ledger.by_channel(since=EARLY)] == [
        ("web:T1:random", 35_000),
        ("web:T1:general", 10_000),
    ]


@pytest.mark.parametrize(
    ("how", "usd", "unknown"),
    [
        ("release", 0, 0),
        ("settle_estimate", 0.01, 0),
        (SettledCost(UsdMicros(300)), 0.0003, 0),
        (SettledCost(None), 0, 1),
    ],
)
async def test_costs_are_metrics(database: Database, how: Closing, usd: float, unknown: int) -> None:
    """What is paid counts once in the metrics, at the moment when it is committed."""
    store, labels = Store.on(database), {"platform": "web", "model": "metered"}
    before = {name: REGISTRY.get_sample_value(name, labels) or 0 for name in METRICS}
    order = an_order("k1", model="metered")
    await store.jobs.open(order, a_thread("t1"), at=later(0))
    for _ in range(2):
        await store.jobs.finish(order.job, JobState.FAILED, reason="no", at=later(1), ledger=how)
    added = [(REGISTRY.get_sample_value(name, labels) or 0) - before[name] for name in METRICS]
    assert added == [pytest.approx(usd), unknown]


async def test_drawings_are_metrics(database: Database) -> None:
    """A drawing's cost counts once, however often it is recorded."""
    store, labels = Store.on(database), {"platform": "web", "model": "metered"}
    before = REGISTRY.get_sample_value(METRICS[0], labels) or 0
    order = an_order("k1", model="metered")
    for _ in range(2):
        await store.draw("k1", order=order, cost=UsdMicros(42_001))
    assert (REGISTRY.get_sample_value(METRICS[0], labels) or 0) - before == pytest.approx(0.042001)
