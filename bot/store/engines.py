"""How the two databases are connected to: addresses, drivers and pools."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import AdminError

_POSTGRES_CONNECT_TIMEOUT_S = 10
POSTGRES_ANSWER_TIMEOUT_S = 30
"""For one statement. A connection over a dead network gives no answer for a quarter of an hour."""
# Each costs the server a process.
_POSTGRES_CONNECTIONS = 8


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
    return URL.create("sqlite", database=str(path.resolve() if ".." in path.parts else path))


def is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def make_postgres_engine(
    url: URL, *, connections: int = _POSTGRES_CONNECTIONS, is_patient: bool = False
) -> AsyncEngine:
    """Args:
    connections: the most at the same time.
    is_patient: whether a statement may take as long as it wants, as migrations do.
    """
    return create_async_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        pool_pre_ping=True,  # a restarted server costs one reconnect, not one failed job
        connect_args={
            "timeout": _POSTGRES_CONNECT_TIMEOUT_S,
            "command_timeout": None if is_patient else POSTGRES_ANSWER_TIMEOUT_S,
        },
    )


def _not_a_database() -> AdminError:
    return AdminError(
        "EASEL_DATABASE_URL names no database that Easel knows.",
        hint="Write sqlite:////data/state.db (%3F for ? in the path, %25 for %) or postgresql://user:password@host/easel.",
    )
