"""One entry of the catalog, as validated data: what a model can do, what it costs, until when it is served."""

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
"""From least to most effort."""
QUALITIES: tuple[Quality, ...] = get_args(Quality)
Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
"""How long a model thinks or plans before it draws, from not at all to as long as it can."""
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


class Model(Service):
    """A model that can be asked to draw.

    Attributes:
        auto_quality: whether the service can be left to choose the quality.
        efforts: what `--effort` may say; empty where there is no such choice.
        default_effort: what applies where nothing is said; None derives it from the quality. Without efforts it means
            nothing, so that an entry `like` this one needs to empty only those.
        markups: whether a picture can be drawn on to show what is meant.
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
        """Whether drawing with it costs money, or may: unknown prices are no promise."""
        return self.prices is None or not self.prices.are_zero

    @property
    def streams(self) -> bool:
        return self.max_partials > 0

    @property
    def highest_quality(self) -> Quality:
        return max(self.qualities, key=QUALITIES.index)

    @property
    def chooses_size(self) -> bool:
        """Whether the service can be left to choose the size."""
        return self.auto_size and "size" in self.allow

    @property
    def writes_svg(self) -> bool:
        """Whether it is a text model: whatever it draws is an SVG, of which the picture is made."""
        return self.provider == "svg_author"

    @property
    def one_at_a_time(self) -> bool:
        """Whether several pictures have to be asked for one by one."""
        is_text = self.api in ("responses", "chat")
        return is_text or self.split_n or (self.api == "images" and "n" not in self.allow)

    @property
    def service(self) -> str:
        """Names what shares one limit of images per minute; empty where there is none."""
        return (self.base_url or self.provider) if self.api == "images" else ""

    def sizes_of(self, image_format: PictureFormat) -> FixedSizes | FlexibleSizes:
        """The sizes in which it draws that format. A list of sizes says of itself what is possible."""
        if image_format == "gif" and isinstance(self.sizes, FlexibleSizes):
            return self.sizes.of_frames()
        return self.sizes

    @model_validator(mode="after")
    def _is_consistent(self) -> "Model":
        if problems := [*self._size_problems(), *self._choice_problems(), *self._ability_problems()]:
            raise ValueError("; ".join(problems))
        return self

    def _size_problems(self) -> Iterator[str]:
        if (reason := self.sizes.why_not(self.default_size)) is not None:
            yield f"default_size {self.default_size} {reason}"
        for image_format in self.formats:
            sizes = self.sizes_of(image_format)
            if any(sizes.why_not(sizes.nearest(extreme)) is not None for extreme in _EXTREMES):
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
    """A model that is gone: its name leads to a successor."""

    name: ModelName
    label: str
    aliases: tuple[str, ...] = ()
    shutdown: date
    successor: ModelName
