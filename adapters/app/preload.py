"""Importing everything that Easel is made of, as fast as it goes."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def pause_garbage_collection() -> Generator[None]:
    """Nothing dies while modules are imported: looking for garbage meanwhile takes a fifth of the whole start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
