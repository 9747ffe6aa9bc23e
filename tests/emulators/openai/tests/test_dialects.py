"""Each emulated server has the quirks of its kind."""

import asyncio
import base64
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI

from tests.builders import a_mask, a_picture, a_png, encoded, opened
from tests.emulators.openai.dialects import DialectName
from tests.emulators.openai.server import OpenAIEmulator
from tests.emulators.openai.state import KEY
from tests.emulators.openai.tests.client import a_client

PART = ("fox.png", a_png(64, 48), "image/png")
MASK = ("mask.png", a_mask(64, 48), "image/png")
GREY = ("mask.png", encoded(a_picture(64, 48).convert("L"), "PNG"), "image/png")
WEBP = ("fox.webp", encoded(a_picture(64, 48), "WEBP"), "image/webp")


@dataclass(frozen=True)
class Asked:
    """A request: generation, or edit where there is an image. `refused` and `noted` are words of what is said."""

    dialect: DialectName
    fields: Mapping[str, Any]
    refused: str = ""
    noted: str = ""
    status: int = 400
    edit: Mapping[str, Any] = field(default_factory=dict[str, Any])


NAMES: dict[DialectName, str] = {
    "azure": "my-gpt-image-2",
    "litellm": "gpt-image-2",
    "vllm_omni": "Qwen/Qwen-Image",
    "sglang": "black-forest-labs/FLUX.2-dev",
    "sdcpp": "anything",
    "localai": "flux.1-dev",
    "xinference": "Qwen-Image",
}
B64: dict[str, Any] = {"response_format": "b64_json"}
TABLE = [
    Asked("azure", {"size": "1024x1024", "quality": "low"}),
    Asked("azure", {"extra_query": {"api-version": "preview"}, "size": "1024x1024"}),
    Asked("azure", {"extra_query": {"api-version": "2023-01-01"}}, refused="API version not supported"),
    Asked("azure", {"output_format": "webp"}, refused="'png', and 'jpeg'"),
    Asked("azure", {"model": "gpt-image-1"}, refused="deployment for this resource does not exist", status=404),
    Asked("azure", {"quality": "low"}, edit={"image": [PART], "mask": MASK}),
    Asked("litellm", {"size": "1024x1024", "quality": "low", "moderation": "low"}),
    Asked("litellm", {"safety_identifier": "x"}, refused="`safety_identifier` is not supported by openai"),
    Asked("litellm", {"stream": True}, refused="`stream` is not supported"),
    Asked("litellm", {"quality": "low"}, edit={"image": [PART, PART]}),
    Asked("vllm_omni", {"size": "512x512"}),
    Asked("vllm_omni", {"size": "auto"}, refused="'auto' is not supported"),
    Asked("vllm_omni", {"size": "auto"}, edit={"image": [PART], "extra_body": {}}),
    Asked("vllm_omni", {"model": "other"}, refused="Model mismatch"),
    Asked("vllm_omni", {"response_format": "url"}, refused="response_format"),
    Asked("vllm_omni", {"n": 11}, refused="between 1 and 10", status=422),
    Asked("vllm_omni", {"safety_identifier": "x"}, noted="'safety_identifier'"),
    Asked("vllm_omni", {}, edit={"image": [PART], "mask": MASK}, noted="'mask' is overlooked"),
    Asked("sglang", {**B64, "size": "512x512"}),
    Asked("sglang", {"size": "512x512"}, refused="requires cloud storage"),
    Asked("sglang", {**B64, "size": "auto"}, refused="Invalid size format"),
    Asked("sglang", {**B64, "n": 99, "size": "64x64"}),
    Asked("sglang", B64, edit={"image": PART, "mask": MASK}),
    Asked("sdcpp", {"size": "256x256"}),
    Asked("sdcpp", {"size": None}, refused="type must be string, but is null", status=500),
    Asked("sdcpp", {"prompt": "fox <sd_cpp_extra_args>{}</sd_cpp_extra_args>"}, noted="the server's own parameters"),
    Asked("sdcpp", {}, edit={"image": [PART], "mask": GREY}),
    Asked("sdcpp", {}, edit={"image": [PART], "mask": MASK}, noted="not by its transparency"),
    Asked("sdcpp", {}, edit={"image": [WEBP]}, refused="failed to decode"),
    Asked("sdcpp", {"quality": "low"}, noted="'quality'"),
    Asked("localai", {**B64, "size": "256x256"}),
    Asked("localai", {**B64, "extra_body": {"ref_images": [base64.b64encode(PART[1]).decode()]}}),
    Asked("localai", {**B64, "extra_body": {"ref_images": ["http://x/"]}}, refused="decode", noted="fetch an address"),
    Asked("localai", {**B64, "prompt": "a fox | a cat"}, noted="what must not be drawn"),
    Asked("localai", {**B64, "model": "x"}, refused="could not load model", status=500),
    Asked("localai", B64, edit={"image": PART}, refused="Invalid URL", status=404),
    Asked("xinference", {**B64, "size": "512*512"}),
    Asked("xinference", {**B64, "size": "512x512"}, refused="invalid literal", status=500),
    Asked("xinference", {**B64, "size": "512x512"}, edit={"image": [PART], "mask": MASK}),
    Asked("xinference", {**B64, "quality": "low"}, noted="'quality'"),
]


