"""The real process: started, asked to stop, killed, and started again on the same data directory."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree
from types import MappingProxyType
from typing import Any

from tests.shell.command import Command, Ended, started

_NO_MORE: Mapping[str, str] = MappingProxyType({})


@dataclass(slots=True)
class Life:
    """A process that is, or was, Easel. A victim (see `tests/e2e/victim.py`) may have successors."""

    pid: int = 0
    address: str = ""
    was_hit: bool = False
    was_killed: bool = False
    born: asyncio.Event = field(default_factory=asyncio.Event)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    rested: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    succeeded: asyncio.Event = field(default_factory=asyncio.Event)

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def watch(self) -> None:
        """Sets `ended` when the process is gone, whoever its parent is."""
        try:
            descriptor = os.pidfd_open(self.pid)
        except ProcessLookupError:
            self.ended.set()
            return
        loop = asyncio.get_running_loop()

        def gone() -> None:
            loop.remove_reader(descriptor)
            os.close(descriptor)
            self.ended.set()

        loop.add_reader(descriptor, gone)


class Easel:
    """`easel run` as people start it. Made by `running()`."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self._life = Life(command.pid)
        self._reading = asyncio.Lock()

    async def life(self) -> Life:
        """Waits until it says that it is ready."""
        async with self._reading:
            while not self._life.address:
                line = await asyncio.to_thread(self._command.stdout.readline)
                assert line, f"It ended before it was ready: {await self.ended()}"
                _, is_ready, address = line.partition("Easel is ready: ")
                self._life.address = address.strip() if is_ready else ""
        return self._life

    def signal(self, number: signal.Signals) -> None:
        self._command.send_signal(number)

    async def ended(self) -> Ended:
        return await asyncio.to_thread(self._command.ended)

    async def kill(self) -> None:
        """Does nothing to one that has ended."""
        self._command.kill()
        await asyncio.to_thread(self._command.wait)


@asynccontextmanager
async def running(data_dir: Path, *, env: Mapping[str, str] = _NO_MORE, **settings: str) -> AsyncGenerator[Easel]:
    """Easel with these settings and this environment; whatever becomes of it, it is gone afterwards."""
    env = {"PATH": os.environ["PATH"], **_environment(data_dir, settings), **env}
    with started(["run"], env=env, folder=data_dir) as command:
        yield Easel(command)


