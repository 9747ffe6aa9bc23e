"""What a long thread in a full store costs, against a short one in an empty store.

Measured are the two things that happen when a person turns to a thread: the core finds the picture that a reply is
about (accepting the edit comes after that, and is measured in `accept`), and the playground sends the thread's page.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.shared.health import Health
from adapters.shared.http_server import HttpServer
from adapters.web.limits import PAGE_MESSAGES
from adapters.web.platform import WebPlatform
from bot.domain.requests import VersionName
from bot.imaging.pool import ImagingPool
from bot.intake.version_lookup import VersionLookup
from bot.jobs.clock import SystemClock
from bot.store.blobs import Blobs
from bot.store.database import Database
from bot.store.jobs import JobRows
from bot.store.threads import Threads
from bot.store.versions import Versions
from tests.benchmarks.filling import ROOT, THREAD, fill_conversation, fill_state
from tests.benchmarks.measurement import Measurement, milliseconds, percentile
from tests.benchmarks.viewer import Viewer, open_viewer

_VERSIONS = 1_000
_PICTURES = 100_000
_ROUNDS = 200
_TARGET = 1.5


async def measure() -> AsyncIterator[Measurement]:
    with TemporaryDirectory() as empty, TemporaryDirectory() as full:
        async with (
            _opened(Path(empty), thread=1, everywhere=1, page=PAGE_MESSAGES) as small,
            _opened(Path(full), thread=_VERSIONS, everywhere=_PICTURES, page=_VERSIONS) as large,
        ):
            yield await _compared("find a reply's picture, the newest", small.find_newest, large.find_newest)
            yield await _compared("find a reply's picture, by its name", small.find_named, large.find_named)
            yield await _compared("open a thread in the playground", small.show_thread, large.show_thread)


@dataclass(frozen=True, slots=True)
class _Store:
    bases: VersionLookup
    viewer: Viewer

    async def find_newest(self) -> None:
        await self._find(None)

    async def find_named(self) -> None:
        await self._find(VersionName(1))

    async def show_thread(self) -> None:
        await self.viewer.get(f"/api/messages?thread={ROOT}")

    async def _find(self, named: VersionName | None) -> None:
        thread = await self.bases.thread_at(THREAD.place, None)
        assert thread is not None
        assert await self.bases.base(thread, named=named, replied_to=None) is not None


@asynccontextmanager
async def _opened(directory: Path, *, thread: int, everywhere: int, page: int) -> AsyncGenerator[_Store]:
    """A store of `everywhere` versions, `thread` of them in one thread, and a conversation with `page` replies."""
    pool = ImagingPool()
    database = await Database.open(f"sqlite:///{directory / 'state.db'}")
    server = HttpServer("127.0.0.1", 0, health=_healthy)
    pictures = Blobs.open(f"file://{directory / 'pictures'}", pool)
    web = WebPlatform(
        server=server,
        clock=SystemClock(),
        data_dir=directory,
        pictures=pictures,
        options=tuple,
        subcommands=(),
        token="benchmark",
        max_upload_bytes=25_000_000,
    )
    serving = asyncio.create_task(server.run())
    try:
        await server.started.wait()
        await fill_state(database, directory / "state.db", thread=thread, everywhere=everywhere)
        async with open_viewer(web.address) as viewer:
            await viewer.get("/api/state")
            fill_conversation(directory / "web.db", thread=page, everywhere=everywhere)
            bases = VersionLookup(Threads(database), Versions(database), JobRows(database), admins=frozenset())
            yield _Store(bases, viewer)
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await web.close()
        await database.close()
        pool.close()


async def _compared(
    what: str, in_small: Callable[[], Awaitable[None]], in_large: Callable[[], Awaitable[None]]
) -> Measurement:
    """Turn by turn, so that whatever else this machine does slows both."""
    small_s: list[float] = []
    large_s: list[float] = []
    for _ in range(_ROUNDS):
        for work, seconds in ((in_small, small_s), (in_large, large_s)):
            began_s = time.perf_counter()
            await work()
            seconds.append(time.perf_counter() - began_s)
    small, large = percentile(small_s, 50), percentile(large_s, 50)
    return Measurement(
        f"{what}: {_VERSIONS:,} versions there, {_PICTURES:,} pictures in all",
        milliseconds(large),
        f"{milliseconds(small)}, a short thread in an empty store",
        large / small,
        f"ratio ≤ {_TARGET}",
        large / small <= _TARGET,
    )


async def _healthy() -> Health:
    return Health()
