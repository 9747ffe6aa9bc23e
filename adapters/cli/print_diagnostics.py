"""Formats diagnostics as text or JSON."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict

from bot.domain.diagnostics import Diagnostic

_MARKS = {"fine": "ok", "warning": "warning", "problem": "PROBLEM"}


def lines(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    for diagnostic in diagnostics:
        yield f"{_MARKS[diagnostic.severity]:<8} {diagnostic.subject}: {diagnostic.text}"
        if diagnostic.advice:
            yield f"{'':<8} {diagnostic.advice}"


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    return json.dumps([asdict(diagnostic) for diagnostic in diagnostics])


def exit_status(diagnostics: Iterable[Diagnostic]) -> int:
    """1 if there is a problem, else 0."""
    return 1 if any(diagnostic.severity == "problem" for diagnostic in diagnostics) else 0
