"""How soon a command is safe, and how soon its provider is asked: idle, and behind somebody else's long queue."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client import REGISTRY

from adapters.app.bootstrap import Easel, open_easel
from bot.domain.events import CommandTyped
from bot.domain.ids import EventKey, PlatformName
from bot.domain.people import Person, Place
from bot.domain.requests import Request
from bot.observability import configure_logging
from bot.ports import Drawing, Inputs, OnProgress
from bot.settings.reading import load_settings
from tests.benchmarks.answering import AnsweringProvider
from tests.benchmarks.measurement import Measurement, milliseconds, percentile

_COMMANDS = 100
_WARM_UP = 10
# Long enough for the picture before to be kept and posted.
_PAUSE_S = 0.25
_BACKLOG = 200
_RESTED_AFTER_S = 3.0
# Of the backlog, as many may be drawn, or drawing, before the last one is in the queue.
_DRAWN_BEFORE = 30
# Faster than any real model, so that places in the queue move more often than they ever would.
_SLOW_S = 2.0
_TARGETS_S = {50: 0.025, 99: 0.060}

_WEB = PlatformName("web")
_PLACE = Place(_WEB, "playground", "studio")
_ADA = Person(_WEB, "playground", "ada", "Ada")
_BEN = Person(_WEB, "playground", "ben", "Ben")


async def measure() -> AsyncIterator[Measurement]:
    configure_logging("console", "WARNING")
    with TemporaryDirectory() as directory:
        provider = _TimingProvider()
        settings = load_settings({"EASEL_DATA_DIR": directory, "EASEL_WEB_PORT": "0"}, None)
        async with open_easel(settings, providers={"sketch": provider}) as easel:
            serving = asyncio.create_task(easel.serve(lambda _: None))
            try:
                await _type_commands(easel, provider, "first", _WARM_UP)
                commit_s = percentile(_bare_commits_s(Path(directory)), 50)
                for name, backlog in (("idle", 0), (f"behind {_BACKLOG} of another person", _BACKLOG)):
                    await _queue_up(easel, backlog)
                    accepted_s, asked_s = await _type_commands(easel, provider, name, _COMMANDS)
                    for measurement in _measurements(f"accept, {name}", accepted_s, commit_s):
                        yield measurement
                    for measurement in _measurements(f"accepted → provider asked, {name}", asked_s, commit_s):
                        yield measurement
            finally:
                provider.has_time = False
                serving.cancel()
                await asyncio.gather(serving, return_exceptions=True)


class _TimingProvider:
    """Notes when it is asked. Draws slowly for those who ask for a slow picture."""

    def __init__(self) -> None:
        self.asked: dict[str, asyncio.Future[float]] = {}
        self.has_time = True
        self._answering = AnsweringProvider()

    async def draw(self, request: Request, inputs: Inputs, *, asker: Person, on_progress: OnProgress) -> Drawing:
        asked = self.asked.get(request.prompt)
        if asked is not None:
            asked.set_result(time.perf_counter())
        elif self.has_time:
            await asyncio.sleep(_SLOW_S)
        return await self._answering.draw(request, inputs, asker=asker, on_progress=on_progress)


async def _queue_up(easel: Easel, count: int) -> None:
    """Types `count` commands that draw slowly, and lets them come to rest in the queue."""
    for number in range(count):
        await _type(easel, _ADA, f"a slow fox {number}")
    while _waiting() < count - _DRAWN_BEFORE:  # noqa: ASYNC110 - a gauge tells nobody when it moves
        await asyncio.sleep(_PAUSE_S)
    await asyncio.sleep(_RESTED_AFTER_S if count else 0)


def _waiting() -> float:
    return REGISTRY.get_sample_value("easel_jobs_waiting") or 0


async def _type_commands(
    easel: Easel, provider: _TimingProvider, name: str, count: int
) -> tuple[list[float], list[float]]:
    """Seconds from the event to its commit, and from there to the provider, one command after the other."""
    accepted_s: list[float] = []
    asked_s: list[float] = []
    for number in range(count):
        prompt = f"a red fox {number}, {name}"
        asked = provider.asked[prompt] = asyncio.get_running_loop().create_future()
        began_s = time.perf_counter()
        await _type(easel, _BEN, prompt)
        committed_s = time.perf_counter()
        accepted_s.append(committed_s - began_s)
        asked_s.append(await asked - committed_s)
        await asyncio.sleep(_PAUSE_S)
    return accepted_s, asked_s


async def _type(easel: Easel, person: Person, text: str) -> None:
    event = CommandTyped(key=EventKey(f"web:{text}"), person=person, place=_PLACE, text=text)
    answer = await easel.intake.handle(event)
    assert answer.card is None, answer.card


def _bare_commits_s(directory: Path) -> list[float]:
    """The least that durability can cost here: one row of a job's size, committed to a file of its own."""
    seconds: list[float] = []
    with closing(sqlite3.connect(directory / "bare.db")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE job (key TEXT PRIMARY KEY, work TEXT)")
        for number in range(_COMMANDS):
            began_s = time.perf_counter()
            connection.execute("INSERT INTO job VALUES (?, ?)", (str(number), "x" * 1000))
            connection.commit()
            seconds.append(time.perf_counter() - began_s)
    return seconds


def _measurements(what: str, seconds: Sequence[float], commit_s: float) -> list[Measurement]:
    return [
        Measurement(
            f"{what}, p{percent}",
            milliseconds(percentile(seconds, percent)),
            f"{milliseconds(commit_s)}, a bare SQLite commit",
            percentile(seconds, percent) / commit_s,
            f"≤ {milliseconds(target_s)}",
            percentile(seconds, percent) <= target_s,
        )
        for percent, target_s in _TARGETS_S.items()
    ]
