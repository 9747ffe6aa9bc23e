"""Read and write transactions on the state database, which is an SQLite file or PostgreSQL."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol, TypeVar

from sqlalchemy import URL, Select, literal, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import EaselError, Transient
from bot.sqlite.threads import SqliteThreads, Transaction
from bot.store.engines import database_url, is_sqlite, make_postgres_engine
from bot.store.errors import DATABASE_FAULTS, to_easel_error
from bot.store.schema import upgrade
from bot.texts import storage_errors

T = TypeVar("T")


class _Transactions(Protocol):
    async def read(self, work: Transaction[T]) -> T: ...
    async def write(self, work: Transaction[T], *, urgent: bool = False) -> T: ...
    async def close(self) -> None: ...


class Database:
    """The state database; create it with `open`.

    Its methods raise AdminError if the disk is full or the file damaged, Transient if the database is busy or
    unreachable.
    """

    def __init__(self, transactions: _Transactions) -> None:
        self._transactions = transactions

    @classmethod
    async def open(cls, url: str) -> "Database":
        """Opens a database and migrates it to the newest schema.

        Args:
            url: `sqlite:////data/state.db` or `postgresql://…`.

        Raises:
            AdminError: the database is damaged, locked, unreachable, or has the schema of a newer Easel, or the disk
                is full.
        """
        target = database_url(url)
        try:
            await upgrade(target)
        except DATABASE_FAULTS as error:
            raise _to_start_error(error, sqlite=is_sqlite(target)) from error
        return cls(_make_transactions(target))

    @classmethod
    def inspect(cls, url: str) -> "Database":
        """Opens a database without migrating it, for reading only.

        Raises:
            AdminError: the URL is invalid.
        """
        return cls(_make_transactions(database_url(url)))

    async def close(self) -> None:
        await self._transactions.close()

    async def answers(self) -> bool:
        """Whether the database answers a query; for health checks."""
        try:
            await self.scalar(select(literal(1)))
        except EaselError:
            return False
        return True

    async def read(self, work: Transaction[T]) -> T:
        """Runs `work` in a read transaction: it sees a consistent snapshot and does not block writers.

        Args:
            work: runs in another thread on SQLite. It must not wait for anything except the database.
        """
        with _translate_errors():
            return await self._transactions.read(work)

    async def scalar(self, query: Select[T], **values: object) -> T | None:
        """Returns the first column of the first row, or None if there is no row.

        Args:
            query: should be a module constant, because building a query costs as much as running it.
            values: the query's bind parameters.
        """
        return await self.read(lambda connection: connection.scalar(query, values))

    async def write(self, work: Transaction[T], *, urgent: bool = False) -> T:
        """Runs `work` in a transaction, which is committed at its end, or rolled back if it raises.

        Args:
            work: as for `read`. It may run twice, so it must change nothing except the database.
            urgent: whether it runs before waiting writes that are not urgent; only SQLite queues writes.
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
    """Translates an error at start: a temporary error becomes AdminError, because the start is not retried."""
    ours = to_easel_error(error)
    if not isinstance(ours, Transient):
        return ours or error
    if sqlite:
        return storage_errors.database_locked()
    return storage_errors.postgresql_unreachable()
