"""Makes sure that an image storage is used by one state database only.

Each state database has a random name, which is written into its image storage. If two databases shared a storage, each
would delete the files of the other as orphans.
"""

import asyncio
import secrets
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import URL, select
from sqlalchemy.exc import DBAPIError

from bot.domain.ids import PlatformName
from bot.errors import EaselError, Transient
from bot.store.blobs import OWNER_OBJECT, Blobs
from bot.store.database import Database
from bot.store.engines import database_url, is_sqlite
from bot.store.platform_state import StoredPlatformState
from bot.store.tables import notes
from bot.texts import storage_errors

_EASEL: Final = PlatformName("easel")
_KEY: Final = "owner:name"
_SELECT_NAME: Final = select(notes.c.note).where(notes.c.platform == _EASEL, notes.c.key == _KEY)
_TIMEOUT_S: Final = 10.0
"""How long the start waits for the storage."""

_log = structlog.get_logger(__name__)


async def owner_of(database: Database) -> str:
    """Returns the name of the state database; creates it on first use. All processes see the same name."""
    ours = StoredPlatformState(database, _EASEL)
    noted = await ours.get(_KEY)
    if noted is None:
        await ours.add(_KEY, {"name": secrets.token_hex(16)})
        noted = await ours.get(_KEY)  # another process may have added it first
    assert noted is not None  # noqa: S101 -- nothing removes it
    return str(noted["name"])


async def known_owner_of(url: str) -> str | None:
    """Returns the name of a state database without changing it; None if it has no name or cannot be read.

    Raises:
        AdminError: the URL is invalid.
    """
    target = database_url(url)
    if is_sqlite(target) and not _file_exists(target):
        return None
    database = Database.inspect(url)
    try:
        noted = await database.scalar(_SELECT_NAME)
    except (EaselError, DBAPIError):
        return None
    finally:
        await database.close()
    return str(noted["name"]) if noted is not None else None


async def require_own(blobs: Blobs, owner: str, *, is_shared: bool) -> None:
    """Makes `owner` the owner of the image storage, if it has none.

    Args:
        blobs: the image storage.
        owner: the name of the state database.
        is_shared: whether other Easels can reach the storage. If not (a folder in the data directory), a storage with
            another owner is only logged: the state database was replaced, and old files are not deleted.

    Raises:
        AdminError: the storage has another owner and is shared, or cannot be written.
    """
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            is_ours = await blobs.set_owner(owner) is not None
    except (Transient, TimeoutError):
        # Jobs wait until it answers, and before anything is swept it is asked again.
        _log.warning("pictures.unreachable", reason="The storage for images does not answer.")
        return
    if is_ours:
        return
    problem = storage_errors.storage_of_another(OWNER_OBJECT)
    if is_shared:
        raise problem
    _log.warning("pictures.not_ours", reason=problem.text, hint=problem.hint)


def _file_exists(url: URL) -> bool:
    """Whether the SQLite file exists. Connecting would create it."""
    return Path(url.database or "").is_file()
