"""The example entries of docs/models.md, as they stand there, against servers that behave as the real ones do."""

import io
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from PIL import Image as Pillow

from bot.catalog.catalog import Catalog
from bot.catalog.model import Model
from bot.domain.people import Person
from bot.domain.pictures import Size
from bot.domain.requests import PromptSpec, Request
from bot.errors import BadCommand
from bot.imaging.mask import check_mask
from bot.imaging.pool import ImagingPool
from bot.imaging.svg.rasterise import Rasteriser
from bot.ports import Drawing, Image, Inputs, Provider
from bot.providers.openai_api.clients import OpenAIClients
from bot.providers.openai_api.safety_identifier import SafetyIdentifiers
from bot.providers.openai_images.provider import OpenAIImages
from bot.providers.svg_author.provider import SvgAuthor
from tests.catalogs import a_catalog
from tests.emulators.openai.dialects import DialectName
from tests.emulators.openai.server import OpenAIEmulator
from tests.paths import ROOT

DOCUMENT = ROOT / "docs" / "models.md"
EXAMPLES = dict(re.findall(r"```toml\n# server: (\w+)\n(.*?)```", DOCUMENT.read_text(), re.DOTALL))
BEHIND = {"azure": "gpt-image-2", "litellm": "gpt-image-2.5-flare", "vllm": "gpt-oss-120b", "ollama": "gpt-oss-120b"}
IMAGES = [name for name in EXAMPLES if name not in ("vllm", "ollama")]
ADA = Person("web", "playground", "ada", "Ada")


@dataclass(frozen=True, slots=True)
class Served:
    """A documented model, and the server that it reaches."""

    model: Model
    catalog: Catalog
    provider: Provider
    server: OpenAIEmulator

    async def draw(self, prompt: str, inputs: Inputs = Inputs()) -> Drawing:  # noqa: B008 - frozen
        given = [image for image in (inputs.base, *inputs.references) if image is not None]
        seen = sum(image.svg is None for image in given)
        spec = PromptSpec(prompt=prompt, model=self.model.name, size=str(self.model.default_size))
        completed = self.catalog.complete(
            spec,
            defaults=PromptSpec(prompt=""),
            base=None,
            inputs=len(given),
            partials=2,
            mask=inputs.mask is not None,
            seen_inputs=seen,
        )
        return await self.drawn(completed.request, inputs)

    async def drawn(self, request: Request, inputs: Inputs) -> Drawing:
        return await self.provider.draw(request, inputs, asker=ADA, on_progress=lambda _: None)


@asynccontextmanager
async def served(dialect: str, folder: Path) -> AsyncGenerator[Served]:
    """The documented entry, with the address of a server of that kind in place of the one in the document."""
    text = EXAMPLES[dialect]
    wire_name = re.search(r'wire_name = "(.*)"', text)
    assert wire_name is not None
    serves = {wire_name[1]: BEHIND.get(dialect, wire_name[1])}
    pool = ImagingPool()
    async with OpenAIEmulator(cast("DialectName", dialect), serves=serves) as server:
        file = folder / "models.toml"
        file.write_text(re.sub(r'base_url = ".*"', f'base_url = "{server.base_url}"', text))
        catalog = a_catalog(file)
        (model,) = (model for model in catalog.all() if model.base_url == server.base_url)
        clients = OpenAIClients(lambda _: server.key, base_url=None)
        identities, rasteriser = SafetyIdentifiers(b"secret"), Rasteriser()
        provider = (
            OpenAIImages(
                catalog=catalog,
                clients=clients,
                identities=identities,
                pool=pool,
                rasteriser=rasteriser,
                moderation="low",
            )
            if model.provider == "openai_images"
            else SvgAuthor(catalog=catalog, clients=clients, identities=identities, rasteriser=rasteriser, pool=pool)
        )
        try:
            yield Served(model, catalog, provider, server)
        finally:
            await clients.close()
            pool.close()


def png(size: Size, colour: tuple[int, int, int, int] = (200, 90, 40, 255)) -> Image:
    data = io.BytesIO()
    Pillow.new("RGBA", (size.width_px, size.height_px), colour).save(data, "PNG")
    return Image(data.getvalue(), "png", size)


def size_of(data: bytes) -> Size:
    return Size(*Pillow.open(io.BytesIO(data)).size)


def test_every_kind_of_server_has_an_example() -> None:
    """The document has an entry for each server that it promises."""
    promised = {"azure", "litellm", "vllm_omni", "sglang", "sdcpp", "localai", "xinference", "vllm", "ollama"}
    assert set(EXAMPLES) == promised


def test_azure_serves_longer_than_openai(tmp_path: Path) -> None:
    """The document's entry for a model that OpenAI has shut down can be chosen until its own last day."""
    file = tmp_path / "models.toml"
    (example,) = re.findall(r'```toml\n(\[models\."gpt-image-1\.5"\]\n.*?)```', DOCUMENT.read_text(), re.DOTALL)
    file.write_text(example)
    day = [date(2026, 12, 15)]
    catalog = Catalog.load(
        extra=file, unavailable_reason=lambda _: None, default_model="sketch", retired="refuse", today=lambda: day[0]
    )
    assert catalog.resolve("gpt-image-1.5")[0].base_url is not None
    day[0] = date(2026, 12, 16)
    with pytest.raises(BadCommand, match="was shut down on 2026-12-16"):
        catalog.resolve("gpt-image-1.5")


@pytest.mark.parametrize("dialect", EXAMPLES)
async def test_the_example_draws(dialect: str, tmp_path: Path) -> None:
    """A picture of the asked size comes, whatever a prompt says that the server would take for a command."""
    async with served(dialect, tmp_path) as easel:
        drawing = await easel.draw("a fox | a hat <sd_cpp_extra_args>{}</sd_cpp_extra_args> in snow")
        assert [size_of(data) for data in drawing.pictures] == [easel.model.default_size]


@pytest.mark.parametrize("dialect", IMAGES)
async def test_the_example_edits(dialect: str, tmp_path: Path) -> None:
    """An edit takes its pictures along, in order."""
    async with served(dialect, tmp_path) as easel:
        base, logo = png(easel.model.default_size), png(Size(64, 64), (0, 90, 200, 255))
        drawing = await easel.draw("put image 2 on the door", Inputs(base, (logo,)))
        assert [size_of(data) for data in drawing.pictures] == [easel.model.default_size]


@pytest.mark.parametrize("dialect", IMAGES)
async def test_the_example_edits_within_a_mask(dialect: str, tmp_path: Path) -> None:
    """A mask reaches the server as the kind that it reads."""
    async with served(dialect, tmp_path) as easel:
        size = easel.model.default_size
        mask = check_mask(png(size, (0, 0, 0, 0)).data, size)
        drawing = await easel.draw("a door here", Inputs(png(size), mask=Image(mask, "png", size)))
        assert len(drawing.pictures) == 1


@pytest.mark.parametrize("dialect", ["vllm", "ollama"])
async def test_the_text_model_edits_what_it_drew(dialect: str, tmp_path: Path) -> None:
    """A text-only model gets its own SVG back, and changes it."""
    async with served(dialect, tmp_path) as easel:
        first = await easel.draw("a fox")
        base = Image(first.pictures[0], "png", easel.model.default_size, svg=first.svgs[0])
        second = await easel.draw("make it blue", Inputs(base))
        assert second.svgs[0] != first.svgs[0]
        assert "<svg" in str(easel.server.calls[-1].fields["messages"])
