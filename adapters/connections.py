"""Which models can draw here: those whose service the settings reach."""

from bot.catalog.model import Model
from bot.settings.settings import Settings


def lacking(settings: Settings, model: Model) -> str | None:
    """What an administrator has to do before the model can draw, as one sentence; None where it can."""
    if model.api == "none":
        return None
    if model.api_key_env is not None:
        return None if settings.key(model.api_key_env) else f"{model.api_key_env} is not set."
    if model.base_url is None:
        return "It needs a base_url in your models file."
    return None
