"""Easel's side of Discord without its core: the real platform at an emulated Discord, and what it asks of a core."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from adapters.discord.ids import PLATFORM, place_at
from adapters.discord.note_kinds import KINDS
from adapters.discord.options import DiscordOptions
from adapters.discord.platform import DiscordPlatform
from adapters.discord.server.permissions import AccessRules
from adapters.shared.token_encryption import TokenEncryption
from bot.domain.events import Event
from bot.domain.ids import PictureId
from bot.domain.people import Place
from bot.domain.pictures import Picture, Size
from bot.ports import PrivateResponse
from bot.presentation.card import Button, Card, CardPicture, Choice, Field
from bot.presentation.options import SUBCOMMANDS, Option
from bot.store.database import Database
from bot.store.platform_state import NoteRules, StoredPlatformState
from tests import clock
from tests.clock import PATIENCE_S
from tests.contract.pictures import encoded
from tests.emulators.discord.messages import Message
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.discord.things import Channel

T = TypeVar("T")
_MOMENT_S = 2.0
"""The pauses between the tries of one call: nobody waits for those."""
JOB = "a2b3c4d5e6f7g2h3i4j5"
PNG = encoded((24, 16))
FOX = Picture(PictureId("f0" * 32), "png", Size(24, 16), len(PNG))

OPTIONS: Sequence[Option] = (
    Option(
        "model",
        ("m",),
        "Which model draws",
        "choice",
        "--model sketch",
        (Choice("sketch", "sketch: offline, no AI · free"), Choice("gpt-image-2", "GPT Image 2 · about $0.05")),
    ),
    Option("quality", ("q",), "How good", "choice", "--quality high", (Choice("high", "high"),), closed=True),
    Option("n", (), "How many", "number", "--n 4", minimum=1, maximum=10),
    Option("no", (), "What to leave out", "text", "--no red hat"),
    Option("private", (), "Only you see it", "switch", "--private"),
)

STATUS = Card(
    tone="working",
    title="Drawing 00:07",
    quote="a fox",
    fields=(Field("Model", "sketch"), Field("Size", "24x16")),
    since=datetime(2026, 11, 22, tzinfo=UTC),
    buttons=(Button("cancel", "Cancel", JOB),),
)
RESULT = Card(
    tone="done",
    title="v1 for Ada",
    quote="a fox",
    fields=(Field("Model", "sketch"), Field("Size", "24x16")),
    pictures=(CardPicture(FOX, "v1", "Picture: a fox"),),
    buttons=(
        Button("again", "Again", JOB),
        Button("details", "Details", JOB),
        Button("delete", "Delete", JOB, "danger", "Delete v1 for everyone? This cannot be undone."),
    ),
)


class Kept:
    """A store of pictures by their ids."""

    def __init__(self) -> None:
        self.data = {FOX.id: PNG}

    async def read(self, picture: PictureId) -> bytes:
        return self.data[picture]

    def add(self, data: bytes) -> Picture:
        picture = Picture(PictureId(f"{len(self.data):064x}"), "png", Size(24, 16), len(data))
        self.data[picture.id] = data
        return picture


class LongClock:
    """The time of all tests, which one may move forward: who sleeps for longer than a moment waits for that."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._sleepers: dict[object, tuple[float, float]] = {}
        self._changed = asyncio.Event()

    def now(self) -> datetime:
        return clock.now() + self._ahead

    def monotonic_s(self) -> float:
        return asyncio.get_running_loop().time() + self._ahead.total_seconds()

    def advance(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)
        self._tell()

    async def sleep(self, delay_s: float) -> None:
        if delay_s <= _MOMENT_S:
            self._ahead += timedelta(seconds=delay_s)
            await asyncio.sleep(0)
            return
        due_s, sleeper = self.monotonic_s() + delay_s, object()
        self._sleepers[sleeper] = (due_s, delay_s)
        self._tell()
        try:
            while self.monotonic_s() < due_s:
                await self._changed.wait()
        finally:
            del self._sleepers[sleeper]

    async def asleep(self, least_s: float, most_s: float) -> None:
        """Waits until somebody sleeps for so long."""
        async with asyncio.timeout(PATIENCE_S):
            while not any(least_s <= delay_s <= most_s for _, delay_s in self._sleepers.values()):
                await self._changed.wait()

    async def pass_time(self) -> None:
        """Waits until somebody sleeps, and moves the time to the end of the shortest sleep."""
        async with asyncio.timeout(PATIENCE_S):
            while not self._sleepers:
                await self._changed.wait()
        due_s = min(due_s for due_s, _ in self._sleepers.values())
        self.advance(max(0.0, due_s - self.monotonic_s()) + 0.001)
        await asyncio.sleep(0)

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


