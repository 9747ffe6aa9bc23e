"""Whatever its path, everything is kept in the data directory, and nobody else on the machine may read it."""

import asyncio
import os
from collections.abc import Generator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from adapters.app.bootstrap import open_easel
from adapters.cli.picture_check import check_picture_storage
from bot.errors import AdminError
from bot.imaging.pool import ImagingPool
from bot.jobs.clock import SystemClock
from bot.settings.reading import SettingsError, load_settings
from bot.settings.settings import Settings
from bot.store.blobs import OWNER_OBJECT, Blobs
from bot.store.engines import database_url
from tests import clock
from tests.shell import command as shell
from tests.unit.cli.test_main import environment

NAMES = ["easel#1", "a?b", "a%20b", "100%", "two words", "ü:c@d", "[z]*", "~", 'q"&<', "a\nb", "x;y=1", "é\\f"]
ALL_AT_ONCE = "easel#1 a?b=c&d %20 100% ü:e@f"


@pytest.fixture
def pool() -> Generator[ImagingPool]:
    threads = ImagingPool(1)
    yield threads
    threads.close()


def settings_in(directory: Path | str, **more: str) -> Settings:
    given = {"EASEL_DATA_DIR": str(directory), "EASEL_WEB": "on", "EASEL_WEB_PORT": "0"}
    return load_settings({**given, **more}, None)


def names_in(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def modes(directory: Path) -> Mapping[str, int]:
    """Of everything in it, by kind: one of each where all is as it should be."""
    return {f"{'d' if path.is_dir() else 'f'}{path.stat().st_mode & 0o777:o}": 1 for path in directory.rglob("*")}


@pytest.mark.parametrize("name", NAMES)
def test_addresses_lead_to_the_path(tmp_path: Path, name: str) -> None:
    """Characters that mean something in an address are part of the path."""
    settings = settings_in(tmp_path / name)
    assert settings.data_dir == tmp_path / name
    for address, file in ((settings.state_url, "state.db"), (settings.engine_url, "engine.db")):
        assert database_url(address).database == str(tmp_path / name / file)


@pytest.mark.parametrize("name", NAMES)
async def test_pictures_stay_in_the_directory(tmp_path: Path, pool: ImagingPool, name: str) -> None:
    """A picture goes to the folder of that very name, and no other is made."""
    picture = await Blobs.open(settings_in(tmp_path / name).pictures_url, pool).put(b"a fox")
    assert (tmp_path / name / "pictures" / picture[:2] / picture[2:4] / picture).read_bytes() == b"a fox"
    assert names_in(tmp_path) == {name}


def test_a_picture_is_drawn_in_an_odd_directory(tmp_path: Path) -> None:
    """Every file of a whole Easel is there, private; only the picture that was asked for is where it was asked for."""
    home = tmp_path / "home"
    home.mkdir()
    data, output = tmp_path / "data" / ALL_AT_ONCE, home / "fox.png"
    ended = shell.run(["imagine", "a fox", "-o", str(output)], env=environment(data), folder=home)
    assert (ended.status, names_in(home)) == (0, {"fox.png"}), ended.errors
    assert {"state.db", "engine.db", "web.db", "easel.lock", "pictures", "terminal"} <= names_in(data)
    assert (names_in(tmp_path / "data"), data.stat().st_mode & 0o777) == ({ALL_AT_ONCE}, 0o700)
    assert modes(data) == {"d700": 1, "f600": 1}
    assert output.stat().st_mode & 0o777 == 0o644


async def test_what_was_readable_is_closed(tmp_path: Path) -> None:
    """What an earlier version left readable for everybody is not, after the next start."""
    (tmp_path / "pictures").mkdir(mode=0o755)
    (tmp_path / "state.db").touch(mode=0o644)
    before = os.umask(0o022)
    try:
        async with open_easel(settings_in(tmp_path)):
            assert modes(tmp_path) == {"d700": 1, "f600": 1}
        assert os.umask(0o022) == 0o022  # what comes afterwards is none of Easel's business
    finally:
        os.umask(before)


def test_relative_paths_and_homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path is below the current directory, ~ is one's home, and a slash at the end is no matter."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home#1"))
    assert settings_in("easel#1/").data_dir == tmp_path / "easel#1"
    assert settings_in("~/a?b").data_dir == tmp_path / "home#1" / "a?b"
    assert database_url("sqlite:///~/state.db").database == str(tmp_path / "home#1" / "state.db")
    assert database_url("sqlite:///here#1/state.db").database == str(tmp_path / "here#1" / "state.db")


async def test_parents_of_links(tmp_path: Path, pool: ImagingPool) -> None:
    """The parent of a linked directory is the one of where the link leads, for databases as for pictures."""
    (tmp_path / "far" / "away").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "far" / "away")
    settings = settings_in(f"{tmp_path}/link/../easel")
    await Blobs.open(settings.pictures_url, pool).put(b"a fox")
    assert database_url(settings.state_url).database == str(tmp_path / "far" / "easel" / "state.db")
    assert database_url(f"sqlite:///{tmp_path}/link/../state.db").database == str(tmp_path / "far" / "state.db")
    assert (tmp_path / "far" / "easel" / "pictures").is_dir()


