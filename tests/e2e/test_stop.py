"""How Easel stops when it is asked to, and how it refuses to start: in words, and without harm."""

import asyncio
import signal
import socket
import sqlite3
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from tests.e2e.books import Books
from tests.e2e.process import running
from tests.e2e.visitor import Visitor, Wish, targets, visitors
from tests.shell.command import Ended

_SMALL = "--size 64x64 --quality low"
_DATABASES = ("state", "engine", "web")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
async def test_a_stop_ends_what_draws_and_keeps_what_waits(tmp_path: Path, number: signal.Signals) -> None:
    """Asked to stop, Easel delivers the picture that it draws; the one that waits is drawn at the next start."""
    async with running(tmp_path, slots="1", sketch_stroke_s="0.3") as easel:
        async with visitors(easel, "ada", "ben") as (ada, ben):
            first = await ada.say(f"/imagine a red house {_SMALL}")
            await _sees(ada, first, "Drawing")
            second = await ben.say(f"/imagine a boat {_SMALL}")
            await _sees(ben, second, "Next in the queue")
        easel.signal(number)
        ended = await easel.ended()
    _assert_stopped(ended)
    assert Books(tmp_path).states() == {first.job: "delivered", second.job: "queued"}
    async with running(tmp_path) as easel, visitors(easel, "ben") as (ben,):
        assert (await ben.sees_end_of(second))["card"]["title"] == "v1 for Ben"


async def test_a_stop_does_not_wait_longer_than_it_may(tmp_path: Path) -> None:
    """A drawing that takes longer than the limit is left, and goes on at the next start."""
    async with running(tmp_path, sketch_stroke_s="10", stop_timeout_s="0.2") as easel:
        async with visitors(easel, "ada") as (ada,):
            spec = await ada.say(f"/imagine a red house {_SMALL}")
            await _sees(ada, spec, "Drawing")
        easel.signal(signal.SIGTERM)
        ended = await easel.ended()
    _assert_stopped(ended)
    assert Books(tmp_path).states() == {spec.job: "drawing"}
    async with running(tmp_path) as easel, visitors(easel, "ada") as (ada,):
        assert (await ada.sees_end_of(spec))["card"]["title"] == "v1 for Ada"


async def test_two_on_one_directory(tmp_path: Path) -> None:
    """A second Easel on a data directory says so and goes; the first one does not notice."""
    async with running(tmp_path) as first:
        await first.life()
        _assert_told(await _start(tmp_path), "Another Easel is already running on this data directory.")
        async with visitors(first, "ada") as (ada,):
            await ada.sees_end_of(await ada.say(f"/imagine a red house {_SMALL}"))


async def test_a_damaged_database(tmp_path: Path) -> None:
    """A file that is no database is named, with what to do, and is left as it is."""
    files = {name: tmp_path / name / f"{name}.db" for name in _DATABASES}
    for file in files.values():
        file.parent.mkdir()
        file.write_bytes(b"This is no database. " * 500)
    ended = await asyncio.gather(*(_start(file.parent) for file in files.values()))
    for file, end, told in zip(
        files.values(), ended, ("database is damaged", "job engine's database", "web.db"), strict=True
    ):
        _assert_told(end, told)
        assert file.read_bytes() == b"This is no database. " * 500


async def test_a_locked_database(tmp_path: Path) -> None:
    """A database that another program holds is named, with what to do."""
    with ExitStack() as held:
        for name in _DATABASES:
            (tmp_path / name).mkdir()
            held.enter_context(_locked(tmp_path / name / f"{name}.db"))
        ended = await asyncio.gather(*(_start(tmp_path / name) for name in _DATABASES))
    for end, told in zip(ended, ("database is locked", "job engine's database", "web.db"), strict=True):
        _assert_told(end, told)


async def test_a_port_in_use(tmp_path: Path) -> None:
    """A port that another program listens on is named, with what to do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        _assert_told(await _start(tmp_path, web_port=str(port)), f"Port {port} is already in use")


async def _sees(person: Visitor, spec: Wish, title: str) -> None:
    await person.sees(lambda message: spec.job in targets(message) and message["card"]["title"].startswith(title))


async def _start(data_dir: Path, **settings: str) -> Ended:
    async with running(data_dir, **settings) as easel:
        return await easel.ended()


def _assert_stopped(ended: Ended) -> None:
    assert ended.status == 0, ended
    assert "Stopping. What is unfinished goes on at the next start." in ended.errors
    assert "Traceback" not in ended.output + ended.errors
    assert "dbos" not in ended.errors, "a stop is no reason for warnings"


def _assert_told(ended: Ended, told: str) -> None:
    assert ended.status == 1
    assert ended.errors.startswith("easel: ")
    assert told in ended.errors
    assert len(ended.errors.splitlines()) == 2
    assert "Traceback" not in ended.output + ended.errors


@contextmanager
def _locked(file: Path) -> Generator[None]:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")
        yield
