"""Conversations: where each one hangs, and which version is its newest."""

from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import ThreadId, VersionId
from bot.domain.jobs import Thread
from bot.domain.people import Place
from bot.store.database import Database
from bot.store.tables import threads
from bot.store.upsert import insert_into


class Threads:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, thread: Thread) -> Thread:
        """Stores a thread unless there is one of its id or at its place; returns the one that is there."""
        async with self._database.write() as connection:
            return await open_thread(connection, thread)

    async def get(self, thread: ThreadId) -> Thread | None:
        async with self._database.read() as connection:
            return await _first(connection, threads.c.id == thread)

    async def find(self, place: Place) -> Thread | None:
        """The thread under `place.thread`; None for a place without a root."""
        if place.thread is None:
            return None
        async with self._database.read() as connection:
            return await _first(connection, _hangs_at(place))

    async def set_head(self, thread: ThreadId, version: VersionId | None) -> None:
        """Moves what "newest" means."""
        async with self._database.write() as connection:
            await connection.execute(update(threads).where(threads.c.id == thread).values(head_id=version))


async def open_thread(connection: AsyncConnection, thread: Thread) -> Thread:
    """`Threads.open` within a transaction. Two people who call us into one conversation at once share a thread."""
    row = {"id": thread.id, "head_id": thread.head, "is_ours": thread.is_ours, **_columns_of(thread.place)}
    inserted = await connection.execute(insert_into(connection, threads).values(row).on_conflict_do_nothing())
    if inserted.rowcount == 1:
        return thread
    known = await _first(connection, threads.c.id == thread.id)
    if known is not None:
        return known
    return _thread_of((await connection.execute(select(threads).where(_hangs_at(thread.place)))).one())


async def set_root(connection: AsyncConnection, thread: ThreadId, place: Place) -> None:
    """Notes where the thread's first message was posted, within a transaction: `place.thread` is that message."""
    await connection.execute(update(threads).where(threads.c.id == thread).values(_columns_of(place)))


def _columns_of(place: Place) -> dict[str, str | None]:
    return {
        "platform": place.platform,
        "team": place.team,
        "channel": place.channel,
        "audience": place.audience or "",
        "root": place.thread,
    }


def _hangs_at(place: Place) -> ColumnElement[bool]:
    return and_(*(threads.c[name] == value for name, value in _columns_of(place).items()))


async def _first(connection: AsyncConnection, condition: ColumnElement[bool]) -> Thread | None:
    row = (await connection.execute(select(threads).where(condition))).one_or_none()
    return None if row is None else _thread_of(row)


def _thread_of(row: Row[Any]) -> Thread:
    place = Place(row.platform, row.team, row.channel, thread=row.root, audience=row.audience or None)
    return Thread(row.id, place, head=row.head_id, is_ours=row.is_ours)
