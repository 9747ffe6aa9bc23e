"""How findings are printed: a line each with what to do below it."""

from collections.abc import Iterable, Iterator

from bot.domain.findings import Finding

_MARKS = {"fine": "ok", "warning": "warning", "problem": "PROBLEM"}


def lines(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        yield f"{_MARKS[finding.severity]:<8} {finding.subject}: {finding.text}"
        if finding.advice:
            yield f"{'':<8} {finding.advice}"
