"""Builds the list of command options from the flag table and the catalog, for completion, menus and help."""

from collections.abc import Iterable

from bot.catalog.catalog import Catalog
from bot.catalog.model import EFFORTS, Model
from bot.catalog.pricing import price_hint
from bot.domain.text import shorten
from bot.grammar.flags import FLAGS, Flag, FlagName
from bot.grammar.values import SHAPES
from bot.presentation.card import Choice
from bot.presentation.options import Option

MAX_CHOICES = 25
MAX_CHOICE_CHARS = 100
"""Discord's limits for a command option, the lowest of all platforms."""

_SIZES = ("1024x1024", "1536x1024", "1024x1536", "2048x2048", "2560x1440", "3840x2160")
_RATIOS = ("1:1", "3:2", "2:3", "4:3", "3:4", "16:9", "9:16", "21:9")
_FLAGS_WITH_FIXED_VALUES: frozenset[FlagName] = frozenset({"quality", "effort", "background", "format"})


def command_options(catalog: Catalog) -> tuple[Option, ...]:
    """One option per flag, in the table's order, with the values that the connected models offer."""
    return _build_options(catalog.models())


class CommandOptions:
    """Callable that returns `command_options`, cached until the set of available models changes.

    Discord asks for completions at every keystroke, and models can be shut down while Easel runs.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._models: tuple[Model, ...] | None = None
        self._options: tuple[Option, ...] = ()

    def __call__(self) -> tuple[Option, ...]:
        models = self._catalog.models()
        if models != self._models:
            self._models, self._options = models, _build_options(models)
        return self._options


def _build_options(models: tuple[Model, ...]) -> tuple[Option, ...]:
    return tuple(_build_option(flag, _choices(flag.name, models)) for flag in FLAGS)


def _build_option(flag: Flag, choices: tuple[Choice, ...]) -> Option:
    kind = "switch" if not flag.value else "number" if flag.minimum is not None else "choice" if choices else "text"
    return Option(
        name=flag.name,
        aliases=flag.aliases,
        summary=flag.summary,
        kind=kind,
        example=flag.example,
        choices=choices[:MAX_CHOICES],
        closed=flag.name in _FLAGS_WITH_FIXED_VALUES and bool(choices),
        minimum=flag.minimum,
        maximum=flag.maximum,
    )


def _choices(name: FlagName, models: tuple[Model, ...]) -> tuple[Choice, ...]:
    match name:
        case "model":
            return tuple(Choice(model.name, _label_model(model)) for model in models)
        case "size":
            return _to_choices((*SHAPES, *_SIZES, *_auto_choice(model.chooses_size for model in models)))
        case "ar":
            return _to_choices(_RATIOS)
        case "quality":
            named = [quality for model in models for quality in model.qualities]
            return _to_choices((*named, *_auto_choice(model.auto_quality for model in models)))
        case "effort":
            known = {effort for model in models for effort in model.efforts}
            return _to_choices(effort for effort in EFFORTS if effort in known)
        case "background":
            return _to_choices(background for model in models for background in model.backgrounds)
        case "format":
            return _to_choices(image_format for model in models for image_format in model.formats)
        case "n" | "compression" | "no" | "on" | "private":
            return ()


def _auto_choice(possible: Iterable[bool]) -> tuple[str, ...]:
    """The choice `auto`, if any model supports it."""
    return ("auto",) if any(possible) else ()


def _to_choices(values: Iterable[str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, value) for value in dict.fromkeys(values))


def _label_model(model: Model) -> str:
    return shorten(f"{model.label} · {price_hint(model)}", MAX_CHOICE_CHARS)
