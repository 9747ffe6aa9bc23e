"""Notes have an end, and those that open something are sealed."""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select, text

from adapters.app.platforms import NOTE_KINDS
from adapters.discord.note_kinds import KINDS as DISCORD_KINDS
from adapters.shared.note_changes import pop_after, update_note
from adapters.shared.token_encryption import TokenEncryption
from bot.domain.ids import PlatformName
from bot.domain.notes import NoteKind
from bot.errors import Transient
from bot.ports import Json
from bot.store.database import Database
from bot.store.old_notes import ExpiredNotes, RetentionLimits
from bot.store.platform_state import RENEWED_AFTER, NoteRules, StoredPlatformState
from bot.store.tables import notes
from tests.unit.store.rows import NOON, Store

DISCORD = PlatformName("discord")
MINUTES = timedelta(minutes=15)
KINDS = (
    NoteKind("job", "tests", "job"),
    NoteKind("result", "tests", "result"),
    NoteKind("always", "tests", "always"),
    NoteKind("minutes", "tests", MINUTES, is_secret=True),
)


class HandClock:
    """Stands still until it is moved on."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def monotonic_s(self) -> float:
        return 0.0

    async def sleep(self, delay_s: float) -> None:
        raise NotImplementedError


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def kept(database: Database, clock: HandClock) -> StoredPlatformState:
    return notes_of(database, clock)


def notes_of(database: Database, clock: HandClock, *, key: str = "one") -> StoredPlatformState:
    return StoredPlatformState(database, DISCORD, NoteRules(KINDS, clock, TokenEncryption(key)))


async def rows_of(database: Database) -> Sequence[tuple[str, str]]:
    """Keys, and all that the database knows of them."""
    rows = await database.read(lambda connection: connection.execute(select(notes).order_by(notes.c.key)).all())
    return [(row.key, json.dumps(row.note)) for row in rows]


async def left(database: Database, clock: HandClock, since: RetentionLimits) -> list[str]:
    """The keys that are there after the daily tidying."""
    await ExpiredNotes(database, clock, {DISCORD: KINDS}).remove(since)
    return [key for key, _ in await rows_of(database)]


async def test_old_notes_go(database: Database, kept: StoredPlatformState, clock: HandClock) -> None:
    """Each kind goes at its own time; what was written again, and other platforms' notes, stay."""
    for kind in KINDS:
        await kept.put(f"{kind.name}:1", {})
        await kept.add(f"{kind.name}:2", {})
    await StoredPlatformState(database, PlatformName("easel")).add("job:1", {})
    clock.time = NOON + MINUTES + timedelta(seconds=1)
    await kept.put("job:2", {"again": 1})
    assert await left(database, clock, RetentionLimits(NOON, None)) == [
        "always:1", "always:2", "job:1", "job:1", "job:2", "result:1", "result:2",
    ]  # fmt: skip
    later = RetentionLimits(clock.time, clock.time)
    assert await left(database, clock, later) == ["always:1", "always:2", "job:1", "job:2"]


async def test_notes_in_use_stay(database: Database, kept: StoredPlatformState, clock: HandClock) -> None:
    """What is kept with the results stays for as long as it is read."""
    await kept.put("result:used", {"a": 1})
    await kept.put("result:unused", {})
    clock.time += RENEWED_AFTER + timedelta(seconds=1)
    assert await kept.get("result:used") == {"a": 1}
    assert await left(database, clock, RetentionLimits(clock.time, NOON + RENEWED_AFTER)) == ["result:used"]


async def test_a_key_of_no_kind_is_a_defect(kept: StoredPlatformState) -> None:
    """Nothing is written that would never go."""
    with pytest.raises(KeyError):
        await kept.put("whatever:1", {})


async def test_secrets_are_sealed(database: Database, kept: StoredPlatformState) -> None:
    """Whoever reads the database learns no secret; whoever has the key reads, changes and takes notes as ever."""
    await kept.put("minutes:1", {"token": "hunter2"})
    assert "hunter2" not in str(await rows_of(database))
    assert await kept.get("minutes:1") == {"token": "hunter2"}
    assert not await kept.add("minutes:1", {"token": "other"})
    assert not await kept.compare_and_set("minutes:1", {"token": "other"}, {})
    assert await kept.compare_and_set("minutes:1", {"token": "hunter2"}, {"token": "hunter3"})
    assert await kept.pop("minutes:1") == {"token": "hunter3"}


