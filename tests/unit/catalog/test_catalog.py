"""The catalog: which model people mean, what is connected, and models that are gone."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from bot.catalog.catalog import Catalog
from bot.catalog.completion import Completed
from bot.catalog.model import Model
from bot.catalog.pricing import estimate_cost
from bot.domain.ids import ModelName
from bot.domain.requests import PromptSpec, Request
from bot.errors import AdminError, BadCommand
from tests.clock import TODAY

EVERYTHING = frozenset({"openai_images", "svg_author", "sketch"})


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
        unavailable_reason=lambda model: lacking(model, available),
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
        "gpt-6.2-sol",
        "gpt-6.2-astra",
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
    assert {"gptimage2", "gptimage2.6flare", "dalle3"} <= catalog.known_names
    assert all(catalog.resolve(word)[0] in catalog.models() for word in catalog.known_names)


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
        "gpt-image-2.6-flare is not connected here.",
        "Connected: sketch.",
    )


def test_what_a_model_lacks_is_for_the_administrator(tmp_path: Path) -> None:
    """Each model says what it lacks here, and a model may be connected while its provider's others are not."""
    file = tmp_path / "models.toml"
    file.write_text('[models."gpt-oss-120b"]\nbase_url = "http://localhost:8000/v1"\n', encoding="utf-8")
    catalog = Catalog.load(
        extra=file,
        unavailable_reason=lambda model: (
            None if model.base_url or model.api == "none" else "OPENAI_API_KEY is not set."
        ),
        default_model="sketch",
        retired="successor",
        today=lambda: TODAY,
    )
    assert [model.name for model in catalog.models()] == ["sketch", "gpt-oss-120b"]
    said = {model.name: catalog.unavailable_reason(model) for model in catalog.all()}
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
        extra=None, unavailable_reason=lambda _: None, default_model="mini", retired="successor", today=lambda: day[0]
    )
    assert catalog.default.name == "gpt-image-1-mini"
    assert "gpt-image-1-mini" in {model.name for model in catalog.models()}
    day[0] = date(2026, 12, 1)
    assert catalog.default.name == catalog.models()[0].name == "gpt-image-2.5-flare"
    for listed in (catalog.models(), catalog.served()):
        assert "gpt-image-1-mini" not in {model.name for model in listed}
    assert {model.name for model in catalog.served()} == {model.name for model in catalog.models()}


@pytest.mark.parametrize(
    ("typed", "spec", "note"),
    [
        (
            "mini",
            PromptSpec("a fox"),
            (
                "gpt-image-1-mini was shut down on 2026-12-01: drawing with gpt-image-2.5-flare instead "
                "($0.0132 instead of $0.0085 per image at 1024x1024 medium)."
            ),
        ),
        # By its label, and whatever else is said.
        ("GPT Image 1 Mini", PromptSpec("a fox", n=4), "($0.0132 instead of $0.0085 per image at 1024x1024 medium)"),
        ("mini", PromptSpec("a fox", quality="low"), "($0.0059 instead of $0.0022 per image at 1024x1024 low)"),
        ("mini", PromptSpec("a fox", size="portrait"), "($0.0103 instead of $0.0127 per image at 1024x1536 medium)"),
        ("mini", PromptSpec("a fox", quality="auto"), "($0.2108 instead of $0.0333 per image at 1024x1024 auto)"),
        (
            "mini",
            PromptSpec("a fox", size="2048x2048", quality="max"),
            "($0.4282 per image at 2048x2048 max instead of $0.0333 per image at 1024x1024 high)",
        ),
        (
            "gpt-image-1.5-2025-12-16",
            PromptSpec("a fox"),
            "drawing with gpt-image-2.6-sunburst instead ($0.0452 instead of $0.0338 per image at 1024x1024 medium)",
        ),
        (
            "codex",
            PromptSpec("a fox"),
            (
                "gpt-5.3-codex was shut down on 2027-04-01: drawing with gpt-6.1-terra instead "
                "($1.00 in, $5.00 out instead of $1.75 in, $14.00 out per million tokens)."
            ),
        ),
        # What those cost is not in the catalog.
        (
            "dalle",
            PromptSpec("a fox"),
            "drawing with gpt-image-2.6-flare instead ($0.0452 per image at 1024x1024 medium).",
        ),
        ("gpt-image-1", PromptSpec("a fox"), "instead ($0.0452 per image at 1024x1024 medium)."),
    ],
)
def test_a_successor_says_its_price_against_the_old_one(typed: str, spec: PromptSpec, note: str) -> None:
    """The note has both prices, of the size and quality that each of the two makes of the same wish."""
    catalog = a_catalog(today=date(2027, 12, 1))
    spec = replace(spec, model=typed)
    assert note in catalog.complete(spec, defaults=PromptSpec(""), base=None, inputs=0, partials=3).notes[0]


SHOP = """
[models.old]
label = "Old"
like = "sketch"
shutdown = 2026-11-22
successor = "middle"
prices = { text_in = "0", image_in = "0", image_out = "10", text_out = "0", source = "a test", checked = 2026-11-22 }
output_tokens = { factors = { low = 16, medium = 24, high = 48 } }

[models.middle]
label = "Middle"
like = "old"
shutdown = 2026-11-21
successor = "new"

[models.new]
label = "New"
"""


