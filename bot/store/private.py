"""Makes Easel's files unreadable for other users of the machine."""

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

_FILES = tuple(f"{name}.db{ending}" for name in ("state", "engine", "web") for ending in ("", "-wal", "-shm"))
_DIRECTORIES = ("pictures", "web", "terminal")


@contextmanager
def private_files(directory: Path) -> Generator[None]:
    """Sets the umask of the process: new files get mode 0600 and new directories 0700.

    Also changes the mode of existing files in the data directory. Does not change symbolic links, nor the directory
    itself, which an administrator may have created.
    """
    before = os.umask(0o077)
    try:
        for names, mode in ((_FILES, 0o600), (_DIRECTORIES, 0o700)):
            for path in (directory / name for name in names):
                with suppress(OSError):  # missing, or owned by another user
                    if not path.is_symlink():
                        path.chmod(mode)
        yield
    finally:
        os.umask(before)
