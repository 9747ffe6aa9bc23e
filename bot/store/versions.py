"""Finds and deletes versions, and finds the image files that are still needed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, literal, select, update

from bot.domain.ids import JobId, PictureId, ThreadId, VersionId
from bot.domain.jobs import Version
from bot.domain.people import MessageRef
from bot.store.database import Database
from bot.store.lineage import load_versions, lock_thread, message_key, named_pictures
from bot.store.tables import jobs, ledger, pictures, thread_trees, threads, version_inputs, version_pictures, versions
from bot.texts import command_errors

# Versions deleted per transaction by `expire`: few, so that other writers do not wait long.
_EXPIRY_BATCH = 50
_PICTURE_PAGE = 1000
# Decoding versions from JSON holds the GIL, so they are loaded in pages. Version numbers have no gaps.
_VERSION_PAGE = 50


class Versions:
    """The versions table. Deleted versions are still found, with `deleted_at` set and without pictures."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, version: VersionId) -> Version | None:
        return await self._find_last(versions.c.id == version)

    async def by_job(self, job: JobId) -> Version | None:
        return await self._find_last(versions.c.job_id == job)

    async def by_number(self, thread: ThreadId, number: int) -> Version | None:
        return await self._find_last((versions.c.thread_id == thread) & (versions.c.number == number))

    async def by_message(self, message: MessageRef) -> Version | None:
        """Returns the version that a message shows. Ignores the message's thread and audience, see `message_key`."""
        return await self._find_last(versions.c.message_key == message_key(message))

    async def newest_of(self, person: str, *, limit: int) -> list[Version]:
        """Returns a person's newest versions that are not deleted, newest first. `person` is `Person.key`."""
        # Uses the ledger's index on the person: the versions table stores the author as JSON.
        jobs_of = (
            select(ledger.c.job_id)
            .join(versions, versions.c.job_id == ledger.c.job_id)
            .where(ledger.c.person == person, versions.c.deleted_at.is_(None))
            .order_by(ledger.c.opened_at.desc())
            .limit(limit)
        )

        def load(connection: Connection) -> list[Version]:
            chosen = connection.scalars(jobs_of).all()
            found = {version.job: version for version in load_versions(connection, versions.c.job_id.in_(chosen))}
            return [found[job] for job in chosen]

        return await self._database.read(load)

    async def in_thread(self, thread: ThreadId) -> list[Version]:
        """Returns all versions of a thread, ordered by number."""
        found: list[Version] = []
        while True:
            numbers = versions.c.number.between(len(found) + 1, len(found) + _VERSION_PAGE)
            page = await self._load((versions.c.thread_id == thread) & numbers)
            found += page
            if len(page) < _VERSION_PAGE:
                return found

    async def delete(self, version: VersionId, *, at: datetime) -> list[PictureId]:
        """Deletes a version and moves the thread's head if necessary, see `_move_head`.

        Returns:
            The image files that are no longer needed; the caller deletes them. Empty for a repeated deletion.

        Raises:
            NotFound: there is no such version.
        """

        def write(connection: Connection) -> list[PictureId]:
            thread = connection.scalar(select(versions.c.thread_id).where(versions.c.id == version))
            if thread is None:
                raise command_errors.no_such_version()
            return _delete(connection, thread, version, at)

        return await self._database.write(write)

    async def expire(self, before: datetime, *, at: datetime) -> list[PictureId]:
        """Deletes every version created before `before`. Returns the same as `delete`."""
        unneeded: list[PictureId] = []
        query = (
            select(versions.c.thread_id, versions.c.id)
            .where(versions.c.created_at < before, versions.c.deleted_at.is_(None))
            .order_by(versions.c.created_at)
            .limit(_EXPIRY_BATCH)
        )

        def expire(connection: Connection) -> tuple[int, list[PictureId]]:
            expired = sorted((thread, version) for thread, version in connection.execute(query))
            gone = [picture for thread, version in expired for picture in _delete(connection, thread, version, at)]
            return len(expired), gone

        while True:
            count, gone = await self._database.write(expire)
            unneeded += gone
            if count < _EXPIRY_BATCH:
                return unneeded

    async def picture_ids(self) -> set[PictureId]:
        """Returns all files that are needed: shown, used as input, or loaded by a job that has not ended."""

        def collect(connection: Connection) -> set[PictureId]:
            needed = set[PictureId]()
            for request in connection.scalars(select(jobs.c.request).where(jobs.c.finished_at.is_(None))):
                needed |= set() if request is None else named_pictures(request)
            svgs = select(version_pictures.c.svg_id).where(version_pictures.c.svg_id.is_not(None))
            query = select(pictures.c.id).union(
                svgs, select(version_inputs.c.picture_id), select(thread_trees.c.picture_id)
            )
            ids = connection.scalars(query, execution_options={"yield_per": _PICTURE_PAGE})
            needed.update(PictureId(picture) for picture in ids)
            return needed

        return await self._database.read(collect)

    async def _load(self, chosen: ColumnElement[bool]) -> list[Version]:
        return await self._database.read(lambda connection: load_versions(connection, chosen))

    async def _find_last(self, chosen: ColumnElement[bool]) -> Version | None:
        found = await self._load(chosen)
        return found[-1] if found else None


