"""What a picture of GPT Image costs beyond the service itself, against the shortest script that uses the SDK.

Each side is a process of its own, and so is the service, which answers at once with a prepared picture of 3 MB. As a
program it is one of the three: `python -m tests.benchmarks.overhead service`, or `easel ADDRESS TOGETHER`, or
`script ADDRESS TOGETHER`.
"""

import asyncio
import base64
import io
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import web
from openai import AsyncOpenAI
from PIL import Image

from bot.domain.ids import ModelName, PlatformName
from bot.domain.people import Person
from bot.domain.pictures import Size
from bot.domain.requests import Request
from bot.imaging.pool import ImagingPool
from bot.imaging.svg.rasterise import Rasteriser
from bot.ports import Inputs
from bot.providers.openai_api.clients import OpenAIClients
from bot.providers.openai_api.safety_identifier import SafetyIdentifiers
from bot.providers.openai_images.provider import OpenAIImages
from tests.benchmarks.measurement import Measurement, milliseconds
from tests.benchmarks.process import started
from tests.catalogs import a_catalog

_PICTURES = 64
_TOGETHER = (1, 16)
_TICK_S = 0.001
_MAX_TIME_RATIO, _MAX_MEMORY_RATIO, _MAX_PAUSE_RATIO = 1.3, 2.0, 0.5
_ADA = Person(PlatformName("web"), "playground", "ada", "Ada")
_REQUEST = Request("a red fox", ModelName("gpt-image-2.6-flare"), Size(1024, 1024), "low", effort="low")
Draw = Callable[[Path], Awaitable[None]]
"""Draws one picture and writes it to a file."""


@dataclass(frozen=True, slots=True)
class Side:
    """`memory_bytes` is the peak above what the process took before its first picture; `pause_s` the loop's longest."""

    picture_s: float
    memory_bytes: int
    pause_s: float


async def measure() -> AsyncIterator[Measurement]:
    async with started("-m", "tests.benchmarks.overhead", "service") as (_, address):
        for together in _TOGETHER:
            easel, script = await _run("easel", address, together), await _run("script", address, together)
            where = f"a picture of 3 MB, {together} in flight"
            yield _row(f"time of {where}", easel, script, "picture_s", _MAX_TIME_RATIO)
            # Sixteen on loopback fill the loop to the brim: what counts is that no single step is long.
            yield _row(f"longest pause of the event loop, {where}", easel, script, "pause_s", _MAX_PAUSE_RATIO)
        yield _row(f"peak memory, {together} in flight", easel, script, "memory_bytes", _MAX_MEMORY_RATIO)


def _row(what: str, easel: Side, script: Side, name: str, most: float) -> Measurement:
    mine, theirs = getattr(easel, name), getattr(script, name)
    show = milliseconds if name.endswith("_s") else lambda count: f"{count / 1e6:.0f} MB"
    return Measurement(
        what, show(mine), f"{show(theirs)}, a script", mine / theirs, f"ratio ≤ {most:g}", mine / theirs <= most
    )


async def _run(side: str, address: str, together: int) -> Side:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.overhead", side, address, str(together), stdout=asyncio.subprocess.PIPE
    )
    answer, _ = await process.communicate()
    return Side(**json.loads(answer))


async def _script(address: str, together: int) -> Side:
    """The baseline: what anybody would write first."""
    client = AsyncOpenAI(api_key="sk-bench", base_url=f"{address}/v1", max_retries=0)

    async def draw(file: Path) -> None:
        answer = await client.images.generate(
            model="gpt-image-2.6-flare", prompt="a red fox", size="1024x1024", quality="low"
        )
        assert answer.data is not None
        file.write_bytes(base64.b64decode(answer.data[0].b64_json or ""))  # noqa: ASYNC240 - as anybody would

    return await _timed(draw, together)


async def _easel(address: str, together: int) -> Side:
    pool = ImagingPool()
    provider = OpenAIImages(
        catalog=a_catalog(),
        clients=OpenAIClients(lambda _: "sk-bench", base_url=f"{address}/v1"),
        identities=SafetyIdentifiers(b"secret"),
        pool=pool,
        rasteriser=Rasteriser(),
        moderation="auto",
    )

    async def draw(file: Path) -> None:
        drawing = await provider.draw(_REQUEST, Inputs(), asker=_ADA, on_progress=lambda _: None)
        await pool.run(file.write_bytes, drawing.pictures[0])

    return await _timed(draw, together)


async def _timed(draw: Draw, together: int) -> Side:
    """`_PICTURES` pictures, `together` at a time, each written to a file."""
    with TemporaryDirectory() as directory:
        await draw(Path(directory, "first.png"))  # connects, and imports what is imported late
        before_bytes = _forget_peak()
        pauses: list[float] = []
        ticking = asyncio.create_task(_tick(pauses))
        await asyncio.sleep(10 * _TICK_S)
        numbers = iter(range(_PICTURES))

        async def work() -> None:
            for number in numbers:
                await draw(Path(directory, f"{number}.png"))

        began_s = time.perf_counter()
        await asyncio.gather(*(work() for _ in range(together)))
        seconds = time.perf_counter() - began_s
        ticking.cancel()
        return Side(seconds / _PICTURES, _memory_bytes("VmHWM") - before_bytes, max(pauses))


async def _tick(pauses: list[float]) -> None:
    while True:
        began_s = time.perf_counter()
        await asyncio.sleep(_TICK_S)
        pauses.append(time.perf_counter() - began_s - _TICK_S)


def _forget_peak() -> int:
    """Returns what is in use now."""
    # proc(5): 5 lets the peak begin anew.
    Path("/proc/self/clear_refs").write_text("5")
    return _memory_bytes("VmRSS")


def _memory_bytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024


async def _serve() -> None:
    picture = io.BytesIO()
    Image.effect_noise((1024, 1024), 100).convert("RGB").save(picture, "PNG", compress_level=0)
    usage = {"input_tokens": 9, "output_tokens": 196, "total_tokens": 205}
    item = {"b64_json": base64.b64encode(picture.getvalue()).decode()}
    body = json.dumps({"created": 1, "data": [item], "usage": usage}).encode()

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_post("/v1/images/generations", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


async def _report(side: Awaitable[Side]) -> None:
    print(json.dumps(asdict(await side)))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["easel", _address, _together]:
            asyncio.run(_report(_easel(_address, int(_together))))
        case ["script", _address, _together]:
            asyncio.run(_report(_script(_address, int(_together))))
        case _:
            asyncio.run(_serve())
