"""Brings a database to the schema of this code: alembic's migrations in one transaction, one process at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import URL, Connection, event, inspect, text
from sqlalchemy.pool import ConnectionPoolEntry

from bot.sqlite.engine import SqliteConnection, make_blocking_engine
from bot.store.engines import is_sqlite, make_postgres_engine

_MIGRATIONS = Path(__file__).parent / "migrations"
_POSTGRES_LOCK = 0x4561_7365_6C  # "Easel": any number serves that is the same in every process
_POSTGRES_LOCK_TIMEOUT_S = 60


async def upgrade(url: URL) -> None:
    """Migrates to the newest schema; changes nothing where it is current. Works in a thread of its own.

    Raises:
        AdminError: the schema is newer than this code.
        DBAPIError, OSError: the database cannot be used.
    """
    # A thread of our own: the job engine shuts the loop's default executor down with itself.
    with ThreadPoolExecutor(1) as migrator:
        loop = asyncio.get_running_loop()
        if is_sqlite(url):
            await loop.run_in_executor(migrator, _upgrade_sqlite, url)
        else:
            await loop.run_in_executor(migrator, asyncio.run, _upgrade_postgres(url))


# On both databases the lock is the transaction itself: whoever comes second waits, then finds nothing left to do.


def _upgrade_sqlite(url: URL) -> None:
    engine = make_blocking_engine(url, wal=True)
    event.listen(engine, "connect", _prepare_sqlite)
    try:
        with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
            _migrate(connection)
    finally:
        engine.dispose()


async def _upgrade_postgres(url: URL) -> None:
    engine = make_postgres_engine(url, connections=1, is_patient=True)
    try:
        async with engine.begin() as connection:
            await connection.execute(text(f"SET LOCAL lock_timeout = '{_POSTGRES_LOCK_TIMEOUT_S}s'"))
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_POSTGRES_LOCK})"))
            await connection.run_sync(_migrate)
    finally:
        await engine.dispose()


def _prepare_sqlite(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    # A migration may rebuild a table that others point at: with keys enforced, dropping the old one would fail.
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()


def _migrate(connection: Connection) -> None:
    if _is_current(connection):
        return
    # Only here: its import, and its own way to find that there is nothing to do, take a good part of a start.
    from bot.store.migrating import migrate

    migrate(connection, _MIGRATIONS)


def _is_current(connection: Connection) -> bool:
    """Whether the newest migration was the last one that ran here, as alembic has noted. Files are named by number."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    newest = max(file.stem.partition("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
    return connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [newest]
