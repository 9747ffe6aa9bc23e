"""Runs workflows durably with DBOS: a submitted workflow runs to its end, across crashes and restarts.

The kill tests check these settings:
* `application_version` is constant. By default DBOS derives it from the code, and a new release would not resume jobs.
* The serialiser is JSON instead of pickle. After a restart, a step's exception has another type. So steps return
  outcomes, and an exception only means "retry".
* On SQLite, WAL mode is set before the launch, since DBOS leaves the journal at DELETE (5.3 → 3.3 ms per commit).
* DBOS replaces the loop's default executor, without a thread limit unless configured. After `destroy` the loop has no
  executor. So the engine is closed last, in a separate thread.
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
from bot.errors import Transient
from bot.texts import job_errors

# Change it only if the order of a workflow's steps changes, and finish the old jobs first.
_APPLICATION_VERSION = "1"

# A step that raises Transient is retried after 0.5, 1, 2, 4 ... seconds, for about 4.5 hours.
_STEP_ATTEMPTS = 16
_STEP_INTERVAL_S = 0.5

# On SQLite, a DBOS thread polls for notifications at this interval. Easel uses none, so no query is made. Closing waits
# for the next poll, by default for up to a second.
_LISTENER_INTERVAL_S = 0.1

_DELETE_BATCH = 500

Json = Mapping[str, object]
"""A JSON object: the type of workflow inputs and step results, which are stored."""

Step = Callable[[], Coroutine[Any, Any, Json]]


class Steps(Protocol):
    """Runs the steps of one workflow. The result of a finished step is stored, and the step is not run again."""

    async def run(self, name: str, step: Step) -> Json: ...


Workflow = Callable[[Json, Steps], Coroutine[Any, Any, None]]


class Engine:
    """The durable workflow engine, one per process.

    Args:
        url: `sqlite:////data/engine.db`, or `postgresql://...` shared by several workers.
        worker: the permanent name of this worker. After a restart it resumes the jobs it had.
        workflows: by name. DBOS resumes them by name when it starts.
    """

    def __init__(self, url: str, *, worker: str, workflows: Mapping[str, Workflow]) -> None:
        self._url = make_url(url)
        self._worker = worker
        self._running: set[asyncio.Task[object]] = set()
        self._workflows = {name: self._register(name, workflow) for name, workflow in workflows.items()}

    async def start(self) -> None:
        """Opens the engine's database and resumes unfinished workflows.

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
            raise job_errors.engine_unreachable() from problem

    async def submit(self, workflow: str, key: EventKey, order: Json) -> None:
        """Stores and starts a workflow. Does nothing if the key was submitted before, even if that one has ended.

        Args:
            workflow: its name.
            key: makes the submission idempotent.
            order: the workflow's input.

        Raises:
            AdminError: the engine's database failed; nothing was accepted.
        """
        try:
            with SetWorkflowID(key):
                await DBOS.start_workflow_async(self._workflows[workflow], order)
        except DBAPIError as problem:
            raise job_errors.cannot_accept() from problem

    async def knows(self, key: EventKey) -> bool:
        """Whether a workflow was submitted with this key and has not been purged."""
        return await DBOS.get_workflow_status_async(key) is not None

    async def purge(self, *, ended_before: datetime) -> int:
        """Deletes workflows that ended before this time. Returns how many.

        The key of a deleted workflow could be accepted again, so keep them for at least a week.
        """
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
        """Stops the engine; the next start resumes unfinished work. Call it last: it removes the loop's executor."""
        logging.getLogger("dbos").setLevel(logging.ERROR)  # it logs a warning for every task cancelled here
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
            raise job_errors.engine_unreachable() from problem

    def _register(self, name: str, workflow: Workflow) -> Callable[[Json], Coroutine[Any, Any, None]]:
        async def run(order: Json) -> None:
            task = asyncio.current_task()
            assert task is not None  # noqa: S101 -- a coroutine always runs in a task; this tells the type checker
            self._running.add(task)
            try:
                await workflow(order, _DbosSteps())
            finally:
                self._running.discard(task)

        # By default DBOS stops resuming a workflow after a hundred starts. Accepted work has no such limit.
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