class Nursery:
    """Where lives come from. Made by `nursery()`."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._lives: list[Life] = []
        self._echoes: deque[asyncio.Event] = deque()
        self.pattern: Path | None = None
        """A data directory that new houses begin with a copy of, so that they need not make the tables themselves."""

    async def new_life(
        self, env: Mapping[str, str], *, die: str | None, ahead_s: float, draws: Path, log: Path
    ) -> Life:
        """Args: `die`: the checkpoint at which it ends; `ahead_s`: by how much its clock is."""
        assert self._process.stdin is not None
        life = Life()
        self._lives.append(life)
        number = len(self._lives) - 1
        orders = {"life": number, "env": env, "die": die, "ahead_s": ahead_s, "draws": str(draws), "log": str(log)}
        self._process.stdin.write(json.dumps(orders).encode() + b"\n")
        await life.born.wait()
        return life

    async def catch_up(self) -> None:
        """Waits until everything has been heard that lives said before now: the kernel tells sooner that one is gone
        than its last words are read.
        """
        assert self._process.stdin is not None
        heard = asyncio.Event()
        self._echoes.append(heard)
        self._process.stdin.write(b"{}\n")
        await heard.wait()

    async def listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self._take(json.loads(line))

    def _take(self, sign: Mapping[str, Any]) -> None:
        if not sign:
            self._echoes.popleft().set()
            return
        life = self._lives[sign["life"]]
        match sign["sign"]:
            case "born":
                life.pid = sign["pid"]
                life.watch()
                life.born.set()
            case "ready":
                life.address = sign["address"]
                life.ready.set()
            case "rested":
                life.rested.set()
            case "dying":
                life.was_hit = True


@asynccontextmanager
async def nursery() -> AsyncGenerator[Nursery]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.e2e.victim", stdin=PIPE, stdout=PIPE)
    assert process.stdin is not None
    opened = Nursery(process)
    listening = asyncio.create_task(opened.listen())
    yield opened
    process.stdin.close()
    await process.wait()
    await listening


class House:
    """One data directory, and the lives lived in it. One that is killed has a successor at once.

    `env` is what they find in their environment beside our own settings.
    """

    def __init__(self, nursery: Nursery, root: Path, *, env: Mapping[str, str] = _NO_MORE, **settings: str) -> None:
        root.mkdir(exist_ok=True)
        if nursery.pattern is not None:
            copytree(nursery.pattern, root / "data")
        self.data_dir = root / "data"
        self.log = root / "log"
        self.on_death: Callable[[], object] = lambda: None
        """Called between one life and the next, while the files are at rest."""
        self.deaths: list[str] = []
        """The checkpoints at which lives ended; "" for one that somebody killed."""
        self.ahead_s = 0.0
        """By how much the clocks of coming lives are ahead: time that passed while nobody lived."""
        self._nursery = nursery
        self._draws = root / "draws"
        self._env = {**_environment(self.data_dir, settings), **env}
        self._checkpoints: deque[str] = deque()
        self._life: Life | None = None
        self._successions: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def lived_in(self, *checkpoints: str) -> AsyncGenerator[None]:
        """The first lives end at these, one at each. A failure tells what the log says."""
        self._checkpoints.extend(checkpoints)
        self._life = await self._begin()
        self._successions = asyncio.create_task(self._succeed())
        try:
            yield
        except BaseException as error:
            error.add_note(f"Lives ended {self.deaths}. {self.log.read_text()}")
            raise
        finally:
            self._successions.cancel()
            self._life.signal(signal.SIGKILL)
            await self._life.ended.wait()

    async def life(self) -> Life:
        """The life of now, once it is ready. Fails when it ended by itself: then nobody comes after it."""
        while True:
            life, successions = self._life, self._successions
            assert life is not None
            assert successions is not None
            if await _first_of(life.ready, life.ended) is life.ready:
                return life
            succeeded = asyncio.create_task(life.succeeded.wait())
            await asyncio.wait((succeeded, successions), return_when=asyncio.FIRST_COMPLETED)
            succeeded.cancel()
            assert life.succeeded.is_set(), "Easel ended by itself"

    async def kill(self) -> None:
        """Ends the life of now, whatever it is doing; returns when its successor is born."""
        life = self._life
        assert life is not None
        life.was_killed = True
        life.signal(signal.SIGKILL)
        await life.succeeded.wait()

    async def rest(self) -> None:
        """Returns when all accepted work has come to its end, be it in a later life, which goes on."""
        while True:
            life = await self.life()
            life.rested.clear()
            life.signal(signal.SIGUSR1)
            if await _first_of(life.rested, life.ended) is life.rested:
                return

    async def finish(self) -> None:
        """Lets all accepted work come to its end, be it in a later life; afterwards the files are at rest."""
        while True:
            life = await self.life()
            life.signal(signal.SIGTERM)
            await life.ended.wait()
            await self._nursery.catch_up()
            if not (life.was_hit or life.was_killed):
                return
            await life.succeeded.wait()

    @property
    def drawings(self) -> Counter[str]:
        """How often each prompt was drawn, or begun."""
        return Counter(self._draws.read_text().splitlines() if self._draws.exists() else ())

    async def _begin(self) -> Life:
        die = self._checkpoints[0] if self._checkpoints else None
        return await self._nursery.new_life(self._env, die=die, ahead_s=self.ahead_s, draws=self._draws, log=self.log)

    async def _succeed(self) -> None:
        while True:
            assert self._life is not None
            dead = self._life
            await dead.ended.wait()
            await self._nursery.catch_up()
            if not (dead.was_hit or dead.was_killed):
                return  # it ended by itself, and would again
            self.deaths.append(self._checkpoints.popleft() if dead.was_hit else "")
            self.on_death()
            self._life = await self._begin()
            dead.succeeded.set()


def _environment(data_dir: Path, settings: Mapping[str, str]) -> dict[str, str]:
    env = {"EASEL_DATA_DIR": str(data_dir), "EASEL_WEB_PORT": "0", "EASEL_SKETCH_STROKE_S": "0"}
    return env | {f"EASEL_{name.upper()}": value for name, value in settings.items()}


async def _first_of(*events: asyncio.Event) -> asyncio.Event:
    """The last of those that are set, once any is."""
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return next(event for event in reversed(events) if event.is_set())
