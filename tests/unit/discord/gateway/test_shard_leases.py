"""A note swapped for another, on every database: what leases are made of."""

import asyncio

from adapters.discord.ids import PLATFORM
from bot.store.database import Database
from bot.store.platform_state import StoredPlatformState


async def test_note_is_swapped_for_what_was_expected_alone(database: Database) -> None:
    """Whoever expects something else changes nothing, nor who expects a note where there is none."""
    notes = StoredPlatformState(database, PLATFORM)
    await notes.put("k", {"owner": "one", "until_s": 1.5})
    assert not await notes.compare_and_set("k", {"owner": "two", "until_s": 1.5}, {"owner": "three"})
    assert not await notes.compare_and_set("none", {}, {"owner": "three"})
    assert await notes.compare_and_set("k", {"until_s": 1.5, "owner": "one"}, {"owner": "two"})
    assert (await notes.get("k"), await notes.get("none")) == ({"owner": "two"}, None)


async def test_of_several_who_swap_one_does(database: Database) -> None:
    """Ten processes that want the same lease at once: one has it."""
    notes = StoredPlatformState(database, PLATFORM)
    await notes.put("k", {"owner": "nobody"})
    won = await asyncio.gather(*(notes.compare_and_set("k", {"owner": "nobody"}, {"owner": str(n)}) for n in range(10)))
    assert sum(won) == 1
    assert await notes.get("k") == {"owner": str(won.index(True))}
