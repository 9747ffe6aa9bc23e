"""What is said to services: no more than their entries allow, and what the SDK's own types know."""

from typing import get_type_hints

import pytest
from openai.types.image_edit_params import ImageEditParamsNonStreaming, ImageEditParamsStreaming
from openai.types.image_generate_params import ImageGenerateParamsNonStreaming, ImageGenerateParamsStreaming
from pydantic import TypeAdapter

from bot.catalog.model import Model
from bot.domain.ids import ModelName
from bot.domain.pictures import Size
from bot.domain.requests import PromptSpec, Request
from bot.errors import BadCommand
from bot.ports import Inputs
from bot.providers.openai_images.parameters import ImageParameters, build_parameters, remove_control_phrases
from bot.providers.openai_images.request_building import build_request, omitted_inputs
from tests.builders import a_png, encoded, opened
from tests.unit.providers.image_provider import FLARE, a_catalog, a_request, an_edit, inputs

CATALOG = a_catalog()
IMAGE_MODELS = [model.name for model in CATALOG.models() if model.api == "images"]


def model(name: str = FLARE, **changes: object) -> Model:
    found = CATALOG.get(ModelName(name))
    assert found is not None
    return found.model_copy(update=changes)


def said(request: Request, to: Model) -> ImageParameters:
    return build_parameters(request, to, moderation="auto", identifier="f" * 64)


@pytest.mark.parametrize("name", IMAGE_MODELS)
@pytest.mark.parametrize("inputs_count", [0, 2])
@pytest.mark.parametrize("partials", [0, 2])
def test_every_model_is_asked_in_terms_that_the_sdk_knows(name: ModelName, inputs_count: int, partials: int) -> None:
    """Each field that is sent is one of the SDK's for that call, with a value that its types allow."""
    spec = PromptSpec(prompt="a fox", model=name, compression=None)
    completed = CATALOG.complete(
        spec, defaults=PromptSpec(prompt=""), base=None, inputs=inputs_count, partials=partials
    )
    request = an_edit(name) if inputs_count else completed.request
    fields = dict(said(request, model(name)))
    typed: type[object]
    if inputs_count:
        # The SDK's signature lacks it; the API takes it in a form.
        assert fields.pop("moderation") == "auto"
        fields["image"] = b""
        typed = ImageEditParamsStreaming if fields.get("stream") else ImageEditParamsNonStreaming
        known = get_type_hints(typed)
        del fields["image"]
    else:
        typed = ImageGenerateParamsStreaming if fields.get("stream") else ImageGenerateParamsNonStreaming
        known = get_type_hints(typed)
        assert TypeAdapter(typed).validate_python(fields, strict=False) == fields
    assert set(fields) <= set(known)
    assert None not in fields.values()


def test_a_server_hears_nothing_that_its_entry_does_not_allow() -> None:
    """The least that can be said is a model and a prompt."""
    request = a_request(n=2, format="webp", compression=50, partials=2, background="transparent")
    assert said(request, model(allow=frozenset(), max_partials=0)) == {
        "model": "gpt-image-2.6-flare",
        "prompt": "a red fox",
    }


@pytest.mark.parametrize(
    ("changes", "entry", "field", "value"),
    [
        ({}, {}, "size", "1024x640"),
        ({}, {"size_separator": "*"}, "size", "1024*640"),
        ({"auto_size": True}, {}, "size", "auto"),
        ({"quality": "auto"}, {}, "quality", "auto"),
        ({}, {"send_response_format": True}, "response_format", "b64_json"),
        ({}, {}, "response_format", None),
        ({"format": "jpeg", "compression": 0}, {}, "output_compression", 0),
        ({"format": "png", "compression": 50}, {}, "output_compression", None),
        ({"effort": None}, {}, "complexity", None),
        ({"effort": "high"}, {}, "complexity", "high"),
        ({"partials": 3}, {}, "partial_images", 3),
        ({"partials": 3}, {"max_partials": 0}, "partial_images", None),
        ({"partials": 3, "n": 2}, {}, "stream", None),
        ({"partials": 3, "format": "gif"}, {}, "stream", None),
        ({"format": "svg", "effort": None}, {"svg_model": "gpt-6-luna"}, "svg", {"model": "gpt-6-luna"}),
        ({"format": "svg"}, {}, "svg", None),
        ({"format": "png"}, {"svg_model": "gpt-6-luna"}, "svg", None),
    ],
)
def test_a_field_is_said_when_it_matters(
    changes: dict[str, object], entry: dict[str, object], field: str, value: object
) -> None:
    """Table of requests and entries, and what becomes of one field; None means that it is not sent."""
    assert said(a_request(**changes), model(**entry)).get(field) == value