@pytest.mark.parametrize(
    ("new", "price"),
    [
        ('like = "sketch"', "free instead of $0.0044 per image at 1024x1024 medium"),
        ('like = "old"', "$0.0044 per image at 1024x1024 medium, as before"),
        (
            'like = "gpt-6-luna"',
            "$0.10 in, $0.50 out per million tokens instead of $0.0044 per image at 1024x1024 medium",
        ),
        ('like = "gpt-oss-120b"', "price unknown instead of $0.0044 per image at 1024x1024 medium"),
        (
            'like = "old"\ndefault_size = "512x512"',
            "$0.0033 per image at 512x512 medium instead of $0.0044 per image at 1024x1024 medium",
        ),
    ],
)
def test_prices_are_compared_whatever_they_are_for(tmp_path: Path, new: str, price: str) -> None:
    """A successor may be free, of unknown price, of another unit, or two steps away; of a chain its ends are named."""
    file = tmp_path / "models.toml"
    file.write_text(SHOP + new, encoding="utf-8")
    model, (note,) = a_catalog(extra=file).resolve("old")
    assert model.name == "new"
    assert note == f"old was shut down on 2026-11-22: drawing with new instead ({price})."


def test_what_the_old_model_could_not_draw_has_no_old_price(tmp_path: Path) -> None:
    """Where the old model could not have honoured the wish at all, the new price stands alone."""
    file = tmp_path / "models.toml"
    file.write_text(
        SHOP + 'like = "sketch"\n[models.single]\nlabel = "Single"\nlike = "old"\nn_max = 1\n'
        'shutdown = 2026-11-22\nsuccessor = "new"\n',
        encoding="utf-8",
    )
    spec = PromptSpec("x", model="single", n=2)
    completed = a_catalog(extra=file).complete(spec, defaults=PromptSpec(""), base=None, inputs=0, partials=0)
    assert completed.notes == ("single was shut down on 2026-11-22: drawing with new instead (free).",)


def test_a_name_of_old_is_gone_whatever_the_day(tmp_path: Path) -> None:
    """Of a retired model nothing but its name is known: a clock that is wrong does not bring it back."""
    file = tmp_path / "models.toml"
    file.write_text('[retired.soon]\nlabel = "Soon"\nshutdown = 2099-01-01\nsuccessor = "sketch"\n', encoding="utf-8")
    assert a_catalog(extra=file).resolve("soon")[0].name == "sketch"
    assert a_catalog(today=date(1970, 1, 1)).resolve("dalle")[0].name == "gpt-image-2.6-flare"


def test_no_successor_costs_much_more() -> None:
    """Whoever drew with a model that was shut down pays at most half as much again, or twice for the cheapest."""
    catalog = a_catalog()
    ended = [model for model in catalog.all() if model.successor is not None and model.output_tokens is not None]
    assert ended
    for model in ended:
        usual = Request(prompt="", model=model.name, size=model.default_size, quality=model.default_quality)
        successor = catalog.get(model.successor or model.name)
        assert successor is not None
        before, now = estimate_cost(model, usual, ()), estimate_cost(successor, usual, ())
        assert before is not None
        assert now is not None
        assert now < 2 * before, model.name


def test_an_edit_is_drawn_by_the_successor_of_what_drew_its_base() -> None:
    """The model of the base goes before the person's own default, and is no default of theirs if it cannot draw."""
    saved = PromptSpec("", model="sketch")

    def drawn(catalog: Catalog, name: str) -> Completed:
        like = ModelName(name)
        return catalog.complete(PromptSpec("darker"), defaults=saved, base=None, inputs=1, partials=0, like=like)

    successor = drawn(a_catalog(today=date(2026, 12, 1)), "gpt-image-1-mini")
    assert successor.request.model == "gpt-image-2.5-flare"
    assert "gpt-image-1-mini was shut down on 2026-12-01" in successor.notes[0]
    refused = drawn(a_catalog(today=date(2026, 12, 1), retired="refuse"), "gpt-image-1-mini")
    assert refused.request.model == "sketch"
    assert refused.notes == ("gpt-image-1-mini was shut down on 2026-12-01. Using sketch.",)
    unknown = drawn(a_catalog(), "bygone")
    assert unknown.request.model == "sketch"
    assert unknown.notes == ("There is no model 'bygone' here. Using sketch.",)


def test_a_default_that_was_shut_down_is_said_to_be_one() -> None:
    """With `refuse`, a saved default that is gone is named as the person's own, and another model draws."""
    catalog = a_catalog(today=date(2026, 12, 1), retired="refuse")
    result = catalog.complete(PromptSpec("x"), defaults=PromptSpec("", model="mini"), base=None, inputs=0, partials=0)
    assert result.notes == ("Your default: gpt-image-1-mini was shut down on 2026-12-01. Using sketch.",)


def test_a_default_may_go_while_easel_runs() -> None:
    """With `refuse`, what was set as the default is refused from its last day on, and the others stay on offer."""
    day = [date(2026, 11, 30)]
    catalog = Catalog.load(
        extra=None, unavailable_reason=lambda _: None, default_model="mini", retired="refuse", today=lambda: day[0]
    )
    day[0] = date(2026, 12, 1)
    assert "gpt-image-2.5-flare" in {model.name for model in catalog.models()}
    with pytest.raises(BadCommand, match="was shut down"):
        catalog.complete(PromptSpec("x"), defaults=PromptSpec(""), base=None, inputs=0, partials=0)


def test_an_administrator_may_prefer_a_refusal() -> None:
    """With `refuse`, a model that was shut down is refused and its successor named."""
    error = refusal(a_catalog(retired="refuse"), "gpt-image-1")
    assert error.text == "gpt-image-1 was shut down on 2026-10-23."
    assert error.hint == "Use its successor: --model gpt-image-2.6-sunburst"


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
