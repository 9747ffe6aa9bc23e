"""Rasterises SVGs, each in a sandboxed child process with limited time and memory.

SVGs are untrusted input. If one exploits a bug of librsvg, only the child process is affected.
"""

import asyncio
import re
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.domain.pictures import Background, Size
from bot.imaging.sandbox.child import ENVIRONMENT, TIMEOUT_EXIT_CODES, Limits, worker_broken, worker_command
from bot.imaging.sandbox.worker import READY, UNUSABLE
from bot.imaging.svg.errors import UnusableSvg

_MAX_REASON_CHARS: Final = 200
_GRACE_S: Final = 1
"""Additional time for the child to start, and to end by its own alarm before it is killed."""
_TOO_EXPENSIVE: Final = "It takes too long or too much memory to draw: use fewer shapes, filters and repetitions."
_PREFIX: Final = re.compile(r"(?:\w+: )?(?:XML parse error: )?(?:Error domain \d+ code \d+ on )?(?:\w+_buffer: )?")


class Rasteriser:
    """Rasterises SVGs. Expects sanitised ones, but is safe with others too.

    Args:
        max_children: the most child processes at a time; further calls wait.
        cpu_s, wall_s, memory_bytes: the limits of one child, see `Limits`.
    """

    def __init__(
        self, max_children: int = 2, *, cpu_s: int = 6, wall_s: int = 8, memory_bytes: int = 2 * 1024**3
    ) -> None:
        self._turns = asyncio.Semaphore(max_children)
        self._limits = Limits(memory_bytes=memory_bytes, cpu_s=cpu_s, wall_s=wall_s)

    async def draw(self, svg: bytes, size: Size, *, background: Background, typefaces: Sequence[Path] = ()) -> bytes:
        """Returns a PNG of exactly `size`, on white if `background` is opaque. Cancelling kills the child.

        Args:
            typefaces: font files that its text needs besides Easel's own, from `prepare_text`.

        Raises:
            UnusableSvg: librsvg refuses it, it takes too long or too much memory, or nothing is visible.
            AdminError: the rasteriser itself cannot run here.
        """
        async with self._turns:
            code, answer = await self._run(svg, typefaces, size, background)
        if not answer.startswith(READY) and code not in TIMEOUT_EXIT_CODES:
            raise worker_broken()
        if code == UNUSABLE:
            raise UnusableSvg(_extract_reason(answer.removeprefix(READY)))
        if code != 0 or len(answer) > _max_png_bytes(size):
            raise UnusableSvg(_TOO_EXPENSIVE)
        return answer.removeprefix(READY)

    async def _run(
        self, svg: bytes, typefaces: Sequence[Path], size: Size, background: Background
    ) -> tuple[int, bytes]:
        """Runs a child. Returns its exit code and its output."""
        process = await self._start(typefaces, size, background)
        answer = bytearray()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._limits.wall_s + _GRACE_S):
                    await _feed(process, svg)
                    await _collect(process, answer, _max_png_bytes(size))
                    return await process.wait(), bytes(answer)
            return -signal.SIGKILL, bytes(answer)
        finally:
            await _terminate(process)

    async def _start(self, typefaces: Sequence[Path], size: Size, background: Background) -> Process:
        job = ("svg", size.width_px, size.height_px, background)
        try:
            return await asyncio.create_subprocess_exec(
                *worker_command(self._limits, typefaces, *job),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env=ENVIRONMENT,
                cwd="/",
                # Ctrl+C in the terminal must not reach the child: Easel ends its children itself.
                start_new_session=True,
            )
        except OSError as error:
            raise worker_broken() from error


async def _feed(process: Process, svg: bytes) -> None:
    if (pipe := process.stdin) is not None:
        # If the child has died, its exit code shows that.
        with suppress(BrokenPipeError, ConnectionResetError):
            pipe.write(svg)
            await pipe.drain()
        pipe.close()


async def _collect(process: Process, answer: bytearray, max_bytes: int) -> None:
    """Reads the child's output; kills the child if there is more than `max_bytes`."""
    while process.stdout is not None and len(answer) <= max_bytes:
        chunk = await process.stdout.read(65_536)
        if not chunk:
            return
        answer += chunk
    _kill(process)


async def _terminate(process: Process) -> None:
    """Makes sure that the child has ended and its pipes are closed."""
    if process.returncode is None:
        _kill(process)
        await process.communicate()


def _kill(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()


def _max_png_bytes(size: Size) -> int:
    """An upper limit for a PNG of that size: uncompressed pixels, filter bytes and a header."""
    return size.pixels * 4 + size.height_px + 65_536


def _extract_reason(message: bytes) -> str:
    """The cause from librsvg's message: its last line without prefixes."""
    *_, line = message.decode("utf-8", "replace").strip().splitlines() or [""]
    line = _PREFIX.sub("", " ".join(line.split()), count=1)[:_MAX_REASON_CHARS].rstrip(".")
    return f"{line[:1].upper()}{line[1:]}." if line else "The renderer refuses it."
