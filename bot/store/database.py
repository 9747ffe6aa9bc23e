"""The state database: SQLite in a file, or PostgreSQL, behind the same two kinds of transactions."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from sqlalchemy import URL, Select, literal, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import AdminError, EaselError, Transient
from bot.sqlite.threads import SqliteThreads, Transaction
from bot.store.engines import database_url, is_sqlite, make_postgres_engine
from bot.store.errors import DATABASE_FAULTS, to_easel_error
from bot.store.schema import upgrade

T = TypeVar("T")


class _Transactions(Protocol):
    async def read(self, work: Transaction[T]) -> T: ...
    async def write(self, work: Transaction[T], *, urgent: bool = False) -> T: ...
    async def close(self) -> None: ...


class Database:
    """Made by `open`. Its errors are ours: AdminError for a full disk or a damaged file, Transient for a busy one."""

    def __init__(self, transactions: _Transactions) -> None:
        self._transactions = transactions

    @classmethod
    async def open(cls, url: str) -> "Database":
        """Opens `sqlite:////data/state.db` or `postgresql://…` and brings its schema up to date.

        Raises:
            AdminError: it is damaged, locked, unreachable, full, or from a newer Easel.
        """
        target = database_url(url)
        try:
            await upgrade(target)
        except DATABASE_FAULTS as error:
            raise _to_start_error(error, sqlite=is_sqlite(target)) from error
        return cls(_make_transactions(target))

    @classmethod
    def inspect(cls, url: str) -> "Database":
        """The same for a database that is only to be looked at: its schema stays as it is.

        Raises:
            AdminError: the address names no database.
        """
        return cls(_make_transactions(database_url(url)))

    async def close(self) -> None:
        await self._transactions.close()

    async def answers(self) -> bool:
        """Whether a query comes back at all: what a health check wants to know."""
        try:
            await self.scalar(select(literal(1)))
        except EaselError:
            return False
        return True

    async def read(self, work: Transaction[T]) -> T:
        """Runs `work` in a transaction for reading: it sees one moment of the database and holds up no writer.

        Args:
            work: is called in another thread on SQLite, and must not wait for anything but the database.
        """
        with _translate_errors():
            return await self._transactions.read(work)

    async def scalar(self, query: Select[T], **values: object) -> T | None:
        """The first column of the first row, if there is one.

        Args:
            values: of the query's parameters. A query should be a constant: to build it costs as much as to ask it.
        """
        return await self.read(lambda connection: connection.scalar(query, values))

    async def write(self, work: Transaction[T], *, urgent: bool = False) -> T:
        """Runs `work` in a transaction that is committed at its end, or undone by its exception.

        Args:
            work: as for `read`. It may run twice, so it changes nothing but the database.
            urgent: whether it goes before writes that are not, where writes wait for each other.
        """
        with _translate_errors():
            return await self._transactions.write(work, urgent=urgent)


class _Postgres:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def read(self, work: Transaction[T]) -> T:
        return await self.write(work)

    async def write(self, work: Transaction[T], *, urgent: bool = False) -> T:
        async with self._engine.begin() as connection:
            return await connection.run_sync(work)

    async def close(self) -> None:
        await self._engine.dispose()


def _make_transactions(url: URL) -> _Transactions:
    return SqliteThreads(url) if is_sqlite(url) else _Postgres(make_postgres_engine(url))


@contextmanager
def _translate_errors() -> Generator[None]:
    try:
        yield
    except DATABASE_FAULTS as error:
        ours = to_easel_error(error)
        if ours is None:
            raise
        raise ours from error


def _to_start_error(error: Exception, *, sqlite: bool) -> Exception:
    """At start nobody tries again, so what would pass is told as something to put right."""
    ours = to_easel_error(error)
    if not isinstance(ours, Transient):
        return ours or error
    if sqlite:
        return AdminError(
            "The state database is locked by another program.",
            hint="Stop the other program, or give this Easel its own directory with EASEL_DATA_DIR.",
        )
    return AdminError(
        "The PostgreSQL server cannot be reached.",
        hint="Check that it runs, and the host and port in EASEL_DATABASE_URL.",
    )
