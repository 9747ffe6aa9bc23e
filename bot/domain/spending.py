"""Sums of what was spent, as people and scripts read them."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from bot.domain.money import FREE, UsdMicros

UsageBy = Literal["model", "person", "channel"]
USAGE_KEYS: Final[tuple[UsageBy, ...]] = get_args(UsageBy)


@dataclass(frozen=True, slots=True)
class Spending:
    """What was spent and what may yet be. Released jobs count nowhere.

    Attributes:
        settled: what is paid, with an estimate for jobs whose outcome nobody knows.
        reserved: what jobs that still wait or draw are expected to cost.
        unknown_count: finished jobs whose cost nobody reported, so that `settled` is too low.
        pictures: pictures drawn.
        jobs: jobs that drew or may yet draw.
    """

    settled: UsdMicros = FREE
    reserved: UsdMicros = FREE
    unknown_count: int = 0
    pictures: int = 0
    jobs: int = 0

    def __add__(self, other: "Spending") -> "Spending":
        settled, reserved, *counts = map(sum, zip(astuple(self), astuple(other), strict=True))
        return Spending(UsdMicros(settled), UsdMicros(reserved), *counts)


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One line of a report. `key` names the model, the person (`Person.key`) or the channel; `name` is for reading."""

    key: str
    name: str
    spending: Spending


@dataclass(frozen=True, slots=True)
class UsageReport:
    """What everybody spent since `since`, dearest first."""

    by: UsageBy
    since: datetime
    rows: Sequence[UsageRow]

    @property
    def total(self) -> Spending:
        return sum((row.spending for row in self.rows), Spending())


def month_of(now: datetime) -> datetime:
    """When the calendar month of `now` began, in the zone of `now`."""
    return datetime(now.year, now.month, 1, tzinfo=now.tzinfo)
