"""Opening the state database, and what its faults become."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, event, func, select, text
from sqlalchemy.exc import OperationalError

from bot.domain.ids import PlatformName, ThreadId
from bot.errors import AdminError, Transient
from bot.sqlite import engine
from bot.sqlite.threads import SqliteThreads
from bot.store import engines
from bot.store.database import Database
from bot.store.platform_state import StoredPlatformState
from bot.store.tables import metadata
from tests.clock import PATIENCE_S
from tests.unit.store.rows import Store, a_picture, a_thread, later


@asynccontextmanager
async def held_write(url: str, work: Callable[[Connection], object]) -> AsyncGenerator[None]:
    """While open, another program has done `work` in a transaction that is not committed yet."""
    target = engines.database_url(url)
    if not engines.is_sqlite(target):
        writer = engines.make_postgres_engine(target, connections=1)
        async with writer.begin() as connection:
            await connection.run_sync(work)
            yield
        await writer.dispose()
        return
    other, started, may_go = SqliteThreads(target), threading.Event(), threading.Event()

    def hold(connection: Connection) -> None:
        work(connection)
        started.set()
        may_go.wait()

    holding = asyncio.create_task(other.write(hold))
    await asyncio.to_thread(started.wait)
    yield
    may_go.set()
    await holding
    await other.close()


async def execute(database: Database, statement: str) -> None:
    await database.write(lambda connection: connection.execute(text(statement)))


def insert_thread(connection: Connection, name: str) -> None:
    row = {"id": name, "platform": "web", "team": "", "channel": "", "audience": "", "is_ours": True}
    connection.execute(metadata.tables["threads"].insert(), row)


async def test_migrations_build_the_tables_of_the_code(database: Database) -> None:
    """What the migrations build is what the tables in the code say."""

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    assert await database.read(differences) == []


async def test_many_open_one_new_database_at_once(empty_database_url: str) -> None:
    """Whoever starts together migrates one after the other, and all succeed."""
    opened = await asyncio.gather(*(Database.open(empty_database_url) for _ in range(4)))
    for number, database in enumerate(opened):
        await Store.on(database).threads.open(a_thread(f"t{number}"))
    assert await Store.on(opened[0]).threads.get(a_thread("t3").id) == a_thread("t3")
    for database in opened:
        await database.close()


async def test_rows_survive_reopening(database_url: str) -> None:
    """What was written is there when the database is opened again."""
    first = await Database.open(database_url)
    await Store.on(first).threads.open(a_thread("t1"))
    await first.close()
    second = await Database.open(database_url)
    assert await Store.on(second).threads.get(a_thread("t1").id) == a_thread("t1")
    await second.close()


async def test_database_of_the_first_release_is_upgraded(database_url: str) -> None:
    """A database from before drawings had an SVG opens with all that it holds, and can hold them."""
    database = await Database.open(database_url)
    before = await Store.on(database).draw("k1")
    for change in (
        "DROP TABLE questions",
        "ALTER TABLE ledger DROP COLUMN channel",
        "DROP TABLE notes",
        "DROP INDEX ix_version_pictures_svg_id",
        "ALTER TABLE version_pictures DROP COLUMN svg_id",
        "ALTER TABLE versions DROP COLUMN applied",
        "UPDATE alembic_version SET version_num = '0001'",
    ):
        await execute(database, change)
    await database.close()
    database = await Database.open(database_url)
    store = Store.on(database)
    await store.draw("k2", pictures=(a_picture("new", svg="<svg/>"),))
    [channel] = await store.ledger.by_channel(since=later(-600))
    assert (channel.channel, channel.spending.jobs) == ("web:T1:general", 2)
    kept, drawn = await store.versions.in_thread(before.thread)
    assert kept.pictures == before.pictures
    assert drawn.pictures[0].svg is not None
    await database.close()


async def test_newer_schema_is_refused(database_url: str) -> None:
    """A database of a newer version of Easel is left alone."""
    database = await Database.open(database_url)
    await execute(database, "UPDATE alembic_version SET version_num = '9999'")
    await database.close()
    with pytest.raises(AdminError, match="newer version of Easel"):
        await Database.open(database_url)


def _garbage(path: Path) -> None:
    path.write_bytes(b"these are holiday notes, not a database\n" * 200)


def _torn(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.close()
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\x07" * (len(content) - 100))


@pytest.mark.parametrize("damage", [_garbage, _torn])
async def test_damaged_file_is_named_as_such(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """A damaged file stops the start with advice, names no path, and is not touched."""
    path = tmp_path / "state.db"
    damage(path)
    before = path.read_bytes()
    with pytest.raises(AdminError, match="damaged") as caught:
        await Database.open(f"sqlite:///{path}")
    assert "backup" in (caught.value.hint or "")
    assert str(tmp_path) not in caught.value.text + (caught.value.hint or "")
    assert path.read_bytes() == before


async def test_locked_file_at_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that another program keeps locked stops the start with advice."""
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_S", 0)
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(AdminError, match="locked by another program"):
        await Database.open(f"sqlite:///{tmp_path / 'state.db'}")
    other.close()


