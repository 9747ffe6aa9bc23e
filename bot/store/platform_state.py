"""What platforms must remember, each its own: small JSON objects by key."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from bot.domain.ids import PlatformName
from bot.domain.notes import NoteKind, kind_name_of
from bot.errors import AdminError, EaselError
from bot.ports import Clock, Json
from bot.store.database import Database
from bot.store.tables import notes
from bot.store.upsert import insert_or_ignore, insert_or_update

RENEWED_AFTER: Final = timedelta(hours=12)
"""A note that is kept while results are counts as written anew when it is read so long afterwards: it is in use."""

_HAS_KEY = and_(notes.c.platform == bindparam("platform"), notes.c.key == bindparam("key"))
_NOTE = select(notes.c.note).where(_HAS_KEY)
_NOTE_AND_TIME = select(notes.c.note, notes.c.written_at).where(_HAS_KEY)
_NOTE_FOR_UPDATE = _NOTE.with_for_update()
_POP = delete(notes).where(_HAS_KEY).returning(notes.c.note)
# Names of their own: a parameter may not be called like a column that is set.
_IS_NOTE = and_(notes.c.platform == bindparam("of_platform"), notes.c.key == bindparam("of_key"))
_CHANGE = update(notes).where(_IS_NOTE)
_COLUMNS = ("kind", "note", "written_at")
_SEALED = "sealed"


class Seal(Protocol):
    """Encrypts text with a key that is not in the database."""

    def encrypt(self, text: str) -> str: ...

    def decrypt(self, sealed: str) -> str:
        """Raises AdminError for what was sealed with another key."""
        ...


@dataclass(frozen=True, slots=True)
class NoteRules:
    """How a platform's notes are kept: `kinds` are all that it has. `seal` is for those that are secret."""

    kinds: Sequence[NoteKind]
    clock: Clock
    seal: Seal


class StoredPlatformState:
    """Implements `bot.ports.Notes` for one platform.

    Without `rules`, notes are kept for good and as they are. With them, a key of no known kind is a defect (KeyError).
    """

    def __init__(self, database: Database, platform: PlatformName, rules: NoteRules | None = None) -> None:
        self._database = database
        self._platform = platform
        self._rules = rules
        self._kinds = {kind.name: kind for kind in rules.kinds} if rules is not None else {}

    async def get(self, key: str) -> Json | None:
        if self._rules is not None and self._kinds[kind_name_of(key)].kept == "result":
            return await self._get_and_renew(key, self._rules.clock.now())
        return self._unseal(await self._database.scalar(_NOTE, platform=self._platform, key=key))

    async def add(self, key: str, note: Json) -> bool:
        row = self._row(key, note)

        def add(connection: Connection) -> bool:
            if connection.execute(insert_or_ignore(connection, notes), row).rowcount == 1:
                return True
            if self._unseal(connection.scalar(_NOTE_FOR_UPDATE, self._key_values(key))) is not None:
                return False
            # One that nobody can read any more is as good as none.
            self._change(connection, row)
            return True

        return await self._database.write(add)

    async def put(self, key: str, note: Json) -> None:
        row = self._row(key, note)

        def put(connection: Connection) -> None:
            connection.execute(insert_or_update(connection, notes, ("platform", "key"), _COLUMNS), row)

        await self._database.write(put)

    async def pop(self, key: str) -> Json | None:
        return self._unseal(
            await self._database.write(lambda connection: connection.scalar(_POP, self._key_values(key)))
        )

    async def compare_and_set(self, key: str, expected: Json, note: Json) -> bool:
        row = self._row(key, note)

        def change(connection: Connection) -> bool:
            # Compared here: PostgreSQL has no equality for the column's type. The row is locked until it is written.
            if self._unseal(connection.scalar(_NOTE_FOR_UPDATE, self._key_values(key))) != expected:
                return False
            self._change(connection, row)
            return True

        return await self._database.write(change)

    # Private

    async def _get_and_renew(self, key: str, now: datetime) -> Json | None:
        row = await self._database.read(
            lambda connection: connection.execute(_NOTE_AND_TIME, self._key_values(key)).one_or_none()
        )
        if row is None:
            return None
        if row.written_at is not None and now - row.written_at > RENEWED_AFTER:
            with suppress(EaselError):  # it was found, and can be renewed the next time
                renewed = {"of_platform": self._platform, "of_key": key, "written_at": now}
                await self._database.write(lambda connection: connection.execute(_CHANGE, renewed))
        return self._unseal(row.note)

    def _key_values(self, key: str) -> dict[str, str]:
        return {"platform": self._platform, "key": key}

    def _change(self, connection: Connection, row: dict[str, Any]) -> None:
        values = {name: row[name] for name in _COLUMNS}
        connection.execute(_CHANGE, {"of_platform": row["platform"], "of_key": row["key"], **values})

    def _row(self, key: str, note: Json) -> dict[str, Any]:
        kept, written_at = note, None
        if self._rules is not None:
            written_at = self._rules.clock.now()
            if self._kinds[kind_name_of(key)].is_secret:
                kept = {_SEALED: self._rules.seal.encrypt(json.dumps(note))}
        return {
            "platform": self._platform,
            "key": key,
            "kind": kind_name_of(key),
            "note": kept,
            "written_at": written_at,
        }

    def _unseal(self, note: Json | None) -> Json | None:
        """What was sealed; notes from before there was a seal, and of other kinds, are as they were written."""
        if note is None or self._rules is None or set(note) != {_SEALED}:
            return note
        try:
            return json.loads(self._rules.seal.decrypt(note[_SEALED]))
        except AdminError:
            return None  # sealed with a key that was replaced meanwhile; what is secret is of use for minutes only
