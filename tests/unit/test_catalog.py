"""The catalog: which model people mean, what is connected, and models that are gone."""

from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from bot.catalog.catalog import Catalog
from bot.catalog.model import Model
from bot.domain.ids import ModelName
from bot.errors import AdminError, BadCommand

EVERYTHING = frozenset({"openai_images", "svg_author", "sketch"})
TODAY = date(2026, 11, 22)


def a_catalog(
    *,
    extra: Path | None = None,
    available: frozenset[str] = EVERYTHING,
    default_model: str = "sketch",
    retired: Literal["successor", "refuse"] = "successor",
    today: date = TODAY,
) -> Catalog:
    return Catalog.load(
        extra=extra,
        lacking=lambda model: lacking(model, available),
        default_model=default_model,
        retired=retired,
        today=lambda: today,
    )


def lacking(model: Model, available: frozenset[str]) -> str | None:
    return None if model.provider in available else f"A key for {model.provider} is not set."


def refusal(catalog: Catalog, name: str) -> BadCommand:
    with pytest.raises(BadCommand) as caught:
        catalog.resolve(name)
    return caught.value


def test_every_known_model_is_listed() -> None:
    """The built-in catalog knows the GPT image models with their snapshots, the text models, and sketch."""
    names = {model.name for model in a_catalog().all()}
    assert names == {
        "gpt-image-2.6-sunburst",
        "gpt-image-2.6-flare",
        "gpt-image-2.5-sunburst",
        "gpt-image-2.5-sunburst-2026-09-08",
        "gpt-image-2.5-flare",
        "gpt-image-2.5-flare-2026-09-08",
        "gpt-image-2",
        "gpt-image-2-2026-04-21",
        "gpt-image-1.5",
        "gpt-image-1.5-2025-12-16",
        "chatgpt-image-latest",
        "gpt-image-1-mini",
        "gpt-5.3-codex",
        "gpt-oss-120b",
        "gpt-6-luna",
        "gpt-6.1-terra",
        "gpt-6.1-sol",
        "gpt-5.4",
        "gpt-5.6-terra",
        "sketch",
    }


def test_an_entry_takes_the_rest_from_the_one_it_is_like() -> None:
    """`like` takes over abilities and prices, but never the name at the service, labels, or dates of the end."""
    catalog = a_catalog()
    original, snapshot = catalog.get(ModelName("gpt-image-2")), catalog.get(ModelName("gpt-image-2-2026-04-21"))
    assert original
    assert snapshot
    assert snapshot.prices == original.prices
    assert snapshot.output_tokens == original.output_tokens
    assert (snapshot.wire_name, snapshot.shutdown) == ("gpt-image-2-2026-04-21", None)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("gpt-image-2", "gpt-image-2"),
        ("GPT Image 2", "gpt-image-2"),
        ("gpt_image_2", "gpt-image-2"),
        ("gpt image 2.6 flare", "gpt-image-2.6-flare"),
        ("GPT‑Image‑2.6‑Flare", "gpt-image-2.6-flare"),
        (" Flare ", "gpt-image-2.6-flare"),
        ("sunburst", "gpt-image-2.6-sunburst"),
        ("Sketch: offline, no AI", "sketch"),
        ("offline", "sketch"),
        ("GPT-5.3 Codex", "gpt-5.3-codex"),
        ("gpt oss", "gpt-oss-120b"),
    ],
)
def test_models_are_found_by_any_of_their_names(typed: str, name: str) -> None:
    """Case, spaces, underscores, unusual hyphens, labels and aliases all lead to the model."""
    model, notes = a_catalog().resolve(typed)
    assert (model.name, notes) == (name, ())


def test_every_name_the_grammar_gets_leads_somewhere() -> None:
    """Each of `words` resolves, so that names of several words are understood without quotes."""
    catalog = a_catalog()
    assert {"gptimage2", "gptimage2.6flare", "dalle3"} <= catalog.words
    assert all(catalog.resolve(word)[0] in catalog.models() for word in catalog.words)


def test_an_unknown_model_is_answered_with_the_nearest() -> None:
    """An unknown name is refused with the nearest model and those that are connected."""
    error = refusal(a_catalog(available=frozenset({"sketch"})), "skech")
    assert "'skech'" in error.text
    assert error.hint == "Nearest: --model sketch. Connected: sketch."


def test_a_model_that_is_not_connected_says_so() -> None:
    """A known model without its provider is not offered, and naming it says what is connected."""
    catalog = a_catalog(available=frozenset({"sketch"}))
    assert [model.name for model in catalog.models()] == ["sketch"]
    error = refusal(catalog, "flare")
    assert (error.text, error.hint) == (
        "gpt-image-2.6-flare is known but not connected here.",
        "Connected: sketch.",
    )