async def test_busy_database_while_running(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that does not get its turn from another program fails in a way that is tried again."""
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_S", 0)
    monkeypatch.setattr(engines, "POSTGRES_ANSWER_TIMEOUT_S", 0.1)
    database = await Database.open(database_url)
    notes = StoredPlatformState(database, PlatformName("web"))
    row = {"platform": "web", "key": "k", "note": {}}
    insert = metadata.tables["notes"].insert().values(**row)
    async with held_write(database_url, lambda connection: connection.execute(insert)):
        with pytest.raises(Transient):
            await notes.add("k", {})
    assert not await notes.add("k", {})
    await database.close()


async def test_full_disk(tmp_path: Path) -> None:
    """A full disk is told as such, undoes the transaction, and leaves everything before it readable."""
    database = await Database.open(f"sqlite:///{tmp_path / 'state.db'}")
    store = Store.on(database)
    await store.threads.open(a_thread("before"))

    def fill_up(connection: Connection) -> None:
        pages = connection.scalar(text("PRAGMA page_count"))
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        for number in range(2000):
            row = {"id": f"{number}" * 50, "platform": "web", "team": "", "channel": "", "audience": ""}
            connection.execute(metadata.tables["threads"].insert().values(**row, is_ours=True))

    with pytest.raises(AdminError, match="disk is full"):
        await database.write(fill_up)
    assert await store.threads.get(a_thread("before").id) is not None
    assert await database.scalar(select(func.count()).select_from(metadata.tables["threads"])) == 1
    await database.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("postgresql://easel:secret@127.0.0.1:1/easel", "cannot be reached"),
        ("mysql://easel:secret@127.0.0.1/easel", "no database that Easel knows"),
        ("sqlite://", "no database that Easel knows"),
        ("not a url", "no database that Easel knows"),
        ("sqlite:////nowhere/at/all/state.db", "cannot be opened"),
    ],
)
async def test_unusable_url(url: str, message: str) -> None:
    """A database that cannot be opened is told in words that hold no password."""
    with pytest.raises(AdminError, match=message) as caught:
        await Database.open(url)
    assert "secret" not in caught.value.text + (caught.value.hint or "")


@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("sqlite:////data/state.db", "sqlite:////data/state.db"),
        ("postgres://a:b@host/easel", "postgresql+asyncpg://a:b@host/easel"),
        ("postgresql+psycopg://a:b@host/easel", "postgresql+asyncpg://a:b@host/easel"),
        ("postgresql://a:b@host/easel?sslmode=require", "postgresql+asyncpg://a:b@host/easel?ssl=require"),
    ],
)
def test_driver_is_ours(typed: str, used: str) -> None:
    """People write the usual URL, and the driver is added."""
    assert engines.database_url(typed).render_as_string(hide_password=False) == used


async def test_lost_connection(database: Database, database_kind: str) -> None:
    """A server that ends a connection costs one transaction, which is tried again, and not the next one."""
    if database_kind == "sqlite":

        def mode(connection: Connection) -> object:  # no server: a connection is the file
            return connection.scalar(text("PRAGMA journal_mode"))

        assert await database.read(mode) == "wal"
        return
    with pytest.raises(Transient):
        await execute(database, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert await Store.on(database).threads.open(a_thread("t1")) == a_thread("t1")


async def test_failed_write_is_undone(database: Database) -> None:
    """An exception within a write undoes all of it."""

    def write_and_fail(connection: Connection) -> None:
        insert_thread(connection, "t1")
        raise KeyError

    with pytest.raises(KeyError):
        await database.write(write_and_fail)
    assert await Store.on(database).threads.get(a_thread("t1").id) is None


async def test_reader_does_not_wait_for_a_writer(database: Database, database_url: str) -> None:
    """Somebody who reads sees what was committed, while a write is still open."""
    store = Store.on(database)
    async with held_write(database_url, partial(insert_thread, name="t1")):
        assert await asyncio.wait_for(store.threads.get(a_thread("t1").id), timeout=PATIENCE_S) is None
    assert await store.threads.get(a_thread("t1").id) is not None


@pytest.mark.parametrize("database_kind", ["sqlite"])  # PostgreSQL's connections serve for both
async def test_writer_does_not_wait_for_readers(database: Database) -> None:
    """However many read at the same time, and stay: whoever waits to write waits for a writer alone."""
    store, may_go = Store.on(database), threading.Event()
    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(database.read(lambda _: may_go.wait()))
        await asyncio.sleep(0)
        await asyncio.wait_for(store.threads.open(a_thread("t1")), timeout=PATIENCE_S)
        may_go.set()


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_what_waits_together_is_committed_together(database: Database) -> None:
    """Writes that wait for the same moment share a commit; one that fails undoes itself alone, and each is answered."""
    started, may_go = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        started.set()
        may_go.wait()

    def fail(connection: Connection) -> None:
        insert_thread(connection, "failed")
        raise KeyError

    commits: list[object] = []

    def note(connection: Connection) -> None:
        commits.append(connection)

    event.listen(Engine, "commit", note)
    try:
        holding = asyncio.create_task(database.write(hold))
        await asyncio.to_thread(started.wait)
        writes = [asyncio.create_task(database.write(partial(insert_thread, name=f"t{number}"))) for number in range(5)]
        failing = asyncio.create_task(database.write(fail))
        await asyncio.sleep(0)
        may_go.set()
        await asyncio.gather(holding, *writes)
        with pytest.raises(KeyError):
            await failing
    finally:
        event.remove(Engine, "commit", note)
    assert len(commits) == 2
    threads = metadata.tables["threads"]
    names = await database.read(lambda connection: connection.scalars(select(threads.c.id)).all())
    assert sorted(names) == ["t0", "t1", "t2", "t3", "t4"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_urgent_writes_come_first(database: Database) -> None:
    """What a person waits for goes before what was asked for earlier."""
    started, may_go = threading.Event(), threading.Event()
    order: list[str] = []

    def hold(_: Connection) -> None:
        started.set()
        may_go.wait()

    def note(_: Connection, name: str) -> None:
        order.append(name)

    holding = asyncio.create_task(database.write(hold))
    await asyncio.to_thread(started.wait)
    patient = asyncio.create_task(database.write(partial(note, name="patient")))
    await asyncio.sleep(0)
    urgent = asyncio.create_task(database.write(partial(note, name="urgent"), urgent=True))
    await asyncio.sleep(0)
    may_go.set()
    await asyncio.gather(holding, patient, urgent)
    assert order == ["urgent", "patient"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
async def test_one_bad_statement_spoils_no_other_write(database: Database) -> None:
    """A commit that fails as a whole is made again, each write by itself."""
    started, may_go = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        started.set()
        may_go.wait()

    holding = asyncio.create_task(database.write(hold))
    await asyncio.to_thread(started.wait)
    good = asyncio.create_task(database.write(partial(insert_thread, name="good")))
    bad = asyncio.create_task(execute(database, "INSERT INTO nowhere VALUES (1)"))
    await asyncio.sleep(0)
    may_go.set()
    await asyncio.gather(holding, good)
    with pytest.raises(OperationalError):
        await bad
    assert await Store.on(database).threads.get(ThreadId("good")) is not None
