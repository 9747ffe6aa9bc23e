"""Jobs as rows, and conversations and preferences, on every database."""

import asyncio
import json
from dataclasses import replace

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from bot.domain.ids import EventKey, JobId, PictureId, ThreadId, VersionId, job_id_for
from bot.domain.jobs import JobState
from bot.domain.pictures import Attachment
from bot.domain.requests import (
    AppliedSettings,
    AttachmentSource,
    JobSource,
    PictureSource,
    PromptSpec,
    VersionName,
    VersionSource,
)
from bot.errors import NotFound
from bot.store.database import Database
from tests.unit.store.rows import ANNA, BEN, CENT, CHANNEL, Store, a_message, a_request, a_thread, an_order, later


async def test_order_comes_back_as_it_went_in(database: Database) -> None:
    """Every kind of source, and every other part of an order, survives the database as the same thing."""
    store = Store.on(database)
    order = replace(
        an_order("k1", kind="edit"),
        place=replace(CHANNEL, thread="root", audience="anna"),
        sources=(
            VersionSource(VersionId("v"), PictureId("0" * 64), "v2b"),
            JobSource(JobId("j")),
            AttachmentSource(Attachment("F1", "köln ☕.png", "image/png", 12)),
            AttachmentSource(Attachment("F2", "mask", role="mask")),
            PictureSource(PictureId("1" * 64), "markup"),
            PictureSource(PictureId("2" * 64), "picture", PictureId("3" * 64)),
        ),
        person=replace(ANNA, name="An\0na 🦊"),
        typed="—quality “high” \0 🦊",
        estimate=None,
        follows_base=True,
        notes=("one", "two"),
    )
    await store.jobs.open(order, a_thread("t1"), at=later(0))
    row = await store.jobs.get(order.job)
    assert row is not None
    assert row.order == order
    made = await store.draw("k1", order=order)
    assert made.typed == order.typed
    assert await store.versions.get(made.id) == replace(made, author=replace(made.author, is_admin=False))
    assert row.accepted_at == order.accepted_at


async def test_rows_of_an_earlier_release_are_read(database: Database) -> None:
    """What was stored before a part of an order or a version was known is read as if that had never been said."""
    store = Store.on(database)
    sources = (PictureSource(PictureId("2" * 64), "picture"), AttachmentSource(Attachment("F", "a.png")))
    order = replace(an_order("k1", kind="edit"), sources=sources)
    made = await store.draw("k1", order=order)
    later_parts = {"effort", "auto_size", "markup", "base_svg", "svg"}
    tables = {"jobs": ("order", "request"), "versions": ("request",)}

    def age(connection: Connection) -> None:
        for table, columns in tables.items():
            for column in columns:
                stored = connection.scalar(text(f'SELECT "{column}" FROM {table}'))  # noqa: S608
                parts = json.loads(stored) if isinstance(stored, str) else stored
                earlier = json.dumps(_without(parts, later_parts))
                connection.execute(text(f'UPDATE {table} SET "{column}" = :it'), {"it": earlier})  # noqa: S608
        connection.execute(text("UPDATE versions SET applied = NULL"))

    await database.write(age)
    row = await store.jobs.get(order.job)
    assert row is not None
    assert (row.order, row.request) == (order, made.request)
    found = await store.versions.get(made.id)
    assert found is not None
    assert (found.request, found.applied) == (made.request, AppliedSettings())


def _without(value: object, keys: set[str]) -> object:
    if isinstance(value, dict):
        return {key: _without(inner, keys) for key, inner in value.items() if key not in keys}
    return [_without(inner, keys) for inner in value] if isinstance(value, list) else value


async def test_job_opens_once(database: Database) -> None:
    """Opening a job again, even at the same moment, changes nothing and reserves nothing more."""
    store = Store.on(database)
    order = an_order("k1")
    rows = await asyncio.gather(*(store.jobs.open(order, a_thread("t1"), at=later(n)) for n in range(5)))
    assert all(row == rows[0] for row in rows)
    await store.jobs.begin_drawing(order.job, request=a_request(), at=later(9))
    again = await store.jobs.open(order, a_thread("t1"), at=later(10))
    assert again.state is JobState.DRAWING
    assert (await store.ledger.spent(since=later(-60))).reserved == CENT


async def test_job_needs_its_thread(database: Database) -> None:
    """A job of a thread that does not exist is refused by the schema."""
    with pytest.raises(IntegrityError):
        await Store.on(database).jobs.open(an_order("k1"), None, at=later(0))


async def test_two_calls_into_one_conversation_share_a_thread(database: Database) -> None:
    """Two jobs that each bring a thread for the same place end up in one."""
    store = Store.on(database)
    one, two = an_order("k1", thread="t1"), an_order("k2", thread="t2")
    rows = await asyncio.gather(
        store.jobs.open(one, a_thread("t1", root="r"), at=later(0)),
        store.jobs.open(two, a_thread("t2", root="r"), at=later(0)),
    )
    assert len({row.order.thread for row in rows}) == 1
    found = await store.threads.find(CHANNEL.in_thread("r"))
    assert found is not None
    assert found.id == rows[0].order.thread


async def test_drawing_begins_once(database: Database) -> None:
    """Only the first beginning counts, so that a crash in between is noticed."""
    store = Store.on(database)
    order = an_order("k1")
    await store.jobs.open(order, a_thread("t1"), at=later(0))
    complete = a_request("a red fox")
    begun = [await store.jobs.begin_drawing(order.job, request=complete, at=later(minute)) for minute in (1, 2)]
    row = await store.jobs.get(order.job)
    assert begun == [True, False]
    assert row is not None
    assert (row.state, row.request, row.started_at) == (JobState.DRAWING, complete, later(1))


