"""One entry of the catalog, as validated data: what a model can do, what it costs, until when it is served."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from bot.catalog.sizes import FixedSizes, FlexibleSizes, SizeText
from bot.domain.ids import ModelName
from bot.domain.pictures import Background, PictureFormat, Size

Quality = Literal["low", "medium", "high", "xhigh", "max"]
"""From least to most effort."""

ProviderName = Literal["openai_images", "svg_author", "sketch"]
TRANSPARENT_FORMATS: frozenset[PictureFormat] = frozenset({"png", "webp", "svg"})
UsdPerMillion = Annotated[Decimal, Field(ge=0)]

_EXTREMES = (Size(1, 1), Size(100_000, 1), Size(1, 100_000), Size(100_000, 100_000))


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Prices(_Entry):
    """US dollars per million tokens, which is micro-dollars per token. Cached input is no cheaper if not said."""

    text_in: UsdPerMillion
    cached_text_in: UsdPerMillion | None = None
    image_in: UsdPerMillion
    cached_image_in: UsdPerMillion | None = None
    image_out: UsdPerMillion
    text_out: UsdPerMillion
    source: str
    checked: date

    @property
    def are_zero(self) -> bool:
        return not any((self.text_in, self.image_in, self.image_out, self.text_out))


class OutputTable(_Entry):
    """Tokens of one picture, by quality and size."""

    table: dict[Quality, dict[str, Annotated[int, Field(gt=0)]]]


class OutputFormula(_Entry):
    """Tokens of one picture by the closed formula in `bot.catalog.pricing`, with a factor for each quality."""

    factors: dict[Quality, Annotated[int, Field(gt=0)]]
    margin_percent: Annotated[int, Field(ge=0)] = 0


def _listed(value: object) -> object:
    return {"choices": cast(list[object], value)} if isinstance(value, list) else value


def _kind_of_sizes(value: object) -> str:
    return "fixed" if isinstance(value, FixedSizes) or (isinstance(value, dict) and "choices" in value) else "flexible"


def _kind_of_tokens(value: object) -> str:
    return "table" if isinstance(value, OutputTable) or (isinstance(value, dict) and "table" in value) else "formula"


SizeRule = Annotated[
    Annotated[
        Annotated[FixedSizes, Tag("fixed")] | Annotated[FlexibleSizes, Tag("flexible")], Discriminator(_kind_of_sizes)
    ],
    BeforeValidator(_listed),
]
OutputTokens = Annotated[
    Annotated[OutputTable, Tag("table")] | Annotated[OutputFormula, Tag("formula")], Discriminator(_kind_of_tokens)
]


class Model(_Entry):
    """A model that can be asked to draw.

    Attributes:
        wire_name: what the service calls it.
        api: which of a provider's interfaces serves it.
        base_url, api_key_env: where it is served and which environment variable holds the key; None for the
            provider's own.
        formats: the first one is used where nothing is said.
        max_inputs: the base and the references of one request together.
        max_partials: unfinished pictures that can be asked for while it draws; 0 means that it does not stream.
        sees_pictures: whether pictures can be shown to it; a text-only model edits only what it wrote itself.
        prices: None means unknown, and is never guessed.
        output_tokens, input_tokens: how to estimate tokens before drawing; None where no way is known.
        shutdown: the first day on which it is no longer served.
    """

    name: ModelName
    label: str
    aliases: tuple[str, ...] = ()
    provider: ProviderName
    api: Literal["images", "responses", "chat", "none"]
    wire_name: str
    base_url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    api_key_env: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    sizes: SizeRule
    default_size: SizeText
    qualities: Annotated[tuple[Quality, ...], Field(min_length=1)]
    default_quality: Quality
    backgrounds: Annotated[tuple[Background, ...], Field(min_length=1)]
    formats: Annotated[tuple[PictureFormat, ...], Field(min_length=1)]
    n_max: Annotated[int, Field(ge=1, le=10)]
    edits: bool
    masks: bool
    max_inputs: Annotated[int, Field(ge=0)]
    max_partials: Annotated[int, Field(ge=0, le=3)]
    sees_pictures: bool = True
    prices: Prices | None = None
    output_tokens: OutputTokens | None = None
    input_tokens: Literal["patches", "tiles"] | None = None
    released: date | None = None
    shutdown: date | None = None
    successor: ModelName | None = None

    @property
    def billed(self) -> bool:
        """Whether drawing with it costs money, or may: unknown prices are no promise."""
        return self.prices is None or not self.prices.are_zero

    @property
    def streams(self) -> bool:
        return self.max_partials > 0

    @model_validator(mode="after")
    def _is_consistent(self) -> "Model":
        if self.default_quality not in self.qualities:
            raise ValueError(f"default_quality {self.default_quality!r} is not one of its qualities")
        if (reason := self.sizes.why_not(self.default_size)) is not None:
            raise ValueError(f"default_size {self.default_size} {reason}")
        if self.edits and self.max_inputs < 1:
            raise ValueError("a model that edits needs max_inputs of 1 or more")
        if "transparent" in self.backgrounds and not TRANSPARENT_FORMATS & set(self.formats):
            raise ValueError("a transparent background needs png, webp or svg among its formats")
        for extreme in _EXTREMES:
            if self.sizes.why_not(self.sizes.nearest(extreme)) is not None:
                raise ValueError("its sizes contradict each other")
        return self


class Retired(_Entry):
    """A model that is gone: its name leads to a successor."""

    name: ModelName
    label: str
    aliases: tuple[str, ...] = ()
    shutdown: date
    successor: ModelName
