"""From a wish to a complete request: what was not said is filled in, what is not legal is adjusted and reported."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar, get_args

from bot.catalog.model import TRANSPARENT_FORMATS, Model, Quality
from bot.catalog.sizes import SHAPES, is_far
from bot.domain.pictures import PICTURE_FORMATS, Background, PictureFormat, Size
from bot.domain.prompts import with_exclusions
from bot.domain.requests import Request, Wish
from bot.domain.words import folded, nearest, quoted
from bot.errors import BadCommand

_QUALITIES: tuple[Quality, ...] = get_args(Quality)
_BACKGROUNDS: tuple[Background, ...] = get_args(Background)
_COMPRESSIBLE: frozenset[PictureFormat] = frozenset({"jpeg", "webp"})
_QUALITY_WORDS: dict[str, Quality] = {
    **{quality: quality for quality in _QUALITIES},
    **dict.fromkeys(("draft", "fast", "lowest"), "low"),
    **dict.fromkeys(("med", "mid", "normal", "standard"), "medium"),
    **dict.fromkeys(("hd", "hq", "hi"), "high"),
    **dict.fromkeys(("extrahigh", "veryhigh", "uhd"), "xhigh"),
    **dict.fromkeys(("maximum", "highest", "best", "ultra"), "max"),
}
_BACKGROUND_WORDS: dict[str, Background] = {
    **{background: background for background in _BACKGROUNDS},
    **dict.fromkeys(("none", "clear", "alpha", "transparency"), "transparent"),
    **dict.fromkeys(("solid", "filled"), "opaque"),
}
_FORMAT_WORDS: dict[str, PictureFormat] = {**{name: name for name in PICTURE_FORMATS}, "jpg": "jpeg"}

_RATIO_TOLERANCE = 0.02
Said = TypeVar("Said")
Value = TypeVar("Value")
_Shape = str | tuple[int, int]


@dataclass(frozen=True, slots=True)
class Completed:
    """A legal request without its pictures, and one sentence for each thing that was adjusted.

    `follows_base` says that an edit named no size: `fit_to_base` gives it once the base's size is known.
    """

    request: Request
    notes: tuple[str, ...]
    follows_base: bool


def complete(model: Model, wish: Wish, *, defaults: Wish, base: Size | None, inputs: int, partials: int) -> Completed:
    """See `Catalog.complete`, which has chosen the model."""
    notes: list[str] = []
    said_shape = wish.size or wish.ratio
    follows_base = inputs > 0 and said_shape is None
    kept_shape = None if follows_base else defaults.size or defaults.ratio
    size = _chosen(said_shape, kept_shape, lambda shape: _fit_shape(model, shape), model.default_size, notes)
    quality = _chosen(
        wish.quality, defaults.quality, lambda typed: _fit_quality(model, typed), model.default_quality, notes
    )
    background, image_format = _background_and_format(model, wish, defaults, notes)
    request = Request(
        prompt=with_exclusions(wish.prompt, defaults.exclude if wish.exclude is None else wish.exclude),
        model=model.name,
        size=size,
        quality=quality,
        n=_chosen(wish.n, defaults.n, lambda n: _fit_n(model, n), 1, notes),
        background=background,
        format=image_format,
        compression=_compression(wish, defaults, image_format, notes),
        partials=min(partials, model.max_partials),
    )
    if follows_base and base is not None:
        request, size_notes = fit_to_base(model, request, base)
        notes += size_notes
    return Completed(request, tuple(notes), follows_base)


def fit_to_base(model: Model, request: Request, base: Size) -> tuple[Request, tuple[str, ...]]:
    """The request at the legal size nearest to the picture it edits."""
    reason = model.sizes.why_not(base)
    if reason is None:
        return replace(request, size=base), ()
    size = model.sizes.nearest(base)
    return replace(request, size=size), (f"The picture to edit, {base}, {reason}: using {size}.",)


def _chosen(
    said: Said | None,
    kept: Said | None,
    fit: Callable[[Said], tuple[Value, str | None]],
    fallback: Value,
    notes: list[str],
) -> Value:
    """What was said, else the person's default, else the model's. A default that does not fit never stops anyone."""
    if said is not None:
        value, note = fit(said)
        if note:
            notes.append(note)
        return value
    if kept is None:
        return fallback
    try:
        value, note = fit(kept)
    except BadCommand as error:
        value, note = fallback, f"{error.text} Using {fallback}."
    if note:
        notes.append(f"Your default: {note}")
    return value


def _fit_shape(model: Model, shape: _Shape) -> tuple[Size, str | None]:
    return _fit_size(model, shape) if isinstance(shape, str) else _fit_ratio(model, *shape)


def _fit_size(model: Model, typed: str) -> tuple[Size, str | None]:
    wanted = SHAPES.get(typed) or Size.parse(typed)
    reason = model.sizes.why_not(wanted)
    if reason is None:
        return wanted, None
    size = model.sizes.nearest(wanted)
    if is_far(wanted, size):
        raise BadCommand(
            f"--size {quoted(typed)} {reason}.",
            hint=f"Nearest: --size {size}. {model.name} draws {model.sizes.summary}.",
        )
    return size, f"{wanted} {reason}: using {size}."


def _fit_ratio(model: Model, width: int, height: int) -> tuple[Size, str | None]:
    size = model.sizes.at_ratio(width, height, model.default_size.pixels)
    off = abs(math.log((size.width_px / size.height_px) / (width / height)))
    if off > math.log(10):
        raise BadCommand(
            f"--ar '{width}:{height}' is too extreme for {model.name}.",
            hint=f"Nearest: --size {size}. {model.name} draws {model.sizes.summary}.",
        )
    return size, f"{model.name} draws no {width}:{height}: using {size}." if off > _RATIO_TOLERANCE else None


def _fit_quality(model: Model, typed: str) -> tuple[Quality, str | None]:
    if folded(typed) == "auto":
        return model.default_quality, f"Quality auto is {model.default_quality} on {model.name}."
    quality = _known(typed, _QUALITY_WORDS, "quality", model.qualities)
    if quality in model.qualities:
        return quality, None
    wanted = _QUALITIES.index(quality)
    legal = min(model.qualities, key=lambda name: abs(_QUALITIES.index(name) - wanted))
    return legal, f"{model.name} has no quality {quality}: using {legal}."


def _fit_background(model: Model, typed: str) -> tuple[Background, str | None]:
    background = _known(typed, _BACKGROUND_WORDS, "background", model.backgrounds)
    if background in model.backgrounds:
        return background, None
    legal = model.backgrounds[0]
    return legal, f"{model.name} draws no {background} background: using {legal}."


def _fit_format(model: Model, typed: str) -> tuple[PictureFormat, str | None]:
    image_format = _known(typed.strip().lstrip("."), _FORMAT_WORDS, "format", model.formats)
    if image_format in model.formats:
        return image_format, None
    legal = model.formats[0]
    return legal, f"{model.name} draws no {image_format}: using {legal}."


def _fit_n(model: Model, n: int) -> tuple[int, None]:
    if n > model.n_max:
        raise BadCommand(
            f"--n '{n}' is too many for {model.name}: it draws 1 to {model.n_max}.", hint=f"Nearest: --n {model.n_max}"
        )
    return n, None


def _background_and_format(
    model: Model, wish: Wish, defaults: Wish, notes: list[str]
) -> tuple[Background, PictureFormat]:
    """JPEG has no transparency: what was said wins over a default, and transparency over the format."""
    background: Background = _chosen(
        wish.background, defaults.background, lambda typed: _fit_background(model, typed), model.backgrounds[0], notes
    )
    image_format: PictureFormat = _chosen(
        wish.format, defaults.format, lambda typed: _fit_format(model, typed), model.formats[0], notes
    )
    if background != "transparent" or image_format in TRANSPARENT_FORMATS:
        return background, image_format
    if wish.background is None and wish.format is not None:
        legal = sorted(model.backgrounds, key=lambda name: name == "transparent")[0]
        notes.append(f"{image_format} has no transparency: your default background does not apply.")
        return legal, image_format
    transparent = sorted(model.formats, key=lambda name: name not in TRANSPARENT_FORMATS)[0]
    notes.append(f"{image_format} has no transparency: using {transparent}.")
    return background, transparent


def _compression(wish: Wish, defaults: Wish, image_format: PictureFormat, notes: list[str]) -> int | None:
    if image_format in _COMPRESSIBLE:
        return defaults.compression if wish.compression is None else wish.compression
    if wish.compression is not None:
        notes.append(f"--compression is left out: it is for webp and jpeg, and this is {image_format}.")
    return None


def _known(typed: str, words: dict[str, Value], flag: str, legal: tuple[str, ...]) -> Value:
    value = words.get(folded(typed))
    if value is None:
        near = nearest(typed, words)
        raise BadCommand(
            f"--{flag} {quoted(typed)} is not possible: it takes {', '.join(legal)}.",
            hint=f"Nearest: --{flag} {words[near] if near else legal[0]}",
        )
    return value
