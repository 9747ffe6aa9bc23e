"""How long a model thinks, and what is left to it to choose."""

from pathlib import Path

import pytest

from bot.catalog.catalog import Catalog
from bot.catalog.completion import Completed
from bot.domain.pictures import Size
from bot.domain.requests import Wish
from bot.errors import BadCommand
from tests.catalogs import a_catalog

NOTHING = Wish("")


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
    catalog: Catalog, wish: Wish, *, defaults: Wish = NOTHING, base: Size | None = None, inputs: int = 0
) -> Completed:
    return catalog.complete(wish, defaults=defaults, base=base, inputs=inputs, partials=3)


@pytest.mark.parametrize(
    ("wish", "defaults", "effort", "notes"),
    [
        (Wish("x", model="flare"), NOTHING, "high", ()),
        (Wish("x", model="flare", quality="low"), NOTHING, "high", ()),
        (Wish("x", model="flare", effort="Low"), NOTHING, "low", ()),
        (Wish("x", model="flare"), Wish("", effort="med"), "medium", ()),
        (Wish("x", model="flare", effort="max"), NOTHING, "high", ("has no effort max: using high.",)),
        (Wish("x", model="flare", effort="off"), NOTHING, "low", ("has no effort none: using low.",)),
        (Wish("x", model="flare", effort="auto"), NOTHING, "high", ("Effort auto is high on gpt-image-2.6-flare.",)),
        (Wish("x", model="flare"), Wish("", effort="max"), "high", ("Your default: gpt-image-2.6-flare has no",)),
        (Wish("x", model="flare"), Wish("", effort="hgih"), "high", ("Your default: --effort 'hgih'", "Using high.")),
        (Wish("x", model="codex"), NOTHING, "medium", ()),
        (Wish("x", model="codex", quality="xhigh"), NOTHING, "xhigh", ()),
        (Wish("x", model="codex"), Wish("", quality="low"), "low", ()),
        (Wish("x", model="codex", quality="low", effort="high"), NOTHING, "high", ()),
        (Wish("x", model="luna", quality="max"), NOTHING, "max", ()),
        (Wish("x", model="luna", effort="none"), NOTHING, "none", ()),
        (Wish("x", model="gpt-5.4", effort="max"), NOTHING, "xhigh", ("has no effort max: using xhigh.",)),
        (Wish("x", model="sol", effort="none"), NOTHING, "low", ("has no effort none: using low.",)),
        (
            Wish("x", model="gpt-6.2-sol", effort="none"),
            NOTHING,
            "low",
            ("gpt-6.2-sol has no effort none: using low.",),
        ),
        (Wish("x", model="astra", effort="minimal"), NOTHING, "low", ("gpt-6.2-astra has no effort minimal: using",)),
        (Wish("x", model="astra", quality="max"), NOTHING, "max", ()),
        (Wish("x", model="oss", quality="high"), NOTHING, "high", ()),
        (Wish("x", model="planner", quality="auto"), NOTHING, "medium", ("chooses the quality",)),
        (Wish("x", model="gpt-image-2"), NOTHING, None, ()),
        (Wish("x", model="gpt-image-2.5-flare"), Wish("", effort="low"), None, ()),
        (Wish("x", effort="low"), NOTHING, None, ("--effort is left out: sketch has no choice of effort.",)),
    ],
)
def test_effort_is_what_was_said_or_what_the_model_and_quality_ask_for(
    catalog: Catalog, wish: Wish, defaults: Wish, effort: str | None, notes: tuple[str, ...]
) -> None:
    """Said effort becomes the nearest the model has; unsaid, it is the model's own, or follows the quality."""
    result = completed(catalog, wish, defaults=defaults)
    assert result.request.effort == effort
    said = " ".join(result.notes)
    assert [words for words in notes if words not in said] == []
    assert len(result.notes) == (1 if notes else 0)


def test_an_effort_that_means_nothing_is_refused_with_the_nearest(catalog: Catalog) -> None:
    """A misspelt effort names what the model takes."""
    with pytest.raises(BadCommand) as caught:
        completed(catalog, Wish("x", model="codex", effort="hgih"))
    assert caught.value.text == "--effort 'hgih' is not possible: it takes low, medium, high, xhigh."
    assert caught.value.hint == "Nearest: --effort high"


@pytest.mark.parametrize(
    ("wish", "defaults", "quality", "notes"),
    [
        (
            Wish("x", model="flare", quality="Auto"),
            NOTHING,
            "auto",
            ("gpt-image-2.6-flare chooses the quality: the estimate is for max, its highest.",),
        ),
        (Wish("x", model="mini", quality="auto"), NOTHING, "auto", ("for high, its highest",)),
        (Wish("x", model="flare"), Wish("", quality="auto"), "auto", ("chooses the quality",)),
        (Wish("x", model="codex", quality="auto"), NOTHING, "medium", ("Quality auto is medium on gpt-5.3-codex.",)),
    ],
)
def test_quality_is_left_to_models_that_choose(
    catalog: Catalog, wish: Wish, defaults: Wish, quality: str, notes: tuple[str, ...]
) -> None:
    """`--quality auto` reaches services that choose by themselves, and is the usual quality elsewhere."""
    result = completed(catalog, wish, defaults=defaults)
    assert result.request.quality == quality
    assert [words for words in notes if words not in " ".join(result.notes)] == []


@pytest.mark.parametrize(
    ("wish", "defaults", "base", "expected", "notes"),
    [
        (
            Wish("x", model="flare", size="auto"),
            NOTHING,
            None,
            (Size(1024, 1024), True, False),
            ("gpt-image-2.6-flare chooses the size: the estimate is for 1024x1024.",),
        ),
        (Wish("x", model="flare"), Wish("", size="auto"), None, (Size(1024, 1024), True, False), ("chooses the size",)),
        (Wish("x", model="flare", size="square"), Wish("", size="auto"), None, (Size(1024, 1024), False, False), ()),
        (Wish("x", size="auto"), NOTHING, None, (Size(1024, 1024), False, False), ("auto is 1024x1024 on sketch",)),
        (Wish("x", model="mute", size="auto"), NOTHING, None, (Size(1024, 1024), False, False), ("Size auto is",)),
        (Wish("x", model="flare", size="auto"), NOTHING, Size(1536, 1024), (Size(1536, 1024), False, True), ()),
        (Wish("x", model="flare"), Wish("", size="auto"), Size(1536, 1024), (Size(1536, 1024), False, True), ()),
    ],
)  # fmt: skip
def test_size_is_left_to_models_that_choose(
    catalog: Catalog,
    wish: Wish,
    defaults: Wish,
    base: Size | None,
    expected: tuple[Size, bool, bool],
    notes: tuple[str, ...],
) -> None:
    """`--size auto` follows the base of an edit; else a service that can choose does, and others draw as usual."""
    result = completed(catalog, wish, defaults=defaults, base=base, inputs=1 if base else 0)
    assert (result.request.size, result.request.auto_size, result.follows_base) == expected
    assert len(result.notes) == len(notes)
    assert [words for words in notes if words not in " ".join(result.notes)] == []
