"""Stores each person's default settings."""

from dataclasses import replace

from sqlalchemy import Connection, bindparam, delete, select

from bot.domain.requests import PromptSpec
from bot.store.database import Database
from bot.store.tables import preferences
from bot.store.upsert import insert_or_update

_SELECT_SPEC = select(preferences.c.wish).where(preferences.c.person == bindparam("person"))


class Preferences:
    """Default settings by `Person.key`, stored as a `PromptSpec` with an empty prompt."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, person: str) -> PromptSpec | None:
        return await self._database.scalar(_SELECT_SPEC, person=person)

    async def set(self, person: str, spec: PromptSpec) -> None:
        row = {"person": person, "wish": replace(spec, prompt="")}

        def write(connection: Connection) -> None:
            connection.execute(insert_or_update(connection, preferences, ("person",), ("wish",)), row)

        await self._database.write(write)

    async def clear(self, person: str) -> None:
        await self._database.write(
            lambda connection: connection.execute(delete(preferences).where(preferences.c.person == person))
        )
