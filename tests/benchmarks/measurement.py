"""One row of the table: what was measured, against which baseline of the same run, and whether the target is met."""

from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("what", "measured", "baseline, same run", "ratio", "target", "")


@dataclass(frozen=True, slots=True)
class Measurement:
    """`ratio` is measured to baseline."""

    what: str
    measured: str
    baseline: str
    ratio: float
    target: str
    is_met: bool

    def cells(self) -> tuple[str, ...]:
        verdict = "met" if self.is_met else "MISSED"
        return (self.what, self.measured, self.baseline, f"{self.ratio:.3g}", self.target, verdict)


def line(cells: Sequence[str]) -> str:
    """One line of a Markdown table, so that the README can quote it."""
    return f"| {' | '.join(cells)} |"


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that is not below `percent` of all of them."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
