"""Keeps what Easel stores from other users of the machine."""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

_FILES = tuple(f"{name}.db{ending}" for name in ("state", "engine", "web") for ending in ("", "-wal", "-shm"))
_DIRECTORIES = ("pictures", "web", "terminal")


@contextmanager
def private_files(directory: Path) -> Generator[None]:
    """Makes every new file 0600 and every new directory 0700, whatever library creates it, in the whole process.

    What an earlier version left readable in the data directory is closed as well. Links are left alone, and so is the
    directory itself, which an administrator may have made.
    """
    before = os.umask(0o077)
    try:
        for names, mode in ((_FILES, 0o600), (_DIRECTORIES, 0o700)):
            for path in (directory / name for name in names):
                with suppress(OSError):  # not there, or another user's
                    if not path.is_symlink():
                        path.chmod(mode)
        yield
    finally:
        os.umask(before)
