"""How many tokens a call is counted as, by the published formulas."""

import io
import math

from PIL import Image

from tests.emulators.openai.models import TOKENS_1
from tests.emulators.openai.orders import ImageOrder

Usage = dict[str, object]
PARTIAL_TOKENS = 100
TOKENS_PER_EFFORT = {"none": 0, "minimal": 64, "low": 256, "medium": 1024, "high": 4096, "xhigh": 8192, "max": 16_384}


def text_tokens(text: str) -> int:
    """About four characters make a token."""
    return -(-len(text) // 4)


def picture_tokens(width: int, height: int) -> int:
    """Patches of 32 px, at most 1536; small pictures are magnified up to twice towards 1024 px."""
    scale = min(2.0, max(1.0, 1024 / max(width, height)))
    patches = math.ceil(width * scale / 32) * math.ceil(height * scale / 32)
    return min(1536, patches)


def output_tokens(order: ImageOrder) -> int:
    """Of one picture, without its partial ones."""
    model = order.spec
    if model is None:
        return 0
    if model.factors is None:
        column = 0 if order.width == order.height else 1 if order.width < order.height else 2
        return TOKENS_1[order.quality][column]
    factor = model.factors[order.quality]
    long, short = max(order.width, order.height), min(order.width, order.height)
    scaled = (2 * factor * short + long) // (2 * long)
    tokens = (factor * scaled * (2_000_000 + order.width * order.height) + 3_999_999) // 4_000_000
    return -(-tokens * (100 + model.margin_percent) // 100)


def usage_of(order: ImageOrder, *, cached: bool) -> Usage:
    """The `usage` of a finished call."""
    text = text_tokens(order.prompt) + 6
    image = sum(picture_tokens(*_size(data)) for data in order.inputs)
    out = order.n * (output_tokens(order) + PARTIAL_TOKENS * order.partials)
    usage: Usage = {
        "input_tokens": text + image,
        "input_tokens_details": {"text_tokens": text, "image_tokens": image},
        "output_tokens": out,
        "output_tokens_details": {"image_tokens": out, "text_tokens": 0},
        "total_tokens": text + image + out,
    }
    if cached:
        # Named as in the usage of the Responses tool, the one place where the client's own types have it.
        usage["cached_tokens"] = text // 2 + image // 2
        usage["cached_tokens_details"] = {"cached_text_tokens": text // 2, "cached_image_tokens": image // 2}
    return usage


def author_usage(author: str, svg: bytes) -> Usage:
    """The `svg_usage` of the text model that wrote an SVG; what it thought is part of its output."""
    written, thought = text_tokens(svg.decode()), 500
    counts = {"input_tokens": 1200, "output_tokens": written + thought, "reasoning_tokens": thought}
    return {"model": author, **counts, "total_tokens": 1200 + written + thought}


def _size(data: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(data)).size
