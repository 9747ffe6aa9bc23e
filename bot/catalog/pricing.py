"""Estimates the cost of a drawing and computes the actual cost, in whole micro-dollars.

    estimate = n × (text tokens × text_in + picture tokens × image_in + (output tokens + 100 × partials) × image_out)
    actual   = sum of (tokens that the provider reported × their price)

Prices are US dollars per million tokens, so tokens × price is micro-dollars. The result is None, never a guess, if
prices, a method to count tokens, or the reported usage is missing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.catalog.model import Model, OutputTable, Prices
from bot.catalog.sizes import gif_sheet_size
from bot.domain.money import FREE, UsdMicros, format_usd, usd_micros
from bot.domain.pictures import Size
from bot.domain.requests import Request
from bot.domain.usage import Usage
from bot.texts import notes


@dataclass(frozen=True, slots=True)
class DisplayPrice:
    """A price as text: `amount` ("$0.0132", "free", "price unknown") per `unit`, which may be empty."""

    amount: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}".strip()


PARTIAL_TOKENS = 100
"""Output tokens of each partial image (OpenAI's image generation guide)."""

_UNKNOWN = DisplayPrice(notes.PRICE_UNKNOWN)
_CHARS_PER_TOKEN = 4
_PROMPT_OVERHEAD_TOKENS = 6
_MAX_PATCHES = 1536


def estimate_cost(model: Model, request: Request, input_sizes: Sequence[Size]) -> UsdMicros | None:
    """The estimated cost of `request`; None if it cannot be estimated.

    `n` pictures are charged as `n` calls, a GIF as the sheet that holds its frames. Text counts as one token per four
    characters, which is about right for English.

    Args:
        input_sizes: the sizes of the base and the references.
    """
    if not model.billed:
        return FREE
    drawn = gif_sheet_size(request.size) if request.format == "gif" else request.size
    tokens_out = count_output_tokens(model, request.quality, drawn)
    if model.prices is None or tokens_out is None:
        return None
    tokens_in = sum(_count_input_tokens(model, size) for size in input_sizes)
    text = math.ceil(len(request.prompt) / _CHARS_PER_TOKEN) + _PROMPT_OVERHEAD_TOKENS
    usage = Usage(text_in=text, image_in=tokens_in, image_out=tokens_out + PARTIAL_TOKENS * request.partials)
    return usd_micros(request.n * _cost_of(model.prices, usage))


def actual_cost(model: Model, usage: Usage | None) -> UsdMicros | None:
    """The cost of the reported usage; None if there is no usage, all counts are zero, or the price is unknown."""
    if not model.billed:
        return FREE
    # Some compatible servers (LocalAI) report zeros where they did not count: every picture takes some tokens.
    if model.prices is None or usage is None or usage == Usage():
        return None
    return usd_micros(_cost_of(model.prices, usage))


def count_output_tokens(model: Model, quality: str, size: Size) -> int | None:
    """Output tokens of one picture, including the model's margin; None if no method is known.

    Quality "auto" counts as the highest.
    """
    if quality == "auto":
        quality = model.highest_quality
    rule = model.output_tokens
    if rule is None:
        return None
    if isinstance(rule, OutputTable):
        return next((sizes.get(str(size)) for name, sizes in rule.table.items() if name == quality), None)
    factor = next((factor for name, factor in rule.factors.items() if name == quality), None)
    if factor is None:
        return None
    return -(-_formula_tokens(factor, size) * (100 + rule.margin_percent) // 100)


def price_per_picture(model: Model, request: Request) -> DisplayPrice:
    """The price of one picture of the request's size, quality and format, without prompt and inputs.

    If tokens cannot be estimated before drawing, the price per million tokens.
    """
    if not model.billed:
        return DisplayPrice(notes.FREE)
    if model.prices is None:
        return _UNKNOWN
    if model.output_tokens is None:
        out = model.prices.text_out if model.writes_svg else model.prices.image_out
        return DisplayPrice(notes.price_per_token(model.prices.text_in, out), notes.PER_MILLION_TOKENS)
    cost = estimate_cost(model, replace(request, prompt="", n=1, partials=0), ())
    return (
        _UNKNOWN
        if cost is None
        else DisplayPrice(format_usd(cost), notes.price_per_image(request.size, request.quality))
    )


def describe_price_change(now: DisplayPrice, before: DisplayPrice | None) -> str:
    """The new price compared with the old one: "$0.02 instead of $0.01"; only the new one if the old is unknown."""
    if before is None or before == _UNKNOWN:
        return str(now)
    if now == before:
        return notes.price_unchanged(str(now))
    if now.unit == before.unit:
        return notes.price_changed(now.amount, str(before))
    return notes.price_changed(str(now), str(before))


def price_hint(model: Model) -> str:
    """A short price for menus and tables: "free", "≈ $0.0132 at 1024x1024 medium", "price unknown"."""
    hint = price_per_picture(model, _default_request(model))
    of_a_picture = hint.unit.removeprefix(notes.PER_IMAGE)
    return str(hint) if of_a_picture == hint.unit else f"≈ {hint.amount} {of_a_picture}"


def default_price(model: Model) -> UsdMicros | None:
    """The estimated cost of one picture at the model's default size and quality; None if it cannot be estimated."""
    return estimate_cost(model, _default_request(model), ())


def _default_request(model: Model) -> Request:
    return Request(prompt="", model=model.name, size=model.default_size, quality=model.default_quality)


def _formula_tokens(factor: int, size: Size) -> int:
    """OpenAI's calculator for gpt-image-2 and 2.5 (community.openai.com/t/1382699), exact on every published point."""
    longer, shorter = max(size.width_px, size.height_px), min(size.width_px, size.height_px)
    short_factor = (2 * factor * shorter + longer) // (2 * longer)  # factor × shorter / longer, rounded
    return -(-factor * short_factor * (2_000_000 + size.pixels) // 4_000_000)  # rounded up


def _count_input_tokens(model: Model, size: Size) -> int:
    """Input tokens of one picture. Measured by third parties, not published."""
    match model.input_tokens:
        case "patches":
            return _patch_tokens(size)
        case "tiles":
            closely = model.input_fidelity == "high" and "input_fidelity" in model.allow
            return _tile_tokens(size) + (_fidelity_tokens(size) if closely else 0)
        case None:
            return 0


def _patch_tokens(size: Size) -> int:
    """gpt-image-2 and later: patches of 32 px, at most 1536; small pictures are enlarged up to twice first."""
    width, height = max(size.width_px, size.height_px / 3), max(size.height_px, size.width_px / 3)
    scale = min(max(1024 / max(width, height), 1.0), 2.0)
    return min(math.ceil(width * scale / 32) * math.ceil(height * scale / 32), _MAX_PATCHES)


def _tile_tokens(size: Size) -> int:
    """The 1.x models at low fidelity: 65, plus 129 per tile of 512 px after scaling the shorter edge to 512."""
    scale = 512 / min(size.width_px, size.height_px)
    return 65 + 129 * math.ceil(size.width_px * scale / 512) * math.ceil(size.height_px * scale / 512)


def _fidelity_tokens(size: Size) -> int:
    """The additional input tokens of the 1.5 models for input_fidelity="high"."""
    return 4160 if size.width_px == size.height_px else 6240


def _cost_of(prices: Prices, usage: Usage) -> Decimal:
    cached_text, cached_image = min(usage.cached_text_in, usage.text_in), min(usage.cached_image_in, usage.image_in)
    cached_text_price = prices.text_in if prices.cached_text_in is None else prices.cached_text_in
    cached_image_price = prices.image_in if prices.cached_image_in is None else prices.cached_image_in
    return (
        (usage.text_in - cached_text) * prices.text_in
        + cached_text * cached_text_price
        + (usage.image_in - cached_image) * prices.image_in
        + cached_image * cached_image_price
        + usage.image_out * prices.image_out
        + usage.text_out * prices.text_out
    )