def test_names_that_no_address_holds(tmp_path: Path) -> None:
    """A name in bytes that are no UTF-8 is refused, with the legal value."""
    with pytest.raises(SettingsError, match="it must be a directory, with a name in UTF-8"):
        settings_in(tmp_path / "\udcff")


# Addresses that an administrator wrote


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("/easel#1/s.db", "/easel#1/s.db"),
        ("/100%/s.db", "/100%/s.db"),
        ("/a%3Fb%2520/ü c.db", "/a?b%20/ü c.db"),
    ],
)
def test_written_database_address(tmp_path: Path, written: str, path: str) -> None:
    """A # is part of the path; %3F is a question mark."""
    address = f"sqlite:///{tmp_path}{written}"
    assert database_url(address).database == f"{tmp_path}{path}"
    rows = {row.name: row.value for row in settings_in(tmp_path, EASEL_DATABASE_URL=address).masked_rows()}
    assert rows["EASEL_DATABASE_URL"] == address


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("sqlite:////data/a?b/state.db", "%3F"),
        ("sqlite:////data/state.db?mode=ro", "%3F"),
        ("sqlite://data/state.db", "sqlite:////"),
        ("sqlite:///:memory:", "sqlite:////"),
        ("sqlite:////data/%00", "sqlite:////"),
    ],
)
def test_database_address_with_another_meaning(written: str, advice: str) -> None:
    """What would open another file than the one that is meant is refused, and what to write instead is said."""
    with pytest.raises(AdminError) as caught:
        database_url(written)
    assert advice in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("written", "folder"),
    [
        ("/easel#1/p", "/easel#1/p"),
        ("/a?b/p", "/a?b/p"),
        ("/100%/p/", "/100%/p"),
        ("/a%23b%2520/ü c", "/a#b%20/ü c"),
    ],
)
async def test_written_picture_address(tmp_path: Path, pool: ImagingPool, written: str, folder: str) -> None:
    """A # and a ? are part of a folder's path, %23 is a #, and localhost is this machine."""
    for host in ("", "localhost"):
        await Blobs.open(f"file://{host}{tmp_path}{written}", pool).put(b"a fox")
    assert len(names_in(tmp_path.joinpath(folder.removeprefix("/")))) == 1
    assert len(names_in(tmp_path)) == 1


@pytest.mark.parametrize("written", ["s3://bucket/easel#1", "gs://bucket/a?b", "az://box/easel?sig=1"])
def test_buckets_with_another_meaning(pool: ImagingPool, written: str) -> None:
    """What would be left out of the address, so that two Easels met in one place, is refused."""
    with pytest.raises(AdminError, match="has a # or a \\?") as caught:
        Blobs.open(written, pool)
    assert "Remove it" in (caught.value.hint or "")


# Whose pictures they are


