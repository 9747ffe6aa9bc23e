"""A text model as a painter, with the services it asks, for its tests."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain.ids import ModelName, PlatformName
from bot.domain.people import Person
from bot.domain.pictures import Size
from bot.domain.requests import Request
from bot.imaging.pool import ImagingPool
from bot.imaging.svg.rasterise import Rasteriser
from bot.ports import Drawing, Image, Inputs, Progress
from bot.providers.openai_api.clients import OpenAIClients
from bot.providers.openai_api.safety_identifier import SafetyIdentifiers
from bot.providers.svg_author.provider import SvgAuthor
from tests.builders import a_png
from tests.catalogs import a_catalog
from tests.emulators.openai.server import OpenAIEmulator

ASKER = Person(PlatformName("web"), "team", "u1", "Ann")
CODEX, LUNA, OSS = ModelName("gpt-5.3-codex"), ModelName("gpt-6-luna"), ModelName("gpt-oss-120b")
SIZE = Size(192, 128)
FOX = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 192 128"><title>Fox</title>'
    '<rect width="192" height="128" fill="#89a"/><circle cx="96" cy="64" r="40" fill="#c42"/></svg>'
)
BROKEN = FOX.replace("<circle", '<g fill="red"><circle')
BLANK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 192 128"><rect width="0" height="9"/></svg>'


@dataclass
class Studio:
    """One author, and the services that its models are at."""

    openai: OpenAIEmulator
    oss: OpenAIEmulator
    author: SvgAuthor

    async def draw(self, request: Request, inputs: Inputs | None = None) -> tuple[Drawing, list[Progress]]:
        seen: list[Progress] = []
        drawing = await self.author.draw(request, inputs or Inputs(), asker=ASKER, on_progress=seen.append)
        return drawing, seen

    def service(self, model: ModelName) -> OpenAIEmulator:
        return self.oss if model == OSS else self.openai


@asynccontextmanager
async def open_studio(tmp_path: Path) -> AsyncIterator[Studio]:
    pool = ImagingPool()
    async with OpenAIEmulator() as openai, OpenAIEmulator(dialect="vllm") as oss:
        models = tmp_path / "models.toml"
        models.write_text(
            f'[models."{OSS}"]\nbase_url = "{oss.base_url}"\nwire_name = "openai/gpt-oss-120b"\n'
            f'[models."{OSS}".prices]\ntext_in = "0"\nimage_in = "0"\nimage_out = "0"\ntext_out = "0"\n'
            'source = "our own machine"\nchecked = 2026-11-22\n'
            f'[models."{CODEX}"]\nmax_partials = 2\n[models."{LUNA}"]\napi = "chat"\nmax_partials = 2\n'
        )
        clients = OpenAIClients(lambda _: openai.key, base_url=openai.base_url)
        catalog = a_catalog(models)
        identities = SafetyIdentifiers(b"secret")
        author = SvgAuthor(catalog=catalog, clients=clients, identities=identities, rasteriser=Rasteriser(), pool=pool)
        yield Studio(openai, oss, author)
        await clients.close()
    pool.close()


def a_request(model: ModelName = CODEX, prompt: str = "a red fox", **changes: object) -> Request:
    return replace(Request(prompt, model, SIZE, "medium", effort="medium"), **changes)


def said(fields: Mapping[str, object]) -> str:
    """All that was sent, as one text."""
    return json.dumps(fields.get("input") or fields.get("messages"))


def a_drawing(svg: bytes | None = None, size: Size = SIZE) -> Image:
    return Image(a_png(size.width_px, size.height_px), "png", size, svg)
