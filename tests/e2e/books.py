"""What must be true of the files once all work has ended, whatever happened on the way."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.domain.ids import EventKey, job_id_for

_LEDGER_OF = {"delivered": {"settled"}, "failed": {"released", "estimated"}, "cancelled": {"released", "estimated"}}


class Books:
    """The databases of a data directory in which nobody works."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def rows(self, name: str, query: str) -> list[Any]:
        with closing(sqlite3.connect(self._data_dir / f"{name}.db")) as connection:
            return connection.execute(query).fetchall()

    def recorded_prompts(self) -> set[str]:
        """What has been drawn for good."""
        if not self._has("state", "versions"):
            return set()
        return {prompt for (prompt,) in self.rows("state", "SELECT json_extract(request, '$.prompt') FROM versions")}

    def cards(self) -> dict[str, Any]:
        """Easel's messages by their keys."""
        rows = self.rows("web", "SELECT key, card FROM messages WHERE key LIKE 'out:%'")
        return {key.removeprefix("out:"): json.loads(card) for key, card in rows}

    def ledger(self) -> dict[str, tuple[str, int | None]]:
        """Outcome and what was paid, by job."""
        return {
            job: (how, paid)
            for job, how, paid in self.rows("state", "SELECT job_id, outcome, settled_usd_micros FROM ledger")
        }

    def states(self) -> dict[str, str]:
        return dict(self.rows("state", "SELECT id, state FROM jobs"))

    def shown_pictures(self, key: EventKey) -> list[str]:
        """The hashes that the version of this event has by the store."""
        query = "SELECT version_id, picture_id FROM version_pictures ORDER BY version_id, position"
        return [picture for version, picture in self.rows("state", query) if version == job_id_for(key)]

    def kept_pictures(self) -> list[str]:
        """The hashes that all versions have, in order."""
        return sorted(picture for (picture,) in self.rows("state", "SELECT picture_id FROM version_pictures"))

    def stored(self) -> set[EventKey]:
        """The events that were accepted as work, by now."""
        return {EventKey(key) for (key,) in self.rows("engine", "SELECT workflow_uuid FROM workflow_status")}

    def assert_balanced(self, accepted: Iterable[EventKey]) -> None:
        """As `assert_ended`; and in the playground each of them has its card, and there are no others."""
        jobs, thread_actions = self.assert_ended(accepted)
        cards = self.cards()
        assert set(cards) - thread_actions == jobs
        assert {card["tone"] for card in cards.values()} <= {"done", "info", "error"}

    def assert_ended(self, accepted: Iterable[EventKey]) -> tuple[set[str], set[str]]:
        """Every accepted event had exactly one end, wherever it came from. Returns the jobs, and the chores' keys."""
        workflows = {key: (name, status) for key, name, status in self.rows("engine", _WORKFLOWS)}
        assert set(accepted) <= set(workflows)
        assert {status for _, status in workflows.values()} <= {"SUCCESS"}
        jobs: set[str] = {job_id_for(EventKey(key)) for key, (name, _) in workflows.items() if name == "draw"}
        self._assert_one_end_each(jobs)
        self._assert_versions_are_in_order()
        return jobs, {key for key, (name, _) in workflows.items() if name == "chore"}

    def _assert_one_end_each(self, jobs: set[str]) -> None:
        states, ledger = self.states(), self.ledger()
        versions = [job for (job,) in self.rows("state", "SELECT job_id FROM versions")]
        assert set(states) == set(ledger) == jobs
        assert sorted(versions) == sorted(job for job in jobs if states[job] == "delivered")
        for job, (outcome, _) in ledger.items():
            assert outcome in _LEDGER_OF[states[job]]

    def _assert_versions_are_in_order(self) -> None:
        threads: dict[str, list[int]] = {}
        for thread, number in self.rows("state", "SELECT thread_id, number FROM versions ORDER BY number"):
            threads.setdefault(thread, []).append(number)
        for numbers in threads.values():
            assert numbers == list(range(1, len(numbers) + 1))

    def _has(self, name: str, table: str) -> bool:
        path = self._data_dir / f"{name}.db"
        return path.exists() and bool(self.rows(name, f"SELECT 1 FROM sqlite_master WHERE name = '{table}'"))  # noqa: S608


_WORKFLOWS = "SELECT workflow_uuid, name, status FROM workflow_status"
