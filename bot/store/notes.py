"""What platforms must remember, each its own: small JSON objects by key."""

from sqlalchemy import ColumnElement, and_, bindparam, delete, select, update

from bot.domain.ids import PlatformName
from bot.ports import Json
from bot.store.database import Database
from bot.store.tables import notes
from bot.store.upsert import insert_into

_NOTE = select(notes.c.note).where(notes.c.platform == bindparam("platform"), notes.c.key == bindparam("key"))


class PlatformNotes:
    """Implements `bot.ports.Notes` for one platform."""

    def __init__(self, database: Database, platform: PlatformName) -> None:
        self._database = database
        self._platform = platform

    async def get(self, key: str) -> Json | None:
        return await self._database.scalar(_NOTE, platform=self._platform, key=key)

    async def add(self, key: str, note: Json) -> bool:
        row = {"platform": self._platform, "key": key, "note": note}
        async with self._database.write() as connection:
            inserted = await connection.execute(insert_into(connection, notes).values(row).on_conflict_do_nothing())
            return inserted.rowcount == 1

    async def put(self, key: str, note: Json) -> None:
        row = {"platform": self._platform, "key": key, "note": note}
        async with self._database.write() as connection:
            insert = insert_into(connection, notes).values(row)
            await connection.execute(
                insert.on_conflict_do_update(index_elements=["platform", "key"], set_={"note": note})
            )

    async def take(self, key: str) -> Json | None:
        async with self._database.write() as connection:
            return await connection.scalar(delete(notes).where(self._is(key)).returning(notes.c.note))

    async def swap(self, key: str, expected: Json, note: Json) -> bool:
        async with self._database.write() as connection:
            # Compared here: PostgreSQL has no equality for the column's type. The row is locked until it is written.
            kept = await connection.scalar(select(notes.c.note).where(self._is(key)).with_for_update())
            if kept != expected:
                return False
            await connection.execute(update(notes).where(self._is(key)).values(note=note))
            return True

    def _is(self, key: str) -> ColumnElement[bool]:
        return and_(notes.c.platform == self._platform, notes.c.key == key)
