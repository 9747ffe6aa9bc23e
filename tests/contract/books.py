"""The ledger's promise, read from the state database itself."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One job's line. `cost` is in micro-dollars; None where nothing is settled."""

    outcome: str
    cost: int | None


def discrepancies(data_dir: Path) -> list[str]:
    """Jobs that did not end, and drawing jobs whose line in the ledger is missing or open. Empty when all is well."""
    query = """
        SELECT jobs.id, jobs.state, ledger.outcome
        FROM jobs LEFT JOIN ledger ON ledger.job_id = jobs.id
        WHERE jobs.finished_at IS NULL
           OR (json_extract(jobs."order", '$.kind') <> 'share' AND coalesce(ledger.outcome, 'open') = 'open')
           OR (json_extract(jobs."order", '$.kind') = 'share' AND ledger.outcome IS NOT NULL)
    """
    return [f"job {job} is {state}, its line {outcome}" for job, state, outcome in _read(data_dir, query)]


def newest_entry(data_dir: Path) -> Entry:
    """The line of the job accepted last."""
    query = "SELECT outcome, settled_usd_micros FROM ledger ORDER BY opened_at DESC LIMIT 1"
    return Entry(*_read(data_dir, query)[0])


def _read(data_dir: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{data_dir / 'state.db'}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()
