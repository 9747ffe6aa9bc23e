"""Durable execution: what was submitted runs to its end, through crashes and restarts. DBOS does the work.

What must hold for that was measured, and is pinned by the kill tests:
* `application_version` is a constant: DBOS otherwise derives it from the code, and any edit strands running jobs.
* The serialiser is JSON: the default is pickle. After a restart a step's exception comes back as another type, so
  steps return outcomes, and an exception only means "retry".
* On SQLite the journal is switched to WAL before launch, since DBOS leaves it at DELETE (5.3 → 3.3 ms a commit).
* DBOS replaces the loop's default executor, unbounded unless told; after `destroy` that executor is gone, so the
  engine is closed last, and off the loop.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from typing import Any, Protocol

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from bot.domain.ids import EventKey
from bot.errors import AdminError, Transient

# Bump only when the order of a workflow's steps changes, and drain the old jobs first.
_APPLICATION_VERSION = "1"

# A step whose platform or database is out of reach tries again after 0.5, 1, 2, 4 ... seconds, for about 4.5 hours.
_STEP_ATTEMPTS = 16
_STEP_INTERVAL_S = 0.5

# A thread of DBOS on SQLite looks so often for notifications, of which Easel uses none: it then finds an empty list and
# asks no database. Closing waits until it has looked once more, by default for up to a second.
_LISTENER_INTERVAL_S = 0.1

_DELETE_BATCH = 500

Json = Mapping[str, object]
"""Workflows take, and steps return, nothing but JSON objects: that is what survives a restart."""

Step = Callable[[], Coroutine[Any, Any, Json]]


class Steps(Protocol):
    """Runs one workflow's steps: a step that has ended is never run again, its outcome is remembered."""

    async def run(self, name: str, step: Step) -> Json: ...


Workflow = Callable[[Json, Steps], Coroutine[Any, Any, None]]


class Engine:
    """One per process. Workflows are named at construction, since DBOS resumes them by name at launch.

    Args:
        url: `sqlite:////data/engine.db`, or `postgresql://...` shared by several workers.
        worker: this worker's lasting name: after a restart it resumes the jobs it had.
    """

    def __init__(self, url: str, *, worker: str, workflows: Mapping[str, Workflow]) -> None:
        self._url = make_url(url)
        self._worker = worker
        self._running: set[asyncio.Task[object]] = set()
        self._workflows = {name: self._register(name, workflow) for name, workflow in workflows.items()}

    async def start(self) -> None:
        """Opens the engine's database and resumes what a crash or a stop left unfinished.

        Raises:
            AdminError: the database cannot be opened.
        """
        with ThreadPoolExecutor(1) as opener:
            await asyncio.get_running_loop().run_in_executor(opener, self._prepare_sqlite)
        url = self._url.set(drivername="postgresql+psycopg" if self._is_postgresql else "sqlite")
        DBOS(
            config=DBOSConfig(
                name="easel",
                system_database_url=url.render_as_string(hide_password=False),
                application_version=_APPLICATION_VERSION,
                executor_id=self._worker,
                serializer=DBOSPortableJSONSerializer(),
                max_executor_threads=16,
                notification_listener_polling_interval_sec=_LISTENER_INTERVAL_S,
                log_level="WARNING",
            )
        )
        try:
            DBOS.launch()
        except DBAPIError as problem:
            raise _unreachable() from problem

    async def submit(self, workflow: str, key: EventKey, order: Json) -> None:
        """One durable commit; a key that was submitted before is left alone, however long ago it ended.

        Raises:
            AdminError: the engine's database refused, so nothing was accepted.
        """
        try:
            with SetWorkflowID(key):
                await DBOS.start_workflow_async(self._workflows[workflow], order)
        except DBAPIError as problem:
            raise AdminError(
                "Easel cannot accept anything at the moment: its disk is full or its database is out of reach.",
                hint="Nothing was lost or paid. Try again in a while, and tell whoever runs Easel.",
            ) from problem

    async def knows(self, key: EventKey) -> bool:
        """Whether something was submitted under this key, and not purged since."""
        return await DBOS.get_workflow_status_async(key) is not None

    async def purge(self, *, ended_before: datetime) -> int:
        """Forgets workflows that ended. A key forgotten could be accepted again, so keep them for a week at least."""
        ended = await DBOS.list_workflows_async(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=ended_before.isoformat(),
            load_input=False,
            load_output=False,
        )
        ids = [row.workflow_id for row in ended]
        for start in range(0, len(ids), _DELETE_BATCH):
            await DBOS.delete_workflows_async(ids[start : start + _DELETE_BATCH])
        return len(ids)

    async def close(self) -> None:
        """Leaves what is unfinished to the next start. Call it last: afterwards the loop has no default executor."""
        logging.getLogger("dbos").setLevel(logging.ERROR)  # it warns of every task that is cancelled here
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        with ThreadPoolExecutor(1) as closer:
            await asyncio.get_running_loop().run_in_executor(closer, lambda: DBOS.destroy(destroy_registry=True))

    # Private

    @property
    def _is_postgresql(self) -> bool:
        return self._url.get_backend_name() == "postgresql"

    def _prepare_sqlite(self) -> None:
        if self._is_postgresql or self._url.database is None:
            return
        try:
            with closing(sqlite3.connect(self._url.database)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
                # Fails after 5 s where another program holds the file; DBOS would try for a long time.
                connection.execute("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as problem:
            raise _unreachable() from problem

    def _register(self, name: str, workflow: Workflow) -> Callable[[Json], Coroutine[Any, Any, None]]:
        async def run(order: Json) -> None:
            task = asyncio.current_task()
            assert task is not None  # noqa: S101 -- a coroutine always runs in a task; this tells the type checker
            self._running.add(task)
            try:
                await workflow(order, _DbosSteps())
            finally:
                self._running.discard(task)

        # DBOS gives a workflow up after a hundred starts, whatever the reasons were: accepted work is never given up.
        return DBOS.workflow(name=name, max_recovery_attempts=None)(run)


class _DbosSteps:
    async def run(self, name: str, step: Step) -> Json:
        return await DBOS.run_step_async(
            {
                "name": name,
                "retries_allowed": True,
                "max_attempts": _STEP_ATTEMPTS,
                "interval_seconds": _STEP_INTERVAL_S,
                "should_retry": lambda problem: isinstance(problem, Transient),
            },
            step,
        )


def _unreachable() -> AdminError:
    return AdminError(
        "The job engine's database cannot be opened: it is damaged, locked or out of reach.",
        hint="Restore engine.db from a backup, or move it away to start without the unfinished jobs.",
    )
