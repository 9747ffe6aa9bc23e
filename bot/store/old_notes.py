"""Deletes expired notes, so that their table does not grow without limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, select

from bot.domain.ids import PlatformName
from bot.domain.notes import NoteKind
from bot.ports import Clock
from bot.store.database import Database
from bot.store.tables import notes

_DELETE_BATCH = 500
"""Rows deleted per transaction: small, so that other writers do not wait long."""


@dataclass(frozen=True, slots=True)
class RetentionLimits:
    """For each kind of retention, the time before which notes are expired; None keeps them forever."""

    job: datetime
    result: datetime | None


class ExpiredNotes:
    """Deletes expired notes of all platforms, including those that are not connected now."""

    def __init__(self, database: Database, clock: Clock, kinds: Mapping[PlatformName, Sequence[NoteKind]]) -> None:
        self._database = database
        self._clock = clock
        self._kinds = kinds

    async def remove(self, since: RetentionLimits) -> int:
        """Deletes expired notes. Returns how many."""
        removed = 0
        for platform, kinds in self._kinds.items():
            for kind in kinds:
                before = self._cutoff(kind, since)
                if before is not None:
                    removed += await self._remove(platform, kind, before)
        return removed

    def _cutoff(self, kind: NoteKind, since: RetentionLimits) -> datetime | None:
        match kind.kept:
            case "job":
                return since.job
            case "result":
                return since.result
            case "always":
                return None
            case kept:
                return self._clock.now() - kept

    async def _remove(self, platform: PlatformName, kind: NoteKind, before: datetime) -> int:
        is_old = and_(notes.c.platform == platform, notes.c.kind == kind.name, notes.c.written_at < before)
        some = select(notes.c.key).where(is_old).limit(_DELETE_BATCH).scalar_subquery()
        removed = 0
        while True:
            # Checks the age again in the DELETE: a note may have been rewritten after the subquery.
            gone = await self._database.write(
                lambda connection: connection.execute(delete(notes).where(is_old, notes.c.key.in_(some))).rowcount
            )
            removed += gone
            if gone == 0:
                return removed
