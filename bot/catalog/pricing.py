"""What a drawing will probably cost, and what it did cost, in whole micro-dollars.

    estimate = n × (text tokens × text_in + picture tokens × image_in + (output tokens + 100 × partials) × image_out)
    settled  = every kind of token that the provider counted × its price

Prices are US dollars per million tokens, so tokens × price is micro-dollars. What cannot be known is None, never a
guess: no prices, no way to count tokens, no usage.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.catalog.model import Model, OutputTable, Prices
from bot.catalog.sizes import sheet_of
from bot.domain.money import FREE, UsdMicros, format_usd, usd_micros
from bot.domain.pictures import Size
from bot.domain.requests import Request
from bot.domain.usage import Usage


@dataclass(frozen=True, slots=True)
class Rate:
    """What people read of a price: `amount` ("$0.0132", "free", "price unknown") for `unit`, which may be empty."""

    amount: str
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}".strip()


PARTIAL_TOKENS = 100
"""Every unfinished picture that is streamed costs so many output tokens (OpenAI's image generation guide)."""

_UNKNOWN = Rate("price unknown")
_CHARS_PER_TOKEN = 4
_PROMPT_OVERHEAD_TOKENS = 6
_MAX_PATCHES = 1536


def estimate(model: Model, request: Request, input_sizes: Sequence[Size]) -> UsdMicros | None:
    """What `request` will probably cost. `input_sizes` are those of its base and references.

    `n` pictures are billed as `n` calls, a GIF as the sheet that holds its frames. Text is taken as one token for four
    characters, about right for English.
    """
    if not model.billed:
        return FREE
    drawn = sheet_of(request.size) if request.format == "gif" else request.size
    tokens_out = out_tokens(model, request.quality, drawn)
    if model.prices is None or tokens_out is None:
        return None
    tokens_in = sum(_in_tokens(model, size) for size in input_sizes)
    text = math.ceil(len(request.prompt) / _CHARS_PER_TOKEN) + _PROMPT_OVERHEAD_TOKENS
    usage = Usage(text_in=text, image_in=tokens_in, image_out=tokens_out + PARTIAL_TOKENS * request.partials)
    return usd_micros(request.n * _priced(model.prices, usage))


def settle(model: Model, usage: Usage | None) -> UsdMicros | None:
    """What the provider's own count costs; None where it reported none, or only zeros, or the price is unknown."""
    if not model.billed:
        return FREE
    # Some compatible servers report zeros for what they did not count (LocalAI): no picture takes no tokens.
    if model.prices is None or usage is None or usage == Usage():
        return None
    return usd_micros(_priced(model.prices, usage))


def out_tokens(model: Model, quality: str, size: Size) -> int | None:
    """Output tokens of one picture, with the model's margin; None where no way to count them is known.

    Where the quality is left to the service, it is taken to be the highest.
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


def rate(model: Model, request: Request) -> Rate:
    """The price of one picture of the request's size, quality and format, whatever it shows and without inputs.

    Where tokens cannot be counted before drawing, it is that of a million of them.
    """
    if not model.billed:
        return Rate("free")
    if model.prices is None:
        return _UNKNOWN
    if model.output_tokens is None:
        out = model.prices.text_out if model.writes_svg else model.prices.image_out
        return Rate(f"${model.prices.text_in:.2f} in, ${out:.2f} out", "per million tokens")
    cost = estimate(model, replace(request, prompt="", n=1, partials=0), ())
    return _UNKNOWN if cost is None else Rate(format_usd(cost), f"a picture at {request.size} {request.quality}")


def compared(now: Rate, before: Rate | None) -> str:
    """The price that holds now, in place of the one that held before as far as that is known."""
    if before is None or before == _UNKNOWN:
        return str(now)
    if now == before:
        return f"{now}, as before"
    if now.unit == before.unit:
        return f"{now.amount} instead of {before}"
    return f"{now} instead of {before}"


def price_hint(model: Model) -> str:
    """A few words for menus and tables: "free", "≈ $0.0132 at 1024x1024 medium", "price unknown"."""
    hint = rate(model, _usual_request(model))
    of_a_picture = hint.unit.removeprefix("a picture ")
    return str(hint) if of_a_picture == hint.unit else f"≈ {hint.amount} {of_a_picture}"


def usual_price(model: Model) -> UsdMicros | None:
    """What one picture costs at the model's own size and quality; None where that is not known before it is drawn."""
    return estimate(model, _usual_request(model), ())


def _usual_request(model: Model) -> Request:
    return Request(prompt="", model=model.name, size=model.default_size, quality=model.default_quality)


def _formula_tokens(factor: int, size: Size) -> int:
    """OpenAI's calculator for gpt-image-2 and 2.5 (community.openai.com/t/1382699), exact on every published point."""
    longer, shorter = max(size.width_px, size.height_px), min(size.width_px, size.height_px)
    short_factor = (2 * factor * shorter + longer) // (2 * longer)  # factor × shorter / longer, rounded
    return -(-factor * short_factor * (2_000_000 + size.pixels) // 4_000_000)  # rounded up


def _in_tokens(model: Model, size: Size) -> int:
    """Input tokens of one picture: measured by third parties, not published."""
    match model.input_tokens:
        case "patches":
            return _patch_tokens(size)
        case "tiles":
            closely = model.input_fidelity == "high" and "input_fidelity" in model.allow
            return _tile_tokens(size) + (_fidelity_tokens(size) if closely else 0)
        case None:
            return 0


def _patch_tokens(size: Size) -> int:
    """gpt-image-2 and later: patches of 32 px, with small pictures enlarged up to twice, at most 1536."""
    width, height = max(size.width_px, size.height_px / 3), max(size.height_px, size.width_px / 3)
    scale = min(max(1024 / max(width, height), 1.0), 2.0)
    return min(math.ceil(width * scale / 32) * math.ceil(height * scale / 32), _MAX_PATCHES)


def _tile_tokens(size: Size) -> int:
    """The 1.x family at low fidelity: 65, and 129 for each tile of 512 px once the shorter edge is 512."""
    scale = 512 / min(size.width_px, size.height_px)
    return 65 + 129 * math.ceil(size.width_px * scale / 512) * math.ceil(size.height_px * scale / 512)


def _fidelity_tokens(size: Size) -> int:
    """What the 1.5 models take on top of their tiles for input_fidelity="high"."""
    return 4160 if size.width_px == size.height_px else 6240


def _priced(prices: Prices, usage: Usage) -> Decimal:
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
