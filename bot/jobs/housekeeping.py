"""Deletes orphaned files and expired results, questions, engine rows and notes, at start and once a day."""

from datetime import datetime, timedelta

import structlog

from bot.errors import EaselError
from bot.ports import Clock, Jobs
from bot.store.blobs import OWNER_OBJECT, Blobs
from bot.store.jobs import JobRows
from bot.store.old_notes import ExpiredNotes, RetentionLimits
from bot.store.platform_state import RENEWED_AFTER
from bot.store.questions import EditQuestionRows
from bot.store.trees import PostedTrees
from bot.store.versions import Versions
from bot.texts import storage_errors

_EVERY_S = 24 * 60 * 60

# A job stores its files before a version refers to them; this takes less than an hour.
_ORPHAN_AGE = timedelta(hours=1)

# A job may use a note that an adapter cached, and read some time before the job was accepted.
_NOTE_USE_MARGIN = 2 * RENEWED_AFTER

_log = structlog.get_logger(__name__)


class Housekeeping:
    """Deletes what is no longer needed.

    Args:
        owner: the name of the state database, see `bot.store.owner`.
        retention: how long results are kept; None keeps them forever.
        engine_retention: how long the engine's rows are kept.
    """

    def __init__(
        self,
        *,
        blobs: Blobs,
        owner: str,
        rows: JobRows,
        versions: Versions,
        trees: PostedTrees,
        notes: ExpiredNotes,
        questions: EditQuestionRows,
        jobs: Jobs,
        clock: Clock,
        retention: timedelta | None,
        engine_retention: timedelta,
    ) -> None:
        self._blobs = blobs
        self._owner = owner
        self._rows = rows
        self._versions = versions
        self._trees = trees
        self._notes = notes
        self._questions = questions
        self._jobs = jobs
        self._clock = clock
        self._retention = retention
        self._engine_retention = engine_retention

    async def run(self) -> None:
        """Calls `tidy` now and then daily, until cancelled. A failure is logged; the next run tries again."""
        while True:
            try:
                await self.tidy()
            except EaselError as problem:
                _log.warning("housekeeping.failed", reason=problem.text)
            await self._clock.sleep(_EVERY_S)

    async def tidy(self) -> None:
        """Deletes everything that has expired, and orphaned files."""
        now = self._clock.now()
        if self._retention is not None:
            expired = await self._versions.expire(now - self._retention, at=now)
            trees = await self._trees.expire(now - self._retention)
            await self._blobs.delete((*expired, *trees))
        await self._questions.purge(asked_before=now - self._engine_retention)
        purged = await self._jobs.purge(ended_before=now - self._engine_retention)
        notes = await self._notes.remove(await self._retention_limits(now))
        orphans = await self._sweep(older_than=now - _ORPHAN_AGE)
        _log.info("housekeeping.done", orphans=orphans, purged=purged, notes=notes)

    async def _retention_limits(self, now: datetime) -> RetentionLimits:
        """Returns the limits, early enough to keep the notes that unfinished jobs use, even after a long downtime."""
        needed = now
        for job in await self._rows.unfinished():  # the oldest comes first
            if await self._jobs.knows(job.key):
                needed = job.accepted_at - _NOTE_USE_MARGIN
                break
        return RetentionLimits(
            job=min(needed, now - self._engine_retention),
            result=None if self._retention is None else min(needed, now - self._retention),
        )

    async def _sweep(self, *, older_than: datetime) -> int:
        """Deletes orphaned files, if the storage belongs to this Easel. Keeps files from before that."""
        since = await self._blobs.set_owner(self._owner)
        if since is None:
            problem = storage_errors.storage_of_another(OWNER_OBJECT)
            _log.warning("pictures.not_swept", reason=problem.text, hint=problem.hint)
            return 0
        return await self._blobs.sweep(await self._versions.picture_ids(), older_than=older_than, stored_since=since)
