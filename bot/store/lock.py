"""Locks the data directory, so that only one Easel process uses its SQLite files and job engine."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.texts import storage_errors


class DirectoryLock:
    """Context manager that locks `easel.lock` in a directory. The operating system releases it when the process ends.

    Creates the directory if it is missing, readable only by this user, because it holds pictures and prompts.

    Raises:
        AdminError: on entering, when another process holds it.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / "easel.lock"
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(descriptor)
            raise storage_errors.already_running() from error
        self._descriptor = descriptor
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