def test_what_a_model_lacks_is_for_the_administrator(tmp_path: Path) -> None:
    """Each model says what it lacks here, and a model may be connected while its provider's others are not."""
    file = tmp_path / "models.toml"
    file.write_text('[models."gpt-oss-120b"]\nbase_url = "http://localhost:8000/v1"\n', encoding="utf-8")
    catalog = Catalog.load(
        extra=file,
        lacking=lambda model: None if model.base_url or model.api == "none" else "OPENAI_API_KEY is not set.",
        default_model="sketch",
        retired="successor",
        today=lambda: TODAY,
    )
    assert [model.name for model in catalog.models()] == ["sketch", "gpt-oss-120b"]
    said = {model.name: catalog.lacking(model) for model in catalog.all()}
    assert said[ModelName("gpt-oss-120b")] is None
    assert said[ModelName("gpt-5.3-codex")] == "OPENAI_API_KEY is not set."
    assert refusal(catalog, "codex").hint == "Connected: gpt-oss-120b, sketch."


def test_the_default_comes_first() -> None:
    """The offered models begin with the default, by whichever of its names it was set."""
    catalog = a_catalog(default_model="GPT Image 2")
    assert catalog.default.name == "gpt-image-2"
    assert [model.name for model in catalog.models()][:2] == ["gpt-image-2", "gpt-image-2.6-sunburst"]


@pytest.mark.parametrize(
    ("typed", "successor", "date_text"),
    [
        ("gpt-image-1", "gpt-image-2.6-sunburst", "2026-10-23"),
        ("DALL·E 3", "gpt-image-2.6-flare", "2026-05-12"),
        ("dalle", "gpt-image-2.6-flare", "2026-05-12"),
    ],
)
def test_a_model_that_is_gone_leads_to_its_successor(typed: str, successor: str, date_text: str) -> None:
    """Naming a model that was shut down draws with its successor, and says so."""
    model, (note,) = a_catalog().resolve(typed)
    assert model.name == successor
    assert date_text in note
    assert successor in note


def test_a_model_is_gone_from_the_day_of_its_shutdown() -> None:
    """The day before it is offered; on the day itself its successor draws, in a catalog loaded long before."""
    day = [date(2026, 11, 30)]
    catalog = Catalog.load(
        extra=None, lacking=lambda _: None, default_model="mini", retired="successor", today=lambda: day[0]
    )
    assert catalog.default.name == "gpt-image-1-mini"
    assert "gpt-image-1-mini" in {model.name for model in catalog.models()}
    day[0] = date(2026, 12, 1)
    assert catalog.default.name == "gpt-image-2.6-flare"
    assert "gpt-image-1-mini" not in {model.name for model in catalog.models()}


def test_an_administrator_may_prefer_a_refusal() -> None:
    """With `refuse`, a model that was shut down is refused and its successor named."""
    error = refusal(a_catalog(retired="refuse"), "gpt-image-1")
    assert error.text == "gpt-image-1 was shut down on 2026-10-23."
    assert error.hint == "Its successor: --model gpt-image-2.6-sunburst"


def test_a_successor_that_is_not_connected_is_named() -> None:
    """A model whose successor cannot draw here is refused, and the successor is named."""
    error = refusal(a_catalog(available=frozenset({"sketch"})), "gpt-image-1")
    assert "successor gpt-image-2.6-sunburst is not connected" in error.text


def test_successors_are_followed_to_a_living_one(tmp_path: Path) -> None:
    """A successor that is itself gone leads on to its own successor."""
    file = tmp_path / "models.toml"
    file.write_text('[models."gpt-image-2.6-flare"]\nshutdown = 2026-01-01\nsuccessor = "sketch"\n', encoding="utf-8")
    model, (note,) = a_catalog(extra=file).resolve("dall-e-2")
    assert model.name == "sketch"
    assert "dall-e-2 was shut down on 2026-05-12" in note


@pytest.mark.parametrize(
    ("default_model", "hint"),
    [
        ("nonsense", "Connected: sketch."),
        ("flare", "A key for openai_images is not set. Connected: sketch."),
        ("gpt-image-1", "Connected: sketch."),
    ],
)
def test_a_default_that_cannot_draw_is_the_administrators_affair(default_model: str, hint: str) -> None:
    """A default model that is unknown or not connected stops loading, naming the setting and what is lacking."""
    with pytest.raises(AdminError, match="EASEL_DEFAULT_MODEL") as caught:
        a_catalog(default_model=default_model, available=frozenset({"sketch"}))
    assert caught.value.hint == hint
