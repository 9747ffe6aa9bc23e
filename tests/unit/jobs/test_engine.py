"""The job engine: what was measured of DBOS and must stay so, because everything durable stands on it."""

import asyncio
import json
import sqlite3
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS

from bot.domain.ids import EventKey
from bot.errors import AdminError, Refused, Transient
from bot.jobs.engine import Engine, Json, Steps, Workflow
from tests.clock import PATIENCE_S

_KEY = EventKey("web:1")
_MAX_THREADS = 16


def test_what_is_unfinished_goes_on_at_the_next_start(tmp_path: Path) -> None:
    """Work that was left is resumed, without repeating its ended steps, by code that was edited since."""
    steps_run: list[str] = []

    async def first_life() -> None:
        waiting = asyncio.Event()

        async def wait_for_ever(payload: Json, steps: Steps) -> None:
            await steps.run("first", _step(lambda: steps_run.append("first")))
            waiting.set()
            await asyncio.Event().wait()

        async with _open(tmp_path, wait_for_ever) as engine:
            await engine.submit("draw", _KEY, {"prompt": "a fox"})
            await waiting.wait()

    async def go_on(payload: Json, steps: Steps) -> None:
        """The same workflow, one release later."""
        await steps.run("first", _step(lambda: steps_run.append("first again")))
        steps_run.append(f"after the restart: {payload['prompt']}")

    async def second_life() -> None:
        async with asyncio.timeout(PATIENCE_S), _open(tmp_path, go_on):
            await _ended(_KEY)

    # A loop is never used again: the engine took its default executor along.
    asyncio.run(first_life())
    assert _rows(tmp_path, "SELECT status FROM workflow_status") == [("PENDING",)]
    asyncio.run(second_life())
    assert steps_run == ["first", "after the restart: a fox"]
    assert _rows(tmp_path, "SELECT status FROM workflow_status") == [("SUCCESS",)]


def test_work_is_resumed_however_often_it_was_started(tmp_path: Path) -> None:
    """Hundreds of restarts, for whatever reasons, give nothing up that was accepted."""

    async def first_life() -> None:
        waiting = asyncio.Event()

        async def wait_for_ever(payload: Json, steps: Steps) -> None:
            waiting.set()
            await asyncio.Event().wait()

        async with _open(tmp_path, wait_for_ever) as engine:
            await engine.submit("draw", _KEY, {})
            await waiting.wait()

    async def last_life() -> None:
        async with asyncio.timeout(PATIENCE_S), _open(tmp_path, _nothing):
            await _ended(_KEY)

    asyncio.run(first_life())
    with closing(sqlite3.connect(tmp_path / "engine.db")) as connection, connection:
        connection.execute("UPDATE workflow_status SET recovery_attempts = 500")
    asyncio.run(last_life())
    assert _rows(tmp_path, "SELECT status FROM workflow_status") == [("SUCCESS",)]


async def test_orders_are_kept_as_json(tmp_path: Path) -> None:
    """What is kept of accepted work can be read by anything: it is JSON, not Python's pickle."""
    async with _open(tmp_path, _nothing) as engine:
        await engine.submit("draw", _KEY, {"prompt": "a fox"})
        await _ended(_KEY)
    ((inputs,),) = _rows(tmp_path, "SELECT inputs FROM workflow_input")
    assert json.loads(inputs) == {"positionalArgs": [{"prompt": "a fox"}], "namedArgs": {}}
    assert _rows(tmp_path, "SELECT serialization FROM workflow_status") == [("portable_json",)]


async def test_sqlite_writes_ahead(tmp_path: Path) -> None:
    """The engine's file is in WAL mode, in which a commit costs about half."""
    async with _open(tmp_path, _nothing):
        pass
    assert _rows(tmp_path, "PRAGMA journal_mode") == [("wal",)]


