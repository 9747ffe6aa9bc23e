"""What each built-in entry lets us send, against the facts of each model and the parameters that the SDK types."""

from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from openai.types.chat.completion_create_params import CompletionCreateParamsBase
from openai.types.image_edit_params import ImageEditParamsBase
from openai.types.image_generate_params import ImageGenerateParamsBase
from openai.types.responses.response_create_params import ResponseCreateParamsBase
from openai.types.shared.reasoning_effort import ReasoningEffort

from bot.catalog.model import Model
from bot.domain.ids import ModelName
from tests.catalogs import a_catalog

ALWAYS = {
    "n",
    "size",
    "quality",
    "background",
    "output_format",
    "output_compression",
    "moderation",
    "safety_identifier",
}
GENERATE, EDIT = get_type_hints(ImageGenerateParamsBase), get_type_hints(ImageEditParamsBase)
NONE: set[str] = set()
NOT_TYPED_FOR_EDITS = {"moderation"}
"""The service takes it there too; the SDK sends it as an extra field."""


MODELS = {model.name: model for model in a_catalog().all()}
PAINTERS = [model for model in MODELS.values() if model.provider == "openai_images"]
AUTHORS = [model for model in MODELS.values() if model.provider == "svg_author"]


def values(hint: object) -> set[str]:
    """The words that a parameter's type allows."""
    return {word for part in (hint, *get_args(hint)) for word in (part, *get_args(part)) if isinstance(word, str)}


@pytest.mark.parametrize("model", PAINTERS, ids=lambda model: model.name)
def test_what_a_painter_may_be_sent_is_what_the_sdk_types(model: Model) -> None:
    """Each parameter, and each word an entry offers for it, is one of the SDK's own typed parameters."""
    assert model.allow - {"input_fidelity"} <= GENERATE.keys()
    assert model.allow - NOT_TYPED_FOR_EDITS <= EDIT.keys()
    for hints in (GENERATE, EDIT):
        assert {*model.qualities, "auto"} <= values(hints["quality"])
        assert set(model.formats) <= values(hints["output_format"])
        assert set(model.backgrounds) <= values(hints["background"])
        assert set(model.efforts) <= values(hints["complexity"])
    assert {model.input_fidelity} - {None} <= values(EDIT["input_fidelity"])
    assert {"mask", "markup", "input_fidelity"} <= EDIT.keys()


@pytest.mark.parametrize("model", AUTHORS, ids=lambda model: model.name)
def test_what_an_author_may_be_sent_is_what_the_sdk_types(model: Model) -> None:
    """Reasoning efforts are the SDK's, and so are the parameters of both interfaces that text models have."""
    assert set(model.efforts) <= values(ReasoningEffort)
    assert model.allow <= get_type_hints(CompletionCreateParamsBase).keys()
    assert {model.token_limit} <= get_type_hints(CompletionCreateParamsBase).keys()
    assert {"reasoning", "safety_identifier", "max_output_tokens"} <= get_type_hints(ResponseCreateParamsBase).keys()


@pytest.mark.parametrize(
    ("names", "more", "efforts", "fidelity", "markups"),
    [
        (("gpt-image-2.6-sunburst", "gpt-image-2.6-flare"), {"complexity"}, ("low", "medium", "high"), None, True),
        (("gpt-image-2.5-sunburst", "gpt-image-2.5-sunburst-2026-09-08"), NONE, (), None, True),
        (("gpt-image-2.5-flare", "gpt-image-2.5-flare-2026-09-08"), NONE, (), None, True),
        (("gpt-image-2", "gpt-image-2-2026-04-21"), NONE, (), None, False),
        (("gpt-image-1.5", "gpt-image-1.5-2025-12-16"), {"input_fidelity"}, (), "low", False),
        (("chatgpt-image-latest", "gpt-image-1-mini"), {"input_fidelity"}, (), "low", False),
    ],
)
def test_each_painter_is_sent_what_it_knows(
    names: tuple[str, ...], more: set[str], efforts: tuple[str, ...], fidelity: str | None, markups: bool
) -> None:
    """A model is told complexity or input fidelity exactly where it knows them; all choose size and quality."""
    for name in names:
        model = MODELS[ModelName(name)]
        assert (model.allow, model.efforts) == (ALWAYS | more, efforts)
        assert (model.input_fidelity, model.markups, model.masks) == (fidelity, markups, True)
        assert (model.chooses_size, model.auto_quality, model.max_inputs, model.max_partials) == (True, True, 16, 3)


