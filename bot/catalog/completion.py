"""Completes a `PromptSpec` into a `Request`: fills in what is missing, adjusts what is not legal and reports it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.catalog.fitting import (
    default_size_for,
    fit_background,
    fit_base_size,
    fit_effort,
    fit_format,
    fit_n,
    fit_quality,
    fit_shape,
    nearest_effort,
    usable_formats,
)
from bot.catalog.model import TRANSPARENT_FORMATS, Effort, Model
from bot.domain.pictures import Background, PictureFormat, Size
from bot.domain.prompts import with_exclusions
from bot.domain.requests import PromptSpec, Request
from bot.errors import BadCommand
from bot.texts import notes as texts

_COMPRESSIBLE: frozenset[PictureFormat] = frozenset({"jpeg", "webp"})
_WITHOUT_PARTIALS: frozenset[PictureFormat] = frozenset({"gif", "svg"})
"""Formats without partial images: OpenAI refuses partial_images with them."""
Typed = TypeVar("Typed")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Completed:
    """A legal request without its pictures, and one note for each adjustment.

    `follows_base`: the edit named no size, so `fit_to_base` sets it once the base's size is known.
    """

    request: Request
    notes: tuple[str, ...]
    follows_base: bool


def complete(
    model: Model, spec: PromptSpec, *, defaults: PromptSpec, base: Size | None, inputs: int, partials: int, mask: bool
) -> Completed:
    """See `Catalog.complete`, which chooses the model."""
    notes: list[str] = []
    background, image_format = _background_and_format(model, spec, defaults, notes, mask=mask)
    typed_shape = spec.size or spec.ratio
    follows_base = inputs > 0 and typed_shape in (None, "auto")
    typed_shape, default_shape = (None, None) if follows_base else (typed_shape, defaults.size or defaults.ratio)
    size = _choose_value(
        typed_shape,
        default_shape,
        lambda shape: fit_shape(model, image_format, shape),
        default_size_for(model, image_format),
        notes,
    )
    quality = _choose_value(
        spec.quality, defaults.quality, lambda typed: fit_quality(model, typed), model.default_quality, notes
    )
    request = Request(
        prompt=with_exclusions(spec.prompt, defaults.exclude if spec.exclude is None else spec.exclude),
        model=model.name,
        size=size,
        quality=quality,
        effort=_effort(model, spec, defaults, quality, notes),
        auto_size=model.chooses_size and (typed_shape or default_shape) == "auto",
        n=_choose_value(spec.n, defaults.n, lambda n: fit_n(model, n), 1, notes),
        background=background,
        format=image_format,
        compression=_compression(spec, defaults, image_format, notes),
        partials=0 if image_format in _WITHOUT_PARTIALS else min(partials, model.max_partials),
    )
    if follows_base and base is not None:
        request, size_notes = fit_to_base(model, request, base)
        notes += size_notes
    return Completed(request, tuple(notes), follows_base)


def fit_to_base(model: Model, request: Request, base: Size) -> tuple[Request, tuple[str, ...]]:
    """The request with the legal size nearest to `base`, and a note if that differs."""
    size, note = fit_base_size(model, request.format, base)
    return replace(request, size=size), (note,) if note else ()


def _choose_value(
    typed: Typed | None,
    default: Typed | None,
    fit: Callable[[Typed], tuple[Value, str | None]],
    fallback: Value,
    notes: list[str],
) -> Value:
    """The typed value, else the person's default, else `fallback`. A default that does not fit is only noted."""
    if typed is not None:
        value, note = fit(typed)
        if note:
            notes.append(note)
        return value
    if default is None:
        return fallback
    try:
        value, note = fit(default)
    except BadCommand as error:
        value, note = fallback, texts.using(error.text, fallback)
    if note:
        notes.append(f"{texts.OWN_DEFAULT}{note}")
    return value


def _background_and_format(
    model: Model, spec: PromptSpec, defaults: PromptSpec, notes: list[str], *, mask: bool
) -> tuple[Background, PictureFormat]:
    """Resolves conflicts of transparency and JPEG: a typed value wins over a default, transparency over the format."""
    usable = usable_formats(model, mask=mask)
    background: Background = _choose_value(
        spec.background, defaults.background, lambda typed: fit_background(model, typed), model.backgrounds[0], notes
    )
    image_format: PictureFormat = _choose_value(
        spec.format, defaults.format, lambda typed: fit_format(model, typed, mask=mask), usable[0], notes
    )
    if background != "transparent" or image_format in TRANSPARENT_FORMATS:
        return background, image_format
    if spec.background is None and spec.format is not None:
        legal = sorted(model.backgrounds, key=lambda name: name == "transparent")[0]
        notes.append(texts.default_background_ignored(image_format))
        return legal, image_format
    transparent = sorted(usable, key=lambda name: name not in TRANSPARENT_FORMATS)[0]
    notes.append(texts.format_without_transparency(image_format, used=transparent))
    return background, transparent


def _effort(model: Model, spec: PromptSpec, defaults: PromptSpec, quality: str, notes: list[str]) -> Effort | None:
    """The effort to use; None if the model has no such setting."""
    if not model.efforts:
        if spec.effort is not None:
            notes.append(texts.effort_ignored(model.name))
        return None
    usual = _default_effort(model, quality)
    return _choose_value(
        spec.effort, defaults.effort, lambda typed: fit_effort(model, typed, default=usual), usual, notes
    )


def _default_effort(model: Model, quality: str) -> Effort:
    """The model's own default, else the effort nearest to the quality."""
    if model.default_effort is not None:
        return model.default_effort
    return nearest_effort(model, model.default_quality if quality == "auto" else quality)


def _compression(spec: PromptSpec, defaults: PromptSpec, image_format: PictureFormat, notes: list[str]) -> int | None:
    if image_format in _COMPRESSIBLE:
        return defaults.compression if spec.compression is None else spec.compression
    if spec.compression is not None:
        notes.append(texts.compression_ignored(image_format))
    return None