@dataclass
class Core:
    """What Easel would do: keeps every event, and answers as a test says."""

    answer: PrivateResponse = field(default_factory=PrivateResponse)
    events: list[Event] = field(default_factory=list[Event])
    before: Callable[[], object] = lambda: None

    async def handle(self, event: Event) -> PrivateResponse:
        self.events.append(event)
        waiting = self.before()
        if asyncio.iscoroutine(waiting):
            await waiting
        return self.answer


@dataclass
class Desk:
    """`core` hears what `discord` tells the platform."""

    discord: DiscordEmulator
    platform: DiscordPlatform
    core: Core
    kept: Kept
    clock: LongClock
    notes: StoredPlatformState
    channel: Channel

    @property
    def place(self) -> Place:
        assert self.channel.guild is not None
        return place_at(int(self.channel.guild.id), int(self.channel.id))

    def in_thread(self, thread: Channel) -> Place:
        assert thread.parent is not None
        assert thread.guild is not None
        return place_at(int(thread.guild.id), int(thread.parent.id), int(thread.id))

    def posted(self, channel: Channel | None = None) -> list[Message]:
        """What the app has posted there."""
        messages = (channel or self.channel).messages
        return [
            each for each in messages if each.author is self.discord.bot and not each.is_deleted and each.type != 21
        ]

    async def quiet(self) -> None:
        await self.discord.quiet()
        await self.platform.connection.at_rest()
        await self.discord.quiet()


@asynccontextmanager
async def a_desk(
    database: Database,
    *,
    discord: DiscordEmulator | None = None,
    listening: bool = True,
    access: AccessRules | None = None,
    clock: LongClock | None = None,
    **options: object,
) -> AsyncGenerator[Desk]:
    """Args: `listening`: whether it is connected to the gateway; posting works without."""
    given = DiscordEmulator() if discord is None else discord
    async with given as emulator:
        clock, kept, core = clock or LongClock(), Kept(), Core()
        notes = StoredPlatformState(
            database, PLATFORM, NoteRules(KINDS, clock, TokenEncryption("a secret of the tests"))
        )
        wanted = DiscordOptions(
            token=emulator.token,
            owner="worker-1",
            api_url=emulator.api_url,
            gateway_url=emulator.gateway_url,
            edit_interval_s=0.001,
            access=access or AccessRules(),
        )
        platform = DiscordPlatform(
            replace(wanted, **options),  # type: ignore[arg-type]
            notes=notes,
            pictures=kept,
            clock=clock,
            options=lambda: OPTIONS,
            questions=SUBCOMMANDS,
        )
        desk = Desk(emulator, platform, core, kept, clock, notes, emulator.add_channel("studio"))
        running = asyncio.create_task(platform.run(core.handle)) if listening else None
        try:
            if running is not None:
                await emulator.connected()
            yield desk
        finally:
            if running is not None:
                running.cancel()
                await asyncio.wait((running,))
            await platform.close()


@asynccontextmanager
async def a_database(directory: Path) -> AsyncGenerator[Database]:
    database = await Database.open(f"sqlite:///{directory / 'state.db'}")
    try:
        yield database
    finally:
        await database.close()
