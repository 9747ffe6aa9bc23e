"""Stores threads: their place on the platform and their head version."""

from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, select, update

from bot.domain.ids import ThreadId, VersionId
from bot.domain.jobs import Thread
from bot.domain.people import Place
from bot.store.database import Database
from bot.store.tables import threads
from bot.store.upsert import insert_or_ignore

_BY_ID = select(threads).where(threads.c.id == bindparam("thread"))
_AT_PLACE = select(threads).where(
    and_(*(threads.c[name] == bindparam(name) for name in ("platform", "team", "channel", "audience", "root")))
)
_CHANGE = update(threads).where(threads.c.id == bindparam("thread"))


class Threads:
    """The threads table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, thread: Thread) -> Thread:
        """Stores a thread, unless one with its ID or place exists. Returns the stored one."""
        return await self._database.write(lambda connection: open_thread(connection, thread))

    async def get(self, thread: ThreadId) -> Thread | None:
        return await self._database.read(lambda connection: _by_id(connection, thread))

    async def find(self, place: Place) -> Thread | None:
        """Returns the thread at a place, or None if there is none or `place.thread` is None."""
        if place.thread is None:
            return None
        return await self._database.read(lambda connection: _at_place(connection, place))

    async def set_head(self, thread: ThreadId, version: VersionId | None) -> None:
        """Sets the version that edits start from."""
        values = {"thread": thread, "head_id": version}
        await self._database.write(lambda connection: connection.execute(_CHANGE, values))


def open_thread(connection: Connection, thread: Thread) -> Thread:
    """`Threads.open` inside a transaction. Two people who mention Easel in a conversation at once share a thread."""
    row = {"id": thread.id, "head_id": thread.head, "is_ours": thread.is_ours, **_columns_of(thread.place)}
    if connection.execute(insert_or_ignore(connection, threads), row).rowcount == 1:
        return thread
    known = _by_id(connection, thread.id) or _at_place(connection, thread.place)
    assert known is not None  # noqa: S101 -- the row that conflicted has the id or the place
    return known


def set_root(connection: Connection, thread: ThreadId, place: Place) -> None:
    """Stores the place of a thread after its root message was posted; `place.thread` is that message."""
    connection.execute(_CHANGE, {"thread": thread, **_columns_of(place)})


def _columns_of(place: Place) -> dict[str, str | None]:
    return {
        "platform": place.platform,
        "team": place.team,
        "channel": place.channel,
        "audience": place.audience or "",
        "root": place.thread,
    }


def _by_id(connection: Connection, thread: ThreadId) -> Thread | None:
    row = connection.execute(_BY_ID, {"thread": thread}).one_or_none()
    return None if row is None else _thread_of(row)


def _at_place(connection: Connection, place: Place) -> Thread | None:
    """Returns the thread with this place and root. A UNIQUE constraint allows only one."""
    row = connection.execute(_AT_PLACE, _columns_of(place)).one_or_none()
    return None if row is None else _thread_of(row)


def _thread_of(row: Row[Any]) -> Thread:
    place = Place(row.platform, row.team, row.channel, thread=row.root, audience=row.audience or None)
    return Thread(row.id, place, head=row.head_id, is_ours=row.is_ours)
