"""Runs SQLite transactions in threads: one writer with group commit, and a few readers.

A transaction is one function on a connection, so it needs one thread switch, however many statements it has. Writes
that wait at the same time share one commit, and return after it.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.sqlite.engine import make_blocking_engine

T = TypeVar("T")
Transaction = Callable[[Connection], T]

_READERS: Final = 4
_MAX_GROUP_SIZE: Final = 16
"""Writes per commit: few, because each waits for the whole group."""


@dataclass(frozen=True, slots=True)
class _Write:
    work: Transaction[Any]
    loop: asyncio.AbstractEventLoop
    done: "asyncio.Future[Any]"


@dataclass(frozen=True, slots=True)
class _Outcome:
    result: Any = None
    error: BaseException | None = None


class SqliteThreads:
    """Runs transactions on one SQLite file. Create and use it on an event loop, and end its threads with `close`.

    Args:
        url: of the SQLite file.
        wal: see `make_blocking_engine`.
    """

    def __init__(self, url: URL, *, wal: bool = False) -> None:
        self._engine = make_blocking_engine(url, wal=wal)
        self._readers = ThreadPoolExecutor(_READERS, "sqlite reader")
        self._urgent: deque[_Write] = deque()
        self._waiting: deque[_Write] = deque()
        self._queued = threading.Condition()
        self._is_closed = False
        self._writer = threading.Thread(target=self._write_all, name="sqlite writer", daemon=True)
        self._writer.start()

    async def read(self, work: Transaction[T]) -> T:
        """Runs `work` in a read transaction: it sees a consistent snapshot and does not block the writer."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, _read, self._engine, work)

    async def write(self, work: Transaction[T], *, urgent: bool = False) -> T:
        """Runs `work` in a write transaction and returns after the commit. If `work` raises, its changes are undone.

        Args:
            work: runs again if the group's commit failed, so it must change nothing except the database.
            urgent: whether it runs before writes that are not urgent, because a person waits for the answer.
        """
        loop = asyncio.get_running_loop()
        write = _Write(work, loop, loop.create_future())
        with self._queued:
            if self._is_closed:
                raise RuntimeError("the database is closed")
            (self._urgent if urgent else self._waiting).append(write)
            self._queued.notify()
        return await write.done

    async def close(self) -> None:
        """Finishes the queued writes, then ends the threads."""
        with self._queued:
            self._is_closed = True
            self._queued.notify()
        with ThreadPoolExecutor(1) as closer:
            await asyncio.get_running_loop().run_in_executor(closer, self._close)

    # Private

    def _close(self) -> None:
        self._writer.join()
        self._readers.shutdown()
        self._engine.dispose()

    def _write_all(self) -> None:
        """The main function of the writer thread."""
        while group := self._next_group():
            outcomes = _commit_together(self._engine, group) or [_commit_alone(self._engine, write) for write in group]
            _complete_writes(group, outcomes)

    def _next_group(self) -> list[_Write]:
        """Waits for writes. Returns an empty list when the database is closed and no write is left."""
        with self._queued:
            self._queued.wait_for(lambda: self._urgent or self._waiting or self._is_closed)
            group: list[_Write] = []
            for queue in (self._urgent, self._waiting):
                while queue and len(group) < _MAX_GROUP_SIZE:
                    group.append(queue.popleft())
            return group


def _read(engine: Engine, work: Transaction[T]) -> T:
    with engine.begin() as connection:
        return work(connection)


def _commit_together(engine: Engine, group: Sequence[_Write]) -> list[_Outcome] | None:
    """Commits the whole group at once. Returns None if that failed and nothing was committed."""
    if len(group) == 1:
        return None
    outcomes: list[_Outcome] = []
    try:
        with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
            for write in group:
                savepoint = connection.begin_nested()
                try:
                    result = write.work(connection)
                except DBAPIError:
                    raise  # SQLite may have rolled back the whole transaction
                except BaseException as error:
                    savepoint.rollback()
                    outcomes.append(_Outcome(error=error))
                else:
                    savepoint.commit()
                    outcomes.append(_Outcome(result))
    except SQLAlchemyError:
        return None
    return outcomes


def _commit_alone(engine: Engine, write: _Write) -> _Outcome:
    try:
        with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
            result = write.work(connection)
    except BaseException as error:
        return _Outcome(error=error)
    return _Outcome(result)


def _complete_writes(group: Sequence[_Write], outcomes: Sequence[_Outcome]) -> None:
    """Sets the results of the group's writes, with one call per event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Write, _Outcome]]] = {}
    for write, outcome in zip(group, outcomes, strict=True):
        by_loop.setdefault(write.loop, []).append((write, outcome))
    for loop, ended in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_set_results, ended)


def _set_results(ended: Sequence[tuple[_Write, _Outcome]]) -> None:
    for write, outcome in ended:
        if write.done.done():  # the caller was cancelled
            continue
        if outcome.error is not None:
            write.done.set_exception(outcome.error)
        else:
            write.done.set_result(outcome.result)
