"""Services that never end: they drip, they flood, they say nothing. Each call ends, and its connection is closed."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

from bot.catalog.model import Model
from bot.domain.ids import ModelName, PlatformName
from bot.domain.people import Person
from bot.domain.pictures import Size
from bot.domain.requests import Request
from bot.errors import EaselError, OutcomeUnknown, Transient
from bot.imaging.pool import ImagingPool
from bot.imaging.svg.rasterise import Rasteriser
from bot.ports import Inputs, Provider
from bot.providers.openai_api import model_listing
from bot.providers.openai_api.bounds import MAX_ERROR_BYTES
from bot.providers.openai_api.clients import OpenAIClients
from bot.providers.openai_api.safety_identifier import SafetyIdentifiers
from bot.providers.openai_images.provider import OpenAIImages
from bot.providers.svg_author.provider import SvgAuthor
from bot.providers.svg_author.streams import MAX_TEXT_CHARS, StreamedText, max_answer_bytes
from tests.catalogs import a_catalog

ASKER: Final = Person(PlatformName("web"), "team", "u1", "Ann")
WRITER, PAINTER, CHAT = ModelName("gpt-5.3-codex"), ModelName("gpt-image-2.6-flare"), ModelName("gpt-6-luna")
FREE: Final = """
prices = { text_in = "0", image_in = "0", image_out = "0", text_out = "0", source = "ours", checked = 2026-11-22 }
"""
OK: Final = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n"
DELTA: Final = b'data: {"type":"response.output_text.delta","delta":"%s"}\n\n' % (b"x" * 60_000)
CHUNK: Final = b'data: {"choices":[{"index":0,"delta":{"content":"%s"}}]}\n\n' % (b"x" * 60_000)

Writer = asyncio.StreamWriter


@dataclass
class Flood:
    """A service that answers every request in one way.

    Attributes:
        sent_bytes: of bodies, as far as the connection took them.
        closed: how many connections were closed by the other side while it still sent.
    """

    answer: Callable[["Flood", Writer], Awaitable[None]]
    base_url: str = ""
    requests: int = 0
    sent_bytes: int = 0
    closed: int = 0
    has_begun: asyncio.Event = field(default_factory=asyncio.Event)
    has_closed: asyncio.Event = field(default_factory=asyncio.Event)
    connections: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])

    def accept(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        self.connections.append(asyncio.create_task(self.serve(reader, writer)))

    async def serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            self.requests += 1
            self.has_begun.set()
            await self.answer(self, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.closed += 1
            self.has_closed.set()
        finally:
            writer.close()

    async def send(self, writer: Writer, data: bytes) -> None:
        writer.write(b"%x\r\n%s\r\n" % (len(data), data))
        await writer.drain()
        self.sent_bytes += len(data)


@asynccontextmanager
async def flooding(answer: Callable[[Flood, Writer], Awaitable[None]]) -> AsyncGenerator[Flood]:
    flood = Flood(answer)
    server = await asyncio.start_server(flood.accept, "127.0.0.1", 0)
    flood.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    yield flood
    server.close()
    await asyncio.gather(*flood.connections)


def endless(kind: bytes, part: bytes, *, begin: bytes = b"") -> Callable[[Flood, Writer], Awaitable[None]]:
    async def answer(flood: Flood, writer: Writer) -> None:
        writer.write(OK % kind)
        if begin:
            await flood.send(writer, begin)
        for each in repeat(part):
            await flood.send(writer, each)

    return answer


def dripping(begin: bytes, drip: bytes) -> Callable[[Flood, Writer], Awaitable[None]]:
    """Never silent for long, never at an end."""

    async def answer(_: Flood, writer: Writer) -> None:
        writer.write(begin)
        for each in repeat(drip):
            writer.write(each)
            await writer.drain()
            await asyncio.sleep(0.01)

    return answer


@asynccontextmanager
async def a_provider(flood: Flood, name: ModelName, more: str) -> AsyncGenerator[tuple[Provider, Model, OpenAIClients]]:
    with TemporaryDirectory() as folder:
        models = Path(folder) / "models.toml"
        api = 'api = "chat"\n' if name == CHAT else ""
        models.write_text(f'[models."{name}"]\n{api}{more}\n')
        catalog = a_catalog(models)
    clients = OpenAIClients(lambda _: "key", base_url=flood.base_url)
    pool, people = ImagingPool(), SafetyIdentifiers(b"secret")
    provider: Provider = (
        OpenAIImages(
            catalog=catalog, clients=clients, identities=people, pool=pool, rasteriser=Rasteriser(), moderation="low"
        )
        if name == PAINTER
        else SvgAuthor(catalog=catalog, clients=clients, identities=people, pool=pool, rasteriser=Rasteriser())
    )
    model = catalog.get(name)
    assert model is not None
    yield provider, model, clients
    await clients.close()
    pool.close()


async def drawn(flood: Flood, name: ModelName, more: str, *, partials: int = 0) -> EaselError:
    request = replace(Request("a red fox", name, Size(1024, 1024), "medium", effort="medium"), partials=partials)
    async with a_provider(flood, name, more) as (provider, _, _):
        with pytest.raises(EaselError) as failure:
            await provider.draw(request, Inputs(), asker=ASKER, on_progress=lambda _: None)
    return failure.value


BODY: Final = OK % b"application/json"
HEAD: Final = b"HTTP/1.1 200 OK\r\nX-A: "
BLANK: Final = b"1\r\n \r\n"


@pytest.mark.parametrize("name", [WRITER, PAINTER, CHAT])
@pytest.mark.parametrize(("begin", "drip"), [(BODY, BLANK), (HEAD, b"x")], ids=["body", "header"])
@pytest.mark.parametrize(("more", "kind"), [("", OutcomeUnknown), (FREE, Transient)], ids=["billed", "free"])
async def test_a_server_that_drips_holds_a_call_for_its_total_time_only(
    name: ModelName, begin: bytes, drip: bytes, more: str, kind: type[EaselError], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here 0.3 s, though a minute of silence would be waited for."""
    monkeypatch.setattr("bot.catalog.service._TOTAL_TIMEOUT_FACTOR", 0.005)
    async with flooding(dripping(begin, drip)) as flood:
        problem = await drawn(flood, name, f"timeout_s = 60\n{more}")
        await flood.has_closed.wait()
    assert isinstance(problem, kind)
    assert "did not finish within 0.3 s" in problem.text
    assert flood.closed == flood.requests == 1


