"""Processes of this Python that serve over HTTP until they are no longer needed."""

import asyncio
import re
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path


@asynccontextmanager
async def started(*command: str) -> AsyncGenerator[tuple[asyncio.subprocess.Process, str]]:
    """A process of this Python, and the address that it prints last on the first line that holds one."""
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        while "http://" not in (printed := (await process.stdout.readline()).decode()):
            if not printed:
                raise RuntimeError(f"{' '.join(command)} ended before it served")
        yield process, printed.split()[-1]
    finally:
        process.kill()
        await process.wait()


def serving(kind: str, directory: Path, *, together: int = 1) -> tuple[str, ...]:
    """The command for `started`."""
    return "-m", "tests.benchmarks.server", kind, str(directory), str(together)


def memory_bytes(pid: int, *, peak: bool = False) -> int:
    """What a process has in memory now, or had at most."""
    name = "VmHWM" if peak else "VmRSS"
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024
