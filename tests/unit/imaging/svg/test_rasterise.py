"""Drawings become pictures of the asked size in children that can do nothing else, and are never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.pictures import Background, Size
from bot.errors import AdminError
from bot.imaging.sandbox.worker import FILES_AT_WORK
from bot.imaging.svg.rasterise import Rasteriser
from bot.imaging.svg.sanitise import UnusableSvg
from tests.builders import opened
from tests.clock import PATIENCE_S

SIZE = Size(120, 80)
DISC = '<circle cx="50" cy="50" r="40" fill="#c0392b"/>'
HEAVY = (
    '<filter id="f"><feTurbulence baseFrequency=".9" numOctaves="9"/></filter>'
    + '<rect width="100" height="100" filter="url(#f)"/>' * 20_000
)
"""Minutes of work."""


def svg(inside: str, attributes: str = 'viewBox="0 0 100 100" width="120" height="80"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


async def drawn(drawing: bytes, size: Size = SIZE, background: Background = "auto") -> Image.Image:
    return opened(await Rasteriser().draw(drawing, size, background=background))


@pytest.mark.parametrize(
    "attributes",
    [
        'viewBox="0 0 100 100" width="120" height="80"',
        'viewBox="0 0 100 100" width="30" height="20"',
        'viewBox="0 0 100 100" width="1000" height="1000"',
        'viewBox="0 0 100 100"',
    ],
)
async def test_a_picture_has_exactly_the_asked_size(attributes: str) -> None:
    """Whatever a drawing says about itself, all of it is shown, in the middle of a picture of that size."""
    image = await drawn(svg(DISC, attributes))
    assert (image.format, image.mode, image.size) == ("PNG", "RGBA", (120, 80))
    assert image.getpixel((60, 40)) == (192, 57, 43, 255)
    assert image.getpixel((2, 40)) == (0, 0, 0, 0)
    assert image.getbbox() == (28, 8, 92, 72)


@pytest.mark.parametrize(
    ("background", "corner"), [("auto", (0, 0, 0, 0)), ("transparent", (0, 0, 0, 0)), ("opaque", (255, 255, 255))]
)
async def test_only_an_opaque_picture_gets_a_ground(background: Background, corner: tuple[int, ...]) -> None:
    """White is laid below where an opaque picture is wanted; otherwise it stays as it was drawn."""
    assert (await drawn(svg(DISC), background=background)).getpixel((0, 0)) == corner


async def test_words_are_drawn_with_our_own_typeface() -> None:
    """Any family there is, and any that is not, is drawn in regular, bold and slanted faces that come with Easel."""
    boxes = [
        (await drawn(svg(f'<text y="60" font-size="30" {face}>Illi</text>'))).getbbox()
        for face in ('font-family="Comic Sans MS"', 'font-family="serif"', 'font-weight="bold"', 'font-style="italic"')
    ]
    assert None not in boxes
    assert boxes[0] == boxes[1]
    assert len(set(boxes)) == 3


@pytest.mark.parametrize(
    ("inside", "background"),
    [
        ("", "auto"),
        ("", "opaque"),
        ('<rect width="9" height="9" fill="none"/>', "auto"),
        ('<rect x="900" width="9" height="9"/>', "auto"),
        ('<rect x="-500" y="-500" width="1000" height="1000" fill="red"/>', "auto"),
        ('<circle r="40" fill="#fff"/>', "opaque"),
    ],
)
async def test_a_blank_picture_is_none(inside: str, background: Background) -> None:
    """One colour, white on white, or nothing at all means that the drawing failed."""
    with pytest.raises(UnusableSvg, match="nothing that can be seen"):
        await drawn(svg(inside), background=background)


@pytest.mark.parametrize(
    ("drawing", "reason"),
    [
        (b"", "too short"),
        (b"GIF89a", "Start tag expected|not a known|svg"),
        (svg("<g>"), "tag mismatch"),
        (svg(HEAVY), "too long or too much memory"),
    ],
)
async def test_what_cannot_be_drawn_says_why(drawing: bytes, reason: str) -> None:
    """One line of what librsvg says, or that it was too much."""
    with pytest.raises(UnusableSvg, match=reason) as unusable:
        await Rasteriser(cpu_s=1).draw(drawing, SIZE, background="auto")
    assert "\n" not in unusable.value.reason


async def test_a_child_that_cannot_start_is_the_admins_affair() -> None:
    """Where the libraries themselves do not load, no drawing is to blame."""
    with pytest.raises(AdminError) as broken:
        await Rasteriser(memory_bytes=40 * 1024**2).draw(svg(DISC), SIZE, background="auto")
    assert "pyvips" in (broken.value.hint or "")


async def test_a_drawing_waits_for_its_turn() -> None:
    """No more than `at_once` children run at a time."""
    rasteriser = Rasteriser(max_children=1)
    async with at_work(rasteriser) as (child, drawing):
        waiting = asyncio.create_task(rasteriser.draw(svg(DISC), SIZE, background="auto"))
        await asyncio.sleep(0)
        assert children() == {child}
        drawing.cancel()
        assert (await waiting).startswith(b"\x89PNG")


async def test_cancelling_ends_the_child() -> None:
    """A drawing that nobody wants any more is stopped, and leaves no process behind, not even a dead one."""
    async with at_work(Rasteriser()) as (child, drawing):
        drawing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await drawing
        assert child not in processes()


async def test_a_child_that_is_killed_was_too_heavy() -> None:
    """When the machine itself ends a child, for its memory say, that drawing failed and nothing else."""
    async with at_work(Rasteriser()) as (child, drawing):
        os.kill(child, signal.SIGKILL)
        with pytest.raises(UnusableSvg, match="too much memory"):
            await drawing


async def test_a_child_has_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """While it draws the kernel bounds what it takes, keeps it from sockets, and it knows no environment."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    async with at_work(Rasteriser(cpu_s=5, memory_bytes=1024**3)) as (child, _):
        process = Path(f"/proc/{child}")
        limits = {line[:26].strip(): line[26:].split()[:2] for line in (process / "limits").read_text().splitlines()}
        assert limits["Max open files"] == [str(FILES_AT_WORK)] * 2
        assert limits["Max file size"] == ["0", "0"]
        assert limits["Max core file size"] == ["0", "0"]
        assert limits["Max cpu time"] == ["5", "5"]
        assert limits["Max address space"] == [str(1024**3), str(1024**3)]
        environment = (process / "environ").read_text().split("\0")
        assert {each.partition("=")[0] for each in environment if each} == {"FONTCONFIG_FILE", "VIPS_CONCURRENCY"}
        assert (process / "cwd").readlink() == Path("/")
        status = (process / "status").read_text()
        assert "NoNewPrivs:\t1" in status
        assert "Seccomp:\t2" in status
        targets = {str(each.readlink()) for each in (process / "fd").iterdir()}
        assert {each.partition(":")[0] for each in targets} <= {"pipe", "/dev/null", "socket"}