@pytest.mark.parametrize("end", [JobState.FAILED, JobState.CANCELLED])
async def test_nothing_leaves_an_end(database: Database, end: JobState) -> None:
    """A job that ended stays as it ended, whatever comes late."""
    store = Store.on(database)
    order = an_order("k1")
    await store.jobs.open(order, a_thread("t1"), at=later(0))
    assert await store.jobs.finish(order.job, end, reason="because", at=later(1), ledger="release")
    ended = await store.jobs.get(order.job)
    assert not await store.jobs.deliver(order.job, VersionId(order.job), a_message("m1"), opens=None, at=later(2))
    assert not await store.jobs.begin_drawing(order.job, request=a_request(), at=later(2))
    with pytest.raises(NotFound, match="already ended"):
        await store.draw("k1", order=order)
    assert await store.jobs.get(order.job) == ended
    assert ended is not None
    assert (ended.state, ended.reason, ended.finished_at) == (end, "because", later(1))
    assert await store.versions.in_thread(order.thread) == []


async def test_drawn_job_is_delivered(database: Database) -> None:
    """A job that was drawn ends as delivered and keeps its request, its card and its times."""
    store = Store.on(database)
    await store.draw("k1", at=later(1))
    job = job_id_for(EventKey("k1"))
    await store.jobs.set_status(job, a_message("m1"))
    assert await store.jobs.deliver(job, VersionId(job), a_message("m1"), opens=None, at=later(2))
    row = await store.jobs.get(job)
    assert row is not None
    assert (row.state, row.status, row.started_at, row.finished_at) == (
        JobState.DELIVERED,
        a_message("m1"),
        later(1),
        later(2),
    )


async def test_unfinished_jobs(database: Database) -> None:
    """The jobs of a thread that have not ended come newest first; those of all threads oldest first."""
    store = Store.on(database)
    for number, thread in enumerate(["t1", "t1", "t2", "t1"]):
        order = an_order(f"k{number}", thread=thread, accepted_at=later(number))
        await store.jobs.open(order, a_thread(thread), at=later(number))
    ids = [job_id_for(EventKey(f"k{number}")) for number in range(4)]
    await store.jobs.finish(ids[0], JobState.CANCELLED, reason=None, at=later(9), ledger="release")
    assert await store.jobs.unfinished_in(ThreadId("t1")) == [ids[3], ids[1]]
    assert [row.id for row in await store.jobs.unfinished()] == [ids[1], ids[2], ids[3]]


@pytest.mark.parametrize(
    "nonsense",
    [
        "UPDATE jobs SET state = 'lost'",
        "UPDATE jobs SET state = 'delivered', started_at = accepted_at",
        "UPDATE jobs SET finished_at = accepted_at",
        "UPDATE jobs SET state = 'drawing'",
        "UPDATE jobs SET thread_id = 'nowhere'",
        "UPDATE ledger SET outcome = 'settled'",
        "UPDATE ledger SET settled_usd_micros = 5",
        "UPDATE ledger SET reserved_usd_micros = -1",
        "UPDATE threads SET head_id = 'nothing'",
    ],
)
async def test_schema_refuses_nonsense(database: Database, nonsense: str) -> None:
    """States that contradict times, money below nothing and lineage into the void cannot be written."""
    await Store.on(database).jobs.open(an_order("k1"), a_thread("t1"), at=later(0))

    with pytest.raises(IntegrityError):
        await database.write(lambda connection: connection.execute(text(nonsense)))


async def test_thread_is_found_where_it_hangs(database: Database) -> None:
    """A thread is found under its root once that is known, and a private one only by its audience."""
    store = Store.on(database)
    await store.threads.open(a_thread("open"))
    await store.threads.open(replace(a_thread("private"), place=replace(CHANNEL, thread="r", audience="anna")))
    assert await store.threads.find(CHANNEL) is None
    assert await store.threads.find(CHANNEL.in_thread("r")) is None
    for _ in range(2):
        await store.jobs.set_status(JobId("any"), a_message("r"), opens=(ThreadId("open"), CHANNEL.in_thread("r")))
    public = await store.threads.find(CHANNEL.in_thread("r"))
    private = await store.threads.find(replace(CHANNEL, thread="r", audience="anna"))
    assert public is not None
    assert private is not None
    assert (public.id, private.id) == ("open", "private")
    assert public.place == CHANNEL.in_thread("r")


async def test_opening_a_thread_again_changes_nothing(database: Database) -> None:
    """A thread is opened by its id once; later openings return what is there."""
    store = Store.on(database)
    first = await store.threads.open(a_thread("t1", root="r"))
    assert await store.threads.open(replace(a_thread("t1", root="elsewhere"), is_ours=False)) == first
    assert await store.threads.get(ThreadId("t1")) == first
    assert await store.threads.get(ThreadId("none")) is None


async def test_preferences(database: Database) -> None:
    """A person's defaults are theirs alone, are replaced as a whole, and can be forgotten."""
    store = Store.on(database)
    spec = PromptSpec("words", quality="high", ratio=(3, 2), n=2, on=VersionName(2, 1))
    await store.preferences.set(ANNA.key, PromptSpec("", size="square"))
    await store.preferences.set(ANNA.key, spec)
    assert await store.preferences.get(ANNA.key) == replace(spec, prompt="")
    assert await store.preferences.get(BEN.key) is None
    await store.preferences.clear(ANNA.key)
    assert await store.preferences.get(ANNA.key) is None
