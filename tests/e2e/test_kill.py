"""Easel killed with SIGKILL at every checkpoint, and at random under load: what was accepted ends exactly once."""

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bot.domain.ids import EventKey
from tests.clock import PATIENCE_S
from tests.e2e.books import Books
from tests.e2e.engraver import costly
from tests.e2e.process import House, Nursery
from tests.e2e.seams import CHORES, DRAWN, Seam
from tests.e2e.visitor import Message, Visitor, targets, visitors

pytestmark = pytest.mark.asyncio(loop_scope="module")

_SMALL = "--size 64x64 --quality low"
_SEED = 20261122
_KILLS = 10
_MOST_EVENTS = 8
"""About as many as the way of a picture has."""


async def test_killed_at_every_checkpoint(lives: Nursery, tmp_path: Path) -> None:
    """Killed before or after any step, one life after the other, Easel brings all that people asked for to one end."""
    drawn, thread_actions = _checkpoints(DRAWN), _checkpoints(CHORES)
    # A life spends most of its time waiting for the engine's threads: three side by side take no longer than one.
    async with asyncio.TaskGroup() as group:
        for number, checkpoints in enumerate((drawn[::2], drawn[1::2], thread_actions)):
            group.create_task(_story(House(lives, tmp_path / f"house {number}"), checkpoints))


async def test_killed_at_random_under_load(lives: Nursery, tmp_path: Path) -> None:
    """Ten kills at random moments, while three people draw, edit, undo and cancel, lose and repeat nothing."""
    chance = _chance("the killer")
    house = House(lives, tmp_path, sketch_stroke_s="0.01")
    drawn_before = _remembered(house)
    async with house.lived_in(), asyncio.timeout(PATIENCE_S), visitors(house, "ada", "ben", "cleo") as people:
        over = asyncio.Event()
        hands = [(person, f"{person.name}'s {side} hand") for person in people for side in ("left", "right")]
        working = [asyncio.create_task(_work(person, hand, over)) for person, hand in hands]
        # A moment is a number of things that happened, and a little more: so each life but those that are killed while
        # they start has accepted something that it can lose, however slow the machine is.
        for _ in range(_KILLS):
            if chance.random() < 0.8:
                accepted = _accepted(people)
                while not _accepted(people) - accepted:
                    await _something_happens(people)
                for _ in range(chance.randrange(_MOST_EVENTS)):
                    await _something_happens(people)
            await asyncio.sleep(chance.uniform(0, 0.3))  # nothing is waited for: the moment is the point
            await house.kill()
        over.set()
        await asyncio.gather(*working)
        await house.finish()
    Books(house.data_dir).assert_balanced(_accepted(people))
    assert {prompt: house.drawings[prompt] for prompt in drawn_before} == drawn_before


@pytest.mark.parametrize("checkpoint", ["before stroke", "before record", "after commit of the record"])
async def test_a_paid_drawing_is_never_repeated_silently(lives: Nursery, tmp_path: Path, checkpoint: str) -> None:
    """A costly model that was drawing is not asked again: the card says so, and the estimate counts."""
    house = House(lives, tmp_path, **costly(tmp_path))
    async with house.lived_in(checkpoint), asyncio.timeout(PATIENCE_S), visitors(house, "ada") as (ada,):
        spec = await ada.say(f"/imagine a red house {_SMALL} --model engraver")
        card = (await ada.sees_end_of(spec))["card"]
        await house.finish()
    books = Books(house.data_dir)
    assert house.deaths == [checkpoint]
    assert card["tone"] == "error"
    assert card["title"] == "Easel was restarted while drawing this. It may have been charged."
    assert "again" in [button["action"] for button in card["buttons"]]
    assert house.drawings == {"a red house": 1}
    outcome, paid = books.ledger()[spec.job]
    assert outcome == "estimated"
    assert paid
    books.assert_balanced([spec.key])


def _checkpoints(seams: Mapping[str, Seam]) -> Sequence[str]:
    return [f"{moment} {name}" for name, seam in seams.items() for moment in seam.moments]


async def _story(house: House, checkpoints: Sequence[str]) -> None:
    drawn_before = _remembered(house)
    async with (
        house.lived_in(*checkpoints),
        asyncio.timeout(PATIENCE_S),
        visitors(house, "ada", "ben") as (ada, ben),
    ):
        result, other = await asyncio.gather(_drawn(ada, f"a red house {_SMALL}"), _drawn(ben, f"a boat {_SMALL}"))
        edited = await ada.sees_end_of(await ada.say("darker", under=result))
        assert _titles(result, other, edited) == ["v1 for Ada", "v1 for Ben", "v2 from v1 for Ada"]
        assert await ada.downloads(edited) == Books(house.data_dir).shown_pictures(ada.specs[1].key)
        # What is seen may have to be done again: what is asked for at once is asked of a life that dies of that.
        await house.rest()
        await ada.say("undo", under=result)
        await ada.sees(lambda message: message["card"]["title"].startswith("Back at v1"))
        await house.rest()
        await ada.say("tree", under=result)
        await ada.sees(lambda message: message["card"]["title"].startswith("2"))
        await house.rest()
        await ada.press("delete", edited)
        await ada.sees(lambda message: message["card"]["title"] == "v2 was deleted by Ada")
        await house.finish()
    assert house.deaths == list(checkpoints)
    specs = [spec for person in (ada, ben) for spec in person.specs]
    assert [spec.text for spec in specs if not spec.accepted] == []
    Books(house.data_dir).assert_balanced(spec.key for spec in specs)
    assert {prompt: house.drawings[prompt] for prompt in drawn_before} == drawn_before


async def _drawn(person: Visitor, words: str) -> Message:
    return await person.sees_end_of(await person.say(f"/imagine {words}"))


async def _work(person: Visitor, hand: str, over: asyncio.Event) -> None:
    chance, count = _chance(hand), 0
    while not over.is_set():
        count += 1
        spec = await person.say(f"/imagine a house, {hand} {count} {_SMALL}")
        if chance.random() < 0.3:
            shown = await person.sees(lambda message, job=spec.job: job in targets(message))
            if shown["card"]["tone"] == "working":
                await person.press("cancel", shown)
        result = await person.sees_end_of(spec)
        if result["card"]["tone"] != "done":
            continue
        said = await asyncio.gather(*(person.say(f'caption "{hand} {count} {side}"', under=result) for side in "ab"))
        for edit in said:
            await person.sees_end_of(edit)
        await person.say("undo", under=result)


async def _something_happens(people: Sequence[Visitor]) -> None:
    """To any of them."""
    waiting = [asyncio.create_task(person.does_something()) for person in people]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waiting:
            wait.cancel()


def _accepted(people: Sequence[Visitor]) -> set[EventKey]:
    return {spec.key for person in people for spec in person.specs if spec.accepted and spec.text != "cancel"}


def _remembered(house: House) -> Counter[str]:
    """How often each prompt had been drawn when its version was first seen recorded, filled in at every death."""
    remembered = Counter[str]()

    def remember() -> None:
        for prompt in Books(house.data_dir).recorded_prompts() - set(remembered):
            remembered[prompt] = house.drawings[prompt]

    house.on_death = remember
    return remembered


def _chance(name: str) -> random.Random:
    """The same luck at every run, to repeat a failure."""
    return random.Random(f"{name} {_SEED}")  # noqa: S311 - nothing is kept secret with it


def _titles(*messages: Message) -> list[str]:
    return [message["card"]["title"] for message in messages]
