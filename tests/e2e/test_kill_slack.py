"""Easel killed with SIGKILL at every checkpoint while people use it in Slack: what they see is there exactly once.

Slack lives on in the test's own process: it keeps what was posted, and delivers again what nobody acknowledged.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
import pytest_asyncio
from yarl import URL

from adapters.slack.ids import message_key
from adapters.slack.manifest import SCOPES
from bot.domain.ids import EventKey
from tests.contract.running import slack_settings
from tests.e2e.books import Books
from tests.e2e.process import House, Nursery, nursery
from tests.e2e.victim import PRIVATE_SEAMS, SLACK_SEAMS, Seam
from tests.emulators.slack.person import Person
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.things import Channel, Message

pytestmark = pytest.mark.asyncio(loop_scope="module")

_SMALL = "--size 64x64 --quality low"
_CLIENT_WAITS_S = 1.0
"""How long a person's client waits for an answer to a press: no answer of a living Easel takes as long."""


def _checkpoints(seams: Mapping[str, Seam], together: int) -> list[list[str]]:
    found = [f"{moment} {name}" for name, seam in seams.items() for moment in seam.moments]
    return [found[start : start + together] for start in range(0, len(found), together)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lives(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Nursery]:
    async with nursery() as opened:
        house = House(opened, tmp_path_factory.mktemp("first"))
        async with house.lived_in():
            await house.finish()
        opened.pattern = house.data_dir
        yield opened


# Most of a life in Slack is waiting for one side or the other, so that many pass in the time of one.
@pytest.mark.parametrize("checkpoints", _checkpoints(SLACK_SEAMS, 6), ids=", ".join)
async def test_killed_at_a_checkpoint(lives: Nursery, tmp_path: Path, checkpoints: list[str]) -> None:
    """Killed before or after anything that Slack is told, Easel has said it once, and drawn it once, after all."""
    async with asyncio.TaskGroup() as group:
        for checkpoint in checkpoints:
            group.create_task(_in_a_channel(lives, tmp_path / checkpoint, checkpoint))


@pytest.mark.parametrize("checkpoints", _checkpoints(PRIVATE_SEAMS, 6), ids=", ".join)
async def test_private_result_survives(lives: Nursery, tmp_path: Path, checkpoints: list[str]) -> None:
    """Killed while a private result is posted, Easel shows it once in the asker's DM, where replies still edit it."""
    async with asyncio.TaskGroup() as group:
        for checkpoint in checkpoints:
            group.create_task(_in_private(lives, tmp_path / checkpoint, checkpoint))


async def test_killed_over_http(lives: Nursery, tmp_path: Path) -> None:
    """Where Slack comes by HTTP, it comes again to an Easel that was dead: what it brought is done once."""
    async with asyncio.TaskGroup() as group:
        for checkpoint in ("after submit", "after postMessage", "after completion", "after press"):
            group.create_task(_in_a_channel(lives, tmp_path / checkpoint, checkpoint, over_http=True))


@dataclass(frozen=True, slots=True)
class _Scene:
    """One Slack of its own, two people in a channel, and the house of the Easel that it is connected to."""

    slack: SlackEmulator
    house: House
    channel: Channel
    ada: Person
    ben: Person

    async def call(self, person: Person, words: str) -> EventKey:
        """Calls Easel by its name in the channel."""
        return self._key(await person.say(self.channel, f"<@{self.slack.team.bot_user_id}> {words}"))

    async def reply(self, to: Message, words: str) -> EventKey:
        return self._key(await self.ada.say(to.channel, words, thread_ts=to.thread_ts or to.ts), to.channel)

    async def sees(self, title: str, *, in_: Channel | None = None) -> Message:
        """The card of that title, once Ada sees it."""

        def found() -> Message | None:
            seen = self.ada.sees(in_ or self.channel)
            return next((message for message in seen if message.bot_id and _title(message) == title), None)

        return await self.slack.until(found)

    async def connected(self) -> None:
        """Waits until Slack reaches an Easel that lives."""
        life = await self.house.life()
        if self.slack.delivery == "http":
            await self.slack.until(lambda: self.slack.request_url.startswith(_origin(life.address)))
        else:
            await self.slack.until(lambda: self.slack.connections)

    async def insist(self, fails: Callable[[], Awaitable[bool]]) -> None:
        """Does something again for as long as the client says that it did not work."""
        await self.connected()
        while await fails():
            await self.connected()

    async def press(self, title: str, action: str) -> None:
        """Presses a button of a card for as long as it is there and the client says that it did not work."""

        async def fails() -> bool:
            warnings = len(self.ada.warnings)
            card = next((each for each in self.ada.sees(self.channel) if _title(each) == title), None)
            if card is not None:
                await self.ada.press(self.channel, card.ts, f"easel:{action}")
            return len(self.ada.warnings) > warnings

        await self.insist(fails)

    async def submit(self, words: str) -> None:
        async def fails() -> bool:
            return (await self.ada.submit({"prompt": words})).failed is not None

        await self.insist(fails)

    def shown(self, channel: Channel) -> list[str]:
        """All of Easel's that Ada sees there: each card's title and pictures, and the files of each set."""
        return [_told(self.slack, message) for message in self.ada.sees(channel) if message.bot_id]

    def _key(self, ts: str, channel: str | None = None) -> EventKey:
        return message_key(self.slack.team.id, channel or self.channel.id, ts)


async def _in_a_channel(lives: Nursery, root: Path, checkpoint: str, *, over_http: bool = False) -> None:
    drawn_before: dict[str, int] = {}
    async with _scene(lives, root, over_http=over_http) as scene:
        house, accepted = scene.house, list[EventKey]()

        def on_death() -> None:
            drawn_before.update({prompt: house.drawings[prompt] for prompt in Books(house.data_dir).recorded_prompts()})
            saying.append(asyncio.create_task(scene.call(scene.ben, f"a boat {_SMALL}")))

        saying: list[asyncio.Task[EventKey]] = []
        house.on_death = on_death
        async with house.lived_in(die=checkpoint) as victim, asyncio.timeout(30), _addressed(scene):
            accepted.append(await scene.call(scene.ada, f"a red house {_SMALL}"))
            first = await scene.sees("v1 for Ada")
            accepted.append(await scene.reply(first, "darker"))
            await scene.sees("v2 from v1 for Ada")
            await scene.press("v1 for Ada", "edit")
            await scene.submit("in snow")
            await scene.sees("v3 from v1 for Ada")
            await scene.press("v2 from v1 for Ada", "delete")
            await scene.sees("v2 was deleted by Ada")
            await scene.sees("v1 for Ben")  # which he asked for while nobody was alive
            await scene.slack.quiet()
            await house.finish()
        accepted += [task.result() for task in saying]
        assert victim.was_hit
        assert sorted(scene.shown(scene.channel)) == _ONCE
        books = Books(house.data_dir)
        jobs, chores = books.assert_ended(accepted)
        assert (len(jobs), len(chores)) == (4, 1)
        assert _hashes(scene.slack, first) == books.shown_pictures(accepted[0])
        assert {prompt: house.drawings[prompt] for prompt in drawn_before} == drawn_before


_ONCE = sorted(
    [
        "v1 for Ada [easel-v1.png]",
        "easel-v1.png",
        "v2 was deleted by Ada",
        "nothing",
        "v3 from v1 for Ada [easel-v3.png]",
        "easel-v3.png",
        "v1 for Ben [easel-v1.png]",
        "easel-v1.png",
    ]
)


async def _in_private(lives: Nursery, root: Path, checkpoint: str) -> None:
    async with _scene(lives, root) as scene:
        title = "for Ada · only you can see this"
        async with scene.house.lived_in(die=checkpoint) as victim, asyncio.timeout(30):
            accepted = [await scene.call(scene.ada, f"a red house --private {_SMALL}")]
            first = await scene.sees(f"v1 {title}", in_=scene.ada.dm)
            accepted.append(await scene.reply(first, "darker"))
            await scene.sees(f"v2 from v1 {title}", in_=scene.ada.dm)
            await scene.slack.quiet()
            await scene.house.finish()
        assert victim.was_hit
        assert scene.shown(scene.channel) == []
        assert sorted(scene.shown(scene.ada.dm)) == [
            "easel-v1.png",
            "easel-v2.png",
            f"v1 {title} [easel-v1.png]",
            f"v2 from v1 {title} [easel-v2.png]",
        ]
        Books(scene.house.data_dir).assert_ended(accepted)


@asynccontextmanager
async def _scene(lives: Nursery, root: Path, *, over_http: bool = False) -> AsyncGenerator[_Scene]:
    async with SlackEmulator() as slack:
        slack.ack_limit_s = _CLIENT_WAITS_S
        slack.team.scopes.update(SCOPES)
        ada, ben = slack.add_person("Ada"), slack.add_person("Ben")
        channel = slack.add_channel("studio", members=[ada, ben])
        env, settings = slack_settings(slack), dict[str, str]()
        if over_http:
            slack.delivery = "http"
            del env["SLACK_APP_TOKEN"]
            settings["web"] = "on"  # it tells where it listens
        yield _Scene(slack, House(lives, root, env=env, **settings), channel, ada, ben)


@asynccontextmanager
async def _addressed(scene: _Scene) -> AsyncGenerator[None]:
    """Tells Slack where each life listens, where it has to know."""

    async def tell() -> None:
        while True:
            life = await scene.house.life()
            scene.slack.request_url = f"{_origin(life.address)}/slack/events"
            scene.slack.tell()
            await life.ended.wait()
            scene.slack.request_url = ""

    telling = asyncio.create_task(tell()) if scene.slack.delivery == "http" else None
    try:
        yield
    finally:
        if telling is not None:
            telling.cancel()


def _origin(address: str) -> str:
    return str(URL(address).origin())


def _title(message: Message) -> str:
    return message.text.partition("\n")[0]


def _told(slack: SlackEmulator, message: Message) -> str:
    if message.files:
        return ", ".join(file.name for file in message.files if not file.is_deleted) or "nothing"
    pictures = ", ".join(slack.files[file].name for file in _pictures(message))
    return _title(message) + (f" [{pictures}]" if pictures else "")


def _pictures(message: Message) -> list[str]:
    return [block["slack_file"]["id"] for block in message.blocks if block["type"] == "image"]


def _hashes(slack: SlackEmulator, message: Message) -> list[str]:
    return [sha256(slack.files[file].data).hexdigest() for file in _pictures(message)]
