"""Easel killed with SIGKILL at every checkpoint while people use it in Discord: what they see is there exactly once.

Discord lives on in the test's own process. It keeps what was posted, and tells nobody twice what somebody pressed or
typed: the person's client says that it did not work, and what was stored by then goes on nevertheless.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.contract.pictures import photo
from tests.e2e.books import Books
from tests.e2e.discord_scene import SMALL, Scene, scene
from tests.e2e.process import Nursery
from tests.e2e.seams import DRAWN_IN_DISCORD
from tests.emulators.discord.calls import ApiCall
from tests.emulators.discord.permissions import Permission
from tests.emulators.discord.uploads import FileToUpload

pytestmark = pytest.mark.asyncio(loop_scope="module")

_LONG_S = 600.0
"""By then Discord has forgotten every nonce, and a shard's lease has run out."""
_TOO_LONG_S = 1_000.0
"""By then nothing can be said through the interaction any more."""

_WHILE_ANSWERING = frozenset({"before submit", "after submit", "before note of the key", "after note of the key"})

_Story = Callable[[Nursery, Path], Awaitable[None]]
_PRIVATELY = "for Ada · only you can see this"


def _way() -> Iterator[str]:
    for name, seam in DRAWN_IN_DISCORD.items():
        yield from (f"{moment} {name}" for moment in seam.moments)


def _commands(start: int) -> _Story:
    """Every third checkpoint on the way of a command. The last one first, so that each death has a picture of its own:
    what follows the checkpoint brings it to its end without passing the next one.
    """
    checkpoints = list(_way())[start::3][::-1]

    async def story(lives: Nursery, root: Path) -> None:
        async with scene(lives, root, checkpoints=checkpoints) as here:
            async for house in here.houses():
                await here.command("imagine", prompt=house, **SMALL)
                await here.sees("**v1 for Ada**", f"> {house}")
        _assert_once(here, checkpoints, [f"studio: **v1 for Ada** > {house} [easel-v1.png]" for house in here.asked])
        assert [thread.name for thread in here.discord.threads_of(here.channel)] == here.asked
        # Nobody knows the token of a command any more that was answered with "thinking…" by a life that then ended. One
        # may come to an early checkpoint while it is still answering: what is slow is deferred, and jobs run beside it.
        certain = checkpoints.count("before end of thinking")
        assert certain <= len(here.thinking) <= certain + len(_WHILE_ANSWERING.intersection(checkpoints))

    return story


async def _words(lives: Nursery, root: Path) -> None:
    """In a thread; the third death comes so long before its successor that what was posted must be looked for."""
    checkpoints = ["before submit of words", "after submit of words", "after message in a thread"]
    async with scene(lives, root, checkpoints=checkpoints, pauses={"after message in a thread": _LONG_S}) as here:
        await here.command("imagine", prompt="a house", **SMALL)
        root = await here.sees("**v1 for Ada**")
        thread = await here.discord.until(lambda: root.thread)
        await here.say(thread, "darker")
        await here.sees("**v2 from v1 for Ada**")
        upload = here.discord.hold("edit_message", fits=_brings_the_result)
        await here.say(thread, "brighter")
        await upload.begun.wait()
        await here.house.kill()
        await here.sees("**v3 from v2 for Ada**")
        upload.go()  # what the dead one had begun to send arrives after all
    results = ["v2 from v1 for Ada** > darker [easel-v2.png]", "v3 from v2 for Ada** > brighter [easel-v3.png]"]
    shown = ["studio: **v1 for Ada** > a house [easel-v1.png]", *(f"a house: **{each}" for each in results)]
    _assert_once(here, [*checkpoints, ""], shown)
    assert here.thinking == []


async def _private(lives: Nursery, root: Path) -> None:
    """In Ada's conversation with Easel, which goes on there."""
    checkpoints = [
        "after private message",
        "after note of the place",
        "after end of private thinking",
        "after promise",
        "after submit of a command",
    ]
    async with scene(lives, root, checkpoints=checkpoints, pauses={"after private message": _LONG_S}) as here:
        async for house in here.houses():
            await here.command("imagine", prompt=house, private=True, **SMALL)
            first = await here.sees(f"**v1 {_PRIVATELY}**", f"> {house}")
            await here.say(here.ada.dm, f"{house}, darker", reply_to=first)
            await here.sees(f"**v2 from v1 {_PRIVATELY}**", f"> {house}, darker")
    shown = [f"@Ada: **v1 {_PRIVATELY}** > {house} [easel-v1.png]" for house in here.asked]
    shown += [f"@Ada: **v2 from v1 {_PRIVATELY}** > {house}, darker [easel-v2.png]" for house in here.asked]
    _assert_once(here, checkpoints, shown)
    assert here.thinking == []