def _delete(connection: Connection, thread: ThreadId, version: VersionId, at: datetime) -> list[PictureId]:
    lock_thread(connection, thread)
    living = (versions.c.id == version) & versions.c.deleted_at.is_(None)
    marked = connection.execute(update(versions).where(living).values(deleted_at=at))
    if marked.rowcount == 0:
        return []
    unlinked = [
        delete(version_pictures)
        .where(version_pictures.c.version_id == version)
        .returning(version_pictures.c.picture_id, version_pictures.c.svg_id),
        delete(version_inputs).where(version_inputs.c.version_id == version).returning(version_inputs.c.picture_id),
    ]
    rows = [row for links in unlinked for row in connection.execute(links)]
    candidates = {PictureId(file) for row in rows for file in row if file is not None}
    _move_head(connection, thread, version)
    return _delete_unneeded_rows(connection, sorted(candidates))


def _move_head(connection: Connection, thread: ThreadId, deleted: VersionId) -> None:
    """If the deleted version was the head, makes its nearest ancestor that is not deleted the head, or the newest."""
    line = (
        select(versions.c.parent_id, literal(1).label("distance"))
        .where(versions.c.id == deleted)
        .cte("line", recursive=True)
    )
    line = line.union_all(
        select(versions.c.parent_id, line.c.distance + 1)
        .join(line, versions.c.id == line.c.parent_id)
        .where(versions.c.deleted_at.is_not(None))
    )
    living = (versions.c.thread_id == thread) & versions.c.deleted_at.is_(None)
    ancestor = (
        select(versions.c.id)
        .join(line, versions.c.id == line.c.parent_id)
        .where(living)
        .order_by(line.c.distance)
        .limit(1)
    )
    newest = select(versions.c.id).where(living).order_by(versions.c.number.desc()).limit(1)
    head = connection.scalar(ancestor) or connection.scalar(newest)
    connection.execute(update(threads).where(threads.c.id == thread, threads.c.head_id == deleted).values(head_id=head))


def _delete_unneeded_rows(connection: Connection, candidates: Sequence[PictureId]) -> list[PictureId]:
    # Locked first and in order: a process that adds a version with one of these pictures waits, then inserts it again.
    locked = select(pictures.c.id).where(pictures.c.id.in_(candidates)).order_by(pictures.c.id)
    connection.execute(locked.with_for_update())
    shown = select(version_pictures.c.picture_id).where(version_pictures.c.picture_id.in_(candidates))
    drawn_from = select(version_inputs.c.picture_id).where(version_inputs.c.picture_id.in_(candidates))
    still_shown = set((connection.scalars(shown)).all())
    gone = [picture for picture in candidates if picture not in still_shown]
    connection.execute(delete(pictures).where(pictures.c.id.in_(gone)))
    # An SVG has no row of its own: the lock on its picture protects it too.
    rasterised = select(version_pictures.c.svg_id).where(version_pictures.c.svg_id.in_(candidates))
    still_used = set((connection.scalars(drawn_from.union(rasterised))).all())
    return [picture for picture in gone if picture not in still_used]
