"""The rules that every provider keeps: GPT Image, a text model that writes SVG, the sketch."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

import pytest

from bot.domain.ids import ModelName, PictureId
from bot.domain.requests import Request
from bot.domain.usage import Usage
from bot.errors import EaselError
from bot.imaging.pool import ImagingPool
from bot.imaging.probe import probe
from bot.imaging.svg.rasterise import Rasteriser
from bot.ports import Drawing, Image, Inputs, Progress, Provider
from bot.providers.openai_api.clients import OpenAIClients
from bot.providers.openai_api.safety_identifier import SafetyIdentifiers
from bot.providers.openai_images.provider import OpenAIImages
from bot.providers.sketch.provider import SketchProvider
from bot.providers.svg_author.provider import SvgAuthor
from tests.builders import a_png
from tests.clock import PATIENCE_S
from tests.emulators.openai import faults
from tests.emulators.openai.server import OpenAIEmulator
from tests.unit.providers.image_provider import ADA, SIZE, a_catalog

Kind = Literal["openai_images", "svg_author", "sketch"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
SERVED: Final[tuple[Kind, ...]] = ("openai_images", "svg_author")
MODELS: Final = {"openai_images": "gpt-image-2.6-flare", "svg_author": "gpt-5.3-codex", "sketch": "sketch"}
PATHS: Final = {"openai_images": "images", "svg_author": "responses"}


@dataclass(frozen=True, slots=True)
class Bench:
    kind: Kind
    provider: Provider
    openai: OpenAIEmulator

    def request(self, **changes: object) -> Request:
        effort = None if self.kind == "sketch" else "low"
        return replace(Request("a red fox", ModelName(MODELS[self.kind]), SIZE, "low", effort=effort), **changes)

    async def draw(self, request: Request, inputs: Inputs | None = None) -> tuple[Drawing, list[Progress]]:
        seen: list[Progress] = []
        drawing = await self.provider.draw(request, inputs or Inputs(), asker=ADA, on_progress=seen.append)
        return drawing, seen


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param


@pytest.fixture
async def bench(kind: Kind) -> AsyncIterator[Bench]:
    pool = ImagingPool()
    catalog = a_catalog()
    async with OpenAIEmulator() as openai:
        clients = OpenAIClients(lambda _: openai.key, base_url=openai.base_url)
        identities, rasteriser = SafetyIdentifiers(b"secret"), Rasteriser()
        providers: dict[Kind, Provider] = {
            "openai_images": OpenAIImages(
                catalog=catalog,
                clients=clients,
                identities=identities,
                pool=pool,
                rasteriser=rasteriser,
                moderation="auto",
            ),
            "svg_author": SvgAuthor(
                catalog=catalog, clients=clients, identities=identities, rasteriser=rasteriser, pool=pool
            ),
            "sketch": SketchProvider(pool, stroke_delay_s=0.05 if kind == "sketch" else 0),
        }
        yield Bench(kind, providers[kind], openai)
        await clients.close()
    pool.close()


async def test_as_many_pictures_come_as_were_asked_for(bench: Bench) -> None:
    """Each of the size and format asked for, with an SVG behind each or behind none, and usage or none."""
    drawing, seen = await bench.draw(bench.request(n=2))
    assert [(probe(data).format, probe(data).size) for data in drawing.pictures] == [("png", SIZE)] * 2
    assert len(drawing.svgs) in (0, 2)
    assert drawing.usage is None or isinstance(drawing.usage, Usage)
    assert all(isinstance(usage, Usage) for usage in drawing.others.values())
    assert all(note.endswith(".") for note in drawing.notes)
    assert (seen[-1].done, seen[-1].fraction) == (2, 1.0)


async def test_progress_only_goes_forward(bench: Bench) -> None:
    """A fraction is known or not, never less than before, and whole at the end; previews are pictures."""
    _, seen = await bench.draw(bench.request(partials=2))
    fractions = [progress.fraction for progress in seen if progress.fraction is not None]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)
    assert all(probe(progress.preview.data).format for progress in seen if progress.preview is not None)


async def test_an_edit_leaves_what_it_was_given_alone(bench: Bench) -> None:
    """Inputs belong to whoever calls; an edit has the size of its request as well."""
    base = Image(a_png(SIZE.width_px, SIZE.height_px), "png", SIZE)
    before = bytes(base.data)
    request = bench.request(prompt="make it black and white", base=PictureId("0" * 64))
    drawing, seen = await bench.draw(request, Inputs(base))
    assert base.data == before
    assert [probe(data).size for data in drawing.pictures] == [SIZE]
    assert seen[-1].fraction == 1.0


async def test_one_provider_draws_for_many_at_once(bench: Bench) -> None:
    """Its answers never get mixed up: each drawing has its own number of pictures."""
    counts = [1, 2, 1, 1]
    drawings = await asyncio.gather(*(bench.draw(bench.request(n=n)) for n in counts))
    assert [len(drawing.pictures) for drawing, _ in drawings] == counts


@pytest.mark.parametrize("partials", [0, 1])
async def test_cancelling_stops_at_once(bench: Bench, partials: int) -> None:
    """The task ends while the work is under way, and a service sees that nobody waits for it any more."""
    begun = asyncio.Event()
    held = bench.openai.hold(PATHS[bench.kind]) if bench.kind in PATHS else None
    task = asyncio.create_task(
        bench.provider.draw(bench.request(partials=partials), Inputs(), asker=ADA, on_progress=lambda _: begun.set())
    )
    await asyncio.wait_for(held.begun.wait() if held else begun.wait(), PATIENCE_S)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, PATIENCE_S)
    if held:
        await asyncio.wait_for(held.dropped.wait(), PATIENCE_S)


@pytest.mark.parametrize("kind", SERVED, indirect=True)
@pytest.mark.parametrize(
    ("fault", "name"),
    [
        (faults.rate_limited(3), "Transient"),
        (faults.overloaded, "Transient"),
        (faults.html_error, "Transient"),
        (faults.dropped, "OutcomeUnknown"),
        (faults.insufficient_quota, "AdminError"),
        (faults.bad_key, "AdminError"),
        (faults.unknown_model, "AdminError"),
        (faults.not_found, "AdminError"),
        (faults.unverified_organisation, "AdminError"),
        (faults.content_policy_violation, "Refused"),
        (faults.content_filter, "Refused"),
        (faults.moderation_blocked(categories=("violence",)), "Refused"),
        (faults.string_error, "Transient"),
        (faults.detail_error, "AdminError"),
    ],
)
async def test_a_service_that_fails_is_told_alike(bench: Bench, fault: faults.AnyFault, name: str) -> None:
    """After one attempt, as a leaf of our own tree, in words without a key, an identifier or a raw body."""
    bench.openai.fail(fault, path=PATHS[bench.kind])
    with pytest.raises(EaselError) as caught:
        await bench.draw(bench.request())
    assert type(caught.value).__name__ == name
    said = f"{caught.value.text} {caught.value.hint}"
    assert caught.value.text.endswith(".")
    assert not any(raw in said for raw in ("sk-test", "req_", "org-4f1b", "<html", "{", "Error code"))
    assert len(bench.openai.calls) == 1
