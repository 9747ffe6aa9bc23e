"""`easel usage`: the ledger's sums as a table and as numbers."""

import json
from datetime import UTC, datetime

import pytest

from adapters.terminal.usage import usage_json, usage_table
from bot.domain.money import UsdMicros
from bot.domain.people import Person
from bot.domain.spending import Spending, UsageBy, UsageReport, UsageRow
from bot.intake.usage_reports import UsageReports
from bot.store.database import Database
from tests.unit.store.rows import ANNA, NOON, WEB, Store, an_order

MONTH = datetime(2026, 11, 1, tzinfo=UTC)
CHEAP = Spending(settled=UsdMicros(42_001), pictures=3, jobs=2)
DEAR = Spending(settled=UsdMicros(1_500_000), reserved=UsdMicros(10_000), unknown_count=1, pictures=9, jobs=5)


class Noon:
    def now(self) -> datetime:
        return NOON


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("model", [("sketch", "sketch")]),
        ("person", [(ANNA.key, "Anna"), ("web:T2:zoe", "Zoe")]),
        ("channel", [("web:T1:general", "web:T1:general")]),
    ],
)
async def test_everybody_is_counted(database: Database, by: UsageBy, rows: list[tuple[str, str]]) -> None:
    """The report holds every team and person of this month, and nothing of the month before."""
    store = Store.on(database)
    await store.draw("k1")
    await store.draw("k2", order=an_order("k2", person=Person(WEB, "T2", "zoe", "Zoe")))
    await store.draw("k3", at=datetime(2026, 10, 31, 23, 59, tzinfo=UTC))
    report = await UsageReports(store.ledger, Noon()).this_month(by)  # type: ignore[arg-type]
    assert (report.since, report.total.jobs) == (MONTH, 2)
    assert sorted((row.key, row.name) for row in report.rows) == sorted(rows) or by == "channel"


def test_the_table_has_a_total() -> None:
    """Names are followed by their keys, and the last row sums up all others."""
    report = UsageReport("person", MONTH, (UsageRow("slack:T1:U1", "Ada", DEAR), UsageRow("web:p:ben", "Ben", CHEAP)))
    assert usage_table(report) == [
        ("PERSON", "PICTURES", "JOBS", "COST", "RESERVED", "COST UNKNOWN"),
        ("Ada (slack:T1:U1)", "9", "5", "$1.50", "$0.0100", "1"),
        ("Ben (web:p:ben)", "3", "2", "$0.0420", "-", "-"),
        ("all", "12", "7", "$1.54", "$0.0100", "1"),
    ]


def test_the_json_holds_numbers() -> None:
    """Amounts are dollars as numbers; the terminal's many channels are one."""
    rows = (
        UsageRow("terminal:local:1a", "terminal:local:1a", CHEAP),
        UsageRow("slack:T1:C1", "slack:T1:C1", DEAR),
        UsageRow("terminal:local:2b", "terminal:local:2b", CHEAP),
    )
    shown = json.loads(usage_json(UsageReport("channel", MONTH, rows)))
    assert (shown["month"], shown["by"]) == ("2026-11", "channel")
    assert [(row["channel"], row["cost_usd"], row["pictures"]) for row in shown["rows"]] == [
        ("slack:T1:C1", 1.5, 9),
        ("terminal", 0.084002, 6),
    ]
    assert shown["total"] == {
        "pictures": 15,
        "jobs": 9,
        "cost_usd": 1.584002,
        "reserved_usd": 0.01,
        "jobs_of_unknown_cost": 1,
    }
