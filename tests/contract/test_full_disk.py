"""A database that can grow no more: what cannot be stored is said, what was stored is kept, and later all goes on."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from tests.contract import books
from tests.contract.driver import Driver, Seen
from tests.contract.painter import Painter
from tests.contract.running import running_easel
from tests.contract.web import WebDriver

# Needs some dozens of pages of 4096 bytes, so it never fits into the slack of those that are there.
LONG = "a scroll " + "s" * 30_000


@contextmanager
def full(database: Path) -> Generator[None]:
    """SQLite itself refuses to let this file grow, as on a full disk."""

    def allow_no_page(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA database_list")
        if cursor.fetchall()[0][2] == str(database):
            cursor.execute("PRAGMA max_page_count = 1")
        cursor.close()

    event.listen(Engine, "connect", allow_no_page)
    try:
        yield
    finally:
        event.remove(Engine, "connect", allow_no_page)


@pytest.mark.parametrize("database", ["engine.db", "state.db"])
def test_full_disk_is_said_and_loses_nothing(tmp_path: Path, database: str) -> None:
    """A command that cannot be stored gets a clear answer; older pictures stay, and with space again all works."""

    async def before() -> tuple[Seen, list[str]]:
        async with _driver(tmp_path) as driver:
            kept = await driver.end_of(driver.command("an heirloom"))
            return kept, await driver.hashes(kept)

    async def meanwhile() -> Seen:
        async with _driver(tmp_path) as driver:
            assert await driver.hashes(kept) == hashes
            return await driver.heard_after(driver.command(LONG))

    async def afterwards() -> None:
        async with _driver(tmp_path) as driver:
            await driver.reply(kept, "polished")
            await driver.until(lambda seen: seen.title == "v2 from v1 for Ada")
            assert (await driver.end_of(driver.command(LONG))).tone == "done"

    # Each in a loop of its own: the job engine's close takes the loop's default executor with it.
    kept, hashes = asyncio.run(before())
    with full(tmp_path / database):
        said = asyncio.run(meanwhile())
    assert said.tone == "error"
    assert "disk is full" in said.title
    asyncio.run(afterwards())
    assert books.discrepancies(tmp_path) == []


@asynccontextmanager
async def _driver(data_dir: Path) -> AsyncGenerator[Driver]:
    async with running_easel(data_dir, {"svg_author": Painter()}) as running, WebDriver.opened(running) as driver:
        yield driver