async def _silent(lives: Nursery, root: Path) -> None:
    """Where Easel may not post the command itself is answered, as long as that works."""
    checkpoints = [
        "after silent edit",
        "after silent record",
        "after note of the promise",
        "after note of the voice",
        "after answer",
        "after silent promise",
    ]
    async with scene(lives, root, checkpoints=checkpoints, pauses={"after silent record": _TOO_LONG_S}) as here:
        here.discord.forbid(here.channel, Permission.SEND_MESSAGES)
        async for house in here.houses():
            await here.command("imagine", prompt=house, **SMALL)
            await here.sees("**v1 for Ada**", f"> {house}")
    _assert_once(here, checkpoints, [f"studio: **v1 for Ada** > {house} [easel-v1.png]" for house in here.asked])
    assert here.thinking == []


async def _pressed(lives: Nursery, root: Path) -> None:
    """Menus, forms, buttons and the questions that they ask first, in lives that hear of them and end."""
    checkpoints = [
        "after modal",
        "after submit of a command",
        "after submit of a command",
        "after question",
        "after submit of a deletion",
        "after Discord's deletion",
    ]
    async with scene(lives, root, checkpoints=checkpoints) as here:
        garden = await here.ada.say(here.channel, files=[FileToUpload("garden.png", photo().data)])
        form = (await here.menu("Edit image", garden)).modal  # its Easel dies while Ada fills it in
        assert form is not None
        await here.submit(form, prompt="darker")
        first = await here.sees("**v1 for Ada**")
        await here.rest()
        await here.press(first, "Again")
        second = await here.sees("**v2 for Ada**")
        await here.rest()
        question = (await here.press(second, "Delete")).ephemeral
        assert question is not None
        await here.press(question, "Delete")
        await here.sees("**v2 was deleted by Ada**")
        await here.ada.dismiss(question)  # of which no Easel knows any more
    _assert_once(
        here, checkpoints, ["studio: **v1 for Ada** > darker [easel-v1.png]", "darker: **v2 was deleted by Ada**"]
    )


async def _cancelled(lives: Nursery, root: Path) -> None:
    """What was cancelled stays cancelled, although nobody could say so."""
    async with scene(lives, root, checkpoints=["after cancel"], sketch_stroke_s="10") as here:
        await here.command("imagine", prompt="a house", **SMALL)
        status = await here.discord.until(
            lambda: next((each for each in here.easels() if "Drawing" in each.content), None)
        )
        await here.press(status, "Cancel")
        await here.sees("**Cancelled**")
    assert here.house.deaths == ["after cancel"]
    assert here.shown() == ["studio: **Cancelled** > a house"]


_STORIES: Sequence[tuple[str, _Story]] = (
    ("commands", _commands(0)),
    ("more commands", _commands(1)),
    ("further commands", _commands(2)),
    ("words", _words),
    ("private", _private),
    ("silent", _silent),
    ("pressed", _pressed),
    ("cancelled", _cancelled),
)


async def test_killed_at_a_checkpoint(lives: Nursery, tmp_path: Path) -> None:
    """Killed before or after anything that Discord tells or is told, Easel has drawn, said, or removed it once."""
    async with asyncio.TaskGroup() as group:
        for name, story in _STORIES:
            group.create_task(story(lives, tmp_path / name))


def _brings_the_result(call: ApiCall) -> bool:
    return any(file.filename.startswith("easel-") for file in call.files.values())


def _assert_once(here: Scene, deaths: Sequence[str], shown: Sequence[str]) -> None:
    """The lives ended there; Ada sees this of Easel, and these are the pictures that it drew and kept, once each."""
    assert here.house.deaths == list(deaths)
    assert here.shown() == sorted(shown), here.shown()
    books = Books(here.house.data_dir)
    jobs, thread_actions = books.assert_ended(here.accepted)
    assert len(jobs) + len(thread_actions) == len(here.accepted)
    assert here.hashes() == books.kept_pictures()
    assert here.house.drawings.total() == len(jobs)
