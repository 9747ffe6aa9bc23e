"""`easel models --check`: what each service says it serves, against what the catalog says."""

from collections.abc import Callable
from datetime import date

from bot.catalog.catalog import Catalog
from bot.providers.openai_api.clients import Clients
from bot.providers.openai_api.serving import Finding, check
from bot.settings.settings import Settings

_MARKS = {"fine": "ok", "warning": "warning", "problem": "PROBLEM"}


async def check_models(settings: Settings, catalog: Catalog, say: Callable[[str], object], *, today: date) -> int:
    """Says what was found, a line each with what to change below it. Returns 1 where a model cannot draw now."""
    connected = [model for model in catalog.all() if catalog.lacking(model) is None and model.api != "none"]
    if not connected:
        say("No service is connected, so there is nothing to ask. Set OPENAI_API_KEY, or see docs/models.md.")
        return 0
    clients = Clients(settings.key, base_url=settings.openai_url)
    try:
        findings = await check(connected, clients, today=today)
    finally:
        await clients.close()
    for line in _lines(findings):
        say(line)
    return 1 if any(finding.severity == "problem" for finding in findings) else 0


def _lines(findings: list[Finding]) -> list[str]:
    lines: list[str] = []
    for finding in findings:
        lines.append(f"{_MARKS[finding.severity]:<8} {finding.subject}: {finding.text}")
        if finding.advice:
            lines.append(f"{'':<8} {finding.advice}")
    return lines