async def tidied(settings: Settings) -> Sequence[Mapping[str, object]]:
    """What is logged by a start, and by the tidying that follows it."""
    with capture_logs() as logged:
        async with open_easel(settings) as easel:
            await easel.housekeeping.tidy()
    return logged


@pytest.fixture
def much_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Easel's clock is far ahead of the time of the files, which is the real one."""

    def now(_clock: SystemClock) -> datetime:
        return clock.real_now() + timedelta(days=3000)

    monkeypatch.setattr(SystemClock, "now", now)


async def stored(settings: Settings, pool: ImagingPool, content: bytes) -> Path:
    """A picture that no version names."""
    picture = await Blobs.open(settings.pictures_url, pool).put(content)
    return Path(settings.data_dir, "pictures", picture[:2], picture[2:4], picture)


@pytest.mark.usefixtures("much_later")
async def test_orphans_since_the_storage_is_ours(tmp_path: Path, pool: ImagingPool) -> None:
    """What was there before is anybody's, and stays; what came since is removed when nothing needs it."""
    settings = settings_in(tmp_path)
    before = await stored(settings, pool, b"before")
    os.utime(before, (0, 0))
    await tidied(settings)
    since = await stored(settings, pool, b"since")
    foreign = since.with_name("notes#1")
    foreign.write_text("somebody else's")
    os.utime(foreign, (0, 0))
    [done] = [line for line in await tidied(settings) if line["event"] == "housekeeping.done"]
    assert (done["orphans"], before.exists(), since.exists(), foreign.exists()) == (1, True, False, True)


@pytest.mark.usefixtures("much_later")
async def test_a_storage_of_another_easel_is_refused(tmp_path: Path, pool: ImagingPool) -> None:
    """Two Easels that were given one storage: the second one does not start, and `easel doctor` says why."""
    shared = (tmp_path / "shared#1").as_uri()
    one = settings_in(tmp_path / "one", EASEL_BLOBS_URL=shared)
    two = settings_in(tmp_path / "two", EASEL_BLOBS_URL=shared)
    await tidied(one)
    with pytest.raises(AdminError, match="belongs to another database") as caught:
        await tidied(two)
    assert OWNER_OBJECT in (caught.value.hint or "")
    found = [await check_picture_storage(settings) for settings in (one, two)]
    assert [each.severity for each in found if each is not None] == ["fine", "problem"]
    (tmp_path / "shared#1" / OWNER_OBJECT).unlink()
    await tidied(two)  # as the hint says


@pytest.mark.usefixtures("much_later")
async def test_a_new_state_database_on_old_pictures(tmp_path: Path, pool: ImagingPool) -> None:
    """The folder in the data directory serves a new database, too; what the old one left there is not swept."""
    settings = settings_in(tmp_path)
    await tidied(settings)
    old = await stored(settings, pool, b"of the old database")
    for name in names_in(tmp_path):
        if name.startswith("state.db"):
            (tmp_path / name).unlink()
    logged = [line["event"] for line in await tidied(settings)]
    assert old.exists()
    assert {"pictures.not_ours", "pictures.not_swept"} <= set(logged)


async def test_the_first_has_it(tmp_path: Path, pool: ImagingPool) -> None:
    """Of several who claim a storage at once one has it, and has it again; what cannot be read is nobody's."""
    blobs = Blobs.open((tmp_path / "p").as_uri(), pool)
    claimed = await asyncio.gather(*(blobs.set_owner(str(number)) for number in range(8)))
    [first] = [number for number, since in enumerate(claimed) if since is not None]
    assert (await blobs.owner(), await blobs.set_owner(str(first))) == (str(first), claimed[first])
    (tmp_path / "p" / OWNER_OBJECT).write_bytes(b"\0torn")
    assert (await blobs.owner(), await blobs.set_owner(str(first))) == ("", None)


async def test_a_doctor_before_the_first_start(tmp_path: Path) -> None:
    """Nothing is made by looking."""
    assert await check_picture_storage(settings_in(tmp_path / "data")) is None
    assert not (tmp_path / "data").exists()