async def test_another_key(database: Database, kept: StoredPlatformState, clock: HandClock) -> None:
    """What another key sealed is as good as nothing, and gives way."""
    await kept.put("minutes:1", {"token": "hunter2"})
    other = notes_of(database, clock, key="another")
    assert await other.get("minutes:1") is None
    assert await update_note(other, "minutes:1", lambda noted: {"was": noted}) == {"was": None}
    assert await other.get("minutes:1") == {"was": None}


async def test_changes_at_once_are_all_kept(kept: StoredPlatformState) -> None:
    """Nobody's change is lost, in plain and in sealed notes."""

    def one_more(number: int) -> Callable[[Json | None], Json]:
        return lambda noted: {"all": [*(noted["all"] if noted is not None else ()), number]}

    for key in ("job:1", "minutes:1"):
        await asyncio.gather(*(update_note(kept, key, one_more(number)) for number in range(8)))
        noted = await kept.get(key)
        assert noted is not None
        assert sorted(noted["all"]) == list(range(8))


async def test_what_is_added_while_a_note_is_used_up(kept: StoredPlatformState) -> None:
    """It is used as well; and where the work fails, the note is there for the next try."""
    await kept.put("job:1", {"all": [1]})
    used: list[Json] = []

    async def use(noted: Json) -> None:
        used.append(noted)
        if len(used) == 1:
            raise Transient("Not now.")
        if len(used) == 2:
            await kept.put("job:1", {"all": [1, 2]})

    with pytest.raises(Transient):
        await pop_after(kept, "job:1", use)
    await pop_after(kept, "job:1", use)
    assert [noted["all"] for noted in used] == [[1], [1], [1, 2]]
    assert await kept.get("job:1") is None


async def test_notes_of_the_version_before(database_url: str, clock: HandClock) -> None:
    """They are read as ever, tokens too for as long as they work, and go when they are as old as their kind may be."""
    until_s = (NOON + MINUTES).timestamp()
    before = {
        "post:1": {"message": "1:2"},
        "commands:1:everywhere": {"digest": "x"},
        "token:old": {"token": "hunter2", "until_s": until_s - 3600},
        "token:new": {"token": "hunter2", "until_s": until_s},
        "copies:old": {"answers": [[1, "hunter2", 3, until_s - 3600]]},
        "copies:new": {"answers": [[1, "hunter2", 3, until_s - 3600], [1, "hunter2", 4, until_s]]},
    }
    database = await Database.open(database_url)
    await Store.on(database).draw("k1")

    def age(connection: Connection) -> None:
        for change in (
            "DROP TABLE questions",
            "DROP INDEX ix_notes_kind",
            "ALTER TABLE notes DROP COLUMN written_at",
            "ALTER TABLE notes DROP COLUMN kind",
            "UPDATE alembic_version SET version_num = '0004'",
        ):
            connection.execute(text(change))
        for key, note in before.items():
            row = {"platform": "discord", "key": key, "note": note}
            connection.execute(insert(notes).values(row))

    await database.write(age)
    await database.close()
    database = await Database.open(database_url)
    kept = StoredPlatformState(database, DISCORD, NoteRules(DISCORD_KINDS, clock, TokenEncryption("one")))
    assert {key: await kept.get(key) for key in before} == before
    clock.time = NOON + timedelta(minutes=14)
    old = ExpiredNotes(database, clock, NOTE_KINDS)
    await old.remove(RetentionLimits(NOON, None))
    assert [key for key, _ in await rows_of(database)] == [
        "commands:1:everywhere", "copies:new", "post:1", "token:new",
    ]  # fmt: skip
    clock.time = NOON + timedelta(minutes=16)
    await old.remove(RetentionLimits(clock.time, None))
    assert [key for key, _ in await rows_of(database)] == ["commands:1:everywhere"]
    await database.close()
