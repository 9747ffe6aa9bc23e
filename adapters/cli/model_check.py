"""`easel models --check`: what each service says it serves, against what the catalog says."""

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
    """Says what was found, a line each with what to change below it. Returns 1 where a model cannot draw now."""
    diagnostics = await check_catalog(settings, catalog, clock=clock)
    if not diagnostics:
        say("No service is connected, so there is nothing to ask. Set OPENAI_API_KEY, or see docs/models.md.")
    for line in lines(diagnostics):
        say(line)
    return exit_status(diagnostics)


async def check_catalog(settings: Settings, catalog: Catalog, *, clock: Clock) -> list[Diagnostic]:
    """What the services say of all models that are connected; nothing where none is."""
    connected = [model for model in catalog.models() if model.api != "none"]
    return [*check_keys(settings, catalog), *await check_models_served(settings, connected, clock=clock)]


async def check_models_served(settings: Settings, models: Sequence[Model], *, clock: Clock) -> list[Diagnostic]:
    """What the services behind these models say of them, or why none can be asked. All must be connected."""
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
