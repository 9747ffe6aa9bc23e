"""The emulated services keep the rules of the real ones: the real client meets them over a real connection."""

import asyncio
import base64
from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Any, cast

import openai
import pytest
import pytest_asyncio
from openai import AsyncOpenAI
from openai.types import ImagesResponse

from tests.builders import a_mask, a_picture, a_png, encoded, opened
from tests.clock import TODAY
from tests.emulators.openai.image_rules import BOTH
from tests.emulators.openai.pictures import colour_of
from tests.emulators.openai.server import OpenAIEmulator
from tests.emulators.openai.tests.client import a_client, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

FLARE = "gpt-image-2.6-flare"
FOX: dict[str, Any] = {"model": FLARE, "prompt": "a fox", "size": "1024x640", "quality": "low"}
PNG = a_png(64, 48)
Part = tuple[str, bytes, str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service() -> AsyncIterator[OpenAIEmulator]:
    async with OpenAIEmulator() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(service: OpenAIEmulator) -> AsyncIterator[AsyncOpenAI]:
    async with a_client(service) as connected:
        yield connected


def a_part(data: bytes = PNG, name: str = "fox.png", mime: str = "image/png") -> Part:
    return name, data, mime


def the_picture(response: ImagesResponse, index: int = 0) -> bytes:
    assert response.data is not None
    return base64.b64decode(response.data[index].b64_json or "", validate=True)


@pytest.mark.parametrize(
    ("asked", "size", "format_"),
    [
        ({"size": "1536x864"}, (1536, 864), "PNG"),
        ({"size": "1024x1024", "output_format": "webp", "output_compression": 60}, (1024, 1024), "WEBP"),
        ({"size": "1024x1536", "output_format": "jpeg"}, (1024, 1536), "JPEG"),
        ({"size": "512x512", "output_format": "gif", "frame_count": 3}, (512, 512), "GIF"),
        ({"background": "transparent"}, (1024, 640), "PNG"),
        ({"model": "gpt-image-1.5", "size": "1536x1024"}, (1536, 1024), "PNG"),
    ],
)
async def test_pictures_are_real(
    client: AsyncOpenAI, asked: dict[str, Any], size: tuple[int, int], format_: str
) -> None:
    """What comes back is a picture of the asked size and format, and the answer says what was applied."""
    response = await client.images.generate(**{**FOX, **asked})
    picture = opened(the_picture(response))
    assert (picture.size, picture.format) == (size, format_)
    assert (response.size, response.quality) == (f"{size[0]}x{size[1]}", "low")
    assert response.output_format == format_.lower()
    if asked.get("background") == "transparent":
        assert picture.getchannel("A").getextrema() == (0, 255)


async def test_every_picture_differs(client: AsyncOpenAI, service: OpenAIEmulator) -> None:
    """Pictures of one call have colours of their own, and each is paid."""
    response = await client.images.generate(**FOX, n=3)
    tops = [opened(the_picture(response, index)).convert("RGB").getpixel((9, 9)) for index in range(3)]
    assert set(tops) == {colour_of(service.pictures_drawn - back) for back in range(3)}
    assert response.usage
    assert response.usage.output_tokens == 3 * 476


@pytest.mark.parametrize(
    ("model", "quality", "size", "tokens"),
    [
        ("gpt-image-2", "high", "1024x1024", 7024),
        ("gpt-image-2", "medium", "2560x1440", 1843),
        ("gpt-image-2.5-flare", "xhigh", "1536x1024", 2459),
        ("gpt-image-1.5", "medium", "1024x1536", 1584),
    ],
)
async def test_usage_is_counted(client: AsyncOpenAI, model: str, quality: str, size: str, tokens: int) -> None:
    """Tokens follow the published formulas and tables."""
    asked = cast("Any", {"model": model, "quality": quality, "size": size})
    response = await client.images.generate(prompt="a fox", **asked)
    assert response.usage
    assert response.usage.output_tokens == tokens
    assert response.usage.input_tokens == response.usage.input_tokens_details.text_tokens == 8


BAD_GENERATIONS: list[tuple[dict[str, Any], int, str | None, str | None]] = [
    ({"extra_body": {"stlye": "x"}}, 400, "unknown_parameter", "stlye"),
    ({"response_format": "b64_json"}, 400, "unknown_parameter", "response_format"),
    ({"extra_body": {"input_fidelity": "high"}}, 400, "unknown_parameter", "input_fidelity"),
    ({"extra_body": {"n": "2"}}, 400, "invalid_type", "n"),
    ({"model": "gpt-image-2", "quality": "xhigh"}, 400, "unsupported_value", "quality"),
    ({"quality": "ultra"}, 400, "invalid_value", "quality"),
    ({"model": "gpt-image-2.5-flare", "complexity": "low"}, 400, "unsupported_value", "complexity"),
    ({"model": "gpt-image-2", "background": "transparent"}, 400, "invalid_value", "background"),
    ({"background": "transparent", "output_format": "jpeg"}, 400, "invalid_value", "background"),
    ({"n": 0}, 400, "integer_below_min_value", "n"),
    ({"n": 11}, 400, "integer_above_max_value", "n"),
    ({"size": "1000x1000"}, 400, "invalid_value", "size"),
    ({"size": "512x512"}, 400, "invalid_value", "size"),
    ({"size": "4096x1024"}, 400, "invalid_value", "size"),
    ({"size": "3840x1024"}, 400, "invalid_value", "size"),
    ({"size": "3840x2400"}, 400, "invalid_value", "size"),
    ({"size": "large"}, 400, "invalid_value", "size"),
    ({"model": "gpt-image-1.5", "size": "1536x864"}, 400, "invalid_value", "size"),
    ({"prompt": "x" * 32_001}, 400, "string_above_max_length", "prompt"),
    ({"prompt": ""}, 400, "missing_required_parameter", "prompt"),
    ({"output_compression": 50}, 400, "invalid_value", "output_compression"),
    ({"output_format": "jpeg", "output_compression": 101}, 400, "integer_above_max_value", "output_compression"),
    ({"partial_images": 2}, 400, "invalid_value", "partial_images"),
    ({"stream": True, "partial_images": 4}, 400, "integer_above_max_value", "partial_images"),
    ({"moderation": "off"}, 400, "invalid_value", "moderation"),
    ({"safety_identifier": "x" * 129}, 400, "string_above_max_length", "safety_identifier"),
    ({"model": "gpt-image-2", "output_format": "gif"}, 400, "invalid_value", "output_format"),
    ({"output_format": "gif", "stream": True}, 400, "invalid_value", "output_format"),
    ({"output_format": "gif", "frame_count": 6, "size": "1024x1024"}, 400, "invalid_value", "size"),
    ({"output_format": "gif", "frame_count": 17}, 400, "integer_above_max_value", "frame_count"),
    ({"frame_count": 4}, 400, "invalid_value", "frame_count"),
    ({"output_format": "svg"}, 400, "missing_required_parameter", "svg.model"),
    ({"output_format": "svg", "svg": {"model": "gpt-6-luna"}, "n": 2}, 400, "invalid_value", "output_format"),
    (
        {"output_format": "svg", "svg": {"model": "gpt-6-luna", "reasoning": {"effort": "minimal"}}},
        400,
        "invalid_value",
        "svg.reasoning.effort",
    ),
    ({"svg": {"model": "gpt-6-luna"}}, 400, "invalid_value", "svg"),
    ({"model": "gpt-image-1"}, 404, "model_not_found", None),
    ({"model": "dall-e-3"}, 404, "model_not_found", None),
    ({"model": "gpt-5.3-codex"}, 404, "model_not_found", None),
]


@pytest.mark.parametrize(("asked", "status", "code", "param"), BAD_GENERATIONS)
async def test_generation_is_strict(
    client: AsyncOpenAI,
    service: OpenAIEmulator,
    asked: dict[str, Any],
    status: int,
    code: str | None,
    param: str | None,
) -> None:
    """Whatever a model does not know is refused with the parameter's name, and noted."""
    refusal = await refused(service, client.images.generate(**{**FOX, **asked}))
    assert (refusal.status_code, refusal.code, refusal.param) == (status, code, param)
    assert refusal.request_id


def a_form(**parts: Any) -> dict[str, Any]:
    return {**FOX, "image": a_part(), **parts}


OPAQUE = encoded(a_picture(64, 48), "PNG")
BAD_EDITS: list[tuple[dict[str, Any], str, str | None]] = [
    (a_form(image=PNG), "unsupported_file_mimetype", "image"),
    (a_form(image=[a_part()] * 17), "array_above_max_length", "image"),
    (a_form(image=a_part(b"no picture")), "invalid_image_file", "image"),
    (a_form(image=a_part(bytes(2_000_000))), "image_too_large", "image"),
    (a_form(mask=a_part(a_mask(32, 48))), "invalid_value", "mask"),
    (a_form(mask=a_part(OPAQUE)), "invalid_value", "mask"),
    (a_form(mask=a_part(a_mask(), mime="image/jpeg")), "unsupported_file_mimetype", "mask"),
    (a_form(mask=a_part(a_mask() + bytes(4_000_000))), "invalid_value", "mask"),
    (a_form(mask=a_part(a_mask()), markup=a_part(a_mask())), "invalid_value", "markup"),
    (a_form(markup=a_part(a_mask()), model="gpt-image-2"), "unsupported_value", "markup"),
    (a_form(markup=a_part(a_png(64, 48, (9, 9, 9, 255)))), "invalid_value", "markup"),
    (a_form(markup=a_part(a_mask(48, 64))), "invalid_value", "markup"),
    (a_form(input_fidelity="high"), "unsupported_value", "input_fidelity"),
    (a_form(input_fidelity="high", model="gpt-image-1-mini"), "unsupported_value", "input_fidelity"),
    (a_form(extra_body={"strength": 0.5}), "unknown_parameter", "strength"),
    (a_form(n=11), "integer_above_max_value", "n"),
    (a_form(output_format="gif", size="512x512", mask=a_part(a_mask())), "invalid_value", "output_format"),
]


@pytest.mark.parametrize(("form", "code", "param"), BAD_EDITS)
async def test_edits_are_strict(
    client: AsyncOpenAI, service: OpenAIEmulator, form: dict[str, Any], code: str, param: str | None
) -> None:
    """Files that the real service does not take are refused as it does."""
    service.max_upload_bytes = 2_000_000
    refusal = await refused(service, client.images.edit(**form))
    assert (refusal.status_code, refusal.code, refusal.param) == (400, code, param)


async def test_edit_shows_what_was_sent(client: AsyncOpenAI, service: OpenAIEmulator) -> None:
    """All sixteen pictures arrive in their order with their names, and the answer is made of them."""
    sent = [a_part(a_png(64, 48, (index * 15, 0, 0)), f"{index}.png") for index in range(16)]
    response = await client.images.edit(
        **FOX, image=sent, mask=a_part(a_mask()), extra_body={"moderation": "low", "svg": None}
    )
    call = service.calls[-1]
    assert [(each.name, each.data, each.mime) for each in call.files_in("image[]")] == sent
    assert call.fields["moderation"] == "low"
    assert response.usage
    # A picture of 64x48 is magnified twice: 4 x 3 patches.
    assert response.usage.input_tokens_details.image_tokens == 16 * 12
    # The mask lets the right half change: the left half still shows the base.
    picture = opened(the_picture(response)).convert("RGB")
    assert picture.getpixel((9, 200)) == (20, 20, 30)
    assert picture.getpixel((9, 600)) == (15, 0, 0)


async def test_auto_size_follows_the_base(client: AsyncOpenAI) -> None:
    """Left to itself, an edit keeps the base's shape, on edges that are no multiples of 16."""
    base = a_part(a_png(300, 200))
    response = await client.images.edit(model=FLARE, prompt="blue", image=base, quality="low", size="auto")
    assert opened(the_picture(response)).size == (1254, 836)


@pytest.mark.parametrize("kind", ["image_generation", "image_edit"])
async def test_stream(client: AsyncOpenAI, kind: str) -> None:
    """A stream shows whole, decodable partial pictures that sharpen, then the result with its usage."""
    asked: Any = {**FOX, "stream": True, "partial_images": 3}
    call = (
        client.images.generate(**asked) if kind == "image_generation" else client.images.edit(image=a_part(), **asked)
    )
    events = [event async for event in await call]
    assert [event.type for event in events] == [f"{kind}.partial_image"] * 3 + [f"{kind}.completed"]
    pictures = [base64.b64decode(event.b64_json) for event in events]
    assert {opened(picture).size for picture in pictures} == {(1024, 640)}
    assert len(set(pictures)) == 4
    usage = events[-1].usage
    assert usage.output_tokens == 476 + 300


async def test_svg(client: AsyncOpenAI) -> None:
    """SVG comes as text, with the usage of its author."""
    author: Any = {"model": "gpt-6-luna", "reasoning": {"effort": "low"}}
    response = await client.images.generate(**FOX, output_format="svg", svg=author)
    assert the_picture(response).startswith(b"<svg ")
    assert response.svg_usage
    assert response.svg_usage.model == "gpt-6-luna"
    edited = await client.images.edit(**FOX, image=a_part(), output_format="svg", svg=author)
    assert the_picture(edited).startswith(b"<svg ")


async def test_switches(client: AsyncOpenAI, service: OpenAIEmulator) -> None:
    """A test can change what the account may do, what is applied, what is drawn next, and what day it is."""
    service.svg_selection, service.caches, service.today = False, True, date(2026, 12, 1)
    service.applied = {"quality": "medium", "size": "1024x1536"}
    try:
        await refused(service, client.images.generate(**FOX, output_format="svg", svg={"model": "gpt-6-luna"}))
        assert (await refused(service, client.images.generate(**{**FOX, "model": "gpt-image-1.5"}))).status_code == 404
        service.draws(PNG)
        response = await client.images.generate(**FOX)
        assert (response.quality, response.size, the_picture(response)) == ("medium", "1024x1536", PNG)
        assert response.usage
        assert cast("Any", response.usage).cached_tokens_details == {"cached_text_tokens": 4, "cached_image_tokens": 0}
    finally:
        service.svg_selection, service.caches, service.today = True, False, TODAY
        service.applied = {}


async def test_parameters_are_the_clients_own() -> None:
    """The generation's parameters are those that the official client types, but for the two it calls unsupported."""
    typed = set(openai.types.image_generate_params.ImageGenerateParamsBase.__annotations__)
    assert typed - {"response_format", "style"} | {"stream"} == BOTH


async def test_keys(service: OpenAIEmulator) -> None:
    """Another key is refused as the real service does, showing a part of it."""
    async with a_client(service, key="sk-wrong-1234567890") as stranger:
        refusal = await refused(service, stranger.images.generate(**FOX))
    assert (refusal.status_code, refusal.code) == (401, "invalid_api_key")
    assert "sk-wrong-1234567890" not in str(refusal)


async def test_models(client: AsyncOpenAI, service: OpenAIEmulator) -> None:
    """The list shows shutdown dates, and unknown models and addresses are refused."""
    listed = {model.id: model.shutdown_date async for model in client.models.list()}
    assert listed["gpt-image-1.5"] == "2026-12-01"
    assert listed[FLARE] is None
    assert (await client.models.retrieve(FLARE)).id == FLARE
    assert (await refused(service, client.models.retrieve("gpt-image-9"))).status_code == 404
    assert (await refused(service, client.embeddings.create(model="x", input="x"))).status_code == 404


async def test_sixteen_at_once(client: AsyncOpenAI, service: OpenAIEmulator) -> None:
    """Sixteen orders together are all painted, and no two pictures are the same."""
    responses: Sequence[ImagesResponse] = await asyncio.gather(*(client.images.generate(**FOX) for _ in range(16)))
    assert len({the_picture(response) for response in responses}) == 16
    assert not service.problems
