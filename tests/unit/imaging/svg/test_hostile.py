"""Hostile drawings, sanitised and then drawn as usual, and also thrown at the rasteriser as they are."""

import asyncio
import socket
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.domain.pictures import Size
from bot.imaging.svg.rasterise import Rasteriser
from bot.imaging.svg.sanitise import UnusableSvg, sanitise
from tests.builders import opened
from tests.unit.imaging.svg.forbidden_targets import Bait, laid_out
from tests.unit.imaging.svg.hostile_drawings import BAIT_COLOUR, HOSTILE, RAW

SIZE = Size(256, 256)
WALL_S = 3
MOST_GROWTH_KB = 64 * 1024
"""Of the tests' own process: enough to hold the largest of these files a few times over."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A picture, or why there is none, and what it cost."""

    svg: bytes
    png: bytes | None
    reason: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Siege:
    """What came of all of them together."""

    sanitised: dict[str, Ending]
    raw: dict[str, Ending]
    files_were_opened: bool
    connections: int
    growth_kb: int


@pytest.fixture(scope="module")
def bait(tmp_path_factory: pytest.TempPathFactory) -> Generator[Bait]:
    with laid_out(tmp_path_factory.mktemp("bait")) as bait:
        yield bait


@pytest.fixture(scope="module")
def siege(bait: Bait) -> Siege:
    """Every hostile drawing once, two at a time."""
    bait.was_taken()
    visited = bait.visited
    Path("/proc/self/clear_refs").write_text("5")  # the peak of memory is counted from here
    before_kb = memory_kb("VmRSS")
    rasteriser = Rasteriser(cpu_s=1, wall_s=WALL_S, memory_bytes=1024**3)
    sanitised = asyncio.run(all_endings(rasteriser, {name: cleaned(bait, text) for name, text in HOSTILE.items()}))
    raw = asyncio.run(all_endings(rasteriser, {name: undisguised(bait, text) for name, text in RAW.items()}))
    return Siege(sanitised, raw, bait.was_taken(), bait.visited - visited, memory_kb("VmHWM") - before_kb)


def cleaned(bait: Bait, text: str) -> bytes | UnusableSvg:
    try:
        return sanitise(bait.laid_in(text), SIZE)
    except UnusableSvg as error:
        return error


def undisguised(bait: Bait, text: str) -> bytes:
    # What was compressed is no text: each of its bytes is one character here.
    return bait.laid_in(text).encode("latin-1" if text.startswith("\x1f\x8b") else "utf-8", "ignore")


async def all_endings(rasteriser: Rasteriser, svgs: Mapping[str, bytes | UnusableSvg]) -> dict[str, Ending]:
    gate = asyncio.Semaphore(2)
    drawings = list({svg for svg in svgs.values() if isinstance(svg, bytes)})  # many have the same harmless rest
    drawn = await asyncio.gather(*(ending(rasteriser, gate, svg) for svg in drawings))
    endings = dict(zip(drawings, drawn, strict=True))
    return {
        name: endings[svg] if isinstance(svg, bytes) else Ending(b"", None, svg.reason, 0) for name, svg in svgs.items()
    }


async def ending(rasteriser: Rasteriser, gate: asyncio.Semaphore, svg: bytes) -> Ending:
    async with gate:
        began_s = time.monotonic()
        try:
            png, reason = await rasteriser.draw(svg, SIZE, background="auto"), ""
        except UnusableSvg as error:
            png, reason = None, error.reason
        return Ending(svg, png, reason, time.monotonic() - began_s)


def memory_kb(field: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{field}:")[2].split()[0])


@pytest.mark.parametrize("name", HOSTILE)
def test_sanitised_it_ends_well(siege: Siege, name: str) -> None:
    """Every hostile drawing becomes a picture of what is harmless in it, or one plain sentence says why not."""
    assert_ends_well(siege.sanitised[name])


@pytest.mark.parametrize("name", RAW)
def test_raw_it_ends_well(siege: Siege, name: str) -> None:
    """The rasteriser holds alone: whatever it is given, it ends within its limits and shows nothing of the bait."""
    assert_ends_well(siege.raw[name])


def assert_ends_well(end: Ending) -> None:
    assert end.seconds < WALL_S + 3
    if end.png is None:
        assert end.reason.endswith(".")
        assert "\n" not in end.reason
    else:
        image = opened(end.png).convert("RGB")
        assert image.size == (SIZE.width_px, SIZE.height_px)
        assert BAIT_COLOUR not in {colour for _, colour in image.getcolors(SIZE.pixels) or []}


def test_what_is_left_is_harmless(siege: Siege, bait: Bait) -> None:
    """No sanitised drawing names a file, an address, a script or anything that acts."""
    for name, end in siege.sanitised.items():
        rest = end.svg.decode().replace('xmlns="http://www.w3.org/2000/svg"', "", 1)
        rest = rest.replace(f'font-family="{bait.folder}/bait.ttf"', "")  # a family of that name: there is none
        for word in ("://", "bait.", "127.0.0.1", "script", "@import", "<!", "<?", "data:", "onload", "<image", "<a "):
            assert word not in rest, name


def test_no_file_is_read(siege: Siege) -> None:
    """None of them opened a file of the folder that they name, not even unsanitised."""
    assert not siege.files_were_opened


def test_nobody_is_called(siege: Siege) -> None:
    """None of them connected to the server that they name, not even unsanitised."""
    assert siege.connections == 0


def test_easel_itself_neither_grows_nor_dies(siege: Siege) -> None:
    """Whatever the children needed, the process that started them needs no more than the files it holds."""
    assert siege.growth_kb < MOST_GROWTH_KB


def test_the_bait_works(siege: Siege, bait: Bait) -> None:
    """Had a file been opened or the server been called, it would have shown."""
    bait.folder.joinpath("bait.txt").read_text()
    assert bait.was_taken()
    with socket.create_connection(("127.0.0.1", bait.port)) as call:
        assert call.recv(1) == b""
    assert bait.visited == siege.connections + 1
