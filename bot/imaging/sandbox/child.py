"""How the child process is started: its command and environment, for whoever waits for it."""

import importlib.util
import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.errors import AdminError
from bot.imaging.typefaces import FOLDER

_WORKER: Final = Path(__file__).with_name("worker.py")
ENVIRONMENT: Final = {"FONTCONFIG_FILE": str(FOLDER / "fonts.conf"), "VIPS_CONCURRENCY": "1"}
"""All of it. The child knows no key, no home and no proxy; libvips would start a thread for each core."""
TIMEOUT_EXIT_CODES: Final = frozenset({-signal.SIGALRM, -signal.SIGXCPU, -signal.SIGKILL})
"""Where a child ends by one of these before it is ready, the machine is busy and not broken."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may take.

    Attributes:
        memory_bytes: address space, of which up to 0.4 GB are taken by merely starting.
        cpu_s, wall_s: processor and real time.
    """

    memory_bytes: int = 2 * 1024**3
    cpu_s: int = 6
    wall_s: int = 8


def worker_command(limits: Limits, typefaces: Sequence[Path], *job: object) -> list[str]:
    """What to run, for `job` as in `worker`; `typefaces` are files that it may use besides Easel's own.

    Raises:
        AdminError: pyvips is not installed.
    """
    found = importlib.util.find_spec("pyvips")
    if found is None or found.origin is None:
        raise worker_broken()
    site = Path(found.origin).parents[1]
    arguments = (
        *(limits.memory_bytes, limits.cpu_s, limits.wall_s),
        *(site, FOLDER, json.dumps([str(each) for each in typefaces])),
        *job,
    )
    return [sys.executable, "-I", "-S", "-B", str(_WORKER), *(str(each) for each in arguments)]


def worker_broken() -> AdminError:
    """For a child that did not even start."""
    return AdminError(
        "Drawings and lettering cannot be turned into pictures here.",
        hint="Install Easel's packages again: the rasteriser (pyvips[binary]) does not start.",
    )