@pytest.mark.parametrize("asked", TABLE, ids=lambda asked: f"{asked.dialect}-{asked.refused or asked.noted}")
async def test_quirks(asked: Asked) -> None:
    """What a kind of server takes, refuses in its own form, or silently gets wrong, which is noted."""
    fields: dict[str, Any] = {"model": NAMES[asked.dialect], "prompt": "a fox", **asked.fields, **asked.edit}
    async with OpenAIEmulator(asked.dialect) as service, a_client(service) as client:
        call = client.images.edit(**fields) if asked.edit else client.images.generate(**fields)
        if asked.refused:
            with pytest.raises(openai.APIStatusError) as refusal:
                await call
            assert asked.refused in refusal.value.response.text
            assert refusal.value.status_code == asked.status
        else:
            response = await call
            opened(base64.b64decode(response.data[0].b64_json))
        if asked.refused or asked.noted:
            assert (asked.noted or asked.refused) in "\n".join(service.problems)
            service.forgive()


async def test_azure_takes_its_own_header() -> None:
    """A resource's key stands in `api-key`, and another one is refused in Azure's words."""
    async with OpenAIEmulator("azure") as service:
        async with a_client(service, key="x", headers={"api-key": service.key}) as client:
            assert (await client.images.generate(model="gpt-image-2", prompt="a fox")).data
        async with a_client(service, key="sk-wrong") as stranger:
            with pytest.raises(openai.AuthenticationError, match="invalid subscription key"):
                await stranger.images.generate(model="gpt-image-2", prompt="a fox")
        service.forgive()


@pytest.mark.parametrize(("dialect", "format_"), [("sglang", "JPEG"), ("vllm_omni", "PNG"), ("sdcpp", "PNG")])
async def test_formats_by_default(dialect: DialectName, format_: str) -> None:
    """SGLang answers JPEG where no format is asked for."""
    async with OpenAIEmulator(dialect) as service, a_client(service) as client:
        extra: Any = B64 if dialect == "sglang" else {}
        response = await client.images.generate(model=NAMES[dialect], prompt="a fox", size="512x512", **extra)
        assert response.data
        assert opened(base64.b64decode(response.data[0].b64_json or "")).format == format_
        assert response.usage is None


@pytest.mark.parametrize("dialect", ["localai", "xinference"])
async def test_addresses_by_default(dialect: DialectName) -> None:
    """Where base64 is not asked for, the answer is an address at the same server, and usage is no help."""
    async with OpenAIEmulator(dialect) as service, a_client(service) as client:
        response = await client.images.generate(model=NAMES[dialect], prompt="a fox")
        assert response.data
        address = response.data[0].url
        assert address
        assert address.startswith(service.origin)
        async with httpx2.AsyncClient() as browser:
            opened((await browser.get(address)).content)
        assert response.usage is None or response.usage.total_tokens == 0


async def test_inpainting() -> None:
    """LocalAI repaints what is white in a mask of the picture's size."""
    async with OpenAIEmulator("localai") as service, a_client(service) as client:
        form = {"model": "flux.1-dev", "prompt": "a hat", **B64}
        for mask in (GREY, MASK):
            response = await client.post(
                "/images/inpainting",
                cast_to=openai.types.ImagesResponse,
                body=form,
                files={"image": PART, "mask": mask},
                options={"headers": {"Content-Type": "multipart/form-data"}},
            )
            assert response.data
        assert [("transparency" in problem) for problem in service.problems] == [True]
        service.forgive()


@pytest.mark.parametrize(
    ("dialect", "name"), [("vllm", "openai/gpt-oss-120b"), ("ollama", "gpt-oss:120b"), ("litellm", "gpt-oss-120b")]
)
async def test_open_text_models(dialect: DialectName, name: str) -> None:
    """gpt-oss draws in its content, thinks beside it, sees nothing, and knows three efforts."""
    async with OpenAIEmulator(dialect) as service, a_client(service) as client:
        asked: Any = {"model": name, "messages": [{"role": "system", "content": "Draw."}], "max_tokens": 16_000}
        asked["messages"].append({"role": "user", "content": "a fox, 320x200"})
        message = (await client.chat.completions.create(**asked, reasoning_effort="low")).choices[0].message
        assert 'viewBox="0 0 320 200"' in (message.content or "")
        assert "<svg" in (message.model_extra or {})["reasoning"]
        cut = await client.chat.completions.create(**{**asked, "max_tokens": 100})
        assert (cut.choices[0].finish_reason, cut.choices[0].message.content) == ("length", "")
        picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
        for bad in (
            {"reasoning_effort": "xhigh"},
            {"model": "other"},
            {"messages": [{"role": "user", "content": [picture]}]},
        ):
            with pytest.raises(openai.APIStatusError):
                await client.chat.completions.create(**{**asked, **bad})
        assert len(service.problems) == 3
        service.forgive()


async def test_names_of_ones_own() -> None:
    """A test can name the models that a server serves."""
    async with OpenAIEmulator("azure", serves={"pictures": "gpt-image-2"}) as service, a_client(service) as client:
        assert (await client.images.generate(model="pictures", prompt="a fox", quality="low")).data
        assert [model.id async for model in client.models.list()] == ["pictures"]


async def test_process_of_its_own() -> None:
    """As a process it prints its address, serves heavy pictures, and tells of broken rules when it ends."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.emulators.openai", "--megabytes", "1"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout
    address = (await process.stdout.readline()).decode().strip()
    async with AsyncOpenAI(api_key=KEY, base_url=address, max_retries=0) as client:
        response = await client.images.generate(model="gpt-image-2", prompt="a fox", quality="low")
        assert response.data
        picture = base64.b64decode(response.data[0].b64_json or "")
        assert 900_000 < len(picture) < 1_200_000
        opened(picture)
        with pytest.raises(openai.BadRequestError):
            await client.images.generate(model="gpt-image-2", prompt="a fox", quality="max")
    process.terminate()
    _, told = await process.communicate()
    assert process.returncode == 1
    assert b"does not support quality 'max'" in told