async def test_a_key_is_accepted_once_for_ever(tmp_path: Path) -> None:
    """The same event again does nothing, even after its work has ended."""
    runs: list[object] = []

    async def note(payload: Json, steps: Steps) -> None:
        runs.append(payload["prompt"])

    async with _open(tmp_path, note) as engine:
        assert not await engine.knows(_KEY)
        await engine.submit("draw", _KEY, {"prompt": "first"})
        await _ended(_KEY)
        await engine.submit("draw", _KEY, {"prompt": "second"})
        await _ended(_KEY)
        assert await engine.knows(_KEY)
    assert runs == ["first"]


async def test_purging(tmp_path: Path) -> None:
    """Only what ended long enough ago is forgotten; what is unfinished stays, however old."""
    unfinished = EventKey("web:2")

    async def perhaps_wait(payload: Json, steps: Steps) -> None:
        if payload["waits"]:
            await asyncio.Event().wait()

    async with _open(tmp_path, perhaps_wait) as engine:
        await engine.submit("draw", _KEY, {"waits": False})
        await engine.submit("draw", unfinished, {"waits": True})
        await _ended(_KEY)
        assert await engine.purge(ended_before=datetime(2000, 1, 1, tzinfo=UTC)) == 0
        assert await engine.purge(ended_before=datetime(3000, 1, 1, tzinfo=UTC)) == 1
        assert not await engine.knows(_KEY)
        assert await engine.knows(unfinished)


async def test_threads_are_bounded(tmp_path: Path) -> None:
    """However much is moved off the loop at once, it is done by no more than 16 threads."""
    full = threading.Barrier(_MAX_THREADS)

    def occupy() -> int:
        full.wait(timeout=PATIENCE_S)
        return threading.get_ident()

    async with _open(tmp_path, _nothing) as engine:
        await engine.submit("draw", _KEY, {})
        threads = await asyncio.gather(*(asyncio.to_thread(occupy) for _ in range(3 * _MAX_THREADS)))
    assert len(set(threads)) == _MAX_THREADS


@pytest.mark.parametrize(
    ("problem", "attempts", "status"),
    [
        (Transient("busy"), 2, "SUCCESS"),
        (Refused("no"), 1, "ERROR"),
        (AdminError("disk"), 1, "ERROR"),
        (ValueError("bug"), 1, "ERROR"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
async def test_only_what_passes_is_tried_again(tmp_path: Path, problem: Exception, attempts: int, status: str) -> None:
    """A step that fails for a passing reason is repeated; one that fails for another is not."""
    tried = 0

    def fail_once() -> None:
        nonlocal tried
        tried += 1
        if tried == 1:
            raise problem

    async def try_it(payload: Json, steps: Steps) -> None:
        await steps.run("try", _step(fail_once))

    async with _open(tmp_path, try_it) as engine, asyncio.timeout(PATIENCE_S):
        await engine.submit("draw", _KEY, {})
        await _ended(_KEY)
    assert tried == attempts
    assert _rows(tmp_path, "SELECT status FROM workflow_status") == [(status,)]


async def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    """An engine whose file is no database says so, and leaves the file alone."""
    file = tmp_path / "engine.db"
    file.write_bytes(b"This is no database. " * 500)
    engine = Engine(f"sqlite:///{file}", worker="one", workflows={})
    with pytest.raises(AdminError, match="job engine's database"):
        await engine.start()
    assert file.read_bytes() == b"This is no database. " * 500


@asynccontextmanager
async def _open(directory: Path, workflow: Workflow) -> AsyncGenerator[Engine]:
    engine = Engine(f"sqlite:///{directory / 'engine.db'}", worker="one", workflows={"draw": workflow})
    await engine.start()
    try:
        yield engine
    finally:
        await engine.close()


async def _nothing(payload: Json, steps: Steps) -> None:
    return None


def _step(work: Callable[[], object]) -> Callable[[], Any]:
    async def run() -> Json:
        work()
        return {}

    return run


async def _ended(key: EventKey) -> None:
    handle = await DBOS.retrieve_workflow_async(key)
    await asyncio.gather(handle.get_result(polling_interval_sec=0.02), return_exceptions=True)


def _rows(directory: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(directory / "engine.db")) as connection:
        return connection.execute(query).fetchall()
