"""What a query costs must not grow with the store: each one runs on a key or an index."""

import re
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from bot.domain.ids import ThreadId, VersionId
from bot.store.database import Database
from tests.unit.store.rows import ANNA, CHANNEL, WEB, Store, a_message, a_picture, a_request, a_thread, later

Statement = tuple[str, Any]

_READS = re.compile("SELECT|UPDATE|DELETE|WITH")
# The ancestors of one version are a handful, and the index of unfinished jobs holds nothing else.
_SCANS = re.compile(r"SCAN (?!line\b|CONSTANT ROW|jobs USING INDEX ix_jobs_unfinished)")


@pytest.fixture
async def database_kind() -> str:
    return "sqlite"  # it says its plan without statistics; PostgreSQL has the same indexes


async def _use_everything(store: Store) -> None:
    root = await store.draw("k1", request=a_request(references=(a_picture("logo"),)))
    edit = await store.draw("k2", parent=root.id)
    await store.jobs.set_status(edit.job, a_message("m"), opens=(ThreadId("t1"), CHANNEL.in_thread("r")))
    await store.threads.find(CHANNEL.in_thread("r"))
    await store.threads.open(a_thread("t9", root="r"))
    await store.jobs.begin_drawing(edit.job, request=edit.request, at=later(1))
    await store.jobs.unfinished_in(ThreadId("t1"))
    await store.jobs.unfinished()
    await store.jobs.state(edit.job)
    await store.jobs.deliver(edit.job, edit.id, a_message("m"), opens=None, at=later(2))
    await store.versions.by_message(a_message("m"))
    await store.versions.by_number(ThreadId("t1"), 1)
    await store.versions.by_job(edit.job)
    await store.versions.in_thread(ThreadId("t1"))
    await store.ledger.spent(since=later(0))
    await store.ledger.spent(since=later(0), person=ANNA.key)
    await store.ledger.spent(since=later(0), team=(WEB, "T1"))
    await store.ledger.by_model(since=later(0), person=ANNA.key)
    await store.ledger.by_person(since=later(0), team=(WEB, "T1"))
    await store.preferences.get(ANNA.key)
    await store.versions.newest_of(ANNA.key, limit=6)
    await store.versions.delete(edit.id, at=later(2))
    await store.versions.expire(later(3), at=later(4))
    await store.jobs.deliver(root.job, VersionId(root.job), a_message("m1"), opens=None, at=later(5))


async def test_no_query_reads_a_whole_table(database: Database) -> None:
    """In everything that the store is asked while people wait, no table is read from end to end."""
    statements: list[Statement] = []

    def note(_c: Connection, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        statements.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        await _use_everything(Store.on(database))
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    asked = {
        statement: parameters
        for statement, parameters in statements
        if re.match("SELECT|UPDATE|DELETE|WITH", statement)
    }
    assert len(asked) > 30

    def explain(connection: Connection) -> None:
        for statement, parameters in asked.items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row.detail for row in plan]
            scans = [
                step
                for step in steps
                if re.match(r"SCAN (?!line\b|\(|CONSTANT)", step) and "ix_jobs_unfinished" not in step
            ]
            assert not scans, f"{statement}\n{steps}"

    await database.read(explain)
