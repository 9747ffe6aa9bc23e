"""One Easel per data directory."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import AdminError
from bot.store.lock import DirectoryLock

_HOLDER = """
import sys
from pathlib import Path
from bot.store.lock import DirectoryLock
with DirectoryLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_second_process_is_told(tmp_path: Path) -> None:
    """While one process holds a directory another is refused in clear words; a killed one holds nothing."""
    command = [sys.executable, "-c", _HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AdminError, match="already running") as caught, DirectoryLock(tmp_path):
            pass
        assert str(tmp_path) not in caught.value.text + (caught.value.hint or "")
        holder.kill()
        holder.wait()
        with DirectoryLock(tmp_path):
            pass


def test_lock_can_be_taken_again(tmp_path: Path) -> None:
    """A directory that was let go of is free."""
    for _ in range(2):
        with DirectoryLock(tmp_path), pytest.raises(AdminError), DirectoryLock(tmp_path):
            pass
