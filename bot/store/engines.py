"""Database URLs, and SQLAlchemy engines for PostgreSQL."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.texts import storage_errors

_POSTGRES_CONNECT_TIMEOUT_S = 10
POSTGRES_ANSWER_TIMEOUT_S = 30
"""Timeout of one statement. Without it, a broken network connection blocks for about 15 minutes."""
# Each connection is one process on the server.
_POSTGRES_CONNECTIONS = 8


def database_url(text: str) -> URL:
    """Parses a database URL and sets the driver that Easel uses.

    Args:
        text: `sqlite:////data/state.db` or `postgresql://user:password@host/easel`.

    Raises:
        AdminError: the URL is neither.
    """
    try:
        url = make_url(text)
        if is_sqlite(url) and url.database:
            return _sqlite_url(url, has_query="?" in text)
    except (ArgumentError, ValueError, RuntimeError):
        raise storage_errors.not_a_database() from None  # its text would hold the password
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise storage_errors.not_a_database()
    # libpq, and with it DBOS, says `sslmode`; asyncpg calls the same values `ssl`.
    sslmode = url.query.get("sslmode")
    url = url.difference_update_query(["sslmode"]).set(drivername="postgresql+asyncpg")
    return url if sslmode is None else url.update_query_dict({"ssl": sslmode})


def _sqlite_url(url: URL, *, has_query: bool) -> URL:
    """Returns the URL with an absolute path. Resolves ".." here, because SQLAlchemy ignores symbolic links in it."""
    if url.host or url.database is None or url.database == ":memory:" or "\0" in url.database:
        raise ValueError("no path of a file")
    if has_query:
        raise storage_errors.question_mark_in_path()
    path = Path(url.database).expanduser().absolute()
    return URL.create("sqlite", database=str(path.resolve() if ".." in path.parts else path))


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def make_postgres_engine(
    url: URL, *, connections: int = _POSTGRES_CONNECTIONS, is_patient: bool = False
) -> AsyncEngine:
    """Creates an engine with a connection pool.

    Args:
        connections: the size of the pool.
        is_patient: whether statements have no timeout; for migrations.
    """
    return create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,  # reconnects after a server restart instead of failing a job
        connect_args={
            "timeout": _POSTGRES_CONNECT_TIMEOUT_S,
            "command_timeout": None if is_patient else POSTGRES_ANSWER_TIMEOUT_S,
        },
    )
