"""Writes files atomically."""

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, data: bytes, *, mode: int) -> None:
    """Replaces `path` with `data` atomically and durably: readers see the old or the new content, also after a crash.

    Raises:
        OSError: writing failed; `path` is unchanged.
    """
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".easel-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
