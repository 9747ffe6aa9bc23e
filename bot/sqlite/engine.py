"""Creates SQLAlchemy engines for SQLite files: sets pragmas and begins transactions."""

import sqlite3
import time
from typing import Protocol

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_S = 10
"""How long a transaction waits for a lock that another program holds."""
_LOCKED_PAUSE_S = 0.02


class SqliteConnection(Protocol):
    """The part of the driver's connection that Easel uses."""

    isolation_level: str | None

    def cursor(self) -> sqlite3.Cursor: ...


def make_blocking_engine(url: URL, *, wal: bool = False) -> Engine:
    """Creates a blocking engine, for use in threads.

    A transaction begins with the statement in the `begin` execution option, by default `BEGIN`.

    Args:
        url: of the SQLite file.
        wal: whether each new connection sets WAL mode, which is stored in the file.
    """
    engine = create_engine(url.set(drivername="sqlite"))
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)
    if wal:
        event.listen(engine, "connect", _enable_wal)
    return engine


def enable_wal(cursor: sqlite3.Cursor) -> None:
    """Sets WAL mode. Retries, because SQLite fails without waiting if another connection does the same."""
    deadline_s = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline_s:
                raise
            time.sleep(_LOCKED_PAUSE_S)


def _enable_wal(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    enable_wal(cursor)
    cursor.close()


def _set_pragmas(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    # Otherwise the driver begins deferred transactions itself. A read that becomes a write then fails at once with
    # "database is locked" instead of waiting.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
    cursor.execute("PRAGMA foreign_keys = ON")
    # With NORMAL, a power failure can lose the last commits. The job engine, whose file uses FULL, would then continue
    # after a picture and a payment that are no longer recorded. FULL costs one fsync per commit.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    if begin := connection.get_execution_options().get("begin", "BEGIN"):
        connection.exec_driver_sql(begin)
