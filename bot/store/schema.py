"""Migrates the state database to the newest schema, in one transaction and one process at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import URL, Connection, event, inspect, text
from sqlalchemy.pool import ConnectionPoolEntry

from bot.sqlite.engine import SqliteConnection, make_blocking_engine
from bot.store.engines import is_sqlite, make_postgres_engine

_MIGRATIONS = Path(__file__).parent / "migrations"
_POSTGRES_LOCK = 0x4561_7365_6C  # "Easel" in ASCII; all processes use the same number
_POSTGRES_LOCK_TIMEOUT_S = 60


async def upgrade(url: URL) -> None:
    """Migrates to the newest schema, in a separate thread. Does nothing if the schema is current.

    Raises:
        AdminError: the schema is newer than this code.
        DBAPIError, OSError: the database cannot be used.
    """
    # Not the loop's default executor: the job engine shuts it down.
    with ThreadPoolExecutor(1) as migrator:
        loop = asyncio.get_running_loop()
        if is_sqlite(url):
            await loop.run_in_executor(migrator, _upgrade_sqlite, url)
        else:
            await loop.run_in_executor(migrator, asyncio.run, _upgrade_postgres(url))


# On both databases the transaction holds the lock: a second process waits, then finds the schema current.


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
    # A migration may recreate a table that foreign keys refer to: with enforcement, dropping the old one fails.
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()


def _migrate(connection: Connection) -> None:
    if _is_current(connection):
        return
    # Imported here: importing Alembic, and its own check for pending migrations, would slow down every start.
    from bot.store.migrating import migrate

    migrate(connection, _MIGRATIONS)


def _is_current(connection: Connection) -> bool:
    """Whether Alembic's version table names the newest migration. Migration files are named by number."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    newest = max(file.stem.partition("_")[0] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
    return connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [newest]
