"""How long a model thinks, and what is left to it to choose."""

from pathlib import Path

import pytest

from bot.catalog.catalog import Catalog
from bot.catalog.completion import Completed
from bot.domain.pictures import Size
from bot.domain.requests import PromptSpec
from bot.errors import BadCommand
from tests.catalogs import a_catalog

NOTHING = PromptSpec("")


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Every built-in model, one whose size must not be sent, and one that plans as long as its quality says."""
    file: Path = tmp_path_factory.mktemp("catalog") / "models.toml"
    file.write_text(
        '[models.mute]\nlabel = "Mute"\nlike = "gpt-image-2"\nallow = ["n", "quality"]\n'
        '[models.planner]\nlabel = "Planner"\nlike = "gpt-5.3-codex"\nauto_quality = true\n',
        encoding="utf-8",
    )
    return a_catalog(file)


def completed(
    catalog: Catalog, spec: PromptSpec, *, defaults: PromptSpec = NOTHING, base: Size | None = None, inputs: int = 0
) -> Completed:
    return catalog.complete(spec, defaults=defaults, base=base, inputs=inputs, partials=3)


@pytest.mark.parametrize(
    ("spec", "defaults", "effort", "notes"),
    [
        (PromptSpec("x", model="flare"), NOTHING, "high", ()),
        (PromptSpec("x", model="flare", quality="low"), NOTHING, "high", ()),
        (PromptSpec("x", model="flare", effort="Low"), NOTHING, "low", ()),
        (PromptSpec("x", model="flare"), PromptSpec("", effort="med"), "medium", ()),
        (PromptSpec("x", model="flare", effort="max"), NOTHING, "high", ("has no effort max: using high.",)),
        (PromptSpec("x", model="flare", effort="off"), NOTHING, "low", ("has no effort none: using low.",)),
        (
            PromptSpec("x", model="flare", effort="auto"),
            NOTHING,
            "high",
            ("Effort auto is high on gpt-image-2.6-flare.",),
        ),
        (
            PromptSpec("x", model="flare"),
            PromptSpec("", effort="max"),
            "high",
            ("Your default: gpt-image-2.6-flare has no",),
        ),
        (
            PromptSpec("x", model="flare"),
            PromptSpec("", effort="hgih"),
            "high",
            ("Your default: --effort 'hgih'", "Using high."),
        ),
        (PromptSpec("x", model="codex"), NOTHING, "medium", ()),
        (PromptSpec("x", model="codex", quality="xhigh"), NOTHING, "xhigh", ()),
        (PromptSpec("x", model="codex"), PromptSpec("", quality="low"), "low", ()),
        (PromptSpec("x", model="codex", quality="low", effort="high"), NOTHING, "high", ()),
        (PromptSpec("x", model="luna", quality="max"), NOTHING, "max", ()),
        (PromptSpec("x", model="luna", effort="none"), NOTHING, "none", ()),
        (PromptSpec("x", model="gpt-5.4", effort="max"), NOTHING, "xhigh", ("has no effort max: using xhigh.",)),
        (PromptSpec("x", model="sol", effort="none"), NOTHING, "low", ("has no effort none: using low.",)),
        (
            PromptSpec("x", model="gpt-6.2-sol", effort="none"),
            NOTHING,
            "low",
            ("gpt-6.2-sol has no effort none: using low.",),
        ),
        (
            PromptSpec("x", model="astra", effort="minimal"),
            NOTHING,
            "low",
            ("gpt-6.2-astra has no effort minimal: using",),
        ),
        (PromptSpec("x", model="astra", quality="max"), NOTHING, "max", ()),
        (PromptSpec("x", model="oss", quality="high"), NOTHING, "high", ()),
        (PromptSpec("x", model="planner", quality="auto"), NOTHING, "medium", ("chooses the quality",)),
        (PromptSpec("x", model="gpt-image-2"), NOTHING, None, ()),
        (PromptSpec("x", model="gpt-image-2.5-flare"), PromptSpec("", effort="low"), None, ()),
        (PromptSpec("x", effort="low"), NOTHING, None, ("--effort is ignored: sketch has no effort setting.",)),
    ],
)
def test_effort_is_what_was_said_or_what_the_model_and_quality_ask_for(
    catalog: Catalog, spec: PromptSpec, defaults: PromptSpec, effort: str | None, notes: tuple[str, ...]
) -> None:
    """Said effort becomes the nearest the model has; unsaid, it is the model's own, or follows the quality."""
    result = completed(catalog, spec, defaults=defaults)
    assert result.request.effort == effort
    said = " ".join(result.notes)
    assert [words for words in notes if words not in said] == []
    assert len(result.notes) == (1 if notes else 0)


