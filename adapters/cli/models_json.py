"""`easel models --json`: the catalog as JSON."""

import json

from bot.catalog.catalog import Catalog
from bot.catalog.model import Model
from bot.catalog.pricing import default_price


def models_json(catalog: Catalog) -> str:
    """A JSON list of objects, which all have the same keys."""
    connected = catalog.models()
    return json.dumps([_model_json(model, catalog, is_connected=model in connected) for model in catalog.all()])


def _model_json(model: Model, catalog: Catalog, *, is_connected: bool) -> dict[str, object]:
    price, prices = default_price(model), model.prices
    return {
        "name": model.name,
        "label": model.label,
        "is_connected": is_connected,
        "is_default": model == catalog.default,
        "lacks": catalog.unavailable_reason(model),
        "qualities": list(model.qualities),
        "size": str(model.default_size),
        "quality": model.default_quality,
        "usd_per_picture": None if price is None else price / 1_000_000,
        "usd_per_million_text_in": None if prices is None else float(prices.text_in),
        "usd_per_million_text_out": None if prices is None else float(prices.text_out),
        "shutdown": str(model.shutdown) if model.shutdown is not None else None,
    }
