"""Writing files so that a reader, or a crash, finds the old content or the new, never a half."""

import os
import tempfile
from pathlib import Path


def write_atomically(path: Path, data: bytes, *, mode: int) -> None:
    """Writes `data` and flushes it to the disk before it becomes `path`, with the permissions `mode`.

    Raises:
        OSError: as the disk says; `path` is then as it was.
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
