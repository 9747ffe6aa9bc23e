"""What it costs that a drawing becomes a picture in a sealed child, against the same library called bare in-process.

The child pays for a start of Python and libvips, some 0.1 s; a drawing comes from a model that wrote for many seconds.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from typing import Any

import pyvips

from bot.domain.pictures import Size
from bot.imaging.svg.rasterise import Rasteriser
from bot.imaging.svg.sanitise import sanitise
from tests.benchmarks.measurement import Measurement, milliseconds, percentile

_SIZE = Size(1024, 1024)
_ROUNDS = 15
_MOST_ADDED_S = 0.25
_TOGETHER = 4
_VIPS: Any = pyvips


async def measure() -> AsyncIterator[Measurement]:
    rasteriser = Rasteriser()
    simple, rich = sanitise(_simple(), _SIZE), sanitise(_rich(), _SIZE)
    yield await _alone(rasteriser, simple, "a simple one")
    yield await _alone(rasteriser, rich, "300 translucent shapes, blur and text")
    yield await _together(rasteriser, rich)
    yield _sanitised(_rich())


async def _alone(rasteriser: Rasteriser, svg: bytes, what: str) -> Measurement:
    """Turn by turn, so that whatever else this machine does slows both."""
    child_s: list[float] = []
    bare_s: list[float] = []
    for _ in range(_ROUNDS):
        began_s = time.perf_counter()
        await rasteriser.draw(svg, _SIZE, background="auto")
        child_s.append(time.perf_counter() - began_s)
        bare_s.append(_bare(svg))
    child, bare = percentile(child_s, 50), percentile(bare_s, 50)
    return Measurement(
        f"rasterise a drawing of {_SIZE}: {what}",
        milliseconds(child),
        f"{milliseconds(bare)}, pyvips in-process",
        child / bare,
        f"at most {milliseconds(_MOST_ADDED_S)} more",
        child - bare <= _MOST_ADDED_S,
    )


async def _together(rasteriser: Rasteriser, svg: bytes) -> Measurement:
    began_s = time.perf_counter()
    await asyncio.gather(*(rasteriser.draw(svg, _SIZE, background="auto") for _ in range(_TOGETHER)))
    children = time.perf_counter() - began_s
    bare = sum(_bare(svg) for _ in range(_TOGETHER))
    return Measurement(
        f"rasterise {_TOGETHER} such drawings at once",
        milliseconds(children),
        f"{milliseconds(bare)}, pyvips in-process, one by one",
        children / bare,
        f"at most {milliseconds(_MOST_ADDED_S * _TOGETHER / 2)} more",
        children - bare <= _MOST_ADDED_S * _TOGETHER / 2,
    )


def _sanitised(text: str) -> Measurement:
    seconds: list[float] = []
    for _ in range(_ROUNDS):
        began_s = time.perf_counter()
        sanitise(text, _SIZE)
        seconds.append(time.perf_counter() - began_s)
    bare = _bare(text.encode())
    sanitising = percentile(seconds, 50)
    return Measurement(
        f"sanitise it ({len(text) / 1000:.0f} KB)",
        milliseconds(sanitising),
        f"{milliseconds(bare)}, pyvips draws it",
        sanitising / bare,
        "ratio ≤ 0.2",
        sanitising / bare <= 0.2,
    )


def _bare(svg: bytes) -> float:
    began_s = time.perf_counter()
    _VIPS.Image.svgload_buffer(svg).pngsave_buffer(compression=6)
    return time.perf_counter() - began_s


def _simple() -> str:
    return (
        '<svg viewBox="0 0 100 100"><rect width="100" height="100" fill="#fde3c8"/>'
        '<circle cx="50" cy="50" r="30" fill="#c0392b"/><path d="M10 90Q50 40 90 90Z" fill="#2c3e50"/></svg>'
    )


def _rich() -> str:
    dice = random.Random(7)  # noqa: S311 -- the same drawing each time
    shapes = "".join(
        f'<ellipse cx="{dice.randrange(1024)}" cy="{dice.randrange(1024)}" rx="{dice.randrange(20, 200)}"'
        f' ry="{dice.randrange(20, 200)}" fill="hsl({dice.randrange(360)} 60% 50%)" fill-opacity=".3"/>'
        for _ in range(300)
    )
    return (
        '<svg viewBox="0 0 1024 1024" width="1024" height="1024" xmlns="http://www.w3.org/2000/svg">'
        '<filter id="b"><feGaussianBlur stdDeviation="6"/></filter><rect width="1024" height="1024" fill="#fff"/>'
        f'{shapes}<g filter="url(#b)"><circle cx="500" cy="500" r="260" fill="#123" fill-opacity=".5"/></g>'
        '<text x="80" y="520" font-size="120" font-weight="bold" fill="#fff">Harbour at dusk</text></svg>'
    )
