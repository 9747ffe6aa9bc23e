"""Which Easel the pictures of a storage belong to: each state database has a name of its own, kept in it.

Two that share a storage would each remove the pictures of the other one as orphans.
"""

import asyncio
import secrets
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import URL, select
from sqlalchemy.exc import DBAPIError

from bot.domain.ids import PlatformName
from bot.errors import AdminError, EaselError, Transient
from bot.store.blobs import OWNER_OBJECT, Blobs
from bot.store.database import Database
from bot.store.engines import database_url, is_sqlite
from bot.store.platform_state import StoredPlatformState
from bot.store.tables import notes

NOT_OURS: Final = "The storage for pictures belongs to another state database."
NOT_OURS_HINT: Final = (
    "Give each Easel its own with EASEL_BLOBS_URL. If that database is gone for good, "
    f"remove {OWNER_OBJECT} from the storage; the pictures there stay."
)
_EASEL: Final = PlatformName("easel")
_KEY: Final = "owner:name"
_SELECT_NAME: Final = select(notes.c.note).where(notes.c.platform == _EASEL, notes.c.key == _KEY)
_TIMEOUT_S: Final = 10.0
"""How long a start waits for a storage that does not answer."""

_log = structlog.get_logger(__name__)


async def owner_of(database: Database) -> str:
    """The name of the state database, made when it is first asked for: the same in every process that shares it."""
    ours = StoredPlatformState(database, _EASEL)
    noted = await ours.get(_KEY)
    if noted is None:
        await ours.add(_KEY, {"name": secrets.token_hex(16)})
        noted = await ours.get(_KEY)  # what another process may have added a moment before
    assert noted is not None  # noqa: S101 -- nothing removes it
    return str(noted["name"])


async def known_owner_of(url: str) -> str | None:
    """The same for a database that is only to be looked at; None where it has no name yet, or does not answer.

    Raises:
        AdminError: the address names no database.
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
    """Claims the storage for pictures.

    Args:
        is_shared: whether other Easels can reach it. The folder in the data directory belongs to whoever has that, so
            that a new state database may begin there: what the old one left is not swept.

    Raises:
        AdminError: another state database's pictures are there, or it cannot be written to.
    """
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            is_ours = await blobs.set_owner(owner) is not None
    except (Transient, TimeoutError):
        # Jobs wait until it answers, and before anything is swept it is asked again.
        _log.warning("pictures.unreachable", reason="The storage for pictures does not answer.")
        return
    if is_ours:
        return
    if is_shared:
        raise AdminError(NOT_OURS, hint=NOT_OURS_HINT)
    _log.warning("pictures.not_ours", reason=NOT_OURS, hint=NOT_OURS_HINT)


def _file_exists(url: URL) -> bool:
    """SQLite would make the file."""
    return Path(url.database or "").is_file()
