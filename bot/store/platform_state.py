"""A key-value store of small JSON objects ("notes") for each platform, in the state database."""

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
"""Reading a note of retention "result" that is older than this renews its age, because it is in use."""

_HAS_KEY = and_(notes.c.platform == bindparam("platform"), notes.c.key == bindparam("key"))
_NOTE = select(notes.c.note).where(_HAS_KEY)
_NOTE_AND_TIME = select(notes.c.note, notes.c.written_at).where(_HAS_KEY)
_NOTE_FOR_UPDATE = _NOTE.with_for_update()
_POP = delete(notes).where(_HAS_KEY).returning(notes.c.note)
# Other parameter names than above: an UPDATE cannot have a parameter with the name of a column that it sets.
_IS_NOTE = and_(notes.c.platform == bindparam("of_platform"), notes.c.key == bindparam("of_key"))
_CHANGE = update(notes).where(_IS_NOTE)
_COLUMNS = ("kind", "note", "written_at")
_SEALED = "sealed"


class Seal(Protocol):
    """Encrypts text with a key that is not in the database."""

    def encrypt(self, text: str) -> str: ...

    def decrypt(self, sealed: str) -> str:
        """Returns the plain text. Raises AdminError if it was encrypted with another key."""
        ...


@dataclass(frozen=True, slots=True)
class NoteRules:
    """The retention and encryption of a platform's notes.

    Attributes:
        kinds: all kinds of notes that the platform stores.
        clock: dates the notes.
        seal: encrypts notes of secret kinds.
    """

    kinds: Sequence[NoteKind]
    clock: Clock
    seal: Seal


class StoredPlatformState:
    """Implements `bot.ports.PlatformState` for one platform.

    Without `rules`, notes never expire and are not encrypted. With them, a key of an unknown kind raises KeyError.
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
            # A note that can no longer be decrypted counts as missing.
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
            # Compared in Python: PostgreSQL has no equality operator for JSON. The row stays locked until the commit.
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
            with suppress(EaselError):  # the note was read; the next read can renew it
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
        """Decrypts a note. Returns notes that are not encrypted unchanged, and None if the key was replaced."""
        if note is None or self._rules is None or set(note) != {_SEALED}:
            return note
        try:
            return json.loads(self._rules.seal.decrypt(note[_SEALED]))
        except AdminError:
            return None  # encrypted with an old key; secret notes are needed for minutes only
