"""Which models can draw here: those whose service the settings reach."""

from bot.catalog.catalog import Catalog
from bot.catalog.model import Model
from bot.domain.connection_settings import key_problem
from bot.domain.diagnostics import Diagnostic
from bot.settings.settings import Settings


def missing_setup(settings: Settings, model: Model) -> str | None:
    """What an administrator has to do before the model can draw, as one sentence; None where it can."""
    if model.api == "none":
        return None
    if model.api_key_env is not None:
        key = settings.key(model.api_key_env)
        if not key:
            return f"{model.api_key_env} is not set."
        reason = key_problem(key)
        return f"{model.api_key_env} {reason}." if reason else None
    if model.base_url is None:
        return "It needs a base_url in your models file."
    return None


def check_keys(settings: Settings, catalog: Catalog) -> list[Diagnostic]:
    """Keys that are set and cannot be sent: without one, their models are not connected, and no service is asked."""
    variables = dict.fromkeys(model.api_key_env for model in catalog.all() if model.api_key_env is not None)
    reasons = {variable: key_problem(settings.key(variable) or "") for variable in variables}
    advice = "Until then its models cannot draw."
    return [Diagnostic.problem(variable, f"It {reason}.", advice) for variable, reason in reasons.items() if reason]
