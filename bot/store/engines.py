"""How the two databases are connected to: drivers, pools, pragmas, and how a transaction begins."""

import sqlite3
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import AdminError

SQLITE_BUSY_TIMEOUT_S = 10
_POSTGRES_CONNECT_TIMEOUT_S = 10
POSTGRES_ANSWER_TIMEOUT_S = 30
"""For one statement. A connection over a dead network gives no answer for a quarter of an hour."""
# SQLite costs a thread for each connection; asyncpg's cost a server process.
_SQLITE_CONNECTIONS = 8
_POSTGRES_CONNECTIONS = 8


class SqliteConnection(Protocol):
    """What we use of SQLAlchemy's face of an aiosqlite connection."""

    isolation_level: str | None

    def cursor(self) -> sqlite3.Cursor: ...


def database_url(text: str) -> URL:
    """`sqlite:////data/state.db` or `postgresql://user:password@host/easel`, with our driver.

    Raises:
        AdminError: it is neither.
    """
    try:
        url = make_url(text)
        if is_sqlite(url) and url.database:
            return _sqlite_url(url, has_query="?" in text)
    except (ArgumentError, ValueError, RuntimeError):
        raise _not_a_database() from None  # its text would hold the password
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise _not_a_database()
    # libpq, and with it DBOS, says `sslmode`; asyncpg calls the same values `ssl`.
    sslmode = url.query.get("sslmode")
    url = url.difference_update_query(["sslmode"]).set(drivername="postgresql+asyncpg")
    return url if sslmode is None else url.update_query_dict({"ssl": sslmode})


def _sqlite_url(url: URL, *, has_query: bool) -> URL:
    """With an absolute path. SQLAlchemy takes "link/.." for nothing, and the operating system does not."""
    if url.host or url.database is None or url.database == ":memory:" or "\0" in url.database:
        raise ValueError("no path of a file")
    if has_query:
        raise AdminError(
            "EASEL_DATABASE_URL has a question mark, where the path of an SQLite file would end.",
            hint="Write %3F for a question mark in the path, and %25 for a percent sign.",
        )
    path = Path(url.database).expanduser().absolute()
    return URL.create("sqlite+aiosqlite", database=str(path.resolve() if ".." in path.parts else path))


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def make_engine(url: URL, *, connections: int | None = None, is_patient: bool = False) -> AsyncEngine:
    """An engine whose transactions begin with the `begin` execution option, by default plain `BEGIN`; "" is for a
    statement that needs none.

    Args:
        is_patient: whether PostgreSQL may take as long as it wants for a statement, as migrations do.
    """
    if not is_sqlite(url):
        return create_async_engine(
            url,
            pool_size=connections or _POSTGRES_CONNECTIONS,
            max_overflow=0,
            pool_pre_ping=True,  # a restarted server costs one reconnect, not one failed job
            connect_args={
                "timeout": _POSTGRES_CONNECT_TIMEOUT_S,
                "command_timeout": None if is_patient else POSTGRES_ANSWER_TIMEOUT_S,
            },
        )
    engine = create_async_engine(url, pool_size=connections or _SQLITE_CONNECTIONS, max_overflow=0)
    _prepare_sqlite(engine.sync_engine)
    return engine


def make_blocking_sqlite_engine(url: URL) -> Engine:
    """For what runs in a thread of its own. aiosqlite leaves a thread behind when it cannot open a file, and that
    thread then speaks to a loop that may be closed already.
    """
    engine = create_engine(url.set(drivername="sqlite"))
    _prepare_sqlite(engine)
    return engine


def _prepare_sqlite(engine: Engine) -> None:
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _not_a_database() -> AdminError:
    return AdminError(
        "EASEL_DATABASE_URL names no database that Easel knows.",
        hint="Write sqlite:////data/state.db (%3F for ? in the path, %25 for %) or postgresql://user:password@host/easel.",
    )


def _set_pragmas(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    # Otherwise the driver begins transactions itself, late and deferred: a read that turns into a write then
    # fails at once with "database is locked" instead of waiting its turn.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {SQLITE_BUSY_TIMEOUT_S * 1000}")
    cursor.execute("PRAGMA foreign_keys = ON")
    # FULL: with NORMAL a power cut may take back the last commits, and the job engine, whose own file is FULL,
    # would go on from a picture and a payment that are no longer recorded. It costs one fsync per commit.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    if begin := connection.get_execution_options().get("begin", "BEGIN"):
        connection.exec_driver_sql(begin)
