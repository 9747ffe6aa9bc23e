"""The command and environment of the sandboxed child process."""

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
from bot.texts import image_errors

_WORKER: Final = Path(__file__).with_name("worker.py")
ENVIRONMENT: Final = {"FONTCONFIG_FILE": str(FOLDER / "fonts.conf"), "VIPS_CONCURRENCY": "1"}
"""The child's complete environment: no keys, no home, no proxy. libvips would start a thread per core otherwise."""
TIMEOUT_EXIT_CODES: Final = frozenset({-signal.SIGALRM, -signal.SIGXCPU, -signal.SIGKILL})
"""If a child is killed by one of these before READY, the machine is busy, not broken."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The resource limits of one child.

    Attributes:
        memory_bytes: address space; starting alone takes up to 0.4 GB.
        cpu_s, wall_s: processor time and real time.
    """

    memory_bytes: int = 2 * 1024**3
    cpu_s: int = 6
    wall_s: int = 8


def worker_command(limits: Limits, typefaces: Sequence[Path], *job: object) -> list[str]:
    """The command line of the child.

    Args:
        typefaces: font files that it may use besides Easel's own.
        job: the job's arguments, see `worker`.

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
    """The error for a child that does not start."""
    return image_errors.rasteriser_missing()
