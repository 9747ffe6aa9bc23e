"""The Slack platform by itself: connected to the emulator, with a handler that only notes what it is told."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

import aiohttp

from adapters.shared.health import Health
from adapters.shared.http_server import HttpServer
from adapters.shared.token_encryption import TokenEncryption
from adapters.slack.ids import PLATFORM
from adapters.slack.note_kinds import KINDS
from adapters.slack.options import SlackOptions
from adapters.slack.platform import SlackPlatform
from adapters.slack.setup.manifest import SCOPES
from bot.domain.events import CommandTyped, Event, MessagePosted
from bot.domain.ids import PictureId
from bot.jobs.clock import SystemClock
from bot.ports import Clock, PrivateResponse
from bot.store.database import Database
from bot.store.platform_state import NoteRules, StoredPlatformState
from tests.clock import PATIENCE_S
from tests.emulators.slack.server import SlackEmulator


class HastyClock:
    """Time that passes as fast as somebody waits for it."""

    def __init__(self) -> None:
        self._real = SystemClock()
        self._skipped_s = 0.0

    def now(self) -> datetime:
        return self._real.now()

    def monotonic_s(self) -> float:
        return self._real.monotonic_s() + self._skipped_s

    def skip(self, delay_s: float) -> None:
        self._skipped_s += delay_s

    async def sleep(self, delay_s: float) -> None:
        self.skip(delay_s)
        await asyncio.sleep(0.001)  # whoever is waited for gets a turn


@dataclass
class Told:
    """What the handler was told, and what it says to the next events."""

    events: list[Event] = field(default_factory=list[Event])
    heard: asyncio.Condition = field(default_factory=asyncio.Condition)
    answer: Callable[[Event], PrivateResponse] = lambda _: PrivateResponse()

    async def __call__(self, event: Event) -> PrivateResponse:
        async with self.heard:
            self.events.append(event)
            self.heard.notify_all()
        return self.answer(event)

    @property
    def texts(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, CommandTyped | MessagePosted)]

    async def until(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE_S), self.heard:
            await self.heard.wait_for(lambda: len(self.events) >= count)


class Stored:
    """Pictures in memory, by their ids."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        self._pictures = pictures

    async def read(self, picture: PictureId) -> bytes:
        return self._pictures[picture]


@dataclass(frozen=True)
class Connected:
    slack: SlackEmulator
    platform: SlackPlatform
    told: Told
    running: asyncio.Task[None]
    address: str

    async def ready(self) -> None:
        """Waits until it takes events."""
        async with asyncio.timeout(PATIENCE_S), aiohttp.ClientSession() as session:
            while not self.running.done():
                async with session.get(f"{self.address}/health") as answer:
                    if answer.status == 200:
                        return


def an_emulator() -> SlackEmulator:
    """With the app's real scopes, one channel and one person in it."""
    slack = SlackEmulator()
    slack.team.scopes = set(SCOPES)
    ada = slack.add_person("Ada", is_admin=True)
    slack.add_channel("studio", members=[ada])
    return slack


def options_of(slack: SlackEmulator, **changed: str | None) -> SlackOptions:
    """Both transports of the first workspace."""
    given = {
        "api_url": slack.api_url,
        "bot_token": slack.team.bot_token,
        "app_token": slack.app_token,
        "signing_secret": slack.signing_secret,
        "secret": "a secret of the tests",
    }
    return SlackOptions(updates_per_minute=100_000, ping_s=0.2, **{**given, **changed})  # type: ignore[arg-type]


@asynccontextmanager
async def connected(
    slack: SlackEmulator,
    database: Database,
    options: SlackOptions,
    *,
    clock: Clock | None = None,
    pictures: Mapping[str, bytes] | None = None,
) -> AsyncGenerator[Connected]:
    """The platform, running, with its own HTTP server, which is also where it is reached from outside."""
    port = _free_port()
    options = replace(options, public_url=f"http://127.0.0.1:{port}")
    clock = clock or SystemClock()

    async def healthy() -> Health:
        return Health(ready=platform.connection.is_ready)

    server = HttpServer("127.0.0.1", port, health=healthy)
    platform = SlackPlatform(
        options,
        server=server,
        notes=StoredPlatformState(database, PLATFORM, NoteRules(KINDS, clock, TokenEncryption(options.secret))),
        pictures=Stored(pictures or {}),
        clock=clock,
    )
    told = Told()
    serving = asyncio.create_task(server.run())
    await server.started.wait()
    running = asyncio.create_task(platform.run(told))
    slack.request_url = f"{server.address}/slack/events"
    try:
        yield Connected(slack, platform, told, running, server.address)
    finally:
        running.cancel()
        serving.cancel()
        await asyncio.wait((running, serving))
        await platform.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
