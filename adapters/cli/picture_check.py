"""`easel doctor`: checks that the picture storage belongs to this Easel."""

import asyncio
from typing import Final

from bot.domain.diagnostics import Diagnostic
from bot.errors import EaselError
from bot.imaging.pool import ImagingPool
from bot.settings.settings import Settings
from bot.store.blobs import OWNER_OBJECT, Blobs
from bot.store.owner import known_owner_of
from bot.texts import storage_errors

_PATIENCE_S: Final = 10.0


async def check_picture_storage(settings: Settings) -> Diagnostic | None:
    """Compares the owner of the storage with this Easel; None if Easel was never started with these settings."""
    subject = "pictures"
    pool = ImagingPool(1)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            owner = await known_owner_of(settings.state_url)
            found = await Blobs.open(settings.pictures_url, pool).owner() if owner is not None else None
    except TimeoutError:
        return Diagnostic.warning(subject, "The storage does not answer.", "Check EASEL_BLOBS_URL, and the network.")
    except EaselError as problem:
        return Diagnostic(subject, "problem", problem.text, problem.hint)
    finally:
        pool.close()
    if found is None:
        return None
    if found != owner:
        error = storage_errors.storage_of_another(OWNER_OBJECT)
        return Diagnostic.problem(subject, error.text, error.hint or "")
    return Diagnostic.ok(subject, "The storage is this Easel's own.")
