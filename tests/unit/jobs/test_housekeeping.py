"""What a day's tidying leaves of the notes of a whole Easel."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.app.bootstrap import open_easel
from adapters.discord.note_kinds import KINDS
from adapters.shared.token_encryption import TokenEncryption
from bot.domain.events import CommandTyped
from bot.domain.ids import EventKey, PlatformName
from bot.domain.people import Person, Place
from bot.jobs.clock import SystemClock
from bot.settings.reading import load_settings
from bot.store.database import Database
from bot.store.platform_state import NoteRules, StoredPlatformState
from tests import clock
from tests.contract.painter import Held, Painter

WEB = PlatformName("web")
ADA = Person(WEB, "playground", "ada", "Ada")
FOX = CommandTyped(key=EventKey("k1"), person=ADA, place=Place(WEB, "playground", "studio"), text="a fox")


class Calendar:
    """How far Easel's clock is ahead of the tests'."""

    def __init__(self) -> None:
        self.ahead = timedelta()


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    calendar = Calendar()

    def now(_clock: SystemClock) -> datetime:
        return clock.now() + calendar.ahead

    monkeypatch.setattr(SystemClock, "now", now)
    return calendar


async def test_notes_go_unless_a_job_goes_on(tmp_path: Path, calendar: Calendar) -> None:
    """Notes of an unfinished job stay, however long it takes; those from before it, and all once it ended, go."""
    settings = load_settings({"EASEL_DATA_DIR": str(tmp_path), "EASEL_WEB": "on", "EASEL_WEB_PORT": "0"}, None)
    painter, held = Painter(), Held()
    painter.when("a fox", held)
    database = await Database.open(settings.state_url)
    discord = StoredPlatformState(
        database, PlatformName("discord"), NoteRules(KINDS, SystemClock(), TokenEncryption("one"))
    )
    async with open_easel(settings, providers={"sketch": painter}) as easel:
        await discord.put("post:before", {"message": "1:1"})
        calendar.ahead = timedelta(days=5)
        await easel.intake.handle(FOX)
        await held.begun.wait()
        await discord.put("post:meanwhile", {"message": "1:2"})
        await discord.put("token:meanwhile", {"token": "hunter2"})
        await discord.put("commands:1:everywhere", {"digest": "x"})
        calendar.ahead = timedelta(days=400)
        await easel.housekeeping.tidy()
        assert _left(tmp_path) == {"post:meanwhile", "commands:1:everywhere"}
        held.go()  # the job comes to its end before Easel stops
    async with open_easel(settings) as easel:
        await easel.housekeeping.tidy()
        assert _left(tmp_path) == {"commands:1:everywhere"}
    await database.close()


def _left(data_dir: Path) -> set[str]:
    """The keys of Discord's notes."""
    with closing(sqlite3.connect(data_dir / "state.db")) as database:
        return {key for (key,) in database.execute("SELECT key FROM notes WHERE platform = 'discord'")}
