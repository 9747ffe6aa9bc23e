"""The pictures' bytes: kept, checked, and cleaned up after."""

import asyncio
import hashlib
import os
import resource
import subprocess
import sys
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.ids import PictureId
from bot.errors import AdminError, NotFound
from bot.imaging.pool import ImagingPool
from bot.store.blobs import Blobs

FOX = b"a picture of a fox" * 1000
FOX_ID = PictureId(hashlib.sha256(FOX).hexdigest())
OWL = b"an owl"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def pool() -> Generator[ImagingPool]:
    threads = ImagingPool(1)
    yield threads
    threads.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "blobs"


@pytest.fixture(params=["folder", "memory"])
def blobs(request: pytest.FixtureRequest, folder: Path, pool: ImagingPool) -> Blobs:
    return Blobs.open("memory:///" if request.param == "memory" else folder.as_uri(), pool)


@pytest.fixture
def on_disk(folder: Path, pool: ImagingPool) -> Blobs:
    return Blobs.open(folder.as_uri(), pool)


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def _file(folder: Path, picture: PictureId) -> Path:
    return folder / picture[:2] / picture[2:4] / picture


async def test_bytes_come_back(blobs: Blobs) -> None:
    """Bytes are found under their own hash, by both names of reading."""
    assert await blobs.put(FOX) == FOX_ID
    assert await blobs.get(FOX_ID) == FOX
    assert await blobs.read(FOX_ID) == FOX


async def test_equal_bytes_are_stored_once(on_disk: Blobs, folder: Path) -> None:
    """Storing the same picture again, even at the same moment, leaves one file and no other word in its name."""
    assert set(await asyncio.gather(*(on_disk.put(FOX) for _ in range(8)))) == {FOX_ID}
    assert _files(folder) == {_file(folder, FOX_ID)}


@pytest.mark.parametrize("name", [FOX_ID, "../../../../etc/passwd", "", "%2e%2e/x", "A" * 64, FOX_ID + "\0"])
async def test_missing_picture(blobs: Blobs, name: str) -> None:
    """What is not stored, and what is no name at all, is said to be gone."""
    with pytest.raises(NotFound, match="no longer available"):
        await blobs.get(PictureId(name))


@pytest.mark.parametrize("content", [b"", FOX[:-1], b"\0" * len(FOX), FOX + b"\0"], ids=["empty", "short", "0", "long"])
async def test_torn_file_is_noticed_and_mended(on_disk: Blobs, folder: Path, content: bytes) -> None:
    """A file that a power cut left torn is never handed out, and storing the picture again repairs it."""
    await on_disk.put(FOX)
    _file(folder, FOX_ID).write_bytes(content)
    with pytest.raises(AdminError, match="damaged"):
        await on_disk.get(FOX_ID)
    await on_disk.put(FOX)
    assert await on_disk.get(FOX_ID) == FOX


async def test_deletion(blobs: Blobs) -> None:
    """Deleted bytes are gone; deleting what is not there is no matter."""
    owl = await blobs.put(OWL)
    await blobs.put(FOX)
    await blobs.delete([PictureId("0" * 64), owl])
    with pytest.raises(NotFound):
        await blobs.get(owl)
    assert await blobs.get(FOX_ID) == FOX


async def test_sweep_takes_old_orphans_only(blobs: Blobs) -> None:
    """A sweep removes what nothing needs, unless it is so young that a job may be about to name it."""
    owl = await blobs.put(OWL)
    await blobs.put(FOX)
    assert await blobs.sweep({FOX_ID}, older_than=LONG_AGO) == 0
    assert await blobs.get(owl) == OWL
    assert await blobs.sweep({FOX_ID}, older_than=datetime.max.replace(tzinfo=UTC)) == 1
    with pytest.raises(NotFound):
        await blobs.get(owl)
    assert await blobs.get(FOX_ID) == FOX


async def test_sweep_since_the_storage_is_owned(blobs: Blobs) -> None:
    """Whoever claims a storage first has it from then on; of orphans from before nobody knows whose they are."""
    before = await blobs.put(OWL)
    since = await blobs.set_owner("one")
    assert since is not None
    assert (await blobs.set_owner("one"), await blobs.set_owner("another"), await blobs.owner()) == (since, None, "one")
    await blobs.put(FOX)
    later = datetime.max.replace(tzinfo=UTC)
    assert await blobs.sweep(set(), older_than=later, stored_since=since + timedelta(days=1)) == 0
    assert await blobs.sweep({before}, older_than=later, stored_since=since) == 1
    assert await blobs.get(before) == OWL


async def test_sweep_takes_leftovers_and_nothing_else(on_disk: Blobs, folder: Path) -> None:
    """What a killed process left half-written goes when it is old; files that are not ours stay."""
    await on_disk.put(FOX)
    leftover, writing = (_file(folder, FOX_ID).with_name(f"{FOX_ID}#{number}") for number in (1, 2))
    foreign = folder / "notes.txt"
    for path in (leftover, writing, foreign):
        path.write_bytes(b"x")
    for path in (leftover, foreign):
        os.utime(path, (0, 0))
    assert await on_disk.sweep({FOX_ID}, older_than=LONG_AGO) == 1
    assert _files(folder) == {_file(folder, FOX_ID), writing, foreign}


async def test_storing_again_keeps_an_orphan_from_the_sweep(on_disk: Blobs, folder: Path) -> None:
    """A forgotten picture that is drawn again is young again."""
    await on_disk.put(FOX)
    os.utime(_file(folder, FOX_ID), (0, 0))
    await on_disk.put(FOX)
    assert await on_disk.sweep(set(), older_than=LONG_AGO) == 0


_PUT = """
import asyncio, sys
from bot.errors import AdminError
from bot.imaging.pool import ImagingPool
from bot.store.blobs import Blobs

async def main():
    blobs = Blobs.open(sys.argv[1], ImagingPool(1))
    small = await blobs.put(b"small")
    try:
        await blobs.put(b"x" * 100_000)
    except AdminError as error:
        print(error.text)
    print((await blobs.get(small)).decode())

asyncio.run(main())
"""


def test_full_disk(folder: Path) -> None:
    """A disk that takes no more is told as such, leaves no half picture, and what was there stays readable."""
    limit_bytes = 10_000
    run = subprocess.run(
        [sys.executable, "-c", _PUT, folder.as_uri()],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes)),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},  # the limit is on every file, also compiled ones
    )
    assert run.stdout == "Easel's disk is full, so nothing more can be stored.\nsmall\n"
    assert [path.stat().st_size for path in _files(folder)] == [len(b"small")]


@pytest.mark.parametrize("url", ["", "blobs", "ftp://host/x", "file:///proc/nowhere/blobs", "az://container"])
def test_unusable_url(url: str, pool: ImagingPool) -> None:
    """Storage that cannot be opened stops the start and says what the setting should look like."""
    with pytest.raises(AdminError, match="cannot be opened") as caught:
        Blobs.open(url, pool)
    assert "EASEL_BLOBS_URL" in (caught.value.hint or "")


@pytest.fixture
def spoiled(on_disk: Blobs, folder: Path) -> Blobs:
    folder.rmdir()
    folder.write_text("not a folder")
    return on_disk


async def test_unreadable_folder(spoiled: Blobs, folder: Path) -> None:
    """A folder that turned into something else is the admin's to repair, in words without a path."""
    with pytest.raises(AdminError, match="cannot be read or written") as caught:
        await spoiled.put(FOX)
    assert str(folder) not in caught.value.text + (caught.value.hint or "")
