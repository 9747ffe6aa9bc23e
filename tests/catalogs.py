"""The catalog as tests want it: everything connected, on one fixed day."""

from pathlib import Path

from bot.catalog.catalog import Catalog
from tests.clock import TODAY


def a_catalog(extra: Path | None = None, *, default_model: str = "sketch") -> Catalog:
    """The built-in models, with those of a file of one's own laid over them."""
    return Catalog.load(
        extra=extra,
        unavailable_reason=lambda _: None,
        default_model=default_model,
        retired="successor",
        today=lambda: TODAY,
    )