def test_an_effort_that_means_nothing_is_refused_with_the_nearest(catalog: Catalog) -> None:
    """A misspelt effort names what the model takes."""
    with pytest.raises(BadCommand) as caught:
        completed(catalog, PromptSpec("x", model="codex", effort="hgih"))
    assert caught.value.text == "--effort 'hgih' is not valid: it takes low, medium, high, xhigh."
    assert caught.value.hint == "Nearest: --effort high"


@pytest.mark.parametrize(
    ("spec", "defaults", "quality", "notes"),
    [
        (
            PromptSpec("x", model="flare", quality="Auto"),
            NOTHING,
            "auto",
            ("gpt-image-2.6-flare chooses the quality: the estimate is for max, its highest.",),
        ),
        (PromptSpec("x", model="mini", quality="auto"), NOTHING, "auto", ("for high, its highest",)),
        (PromptSpec("x", model="flare"), PromptSpec("", quality="auto"), "auto", ("chooses the quality",)),
        (
            PromptSpec("x", model="codex", quality="auto"),
            NOTHING,
            "medium",
            ("Quality auto is medium on gpt-5.3-codex.",),
        ),
    ],
)
def test_quality_is_left_to_models_that_choose(
    catalog: Catalog, spec: PromptSpec, defaults: PromptSpec, quality: str, notes: tuple[str, ...]
) -> None:
    """`--quality auto` reaches services that choose by themselves, and is the usual quality elsewhere."""
    result = completed(catalog, spec, defaults=defaults)
    assert result.request.quality == quality
    assert [words for words in notes if words not in " ".join(result.notes)] == []


@pytest.mark.parametrize(
    ("spec", "defaults", "base", "expected", "notes"),
    [
        (
            PromptSpec("x", model="flare", size="auto"),
            NOTHING,
            None,
            (Size(1024, 1024), True, False),
            ("gpt-image-2.6-flare chooses the size: the estimate is for 1024x1024.",),
        ),
        (PromptSpec("x", model="flare"), PromptSpec("", size="auto"), None, (Size(1024, 1024), True, False),
         ("chooses the size",)),
        (PromptSpec("x", model="flare", size="square"), PromptSpec("", size="auto"),
         None, (Size(1024, 1024), False, False),
         ()),
        (PromptSpec("x", size="auto"), NOTHING, None, (Size(1024, 1024), False, False),
         ("auto is 1024x1024 on sketch",)),
        (PromptSpec("x", model="mute", size="auto"), NOTHING, None, (Size(1024, 1024), False, False),
         ("Size auto is",)),
        (PromptSpec("x", model="flare", size="auto"), NOTHING, Size(1536, 1024), (Size(1536, 1024), False, True), ()),
        (PromptSpec("x", model="flare"), PromptSpec("", size="auto"), Size(1536, 1024), (Size(1536, 1024), False, True),
         ()),
    ],
)  # fmt: skip
def test_size_is_left_to_models_that_choose(
    catalog: Catalog,
    spec: PromptSpec,
    defaults: PromptSpec,
    base: Size | None,
    expected: tuple[Size, bool, bool],
    notes: tuple[str, ...],
) -> None:
    """`--size auto` follows the base of an edit; else a service that can choose does, and others draw as usual."""
    result = completed(catalog, spec, defaults=defaults, base=base, inputs=1 if base else 0)
    assert (result.request.size, result.request.auto_size, result.follows_base) == expected
    assert len(result.notes) == len(notes)
    assert [words for words in notes if words not in " ".join(result.notes)] == []
