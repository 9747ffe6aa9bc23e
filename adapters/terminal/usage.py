"""Formats usage reports as a table and as JSON. Pure."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from adapters.terminal.limits import TERMINAL
from adapters.terminal.render import to_usd
from bot.domain.money import format_usd
from bot.domain.spending import Spending, UsageReport, UsageRow

_HEADS: Final = {"model": "MODEL", "person": "PERSON", "channel": "CHANNEL"}


def usage_table(report: UsageReport) -> list[tuple[str, ...]]:
    """A header, one row per model, person or channel, and a row with the total."""
    rows = [(_format_name(row), *_format_spending(row.spending)) for row in _merge_terminal_channels(report).rows]
    return [
        (_HEADS[report.by], "PICTURES", "JOBS", "COST", "RESERVED", "COST UNKNOWN"),
        *rows,
        ("all", *_format_spending(report.total)),
    ]


def usage_json(report: UsageReport) -> str:
    merged = _merge_terminal_channels(report)
    rows = [{report.by: row.key, "name": row.name, **_spending_json(row.spending)} for row in merged.rows]
    total = _spending_json(report.total)
    return json.dumps({"month": f"{report.since:%Y-%m}", "by": report.by, "rows": rows, "total": total})


def _merge_terminal_channels(report: UsageReport) -> UsageReport:
    """Merges all terminal channels into one row: each `easel imagine` has a channel of its own."""
    if report.by != "channel":
        return report
    ours = [row for row in report.rows if row.key.startswith(f"{TERMINAL}:")]
    others = [row for row in report.rows if row not in ours]
    terminal = UsageRow(TERMINAL, TERMINAL, sum((row.spending for row in ours), Spending()))
    rows = [*others, *([terminal] if ours else [])]
    return replace(report, rows=sorted(rows, key=lambda row: -row.spending.settled))


def _format_name(row: UsageRow) -> str:
    return row.name if row.name == row.key else f"{row.name} ({row.key})"


def _format_spending(spending: Spending) -> Sequence[str]:
    unknown = str(spending.unknown_count) if spending.unknown_count else "-"
    reserved = format_usd(spending.reserved) if spending.reserved else "-"
    return str(spending.pictures), str(spending.jobs), format_usd(spending.settled), reserved, unknown


def _spending_json(spending: Spending) -> dict[str, int | float | None]:
    return {
        "pictures": spending.pictures,
        "jobs": spending.jobs,
        "cost_usd": to_usd(spending.settled),
        "reserved_usd": to_usd(spending.reserved),
        "jobs_of_unknown_cost": spending.unknown_count,
    }
