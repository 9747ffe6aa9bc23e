"""The ledger of costs per person, team and model.

Each drawing job has one row: open while its cost is reserved, then settled or released once. A share draws nothing and
has no row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, Label, RowMapping, and_, bindparam, case, func, select, update
from sqlalchemy.sql.dml import UpdateBase

from bot.domain.ids import JobId, ModelName, PlatformName
from bot.domain.money import UsdMicros
from bot.domain.requests import Order
from bot.domain.spending import Spending
from bot.observability import COST_UNKNOWN, COST_USD
from bot.store.database import Database
from bot.store.tables import ledger
from bot.store.upsert import insert_or_ignore


@dataclass(frozen=True, slots=True)
class SettledCost:
    """The cost of a failed job that was paid, in millionths of a US dollar; None if the provider did not report it."""

    cost: UsdMicros | None


_COLUMNS = ledger.c
_CLOSE = (
    update(ledger)
    .where(_COLUMNS.job_id == bindparam("job"), _COLUMNS.outcome == "open")
    .returning(_COLUMNS.platform, _COLUMNS.model, _COLUMNS.outcome, _COLUMNS.settled_usd_micros)
)
_CLOSE_AT_ESTIMATE = _CLOSE.values(
    outcome=bindparam("outcome"), settled_usd_micros=_COLUMNS.reserved_usd_micros, closed_at=bindparam("closed_at")
)

Closing = Literal["keep", "release", "settle_estimate"] | SettledCost


@dataclass(frozen=True, slots=True)
class ModelSpending:
    """The spending on one model."""

    model: ModelName
    spending: Spending


@dataclass(frozen=True, slots=True)
class PersonSpending:
    """The spending of one person.

    Attributes:
        person: `Person.key`.
        name: one of the names recorded for the person, the last in alphabetical order.
    """

    person: str
    name: str
    spending: Spending


@dataclass(frozen=True, slots=True)
class ChannelSpending:
    """The spending in one channel.

    Attributes:
        channel: `platform:team:channel`, with `?` for an unknown channel.
    """

    channel: str
    spending: Spending


class Ledger:
    """Sums the costs of jobs whose entry was opened at or after `since`, for one person, one team, or everybody."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def spent(
        self, *, since: datetime, person: str | None = None, team: tuple[PlatformName, str] | None = None
    ) -> Spending:
        """Returns the total spending.

        Args:
            since: only jobs from this time on.
            person: only jobs of this `Person.key`.
            team: only jobs of this platform and team.
        """
        query = select(*_sums()).where(_condition(since, person, team))
        row = await self._database.read(lambda connection: connection.execute(query).mappings().one())
        return _spending_of(row)

    async def by_model(
        self, *, since: datetime, person: str | None = None, team: tuple[PlatformName, str] | None = None
    ) -> list[ModelSpending]:
        """Returns the spending per model, highest cost first."""
        rows = await self._group_by([ledger.c.model], _condition(since, person, team))
        return [ModelSpending(row["model"], _spending_of(row)) for row in rows]

    async def by_person(self, *, since: datetime, team: tuple[PlatformName, str] | None = None) -> list[PersonSpending]:
        """Returns the spending per person, highest cost first."""
        name = func.max(ledger.c.person_name).label("name")
        rows = await self._group_by([ledger.c.person], _condition(since, None, team), name)
        return [PersonSpending(row["person"], row["name"], _spending_of(row)) for row in rows]

    async def by_channel(
        self, *, since: datetime, team: tuple[PlatformName, str] | None = None
    ) -> list[ChannelSpending]:
        """Returns the spending per channel, highest cost first."""
        columns = ledger.c
        channel = func.coalesce(columns.channel, "?").label("channel")
        rows = await self._group_by([columns.platform, columns.team, channel], _condition(since, None, team))
        return [ChannelSpending(f"{row['platform']}:{row['team']}:{row['channel']}", _spending_of(row)) for row in rows]

    async def _group_by(
        self, keys: list[ColumnElement[str]], chosen: ColumnElement[bool], *more: ColumnElement[str]
    ) -> Sequence[RowMapping]:
        sums = _sums()
        query = select(*keys, *more, *sums).where(chosen, ledger.c.outcome != "released").group_by(*keys)
        ordered = query.order_by(sums[0].desc(), sums[-1].desc(), *keys)
        return await self._database.read(lambda connection: connection.execute(ordered).mappings().all())


