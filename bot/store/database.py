"""The state database: SQLite in a file, or PostgreSQL, behind the same two ways in."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from typing import TypeVar

from sqlalchemy import Select, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import AdminError, EaselError, Transient
from bot.store.engines import database_url, is_sqlite, make_engine
from bot.store.errors import DATABASE_FAULTS, to_easel_error
from bot.store.schema import upgrade

T = TypeVar("T")


class Database:
    """Made by `open`. Its errors are ours: AdminError for a full disk or a damaged file, Transient for a busy one."""

    def __init__(self, engine: AsyncEngine, writer: AsyncEngine, turn: AbstractAsyncContextManager[None]) -> None:
        self._engine = engine
        self._reader = engine.execution_options(begin="")
        self._writer = writer
        self._turn = turn

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
            raise _at_start(error, sqlite=is_sqlite(target)) from error
        engine = make_engine(target)
        if not is_sqlite(target):
            return cls(engine, engine, nullcontext())
        # SQLite's own queue for writers is polling with growing pauses. Within a process a lock is fair and prompt. Who
        # has the turn must not wait for a connection behind those who read: all who write would wait with it.
        writer = make_engine(target, connections=1).execution_options(begin="BEGIN IMMEDIATE")
        return cls(engine, writer, asyncio.Lock())

    async def close(self) -> None:
        await self._engine.dispose()
        await self._writer.dispose()

    async def answers(self) -> bool:
        """Whether a query comes back at all: what a health check wants to know."""
        try:
            async with self.read() as connection:
                await connection.execute(select(literal(1)))
        except EaselError:
            return False
        return True

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction for reading; on SQLite it sees one moment of the database and holds up no writer."""
        with _translate_errors():
            async with self._engine.begin() as connection:
                yield connection

    async def scalar(self, query: Select[T], **values: object) -> T | None:
        """The first column of the first row, if there is one: a whole transaction by itself.

        Half the price of the same within `read`: on SQLite, each statement is a way to another thread and back.

        Args:
            values: of the query's parameters. To build it costs as much as to ask it, so it should be a constant.
        """
        with _translate_errors():
            async with self._reader.connect() as connection:
                return await connection.scalar(query, values)

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that is committed at the end, or undone by an exception."""
        async with self._turn:
            with _translate_errors():
                async with self._writer.begin() as connection:
                    yield connection


@contextmanager
def _translate_errors() -> Generator[None]:
    try:
        yield
    except DATABASE_FAULTS as error:
        ours = to_easel_error(error)
        if ours is None:
            raise
        raise ours from error


def _at_start(error: Exception, *, sqlite: bool) -> Exception:
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
