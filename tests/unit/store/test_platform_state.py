"""What platforms remember: each its own, and nothing twice."""

import asyncio

from bot.domain.ids import PlatformName
from bot.store.database import Database
from bot.store.platform_state import StoredPlatformState

SLACK, DISCORD = PlatformName("slack"), PlatformName("discord")


async def test_notes_are_kept_by_platform(database: Database) -> None:
    """The same key of two platforms are two notes, and a later one replaces the earlier."""
    slack, discord = StoredPlatformState(database, SLACK), StoredPlatformState(database, DISCORD)
    await slack.put("k", {"ts": "1"})
    await slack.put("k", {"ts": "2"})
    assert (await slack.get("k"), await discord.get("k")) == ({"ts": "2"}, None)


async def test_first_note_stays(database: Database) -> None:
    """Of several who add a note under one key at once, one is told that it was the first."""
    notes = StoredPlatformState(database, SLACK)
    added = await asyncio.gather(*(notes.add("k", {"by": number}) for number in range(5)))
    kept = await notes.get("k")
    assert sorted(added) == [False] * 4 + [True]
    assert kept == {"by": added.index(True)}


async def test_note_is_taken_once(database: Database) -> None:
    """Of several who take a note at once, one gets it, and then it is gone."""
    notes = StoredPlatformState(database, SLACK)
    await notes.put("k", {"a": 1})
    taken = await asyncio.gather(*(notes.pop("k") for _ in range(5)))
    assert sorted(taken, key=str) == [None] * 4 + [{"a": 1}]
    assert await notes.get("k") is None
