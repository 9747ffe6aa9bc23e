"""Usage reports: sums of spending by model, person or channel."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from bot.domain.money import FREE, UsdMicros

UsageBy = Literal["model", "person", "channel"]
USAGE_KEYS: Final[tuple[UsageBy, ...]] = get_args(UsageBy)


@dataclass(frozen=True, slots=True)
class Spending:
    """Money spent and reserved. Jobs whose reservation was released are not counted.

    Attributes:
        settled: what was paid; the estimate for jobs of unknown outcome.
        reserved: the estimates of jobs that are waiting or drawing.
        unknown_count: finished jobs of unknown cost, by which `settled` is too low.
        pictures: the number of pictures drawn.
        jobs: the number of jobs that drew, are drawing or waiting.
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
    """One line of a report. `key` identifies the model, person (`Person.key`) or channel; `name` is for display."""

    key: str
    name: str
    spending: Spending


@dataclass(frozen=True, slots=True)
class UsageReport:
    """The spending of all people since `since`, highest first."""

    by: UsageBy
    since: datetime
    rows: Sequence[UsageRow]

    @property
    def total(self) -> Spending:
        return sum((row.spending for row in self.rows), Spending())


def start_of_month(now: datetime) -> datetime:
    """The start of the calendar month of `now`, in its time zone."""
    return datetime(now.year, now.month, 1, tzinfo=now.tzinfo)
