"""Speeds up importing Easel's modules."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def pause_garbage_collection() -> Generator[None]:
    """Pauses garbage collection while modules are imported: it would take a fifth of the start, and free nothing."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
