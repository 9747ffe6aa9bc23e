"""How findings are printed: a line each with what to do below it, or as JSON for programs."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from bot.domain.diagnostics import Diagnostic

_MARKS = {"fine": "ok", "warning": "warning", "problem": "PROBLEM"}


def lines(findings: Iterable[Diagnostic]) -> Iterator[str]:
    for finding in findings:
        yield f"{_MARKS[finding.severity]:<8} {finding.subject}: {finding.text}"
        if finding.advice:
            yield f"{'':<8} {finding.advice}"


def as_json(findings: Iterable[Diagnostic]) -> str:
    return json.dumps([asdict(finding) for finding in findings])


def exit_status(findings: Iterable[Diagnostic]) -> int:
    """1 where something keeps Easel from working."""
    return 1 if any(finding.severity == "problem" for finding in findings) else 0
