"""Fixtures that more than one part of the tests needs: databases of both kinds, always real ones."""

import os
import shutil
import sys
import uuid
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, settings

from bot.store.database import Database
from tests import postgres
from tests.clock import hold_the_date

_BINARIES = postgres.find_binaries()


def pytest_configure() -> None:
    """No key or setting of whoever runs the tests reaches them, or the processes that they start; nor does the date."""
    hold_the_date()
    settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("patient")
    for name in [name for name in os.environ if name.startswith(("DISCORD_", "EASEL_", "OPENAI_", "SLACK_"))]:
        del os.environ[name]
    # The many processes that the tests start would each compile Easel anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _BINARIES is None:
        terminalreporter.write_line(postgres.MISSING, yellow=True)


class PostgresServer:
    """Makes empty databases. The first one that asks for tables pays for them; the others are copies."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._has_template = False

    async def create_database(self, *, with_tables: bool) -> str:
        """The URL of a new database."""
        if with_tables and not self._has_template:
            await self._create("easel_template")
            await (await Database.open(f"{self._prefix}easel_template")).close()
            self._has_template = True
        name = f"t{uuid.uuid4().hex}"
        await self._create(name, template="easel_template" if with_tables else "template0")
        return self._prefix + name

    async def _create(self, name: str, *, template: str = "template0") -> None:
        connection = await asyncpg.connect(f"{self._prefix}postgres")
        try:
            # FILE_COPY beats the default for small templates: no page of it goes through the log.
            await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def postgres_server() -> Generator[PostgresServer]:
    assert _BINARIES is not None, postgres.MISSING
    with postgres.running_server(_BINARIES) as prefix:
        yield PostgresServer(prefix)


class SqliteTemplate:
    """A database with its tables, made for the first one that asks and copied for all."""

    def __init__(self, file: Path) -> None:
        self._file = file

    async def copy_to(self, file: Path) -> None:
        if not self._file.exists():
            await (await Database.open(f"sqlite:///{self._file}")).close()
        shutil.copy(self._file, file)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate(tmp_path_factory.mktemp("sqlite") / "state.db")


@pytest.fixture(params=["sqlite"] if _BINARIES is None else ["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """A test that asks for any database runs once on each kind there is."""
    return request.param


@pytest.fixture
async def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database for `Database.open`, which takes no time to migrate."""
    return await _new_database(database_kind, request, tmp_path, with_tables=True)


@pytest.fixture
async def empty_database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that no Easel has seen yet."""
    return await _new_database(database_kind, request, tmp_path, with_tables=False)


async def _new_database(kind: str, request: pytest.FixtureRequest, directory: Path, *, with_tables: bool) -> str:
    if kind == "sqlite":
        if with_tables:
            template: SqliteTemplate = request.getfixturevalue("sqlite_template")
            await template.copy_to(directory / "state.db")
        return f"sqlite:///{directory / 'state.db'}"
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return await server.create_database(with_tables=with_tables)


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    """An open database without rows."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()
