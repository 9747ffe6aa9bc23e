"""What people want when they say nothing."""

from dataclasses import replace

from sqlalchemy import bindparam, delete, select

from bot.domain.requests import PromptSpec
from bot.store.database import Database
from bot.store.tables import preferences
from bot.store.upsert import insert_into

_WISH = select(preferences.c.wish).where(preferences.c.person == bindparam("person"))


class Preferences:
    """A person's defaults by their `Person.key`, as a wish without words."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, person: str) -> PromptSpec | None:
        return await self._database.scalar(_WISH, person=person)

    async def set(self, person: str, spec: PromptSpec) -> None:
        wordless = replace(spec, prompt="")
        async with self._database.write() as connection:
            insert = insert_into(connection, preferences).values(person=person, wish=wordless)
            await connection.execute(insert.on_conflict_do_update(index_elements=["person"], set_={"wish": wordless}))

    async def clear(self, person: str) -> None:
        async with self._database.write() as connection:
            await connection.execute(delete(preferences).where(preferences.c.person == person))
