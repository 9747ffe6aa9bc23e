"""The provider of image models with everything it needs, and the service that it asks."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web

from bot.catalog.catalog import Catalog
from bot.domain.ids import ModelName, PictureId, PlatformName
from bot.domain.people import Person
from bot.domain.pictures import Size
from bot.domain.requests import Request
from bot.imaging.pool import ImagingPool
from bot.imaging.svg.rasterise import Rasteriser
from bot.ports import Drawing, Image, Inputs, Progress
from bot.providers.openai_api.clients import OpenAIClients
from bot.providers.openai_api.safety_identifier import SafetyIdentifiers
from bot.providers.openai_images.provider import OpenAIImages
from tests.builders import a_mask, a_png
from tests.clock import TODAY
from tests.emulators.openai.server import OpenAIEmulator

ADA = Person(PlatformName("web"), "playground", "ada", "Ada")
# The smallest that GPT Image draws, so that the tests are quick.
SIZE = Size(1024, 640)
FLARE, FREE, VECTOR = ModelName("gpt-image-2.6-flare"), ModelName("free-flare"), ModelName("vector")
MODELS = """
[models.free-flare]
label = "Free Flare"
like = "gpt-image-2.6-flare"
wire_name = "gpt-image-2.6-flare"
[models.free-flare.prices]
text_in = "0"
image_in = "0"
image_out = "0"
text_out = "0"
source = "our own machine"
checked = 2026-11-22

[models.vector]
label = "Vector"
like = "gpt-image-2.6-flare"
wire_name = "gpt-image-2.6-flare"
formats = ["png", "webp", "jpeg", "gif", "svg"]
svg_model = "gpt-6-luna"
"""


@dataclass(frozen=True, slots=True)
class Studio:
    openai: OpenAIEmulator
    catalog: Catalog
    clients: OpenAIClients
    provider: OpenAIImages

    async def draw(self, request: Request, inputs: Inputs | None = None) -> tuple[Drawing, list[Progress]]:
        """The drawing, and how it came about."""
        seen: list[Progress] = []
        drawing = await self.provider.draw(request, inputs or Inputs(), asker=ADA, on_progress=seen.append)
        return drawing, seen


@asynccontextmanager
async def open_studio(*, timeout_s: float = 600, more: str = "") -> AsyncGenerator[Studio]:
    """`timeout_s` is how long a silent service is waited for; `more` are further entries of the catalog."""
    catalog = a_catalog(MODELS + f'[models."{FLARE}"]\ntimeout_s = {timeout_s}\n' + more)
    pool = ImagingPool()
    async with OpenAIEmulator() as openai:
        clients = OpenAIClients(lambda _: openai.key, base_url=openai.base_url)
        provider = OpenAIImages(
            catalog=catalog,
            clients=clients,
            identities=SafetyIdentifiers(b"secret"),
            pool=pool,
            rasteriser=Rasteriser(),
            moderation="low",
            fetch_pauses_s=(0.001, 0.001),
        )
        try:
            yield Studio(openai, catalog, clients, provider)
        finally:
            await clients.close()
            pool.close()


@asynccontextmanager
async def served(answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncGenerator[str]:
    """The address of a server that answers everything in one way."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


@cache
def a_catalog(entries: str = "") -> Catalog:
    """The built-in models and these; loaded once, since a catalog never changes."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "models.toml")
        file.write_text(entries)
        return Catalog.load(
            extra=file,
            unavailable_reason=lambda _: None,
            default_model="sketch",
            retired="successor",
            today=lambda: TODAY,
        )


def a_request(model: ModelName = FLARE, **changes: object) -> Request:
    return replace(Request("a red fox", model, SIZE, "low", effort="low"), **changes)


def an_edit(model: ModelName = FLARE, **changes: object) -> Request:
    """Of the base that `inputs` brings."""
    return a_request(model, base=PictureId("0" * 64), **changes)


def a_picture(size: Size = SIZE) -> Image:
    return Image(a_png(size.width_px, size.height_px), "png", size)


def inputs(*, references: int = 0, mask: bool = False) -> Inputs:
    """A base, `references` of growing width, and perhaps a mask."""
    return Inputs(
        base=a_picture(),
        references=tuple(a_picture(Size(64 + number, 48)) for number in range(references)),
        mask=Image(a_mask(SIZE.width_px, SIZE.height_px), "png", SIZE) if mask else None,
    )
