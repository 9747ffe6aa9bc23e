"""Every test runs on every platform that can do what it `needs`. A new platform is one line in `DRIVERS`.

Where the platforms differ in nothing but how words and files are carried, a test runs on one of them: `in_turn`.
"""

import zlib
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Sequence

import pytest
import pytest_asyncio

from tests.contract import books
from tests.contract.discord_people import DiscordChainDriver, DiscordDriver
from tests.contract.driver import Driver
from tests.contract.painter import Painter
from tests.contract.running import Running, running_easel
from tests.contract.slack import SlackHttpDriver, SlackSocketDriver
from tests.contract.terminal import TerminalDriver
from tests.contract.web import WebDriver

DRIVERS = {
    "web": WebDriver,
    "terminal": TerminalDriver,
    "slack-socket": SlackSocketDriver,
    "slack-http": SlackHttpDriver,
    "discord": DiscordDriver,
    "discord-chains": DiscordChainDriver,
}

_LEFT_OUT = pytest.StashKey[Counter[tuple[str, str]]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*abilities): what a platform must have for the test to make sense")
    config.addinivalue_line(
        "markers", "in_turn(names, values): like parametrize, but each value on one platform, in turn"
    )
    config.stash[_LEFT_OUT] = Counter()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "driver" not in metafunc.fixturenames:
        return
    module = metafunc.module.__name__.rpartition(".")[2]
    drivers = {name: driver for name, driver in DRIVERS.items() if not driver.modules or module in driver.modules}
    needed = {ability for mark in metafunc.definition.iter_markers("needs") for ability in mark.args}
    for name, driver in drivers.items():
        for lacking in sorted(needed - driver.abilities)[:1]:
            metafunc.config.stash[_LEFT_OUT][name, lacking] += 1
    able = [name for name, driver in drivers.items() if needed <= driver.abilities]
    turns = metafunc.definition.get_closest_marker("in_turn")
    if turns is None:
        metafunc.parametrize("driver", able, indirect=True)
    else:
        _parametrize_in_turn(metafunc, able, *turns.args)


def _parametrize_in_turn(
    metafunc: pytest.Metafunc,
    able: Sequence[str],
    names: Sequence[str] = (),
    values: Iterable[Sequence[object]] = ((),),
) -> None:
    """Each value with one driver. Which one is the first depends on the test's name, and on nothing else."""
    first = zlib.crc32(metafunc.function.__name__.encode())
    sets = [
        pytest.param(able[(first + number) % len(able)], *value, id=f"{able[(first + number) % len(able)]}-{number}")
        for number, value in enumerate(values)
    ]
    metafunc.parametrize(("driver", *names), sets, indirect=["driver"])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for (name, lacking), tests in sorted(config.stash[_LEFT_OUT].items()):
        terminalreporter.write_line(f"contract: {name} has no {lacking}, so {tests} tests leave it out")


@pytest.fixture(scope="module")
def only_painter() -> Painter:
    return Painter()


@pytest.fixture
def painter(only_painter: Painter) -> Painter:
    """The provider, which has heard nothing yet."""
    only_painter.forget()
    return only_painter


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(only_painter: Painter, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Running]:
    """One Easel for a module: its tests use threads of their own, and leave it at rest."""
    async with running_easel(tmp_path_factory.mktemp("easel"), {"svg_author": only_painter}) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def driver(request: pytest.FixtureRequest, running: Running, only_painter: Painter) -> AsyncGenerator[Driver]:
    """A platform's people. When they have gone, nothing is unfinished, the ledger adds up, and no fault was logged."""
    async with DRIVERS[request.param].opened(running) as driver:
        yield driver
        only_painter.let_go()
        await driver.settle()
    assert books.discrepancies(running.data_dir) == []
    assert running.errors() == []
