"""`easel models --check`: compares the catalog with the model lists of the services."""

from collections.abc import Callable, Sequence

from adapters.app.model_availability import check_keys
from adapters.cli.print_diagnostics import exit_status, lines
from bot.catalog.catalog import Catalog
from bot.catalog.model import Model
from bot.domain.diagnostics import Diagnostic
from bot.errors import AdminError
from bot.ports import Clock
from bot.providers.openai_api.clients import OpenAIClients
from bot.providers.openai_api.model_listing import check_services
from bot.settings.settings import Settings


async def print_model_check(settings: Settings, catalog: Catalog, say: Callable[[str], object], *, clock: Clock) -> int:
    """Prints the diagnostics. Returns the exit status: 1 if a model cannot draw now."""
    diagnostics = await check_catalog(settings, catalog, clock=clock)
    if not diagnostics:
        say("No service is connected, so there is nothing to ask. Set OPENAI_API_KEY, or see docs/models.md.")
    for line in lines(diagnostics):
        say(line)
    return exit_status(diagnostics)


async def check_catalog(settings: Settings, catalog: Catalog, *, clock: Clock) -> list[Diagnostic]:
    """Checks keys, and all connected models."""
    connected = [model for model in catalog.models() if model.api != "none"]
    return [*check_keys(settings, catalog), *await check_models_served(settings, connected, clock=clock)]


async def check_models_served(settings: Settings, models: Sequence[Model], *, clock: Clock) -> list[Diagnostic]:
    """Compares these models, which must be available, with the model lists of their services."""
    if not models:
        return []
    try:
        clients = OpenAIClients(settings.key, base_url=settings.openai_url)
    except AdminError as problem:
        return [Diagnostic.problem("network", problem.text, problem.hint or "")]
    try:
        return await check_services(models, clients, today=clock.now().date())
    finally:
        await clients.close()
