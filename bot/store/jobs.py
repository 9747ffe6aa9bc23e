"""Jobs as rows: each step of the work leaves one transaction here, and may be repeated after a crash."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import EventKey, JobId, ThreadId, VersionId
from bot.domain.jobs import JobState, Thread, Version
from bot.domain.money import UsdMicros
from bot.domain.people import MessageRef, Place
from bot.domain.pictures import Picture
from bot.domain.requests import AppliedSettings, Order, Request
from bot.errors import NotFound
from bot.store.database import Database
from bot.store.ledger import Closing, close, reserve, settle
from bot.store.lineage import add_version, load_versions, lock_thread
from bot.store.tables import jobs, versions
from bot.store.threads import open_thread, set_root
from bot.store.upsert import insert_into


@dataclass(frozen=True, slots=True)
class JobRow:
    """What is known of a job. `request` is None until its pictures were gathered, `status` until its card is posted.

    `order.thread` is the thread the job really is in, see `JobRows.open`.
    """

    id: JobId
    key: EventKey
    state: JobState
    order: Order
    request: Request | None
    status: MessageRef | None
    reason: str | None
    accepted_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobRows:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, order: Order, thread: Thread | None, *, at: datetime) -> JobRow:
        """Stores a job as queued and reserves its estimate; a job that is there already stays as it is.

        With `thread`, the thread is opened too. Where another one already hangs at its place, the job joins that.
        """
        async with self._database.write() as connection:
            if thread is not None:
                order = replace(order, thread=(await open_thread(connection, thread)).id)
            row = {
                "id": order.job,
                "key": order.key,
                "thread_id": order.thread,
                "state": JobState.QUEUED,
                "order": order,
                "accepted_at": order.accepted_at,
            }
            inserted = await connection.execute(insert_into(connection, jobs).values(row).on_conflict_do_nothing())
            if inserted.rowcount == 0:
                return await _existing(connection, order.job)
            if order.kind != "share":
                await reserve(connection, order, at=at)
            return _queued(order)

    async def get(self, job: JobId) -> JobRow | None:
        async with self._database.read() as connection:
            return await _first(connection, job)

    async def set_status(self, job: JobId, message: MessageRef, *, opens: tuple[ThreadId, Place] | None = None) -> None:
        """Notes where the job's card is; with `opens`, that message is also the root of a thread, now at that place."""
        async with self._database.write() as connection:
            await connection.execute(update(jobs).where(jobs.c.id == job).values(status=message))
            if opens is not None:
                await set_root(connection, *opens)

    async def begin_drawing(self, job: JobId, *, request: Request, at: datetime) -> bool:
        """Moves a queued job to drawing, with the request it will draw. False where it had begun before, or ended."""
        begun = update(jobs).where(jobs.c.id == job, jobs.c.state == JobState.QUEUED)
        async with self._database.write() as connection:
            result = await connection.execute(begun.values(state=JobState.DRAWING, request=request, started_at=at))
            return result.rowcount == 1

    async def record_drawn(
        self,
        job: JobId,
        *,
        request: Request,
        applied: AppliedSettings,
        pictures: Sequence[Picture],
        parent: VersionId | None,
        cost: UsdMicros | None,
        seconds: float,
        notes: Sequence[str],
        at: datetime,
    ) -> Version:
        """Makes a job's pictures the newest version of its thread, and its cost a fact, in one transaction.

        A job that has its version already keeps it unchanged. The pictures' bytes must be stored before.

        Raises:
            NotFound: there is no such job, or it ended without a version.
        """
        async with self._database.write() as connection:
            order = (await _existing(connection, job)).order
            await lock_thread(connection, order.thread)
            known = await load_versions(connection, versions.c.job_id == job)
            if known:
                return known[0]
            await _move_to_drawn(connection, job, request, at)
            version = Version(
                id=VersionId(job),
                thread=order.thread,
                number=0,  # the thread gives it
                parent=parent,
                job=job,
                author=order.person,
                request=request,
                typed=order.typed,
                notes=tuple(notes),
                pictures=tuple(pictures),
                cost=cost,
                seconds=seconds,
                created_at=at,
                applied=applied,
            )
            settled = await settle(connection, job, cost=cost, pictures=len(pictures), at=at)
            version = await add_version(connection, version)
        if settled is not None:
            settled.count()
        return version

    async def finish(self, job: JobId, state: JobState, *, reason: str | None, at: datetime, ledger: Closing) -> bool:
        """Ends a job. False where it had ended before, or is to be cancelled and was drawn already."""
        async with self._database.write() as connection:
            ended = update(jobs).where(jobs.c.id == job, jobs.c.finished_at.is_(None))
            if state is JobState.CANCELLED:
                ended = ended.where(jobs.c.state != JobState.DRAWN)
            result = await connection.execute(ended.values(state=state, reason=reason, finished_at=at))
            if result.rowcount == 0:
                return False
            closed = await close(connection, job, how=ledger, at=at)
        if closed is not None:
            closed.count()
        return True

    async def unfinished_in(self, thread: ThreadId) -> list[JobId]:
        """Newest first."""
        query = (
            select(jobs.c.id)
            .where(jobs.c.thread_id == thread, jobs.c.finished_at.is_(None))
            .order_by(jobs.c.accepted_at.desc(), jobs.c.id)
        )
        async with self._database.read() as connection:
            return [JobId(job) for job in await connection.scalars(query)]

    async def unfinished(self) -> list[JobRow]:
        """Oldest first."""
        query = select(jobs).where(jobs.c.finished_at.is_(None)).order_by(jobs.c.accepted_at, jobs.c.id)
        async with self._database.read() as connection:
            return [_job_of(row) for row in await connection.execute(query)]


async def _move_to_drawn(connection: AsyncConnection, job: JobId, request: Request, at: datetime) -> None:
    # A share goes straight from queued to drawn.
    drawn = {"state": JobState.DRAWN, "request": request, "started_at": func.coalesce(jobs.c.started_at, at)}
    result = await connection.execute(update(jobs).where(jobs.c.id == job, jobs.c.finished_at.is_(None)).values(drawn))
    if result.rowcount == 0:
        raise NotFound("This job has already ended.", hint="Start it again with the Again button.")


def _queued(order: Order) -> JobRow:
    return JobRow(
        id=order.job,
        key=order.key,
        state=JobState.QUEUED,
        order=order,
        request=None,
        status=None,
        reason=None,
        accepted_at=order.accepted_at,
        started_at=None,
        finished_at=None,
    )


async def _existing(connection: AsyncConnection, job: JobId) -> JobRow:
    found = await _first(connection, job)
    if found is None:
        raise NotFound("There is no such job.", hint="It may have been removed; start it again.")
    return found


async def _first(connection: AsyncConnection, job: JobId) -> JobRow | None:
    row = (await connection.execute(select(jobs).where(jobs.c.id == job))).one_or_none()
    return None if row is None else _job_of(row)


def _job_of(row: Row[Any]) -> JobRow:
    return JobRow(
        id=row.id,
        key=row.key,
        state=JobState(row.state),
        order=row.order,
        request=row.request,
        status=row.status,
        reason=row.reason,
        accepted_at=row.accepted_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
