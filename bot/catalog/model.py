"""A catalog entry as validated data: what a model can do, what it costs, and when it is shut down."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, cast, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from bot.catalog.service import Service
from bot.catalog.sizes import FixedSizes, FlexibleSizes, SizeText
from bot.domain.ids import ModelName
from bot.domain.pictures import Background, PictureFormat, Size

Quality = Literal["low", "medium", "high", "xhigh", "max"]
"""From lowest to highest."""
QUALITIES: tuple[Quality, ...] = get_args(Quality)
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
"""How long a model reasons before it draws, from lowest to highest."""
EFFORTS: tuple[Effort, ...] = get_args(Effort)

ProviderName = Literal["openai_images", "svg_author", "sketch"]
TRANSPARENT_FORMATS: frozenset[PictureFormat] = frozenset({"png", "webp", "svg"})
UsdPerMillion = Annotated[Decimal, Field(ge=0)]

_APIS: dict[ProviderName, frozenset[str]] = {
    "openai_images": frozenset({"images", "none"}),
    "svg_author": frozenset({"responses", "chat", "none"}),
    "sketch": frozenset({"none"}),
}
_DRAWN_BY_THE_SERVICE: frozenset[PictureFormat] = frozenset({"gif", "svg"})
_EXTREME_SIZES = (Size(1, 1), Size(100_000, 1), Size(1, 100_000), Size(100_000, 100_000))


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Prices(_Entry):
    """US dollars per million tokens, which equals micro-dollars per token. None: cached input costs the same."""

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
    """Output tokens of one picture by quality and size, for example `table["high"]["1024x1024"]`."""

    table: dict[Quality, dict[str, Annotated[int, Field(gt=0)]]]


class OutputFormula(_Entry):
    """Output tokens of one picture by the formula in `bot.catalog.pricing`, with a factor for each quality."""

    factors: dict[Quality, Annotated[int, Field(gt=0)]]
    margin_percent: Annotated[int, Field(ge=0)] = 0


def _wrap_size_list(value: object) -> object:
    return {"choices": cast(list[object], value)} if isinstance(value, list) else value


def _size_rule_tag(value: object) -> str:
    return "fixed" if isinstance(value, FixedSizes) or (isinstance(value, dict) and "choices" in value) else "flexible"


def _token_rule_tag(value: object) -> str:
    return "table" if isinstance(value, OutputTable) or (isinstance(value, dict) and "table" in value) else "formula"


SizeRule = Annotated[
    Annotated[
        Annotated[FixedSizes, Tag("fixed")] | Annotated[FlexibleSizes, Tag("flexible")], Discriminator(_size_rule_tag)
    ],
    BeforeValidator(_wrap_size_list),
]
OutputTokens = Annotated[
    Annotated[OutputTable, Tag("table")] | Annotated[OutputFormula, Tag("formula")], Discriminator(_token_rule_tag)
]


class Model(Service):
    """A model that can draw.

    Attributes:
        auto_quality: whether the service accepts quality "auto".
        efforts: the values of `--effort`; empty if the model has none.
        default_effort: used if the person sets none; None derives it from the quality. Ignored without `efforts`, so
            that an entry `like` this one needs to empty only those.
        markups: whether it accepts a picture with marks drawn on it that show what to change.
        formats: the first one is the default.
        max_inputs: the largest number of input pictures per request, base and references together.
        max_partials: the largest number of partial images while it draws; 0: it does not stream.
        sees_pictures: whether it accepts pictures; a text-only model can edit only SVG that a model wrote.
        prices: None: unknown, never guessed.
        output_tokens, input_tokens: how to estimate tokens before drawing; None: no method is known.
        shutdown: the first day on which it is no longer available.
        successor: the model that replaces it after `shutdown`.
    """

    name: ModelName
    label: str
    aliases: tuple[str, ...] = ()
    provider: ProviderName
    sizes: SizeRule
    default_size: SizeText
    qualities: Annotated[tuple[Quality, ...], Field(min_length=1)]
    default_quality: Quality
    auto_quality: bool = False
    efforts: tuple[Effort, ...] = ()
    default_effort: Effort | None = None
    backgrounds: Annotated[tuple[Background, ...], Field(min_length=1)]
    formats: Annotated[tuple[PictureFormat, ...], Field(min_length=1)]
    n_max: Annotated[int, Field(ge=1, le=10)]
    edits: bool
    masks: bool
    markups: bool = False
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
        """Whether drawing with it costs money, or may cost money because its prices are unknown."""
        return self.prices is None or not self.prices.are_zero

    @property
    def streams(self) -> bool:
        return self.max_partials > 0

    @property
    def highest_quality(self) -> Quality:
        return max(self.qualities, key=QUALITIES.index)

    @property
    def chooses_size(self) -> bool:
        """Whether the service accepts size "auto"."""
        return self.auto_size and "size" in self.allow

    @property
    def writes_svg(self) -> bool:
        """Whether it is a text model that writes SVG, which is then rasterised."""
        return self.provider == "svg_author"

    @property
    def one_picture_per_call(self) -> bool:
        """Whether each picture needs a call of its own."""
        is_text = self.api in ("responses", "chat")
        return is_text or self.split_n or (self.api == "images" and "n" not in self.allow)

    @property
    def service(self) -> str:
        """The service that the images-per-minute limit counts together; empty if the model has no such limit."""
        return (self.base_url or self.provider) if self.api == "images" else ""

    def sizes_for(self, image_format: PictureFormat) -> FixedSizes | FlexibleSizes:
        """The sizes that it can draw in this format. Only flexible sizes are smaller for a GIF's frames."""
        if image_format == "gif" and isinstance(self.sizes, FlexibleSizes):
            return self.sizes.for_gif_frames()
        return self.sizes

    @model_validator(mode="after")
    def _is_consistent(self) -> "Model":
        if problems := [*self._size_problems(), *self._choice_problems(), *self._ability_problems()]:
            raise ValueError("; ".join(problems))
        return self

    def _size_problems(self) -> Iterator[str]:
        if (reason := self.sizes.rejection_reason(self.default_size)) is not None:
            yield f"default_size {self.default_size} {reason}"
        for image_format in self.formats:
            sizes = self.sizes_for(image_format)
            if any(sizes.rejection_reason(sizes.nearest(extreme)) is not None for extreme in _EXTREME_SIZES):
                yield "its sizes contradict each other" + (" for a GIF's frames" if image_format == "gif" else "")
                return

    def _choice_problems(self) -> Iterator[str]:
        if self.default_quality not in self.qualities:
            yield f"default_quality {self.default_quality!r} is not one of its qualities"
        if self.efforts and self.default_effort not in (None, *self.efforts):
            yield f"default_effort {self.default_effort!r} is not one of its efforts"
        if "transparent" in self.backgrounds and not TRANSPARENT_FORMATS & set(self.formats):
            yield "a transparent background needs png, webp or svg among its formats"
        if self.api != "images" and (drawn := sorted(_DRAWN_BY_THE_SERVICE & set(self.formats))):
            yield f"formats {', '.join(drawn)} need api 'images'; the SVG of a text model comes with its picture"

    def _ability_problems(self) -> Iterator[str]:
        if self.api not in _APIS[self.provider]:
            fitting = " or ".join(repr(api) for api in sorted(_APIS[self.provider] - {"none"})) or "'none'"
            yield f"api {self.api!r} does not fit provider {self.provider!r}, which needs {fitting}"
        if self.edits and self.max_inputs < 1:
            yield "a model that edits needs max_inputs of 1 or more"
        if self.edit_style == "inpainting" and not self.masks:
            yield "edit_style 'inpainting' paints within masks, so it needs masks = true"
        if self.masks and set(self.formats) == {"gif"}:
            yield "a GIF takes no mask, so masks = true needs another format"


class Retired(_Entry):
    """A model that was shut down: its name now stands for its successor."""

    name: ModelName
    label: str
    aliases: tuple[str, ...] = ()
    shutdown: date
    successor: ModelName
