"""Reads and writes rows of the jobs table. Each step of a job is one transaction, which is safe to repeat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import BindParameter, Connection, Row, Update, bindparam, func, select, update

from bot.domain.ids import EventKey, JobId, ThreadId, VersionId
from bot.domain.jobs import JobState, Thread, Version
from bot.domain.money import UsdMicros
from bot.domain.people import MessageRef, Place
from bot.domain.pictures import Picture
from bot.domain.requests import AppliedSettings, Order, Request
from bot.sqlite.threads import Transaction
from bot.store.database import Database
from bot.store.ledger import ClosedEntry, Closing, close, reserve, settle
from bot.store.lineage import add_version, load_versions, lock_thread, message_key
from bot.store.tables import jobs, versions
from bot.store.threads import open_thread, set_root
from bot.store.upsert import insert_or_ignore
from bot.texts import job_errors

_JOB: BindParameter[str] = bindparam("job")
_BY_ID = select(jobs).where(jobs.c.id == _JOB)
_STATE = select(jobs.c.state).where(jobs.c.id == _JOB)
_CHANGE = update(jobs).where(jobs.c.id == _JOB)
_BEGIN = _CHANGE.where(jobs.c.state == JobState.QUEUED)
_END = _CHANGE.where(jobs.c.finished_at.is_(None))
_END_UNDRAWN = _END.where(jobs.c.state != JobState.DRAWN)
# A share changes from queued to drawn directly.
_DRAW = _END_UNDRAWN.values(
    state=JobState.DRAWN, request=bindparam("drawn"), started_at=func.coalesce(jobs.c.started_at, bindparam("at"))
)
_SHOW_VERSION = update(versions).where(versions.c.id == bindparam("version"))


@dataclass(frozen=True, slots=True)
class JobRow:
    """One row of the jobs table.

    Attributes:
        order: as accepted, except that `order.thread` is the thread that the job joined, see `JobRows.open`.
        request: the completed request; None until its input pictures are loaded.
        status: the message that shows the job; None until it is posted.
        reason: why the job failed; None if it did not.
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
    """The jobs table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, order: Order, thread: Thread | None, *, at: datetime) -> JobRow:
        """Stores a queued job and reserves its estimated cost. A job that is stored already stays unchanged.

        Args:
            order: the accepted order.
            thread: the job's thread, which is stored too. If another thread has its place, the job joins that one.
            at: the time of the reservation.

        Returns:
            The stored row.
        """

        def open_job(connection: Connection) -> JobRow:
            opened = order
            if thread is not None:
                opened = replace(order, thread=open_thread(connection, thread).id)
            row = {
                "id": opened.job,
                "key": opened.key,
                "thread_id": opened.thread,
                "state": JobState.QUEUED,
                "order": opened,
                "accepted_at": opened.accepted_at,
            }
            if connection.execute(insert_or_ignore(connection, jobs), row).rowcount == 0:
                return _require_job(connection, opened.job)
            if opened.kind != "share":
                reserve(connection, opened, at=at)
            return _new_job(opened)

        return await self._database.write(open_job, urgent=True)

    async def get(self, job: JobId) -> JobRow | None:
        return await self._database.read(lambda connection: _find_job(connection, job))

    async def state(self, job: JobId) -> JobState | None:
        """Returns the state of a job, or None if there is no such job."""
        state = await self._database.scalar(_STATE, job=job)
        return JobState(state) if state is not None else None

    async def set_status(self, job: JobId, message: MessageRef, *, opens: tuple[ThreadId, Place] | None = None) -> None:
        """Stores the message that shows the job's card.

        Args:
            job: the job.
            message: the message with the card.
            opens: the thread whose root is this message, and the thread's new place; None if the job is in a thread.
        """

        def write(connection: Connection) -> None:
            connection.execute(_CHANGE, {"job": job, "status": message})
            if opens is not None:
                set_root(connection, *opens)

        await self._database.write(write)

    async def begin_drawing(self, job: JobId, *, request: Request, at: datetime) -> bool:
        """Sets a queued job to drawing and stores its completed request. Returns False if the job was not queued."""
        values = {"job": job, "state": JobState.DRAWING, "request": request, "started_at": at}
        return await self._database.write(lambda connection: connection.execute(_BEGIN, values).rowcount == 1)

    async def record_drawn(
        self,
        order: Order,
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
        """Stores a job's pictures as the newest version of its thread and settles its cost, in one transaction.

        If the job has a version already, returns that one unchanged. The image files must be stored before.

        Args:
            order: the job's order.
            request: the completed request.
            applied: the settings that the provider reported.
            pictures: the stored pictures, in order.
            parent: the version that was edited, None if none was.
            cost: in millionths of a US dollar; None if unknown.
            seconds: how long drawing took.
            notes: remarks for the result card.
            at: the creation time.

        Raises:
            NotFound: there is no such job, or it ended without a version.
        """
        job = order.job

        def record(connection: Connection) -> tuple[Version, ClosedEntry | None]:
            lock_thread(connection, order.thread)
            if connection.execute(_DRAW, {"job": job, "drawn": request, "at": at}).rowcount == 0:
                known = load_versions(connection, versions.c.job_id == job)
                if known:
                    return known[0], None
                raise job_errors.already_ended()
            version = Version(
                id=VersionId(job),
                thread=order.thread,
                number=0,  # `add_version` sets it
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
            settled = settle(connection, job, cost=cost, pictures=len(pictures), at=at)
            return add_version(connection, version), settled

        version, settled = await self._database.write(record)
        if settled is not None:
            settled.count()
        return version

    async def deliver(
        self, job: JobId, version: VersionId, message: MessageRef, *, opens: tuple[ThreadId, Place] | None, at: datetime
    ) -> bool:
        """Stores which message shows the version and ends the job as delivered, in one transaction.

        Args:
            job: the job.
            version: the version it drew.
            message: the message that shows the version.
            opens: as for `set_status`.
            at: the end time.

        Returns:
            False if the job had ended before.
        """

        def write(connection: Connection) -> tuple[bool, ClosedEntry | None]:
            shown = {"version": version, "message": message, "message_key": message_key(message)}
            connection.execute(_SHOW_VERSION, shown)
            if opens is not None:
                set_root(connection, *opens)
            end = {"job": job, "state": JobState.DELIVERED, "status": message, "finished_at": at}
            return _end(connection, _END, end, ledger="keep")

        return await self._write_end(write)

    async def finish(
        self,
        job: JobId,
        state: Literal[JobState.FAILED, JobState.CANCELLED],
        *,
        reason: str | None,
        at: datetime,
        ledger: Closing,
    ) -> bool:
        """Ends a job without a result, and closes its ledger entry.

        Args:
            job: the job.
            state: how it ended. A drawn job can only be delivered.
            reason: why it failed; None if it did not.
            at: the end time.
            ledger: how to close the ledger entry, see `ledger.close`.

        Returns:
            False if the job had ended before, or was drawn.
        """
        values = {"job": job, "state": state, "reason": reason, "finished_at": at}
        return await self._write_end(lambda connection: _end(connection, _END_UNDRAWN, values, ledger=ledger))

    async def unfinished_in(self, thread: ThreadId) -> list[JobId]:
        """Returns the jobs of a thread that have not ended, newest first."""
        query = (
            select(jobs.c.id)
            .where(jobs.c.thread_id == thread, jobs.c.finished_at.is_(None))
            .order_by(jobs.c.accepted_at.desc(), jobs.c.id)
        )
        return await self._database.read(lambda connection: [JobId(job) for job in connection.scalars(query)])

    async def unfinished(self) -> list[JobRow]:
        """Returns all jobs that have not ended, oldest first."""
        query = select(jobs).where(jobs.c.finished_at.is_(None)).order_by(jobs.c.accepted_at, jobs.c.id)
        return await self._database.read(lambda connection: [_job_of(row) for row in connection.execute(query)])

    async def _write_end(self, write: Transaction[tuple[bool, ClosedEntry | None]]) -> bool:
        """Runs a transaction that ends a job, and counts its cost in the metrics. Returns whether the job ended."""
        has_ended, closed = await self._database.write(write)
        if closed is not None:
            closed.count()
        return has_ended


def _end(
    connection: Connection, end: Update, values: Mapping[str, Any], *, ledger: Closing
) -> tuple[bool, ClosedEntry | None]:
    """Returns whether `end` ended the job, and the ledger entry that this closed."""
    if connection.execute(end, values).rowcount == 0:
        return False, None
    return True, close(connection, values["job"], how=ledger, at=values["finished_at"])


def _new_job(order: Order) -> JobRow:
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


def _require_job(connection: Connection, job: JobId) -> JobRow:
    found = _find_job(connection, job)
    if found is None:
        raise job_errors.no_such_job()
    return found


def _find_job(connection: Connection, job: JobId) -> JobRow | None:
    row = connection.execute(_BY_ID, {"job": job}).one_or_none()
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