def reserve(connection: Connection, order: Order, *, at: datetime) -> None:
    """Opens the job's entry with its estimated cost. Does nothing if the entry exists."""
    row = {
        "job_id": order.job,
        "person": order.person.key,
        "person_name": order.person.name.replace("\0", ""),  # PostgreSQL refuses it
        "platform": order.person.platform,
        "team": order.person.team,
        "channel": order.place.channel,
        "model": order.request.model,
        "pictures": 0,
        "outcome": "open",
        "reserved_usd_micros": order.estimate,
        "opened_at": at,
    }
    connection.execute(insert_or_ignore(connection, ledger), row)


@dataclass(frozen=True, slots=True)
class ClosedEntry:
    """An entry that was just closed.

    Attributes:
        is_released: whether nothing was paid.
        cost: in millionths of a US dollar; None if unknown.
    """

    platform: PlatformName
    model: ModelName
    is_released: bool
    cost: UsdMicros | None

    def count(self) -> None:
        """Adds the cost to the metrics. Call it after the commit."""
        if self.is_released:
            return
        if self.cost is None:
            COST_UNKNOWN.labels(self.platform, self.model).inc()
        else:
            COST_USD.labels(self.platform, self.model).inc(self.cost / 1_000_000)


def settle(
    connection: Connection, job: JobId, *, cost: UsdMicros | None, pictures: int, at: datetime
) -> ClosedEntry | None:
    """Closes the entry of a drawn job at its real cost.

    Args:
        connection: in a write transaction.
        job: the job.
        cost: in millionths of a US dollar; None if the provider did not report it.
        pictures: how many were drawn.
        at: the closing time.

    Returns:
        The entry, or None if it was closed before.
    """
    return _close_entry(connection, job, outcome="settled", settled_usd_micros=cost, pictures=pictures, closed_at=at)


def close(connection: Connection, job: JobId, *, how: Closing, at: datetime) -> ClosedEntry | None:
    """Closes the entry of a job that ends. An entry that is closed already stays unchanged.

    `keep` means that the entry was settled when the job was drawn. If it is open nevertheless, something may have been
    paid, so it is closed at its estimate, like an unknown outcome.
    """
    match how:
        case SettledCost(cost):
            return _close_entry(connection, job, outcome="settled", settled_usd_micros=cost, closed_at=at)
        case "release":
            return _close_entry(connection, job, outcome="released", closed_at=at)
        case "keep" | "settle_estimate":
            return _execute_close(connection, _CLOSE_AT_ESTIMATE, {"job": job, "outcome": "estimated", "closed_at": at})


def _close_entry(connection: Connection, job: JobId, **values: object) -> ClosedEntry | None:
    return _execute_close(connection, _CLOSE, {"job": job, **values})


def _execute_close(connection: Connection, closing: UpdateBase, values: Mapping[str, object]) -> ClosedEntry | None:
    """Returns None if the entry is closed already, or if there is none (a share)."""
    row = connection.execute(closing, values).one_or_none()
    if row is None:
        return None
    return ClosedEntry(row.platform, row.model, row.outcome == "released", row.settled_usd_micros)


def _condition(since: datetime, person: str | None, team: tuple[PlatformName, str] | None) -> ColumnElement[bool]:
    conditions = [ledger.c.opened_at >= since]
    if person is not None:
        conditions.append(ledger.c.person == person)
    if team is not None:
        conditions += [ledger.c.platform == team[0], ledger.c.team == team[1]]
    return and_(*conditions)


def _sums() -> list[Label[int]]:
    is_open, is_released = ledger.c.outcome == "open", ledger.c.outcome == "released"
    is_unknown = and_(ledger.c.outcome.in_(("settled", "estimated")), ledger.c.settled_usd_micros.is_(None))
    return [
        _sum(ledger.c.settled_usd_micros).label("settled"),
        _sum(case((is_open, ledger.c.reserved_usd_micros))).label("reserved"),
        _sum(case((is_unknown, 1))).label("unknown_count"),
        _sum(ledger.c.pictures).label("pictures"),
        _sum(case((is_released, 0), else_=1)).label("jobs"),
    ]


def _sum(values: ColumnElement[int]) -> ColumnElement[int]:
    return func.coalesce(func.sum(values), 0)


def _spending_of(row: RowMapping) -> Spending:
    # PostgreSQL's sums of BIGINT are NUMERIC and arrive as Decimal.
    return Spending(
        settled=UsdMicros(int(row["settled"])),
        reserved=UsdMicros(int(row["reserved"])),
        unknown_count=int(row["unknown_count"]),
        pictures=int(row["pictures"]),
        jobs=int(row["jobs"]),
    )