@pytest.mark.parametrize(("request_", "sent"), [(an_edit(effort=None), "low"), (a_request(effort=None), None)])
def test_fidelity_is_said_with_edits_alone(request_: Request, sent: str | None) -> None:
    """And only to models that know it."""
    assert said(request_, model("gpt-image-1.5")).get("input_fidelity") == sent
    assert "input_fidelity" not in said(request_, model())


@pytest.mark.parametrize(
    ("prompt", "filters", "left"),
    [
        (
            "a fox <sd_cpp_extra_args>{}</sd_cpp_extra_args>",
            (r"(?s)<sd_cpp_extra_args>.*?(</sd_cpp_extra_args>|$)",),
            "a fox",
        ),
        ("a fox | a hat", (r"\|",), "a fox   a hat"),
    ],
)
def test_commands_are_left_out_of_prompts(prompt: str, filters: tuple[str, ...], left: str) -> None:
    """What the server would take for its own is not sent, and the person is told."""
    found, notes = remove_control_phrases(a_request(prompt=prompt), model(prompt_filters=filters))
    assert found == left
    assert len(notes) == 1
    assert remove_control_phrases(a_request(), model(prompt_filters=filters)) == ("a red fox", ())


def test_a_prompt_of_nothing_but_commands_is_refused() -> None:
    """Nothing would be left to draw."""
    with pytest.raises(BadCommand, match="this whole prompt"):
        remove_control_phrases(a_request(prompt="||"), model(prompt_filters=(r"\|",)))


def test_white_masks_are_made_of_transparent_ones() -> None:
    """One channel, white where the picture may change, under the field that the server reads."""
    to = model(mask_kind="white", mask_field="mask_image", edit_field="image")
    call = build_request(said(an_edit(), to), to, inputs(references=1, mask=True))
    assert [field for field, _ in call.files] == ["image", "image", "mask_image"]
    mask = opened(call.files[-1][1][1])
    assert (mask.mode, mask.getpixel((0, 0)), mask.getpixel((1023, 0))) == ("L", 0, 255)


def test_inpainting_takes_one_picture_and_its_mask() -> None:
    """LocalAI: what cannot come along is said; without a mask, all pictures are references in the body."""
    to = model(edit_style="inpainting", mask_kind="white")
    masked = inputs(references=1, mask=True)
    call = build_request(said(an_edit(), to), to, masked)
    assert (call.path, [field for field, _ in call.files]) == ("/images/inpainting", ["image", "mask"])
    assert len(omitted_inputs(to, masked)) == 1
    plain = inputs(references=1)
    call = build_request(said(an_edit(), to), to, plain)
    assert (call.path, call.files, omitted_inputs(to, plain)) == ("/images/generations", (), ())
    assert len(call.fields.get("ref_images", [])) == 2


def test_a_server_that_writes_no_webp_is_sent_none() -> None:
    """stable-diffusion.cpp cannot read it; PNG it can."""
    given = inputs()
    assert given.base is not None
    base = type(given.base)(encoded(opened(a_png()), "WEBP"), "webp", Size(64, 48))
    for formats, mime in ((("png",), "image/png"), (("png", "webp"), "image/webp")):
        to = model(formats=formats)
        (name, data, sent_as) = build_request(said(an_edit(), to), to, Inputs(base)).files[0][1]
        assert (sent_as, opened(data).format, name) == (mime, mime[6:].upper(), f"image-1.{mime[6:]}")