@pytest.mark.parametrize(
    ("name", "api", "efforts", "allow", "max_inputs"),
    [
        ("gpt-5.3-codex", "responses", "low medium high xhigh", {"reasoning_effort", "safety_identifier"}, 8),
        ("gpt-oss-120b", "chat", "low medium high", {"reasoning_effort"}, 1),
        ("gpt-6-luna", "responses", "none low medium high xhigh max", {"reasoning_effort", "safety_identifier"}, 8),
        ("gpt-6.1-terra", "responses", "none low medium high xhigh max", {"reasoning_effort", "safety_identifier"}, 8),
        ("gpt-6.1-sol", "responses", "low medium high xhigh max", {"reasoning_effort", "safety_identifier"}, 8),
        ("gpt-5.4", "responses", "none low medium high xhigh", {"reasoning_effort", "safety_identifier"}, 8),
        ("gpt-5.6-terra", "responses", "none low medium high xhigh max", {"reasoning_effort", "safety_identifier"}, 8),
    ],
)
def test_each_author_is_sent_what_it_knows(name: str, api: str, efforts: str, allow: set[str], max_inputs: int) -> None:
    """A text model has its own efforts, and one that reads text only takes nothing but its own drawing."""
    model = MODELS[ModelName(name)]
    assert (model.api, model.allow, model.max_inputs, model.default_effort) == (api, allow, max_inputs, None)
    assert " ".join(model.efforts) == efforts
    assert model.sees_pictures == (name != "gpt-oss-120b")
    assert model.writes_svg


def test_how_a_model_is_asked_for_several_pictures(tmp_path: Path) -> None:
    """Text models, servers that want it, and servers that know no `n` are asked for one picture at a time."""
    file = tmp_path / "models.toml"
    file.write_text(
        '[models.split]\nlabel = "Split"\nlike = "gpt-image-2"\nsplit_n = true\n'
        '[models.single]\nlabel = "Single"\nlike = "gpt-image-2"\nallow = ["size"]\n',
        encoding="utf-8",
    )
    by_name = {model.name: model.one_picture_per_call for model in a_catalog(file).all()}
    asked = ("gpt-image-2.6-flare", "split", "single", "gpt-5.3-codex", "gpt-oss-120b", "sketch")
    assert [by_name[ModelName(name)] for name in asked] == [False, True, True, True, True, False]


def test_models_of_one_service_share_its_limit(tmp_path: Path) -> None:
    """Images per minute are counted for each server of image models; text models and sketch have no such limit."""
    file = tmp_path / "models.toml"
    file.write_text(
        '[models.ours]\nlabel = "Ours"\nlike = "gpt-image-2"\nbase_url = "http://localhost:8000/v1"\n'
        '[models.theirs]\nlabel = "Theirs"\nlike = "ours"\nwire_name = "other"\n',
        encoding="utf-8",
    )
    by_name = {model.name: model for model in a_catalog(file).all()}
    asked = ("gpt-image-2", "gpt-image-2.6-flare", "ours", "theirs", "gpt-5.3-codex", "sketch")
    assert [by_name[ModelName(name)].service for name in asked] == [
        "openai_images",
        "openai_images",
        "http://localhost:8000/v1",
        "http://localhost:8000/v1",
        "",
        "",
    ]
    assert by_name[ModelName("theirs")].wire_name == "other"


def test_an_entry_like_2_6_may_have_no_efforts(tmp_path: Path) -> None:
    """Emptying `efforts` is enough: the inherited default effort then means nothing."""
    file = tmp_path / "models.toml"
    file.write_text('[models.proxy]\nlabel = "Proxy"\nlike = "gpt-image-2.6-flare"\nefforts = []\n', encoding="utf-8")
    assert a_catalog(file).resolve("proxy")[0].efforts == ()
