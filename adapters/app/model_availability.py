"""Decides which models are available with the current settings."""

from bot.catalog.catalog import Catalog
from bot.catalog.model import Model
from bot.domain.connection_settings import key_problem
from bot.domain.diagnostics import Diagnostic
from bot.settings.settings import Settings


def missing_setup(settings: Settings, model: Model) -> str | None:
    """What an administrator has to set before the model can draw, in one sentence; None if it can."""
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
    """Problems of keys that are set but not valid. Their models are not available, and their services not checked."""
    variables = dict.fromkeys(model.api_key_env for model in catalog.all() if model.api_key_env is not None)
    reasons = {variable: key_problem(settings.key(variable) or "") for variable in variables}
    advice = "Until then its models cannot draw."
    return [Diagnostic.problem(variable, f"It {reason}.", advice) for variable, reason in reasons.items() if reason]
