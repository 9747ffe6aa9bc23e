"""Fits single values to a model: returns the nearest legal value, and a note if it differs from what was typed."""

import math
from typing import TypeVar, get_args

from bot.catalog.model import EFFORTS, QUALITIES, Effort, Model, Quality
from bot.catalog.sizes import SHAPES, is_too_far
from bot.domain.pictures import PICTURE_FORMATS, Background, PictureFormat, Size
from bot.domain.text import closest_match, fold, quote_typed
from bot.texts import command_errors, model_errors, notes

Shape = str | tuple[int, int]
"""`--size` as parsed by the grammar, or a ratio (width, height)."""

_BACKGROUNDS: tuple[Background, ...] = get_args(Background)
_QUALITY_WORDS: dict[str, Quality] = {
    **{quality: quality for quality in QUALITIES},
    **dict.fromkeys(("draft", "fast", "lowest"), "low"),
    **dict.fromkeys(("med", "mid", "normal", "standard"), "medium"),
    **dict.fromkeys(("hd", "hq", "hi"), "high"),
    **dict.fromkeys(("extrahigh", "veryhigh", "uhd"), "xhigh"),
    **dict.fromkeys(("maximum", "highest", "best", "ultra"), "max"),
}
_EFFORT_WORDS: dict[str, Effort] = {
    **{effort: effort for effort in EFFORTS},
    **dict.fromkeys(("no", "off", "zero"), "none"),
    **dict.fromkeys(("min", "lowest"), "minimal"),
    **dict.fromkeys(("little", "fast"), "low"),
    **dict.fromkeys(("med", "mid", "normal", "standard"), "medium"),
    **dict.fromkeys(("hi", "hard"), "high"),
    **dict.fromkeys(("extrahigh", "veryhigh", "harder"), "xhigh"),
    **dict.fromkeys(("maximum", "highest", "best", "ultra"), "max"),
}
_BACKGROUND_WORDS: dict[str, Background] = {
    **{background: background for background in _BACKGROUNDS},
    **dict.fromkeys(("none", "clear", "alpha", "transparency"), "transparent"),
    **dict.fromkeys(("solid", "filled"), "opaque"),
}
_FORMAT_WORDS: dict[str, PictureFormat] = {**{name: name for name in PICTURE_FORMATS}, "jpg": "jpeg"}

_RATIO_TOLERANCE = 0.02
Value = TypeVar("Value")


def fit_shape(model: Model, image_format: PictureFormat, shape: Shape) -> tuple[Size, str | None]:
    """The size to draw and a note; for "auto", the size to expect."""
    if shape == "auto":
        return _auto_size(model, image_format)
    if isinstance(shape, str):
        return _fit_size(model, image_format, shape)
    return _fit_ratio(model, image_format, *shape)


def default_size_for(model: Model, image_format: PictureFormat) -> Size:
    """The size that the model draws by default in this format."""
    return model.sizes_for(image_format).nearest(model.default_size)


def fit_base_size(model: Model, image_format: PictureFormat, base: Size) -> tuple[Size, str | None]:
    """The legal size nearest to the size of the picture to edit, and a note if it differs."""
    sizes = model.sizes_for(image_format)
    reason = sizes.rejection_reason(base)
    if reason is None:
        return base, None
    size = sizes.nearest(base)
    return size, notes.base_size(base, f"{reason}{_gif_remark(image_format)}", size=size)


def fit_quality(model: Model, typed: str) -> tuple[str, str | None]:
    """The legal quality nearest to `typed`, and a note if it differs. Raises BadCommand for an unknown word."""
    if fold(typed) == "auto":
        return _auto_quality(model)
    quality = _match_value(typed, _QUALITY_WORDS, "quality", model.qualities)
    if quality in model.qualities:
        return quality, None
    legal = min(model.qualities, key=lambda name: abs(QUALITIES.index(name) - QUALITIES.index(quality)))
    return legal, notes.value_adjusted(model.name, "quality", quality, used=legal)


def fit_effort(model: Model, typed: str, *, default: Effort) -> tuple[Effort, str | None]:
    """`default` is the effort that "auto" stands for."""
    if fold(typed) == "auto":
        return default, notes.auto_value(model.name, "Effort", default)
    effort = _match_value(typed, _EFFORT_WORDS, "effort", model.efforts)
    if effort in model.efforts:
        return effort, None
    legal = nearest_effort(model, effort)
    return legal, notes.value_adjusted(model.name, "effort", effort, used=legal)


