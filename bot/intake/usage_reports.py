"""Usage reports of the whole installation, for administrators."""

from datetime import datetime

from bot.domain.spending import UsageBy, UsageReport, UsageRow, start_of_month
from bot.ports import Clock
from bot.store.ledger import Ledger


class UsageReports:
    """Implements `bot.ports.UsageReader` with the ledger."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    async def this_month(self, by: UsageBy) -> UsageReport:
        since = start_of_month(self._clock.now())
        return UsageReport(by, since, await self._rows(by, since=since))

    async def _rows(self, by: UsageBy, *, since: datetime) -> list[UsageRow]:
        match by:
            case "model":
                return [
                    UsageRow(row.model, row.model, row.spending) for row in await self._ledger.by_model(since=since)
                ]
            case "person":
                return [
                    UsageRow(row.person, row.name, row.spending) for row in await self._ledger.by_person(since=since)
                ]
            case "channel":
                return [
                    UsageRow(row.channel, row.channel, row.spending)
                    for row in await self._ledger.by_channel(since=since)
                ]