FORBIDDEN = """
import socket, subprocess, sys, threading
from bot.imaging.sandbox.worker import drop_rights
drop_rights([sys.argv[1], *sys.path, *sys.argv[3:]])
print(open(sys.argv[1] + "/font").read())

def fails(attempt):
    try:
        attempt()
    except PermissionError:
        print("refused")

attempts = (lambda: open(sys.argv[2]), socket.socket, lambda: subprocess.run(["/bin/true"]))
thread = threading.Thread(target=lambda: [fails(attempt) for attempt in attempts])
thread.start()
thread.join()
"""


def test_the_seal_holds_for_every_thread(tmp_path: Path) -> None:
    """What is sealed reads what it was left, and nothing else, and gets no socket and no other program."""
    for name in ("fonts/font", "secrets/key"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(name)
    command = [sys.executable, "-c", FORBIDDEN, tmp_path / "fonts", tmp_path / "secrets" / "key"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["fonts/font", "refused", "refused", "refused"], done.stderr


@asynccontextmanager
async def at_work(rasteriser: Rasteriser) -> AsyncGenerator[tuple[int, asyncio.Task[bytes]]]:
    """A child that has begun with a drawing it will not finish, and the task that waits for it."""
    drawing = asyncio.create_task(rasteriser.draw(svg(HEAVY), SIZE, background="auto"))
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not any(is_sealed(child) for child in children()):  # noqa: ASYNC110 -- /proc calls nobody
                await asyncio.sleep(0.01)
        (child,) = children()
        yield child, drawing
    finally:
        drawing.cancel()
        with suppress(asyncio.CancelledError, UnusableSvg):
            await drawing


def children() -> set[int]:
    """The rasterising processes of this one."""
    lists = Path("/proc/self/task").glob("*/children")
    found = {int(child) for each in lists for child in each.read_text().split()}
    return {child for child in found if b"worker.py" in (Path(f"/proc/{child}/cmdline")).read_bytes()}


def processes() -> set[int]:
    return {int(each.name) for each in Path("/proc").iterdir() if each.name.isdecimal()}


def is_sealed(child: int) -> bool:
    limits = Path(f"/proc/{child}/limits").read_text()
    return limits.partition("Max open files")[2].split()[:1] == [str(FILES_AT_WORK)]