def nearest_effort(model: Model, wanted: str) -> Effort:
    return min(model.efforts, key=lambda name: abs(EFFORTS.index(name) - EFFORTS.index(wanted)))


def fit_background(model: Model, typed: str) -> tuple[Background, str | None]:
    """The background to draw, and a note if it differs from `typed`. Raises BadCommand for an unknown word."""
    background = _match_value(typed, _BACKGROUND_WORDS, "background", model.backgrounds)
    if background in model.backgrounds:
        return background, None
    legal = model.backgrounds[0]
    return legal, notes.background_adjusted(model.name, background, used=legal)


def usable_formats(model: Model, *, mask: bool) -> tuple[PictureFormat, ...]:
    """The formats that can be drawn; with a mask no GIF (OpenAI's rule for animated output)."""
    return tuple(name for name in model.formats if not (mask and name == "gif"))


def fit_format(model: Model, typed: str, *, mask: bool) -> tuple[PictureFormat, str | None]:
    """The format to draw, and a note if it differs from `typed`. Raises BadCommand if no adjustment is possible."""
    image_format = _match_value(typed.strip().lstrip("."), _FORMAT_WORDS, "format", model.formats)
    usable = usable_formats(model, mask=mask)
    if image_format in usable:
        return image_format, None
    legal = usable[0]
    if image_format in model.formats:
        raise model_errors.mask_in_gif(image_format, nearest=legal)
    if image_format == "svg" and model.writes_svg:
        return legal, notes.drawn_as_svg(model.name, used=legal)
    return legal, notes.format_adjusted(model.name, image_format, used=legal)


def fit_n(model: Model, n: int) -> tuple[int, None]:
    """`n`, which is never adjusted. Raises BadCommand if it is more than the model can draw."""
    if n > model.n_max:
        raise model_errors.too_many_at_once(n, model.name, most=model.n_max)
    return n, None


def _fit_size(model: Model, image_format: PictureFormat, typed: str) -> tuple[Size, str | None]:
    sizes = model.sizes_for(image_format)
    wanted = SHAPES.get(typed) or Size.parse(typed)
    reason = sizes.rejection_reason(wanted)
    if reason is None:
        return wanted, None
    size = sizes.nearest(wanted)
    if is_too_far(wanted, size):
        raise model_errors.size_not_possible(
            quote_typed(typed), reason, nearest=str(size), name=model.name, summary=sizes.summary
        )
    return size, notes.size_adjusted(wanted, f"{reason}{_gif_remark(image_format)}", size=size)


def _fit_ratio(model: Model, image_format: PictureFormat, width: int, height: int) -> tuple[Size, str | None]:
    sizes = model.sizes_for(image_format)
    size = sizes.at_ratio(width, height, default_size_for(model, image_format).pixels)
    off = abs(math.log((size.width_px / size.height_px) / (width / height)))
    if off > math.log(10):
        raise model_errors.ratio_too_extreme(width, height, nearest=str(size), name=model.name, summary=sizes.summary)
    return size, notes.ratio_adjusted(model.name, width, height, size=size) if off > _RATIO_TOLERANCE else None


def _auto_size(model: Model, image_format: PictureFormat) -> tuple[Size, str]:
    size = default_size_for(model, image_format)
    if model.chooses_size:
        return size, notes.model_chooses_size(model.name, size=size)
    return size, notes.auto_value(model.name, "Size", size)


def _auto_quality(model: Model) -> tuple[str, str]:
    if model.auto_quality:
        return "auto", notes.model_chooses_quality(model.name, highest=model.highest_quality)
    return model.default_quality, notes.auto_value(model.name, "Quality", model.default_quality)


def _gif_remark(image_format: PictureFormat) -> str:
    return notes.GIF_FRAMES if image_format == "gif" else ""


def _match_value(typed: str, words: dict[str, Value], flag: str, legal: tuple[str, ...]) -> Value:
    """The value for a typed word or abbreviation. Raises BadCommand if no value has this name."""
    value = words.get(fold(typed))
    if value is None:
        near = closest_match(typed, words)
        raise command_errors.invalid_value(
            flag, quote_typed(typed), legal=", ".join(legal), nearest=str(words[near] if near else legal[0])
        )
    return value