async def test_a_cancelled_call_closes_its_connection() -> None:
    async with flooding(dripping(BODY, BLANK)) as flood, a_provider(flood, WRITER, "") as (provider, _, _):
        request = Request("a red fox", WRITER, Size(1024, 1024), "medium", effort="medium")
        drawing = asyncio.create_task(provider.draw(request, Inputs(), asker=ASKER, on_progress=lambda _: None))
        await flood.has_begun.wait()
        drawing.cancel()
        await flood.has_closed.wait()
        with pytest.raises(asyncio.CancelledError):
            await drawing


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        (WRITER, endless(b"application/json", b" " * 65_536)),
        (WRITER, endless(b"application/json", b"x" * 65_536, begin=b'{"output": "')),
        (WRITER, endless(b"text/event-stream", b"x" * 65_536, begin=b"data: ")),
        (WRITER, endless(b"text/event-stream", b": alive\n\n" * 5_000)),
        (CHAT, endless(b"application/json", b"x" * 65_536, begin=b'{"choices": "')),
    ],
    ids=["blanks", "one long text", "one long event", "signs of life", "chat"],
)
async def test_an_endless_answer_is_read_as_far_as_the_model_may_write(
    name: ModelName, answer: Callable[[Flood, Writer], Awaitable[None]]
) -> None:
    async with flooding(answer) as flood:
        problem = await drawn(flood, name, "max_output_tokens = 1024")
        await flood.has_closed.wait()
        async with a_provider(flood, name, "max_output_tokens = 1024") as (_, model, _):
            most_bytes = max_answer_bytes(model)
    assert isinstance(problem, OutcomeUnknown)
    assert "cannot read" in problem.text
    assert flood.sent_bytes < most_bytes + 16_000_000  # what the buffers of two sockets hold


@pytest.mark.parametrize(("name", "event"), [(WRITER, DELTA), (CHAT, CHUNK)])
async def test_an_endless_text_counts_as_cut_short(name: ModelName, event: bytes) -> None:
    """Asked twice, as always where an answer ended before its drawing did."""
    async with flooding(endless(b"text/event-stream", event)) as flood:
        problem = await drawn(flood, name, "max_partials = 2", partials=1)
    assert "stopped before its SVG was complete" in problem.text
    assert flood.requests == 2
    assert flood.sent_bytes < 2 * MAX_TEXT_CHARS + 32_000_000


async def test_of_an_endless_refusal_only_the_beginning_is_read() -> None:
    async def answer(flood: Flood, writer: Writer) -> None:
        writer.write((OK % b"application/json").replace(b"200 OK", b"400 Bad Request"))
        for each in repeat(b"x" * 65_536):
            await flood.send(writer, each)

    async with flooding(answer) as flood:
        await drawn(flood, PAINTER, "")
        await flood.has_closed.wait()
    assert flood.sent_bytes < MAX_ERROR_BYTES + 16_000_000


async def test_an_endless_list_of_models_is_a_problem_of_its_service() -> None:
    async with (
        flooding(endless(b"application/json", b" " * 65_536)) as flood,
        a_provider(flood, PAINTER, "") as (_, model, clients),
    ):
        (diagnostic,) = await model_listing.check_services([model], clients, today=date(2026, 11, 22))
        await flood.has_closed.wait()
    assert diagnostic.severity == "problem"


async def test_a_long_text_is_told_of_in_growing_steps() -> None:
    """Otherwise the text that is copied for it would grow with the square of its length."""
    copied = 0

    async def hear(text: str) -> None:
        nonlocal copied
        copied += len(text)

    growing = StreamedText(hear)
    while not growing.is_full:
        await growing.add("<rect/> " * 8)
    assert copied < 100 * MAX_TEXT_CHARS
