"""What each model accepts, kept apart from the product's own catalog so that one can find the other wrong."""

from dataclasses import dataclass, field
from typing import Literal

IMAGE_QUALITIES = ("low", "medium", "high", "xhigh", "max")
FIXED_SIZES = ("1024x1024", "1536x1024", "1024x1536")
FACTORS_2 = {"low": 16, "medium": 48, "high": 96}
FACTORS_2_5 = {"low": 16, "medium": 24, "high": 48, "xhigh": 64, "max": 96}
FACTORS_2_6 = {"low": 32, "medium": 42, "high": 48, "xhigh": 64, "max": 96}
TOKENS_1 = {"low": (272, 408, 400), "medium": (1056, 1584, 1568), "high": (4160, 6240, 6208)}
"""Of a square, a portrait and a landscape."""


@dataclass(frozen=True, slots=True)
class ImageModel:
    """A GPT Image model.

    Attributes:
        factors: of the formula for output tokens; None for the old family with its fixed sizes.
        plans: knows `complexity`, GIF and SVG.
    """

    qualities: tuple[str, ...] = IMAGE_QUALITIES
    transparent: Literal["yes", "preview"] = "yes"
    fidelities: tuple[str, ...] = ()
    markup: bool = True
    plans: bool = False
    factors: dict[str, int] | None = field(default_factory=lambda: FACTORS_2_5)
    margin_percent: int = 0
    auto_quality: str = "high"

    @property
    def flexible(self) -> bool:
        return self.factors is not None


_OLD = ImageModel(("low", "medium", "high"), fidelities=("high", "low"), markup=False, factors=None)
_TWO = ImageModel(("low", "medium", "high"), transparent="preview", markup=False, factors=FACTORS_2)
_SIX = ImageModel(plans=True, factors=FACTORS_2_6, margin_percent=12)
IMAGE_MODELS: dict[str, ImageModel] = {
    "gpt-image-2.6-sunburst": _SIX,
    "gpt-image-2.6-flare": _SIX,
    "gpt-image-2.5-sunburst": ImageModel(),
    "gpt-image-2.5-sunburst-2026-09-08": ImageModel(),
    "gpt-image-2.5-flare": ImageModel(),
    "gpt-image-2.5-flare-2026-09-08": ImageModel(),
    "gpt-image-2": _TWO,
    "gpt-image-2-2026-04-21": _TWO,
    "gpt-image-1.5": _OLD,
    "gpt-image-1.5-2025-12-16": _OLD,
    "gpt-image-1-mini": ImageModel(("low", "medium", "high"), fidelities=("low",), markup=False, factors=None),
    "chatgpt-image-latest": _OLD,
}


@dataclass(frozen=True, slots=True)
class TextModel:
    """A model that answers with text, its efforts from least to most."""

    efforts: tuple[str, ...]
    apis: tuple[str, ...] = ("responses", "chat")
    sees: bool = True
    system_role: bool = True


_FULL = ("none", "low", "medium", "high", "xhigh", "max")
TEXT_MODELS: dict[str, TextModel] = {
    "gpt-5.3-codex": TextModel(("low", "medium", "high", "xhigh"), apis=("responses",), system_role=False),
    "gpt-6-luna": TextModel(_FULL),
    "gpt-6.1-terra": TextModel(_FULL),
    "gpt-6.1-sol": TextModel(_FULL[1:]),
    "gpt-6.2-sol": TextModel(_FULL[1:]),
    "gpt-6.2-astra": TextModel(_FULL[1:]),
    "gpt-5.4": TextModel(_FULL[:-1]),
    "gpt-5.6-terra": TextModel(_FULL),
}
GPT_OSS = TextModel(("low", "medium", "high"), sees=False)

SHUTDOWNS: dict[str, str] = {
    "gpt-image-1.5": "2026-12-01",
    "gpt-image-1.5-2025-12-16": "2026-12-01",
    "gpt-image-1-mini": "2026-12-01",
    "chatgpt-image-latest": "2026-12-01",
    "gpt-5.3-codex": "2027-04-01",
}
"""`shutdown_date` of GET /v1/models."""
