"""Removes notes when nobody needs them any more, so that their table does not grow for ever."""

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
"""In one transaction, so that nobody who writes has to wait for long."""


@dataclass(frozen=True, slots=True)
class RetentionLimits:
    """The time before which notes are old, for each way of keeping them; None where they are kept for good."""

    job: datetime
    result: datetime | None


class ExpiredNotes:
    """Of every platform, whether it is connected now or not."""

    def __init__(self, database: Database, clock: Clock, kinds: Mapping[PlatformName, Sequence[NoteKind]]) -> None:
        self._database = database
        self._clock = clock
        self._kinds = kinds

    async def remove(self, since: RetentionLimits) -> int:
        """Removes notes that nobody needs any more; returns how many."""
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
            # With its age once more: it may have been written anew between the two.
            gone = await self._database.write(
                lambda connection: connection.execute(delete(notes).where(is_old, notes.c.key.in_(some))).rowcount
            )
            removed += gone
            if gone == 0:
                return removed
