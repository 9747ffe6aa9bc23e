"""Stores which messages show an image of a thread's version tree."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from bot.domain.ids import PictureId, ThreadId
from bot.domain.people import MessageRef
from bot.store.database import Database
from bot.store.tables import thread_trees
from bot.store.upsert import insert_or_ignore


@dataclass(frozen=True, slots=True)
class PostedTree:
    """An image of a version tree and the message that shows it."""

    picture: PictureId
    message: MessageRef


class PostedTrees:
    """The thread_trees table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, thread: ThreadId, tree: PostedTree, *, at: datetime) -> None:
        """Stores that a message shows a tree of the thread. Safe to repeat."""
        row = {"thread_id": thread, "picture_id": tree.picture, "message": tree.message, "created_at": at}
        await self._database.write(
            lambda connection: connection.execute(insert_or_ignore(connection, thread_trees), row)
        )

    async def of_thread(self, thread: ThreadId) -> list[PostedTree]:
        query = select(thread_trees).where(thread_trees.c.thread_id == thread).order_by(thread_trees.c.created_at)
        return await self._database.read(
            lambda connection: [PostedTree(row.picture_id, row.message) for row in connection.execute(query)]
        )

    async def forget(self, thread: ThreadId) -> None:
        await self._database.write(
            lambda connection: connection.execute(delete(thread_trees).where(thread_trees.c.thread_id == thread))
        )

    async def expire(self, before: datetime) -> list[PictureId]:
        """Deletes trees older than `before`. Returns the images whose files can be deleted."""

        def expire(connection: Connection) -> list[PictureId]:
            old = delete(thread_trees).where(thread_trees.c.created_at < before).returning(thread_trees.c.picture_id)
            expired = set(connection.scalars(old).all())
            # A newer row may have an identical image, which has the same ID and is still needed.
            kept = connection.scalars(select(thread_trees.c.picture_id).where(thread_trees.c.picture_id.in_(expired)))
            return sorted(PictureId(picture) for picture in expired - set(kept.all()))

        return await self._database.write(expire)
