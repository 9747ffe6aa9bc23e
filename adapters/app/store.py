"""Opens the state database with its tables, and the storage for image files."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.imaging.pool import ImagingPool
from bot.settings.settings import Settings
from bot.store.blobs import Blobs
from bot.store.database import Database
from bot.store.jobs import JobRows
from bot.store.ledger import Ledger
from bot.store.owner import owner_of, require_own
from bot.store.preferences import Preferences
from bot.store.questions import EditQuestionRows
from bot.store.threads import Threads
from bot.store.trees import PostedTrees
from bot.store.versions import Versions


@dataclass(frozen=True, slots=True)
class Store:
    """All persistent data except the job engine's database.

    Attributes:
        owner: the identity of the state database; the image storage belongs to it.
    """

    database: Database
    blobs: Blobs
    owner: str
    rows: JobRows
    threads: Threads
    versions: Versions
    trees: PostedTrees
    ledger: Ledger
    preferences: Preferences
    questions: EditQuestionRows


async def open_store(settings: Settings, pool: ImagingPool, stack: AsyncExitStack) -> Store:
    """Opens the database and the image storage; `stack` closes them.

    Raises:
        AdminError: one of them cannot be opened, or the image storage belongs to another Easel.
    """
    database = await Database.open(settings.state_url)
    stack.push_async_callback(database.close)
    blobs = Blobs.open(settings.pictures_url, pool)
    owner = await owner_of(database)
    await require_own(blobs, owner, is_shared=settings.blobs_url is not None)
    return Store(
        database=database,
        blobs=blobs,
        owner=owner,
        rows=JobRows(database),
        threads=Threads(database),
        versions=Versions(database),
        trees=PostedTrees(database),
        ledger=Ledger(database),
        preferences=Preferences(database),
        questions=EditQuestionRows(database),
    )
