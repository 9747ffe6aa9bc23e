"""Easel killed with SIGKILL at every checkpoint while people use it in Slack: what they see is there exactly once.

Slack lives on in the test's own process: it keeps what was posted, and delivers again what nobody acknowledged.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest
from yarl import URL

from adapters.slack.ids import message_key
from adapters.slack.setup.manifest import SCOPES
from bot.domain.ids import EventKey
from tests.clock import PATIENCE_S
from tests.contract.running import slack_settings
from tests.e2e.books import Books
from tests.e2e.process import House, Nursery
from tests.e2e.seams import DRAWN_IN_SLACK, PRESSED_IN_SLACK, PRIVATE_IN_SLACK
from tests.emulators.slack.person import Person
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.things import Channel, Message

pytestmark = pytest.mark.asyncio(loop_scope="module")

_SMALL = "--size 64x64 --quality low"
_CLIENT_WAITS_S = 1.0
"""For an answer to a press or a form, before it says that something went wrong: Slack's own wait three seconds."""
_RETRY_DELAYS_S = (0.05, 0.2, 0.5, 1.0, 2.0)
"""Slack's own last for minutes: an Easel that is dead, or begins to live, misses some."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """One Slack of its own, two people in a channel, and the house of the Easel that it is connected to.

    `accepted` are the keys of what was said to Easel.
    """

    slack: SlackEmulator
    house: House
    channel: Channel
    ada: Person
    ben: Person
    accepted: list[EventKey] = field(default_factory=list[EventKey])

    async def call(self, person: Person, words: str) -> None:
        """Calls Easel by its name in the channel."""
        self._note(self.channel.id, await person.say(self.channel, f"<@{self.slack.team.bot_user_id}> {words}"))

    async def reply(self, to: Message, words: str) -> None:
        self._note(to.channel, await self.ada.say(to.channel, words, thread_ts=to.thread_ts or to.ts))

    async def sees(self, title: str) -> Message:
        """The card of that title, once Ada sees it."""
        return await self.slack.until(lambda: self._card(title), limit_s=PATIENCE_S)

    async def press(self, title: str, action: str) -> None:
        """Presses a button of a card, again for as long as it is there and the client says that it did not work."""

        async def fails() -> bool:
            warnings = len(self.ada.warnings)
            if (card := self._card(title)) is not None:
                await self.ada.press(card.channel, card.ts, f"easel:{action}")
            return len(self.ada.warnings) > warnings

        await self._insist(fails)

    async def submit(self, words: str) -> None:
        async def fails() -> bool:
            return (await self.ada.submit({"prompt": words})).failed is not None

        await self._insist(fails)

    def easels(self) -> Iterator[Message]:
        """What Ada sees of Easel."""
        return (message for message in self.ada.sees_everywhere() if message.bot_id)

    def shown(self) -> list[str]:
        """The same to read: each card's title and pictures, and the files of each set."""
        return [self._told(message) for message in self.easels()]

    def hashes(self) -> list[str]:
        """Of the pictures in the cards."""
        return [sha256(self.slack.files[file].data).hexdigest() for each in self.easels() for file in _pictures(each)]

    async def _insist(self, fails: Callable[[], Awaitable[bool]]) -> None:
        await self._connected()
        while await fails():
            await self._connected()

    async def _connected(self) -> None:
        """Waits until Slack reaches an Easel that lives."""
        await self.house.life()
        if self.slack.delivery == "http":
            # Not the address of the life above: it may have died meanwhile, and the next one has another.
            await self.slack.until(lambda: self.slack.request_url)
        else:
            await self.slack.until(lambda: self.slack.connections)

    def _card(self, title: str) -> Message | None:
        return next((message for message in self.easels() if _title(message) == title), None)

    def _told(self, message: Message) -> str:
        if message.files:
            return ", ".join(file.name for file in message.files if not file.is_deleted) or "deleted files"
        pictures = ", ".join(self.slack.files[file].name for file in _pictures(message))
        return _title(message) + (f" [{pictures}]" if pictures else "")

    def _note(self, channel: str, ts: str) -> None:
        self.accepted.append(message_key(self.slack.team.id, channel, ts))


_Story = Callable[[_Scene], Awaitable[list[str]]]
"""What Ada does, until it is done; returns what she then sees of Easel, in any order."""


@dataclass(frozen=True, slots=True)
class _Case:
    story: _Story
    checkpoint: str
    over_http: bool = False

    def __str__(self) -> str:
        return self.checkpoint + (" over HTTP" if self.over_http else "")


async def _draw(scene: _Scene) -> list[str]:
    await scene.call(scene.ada, f"a red house {_SMALL}")
    await scene.reply(await scene.sees("v1 for Ada"), "darker")
    await scene.sees("v2 from v1 for Ada")
    return ["v1 for Ada [easel-v1.png]", "easel-v1.png", "v2 from v1 for Ada [easel-v2.png]", "easel-v2.png"]


async def _draw_in_private(scene: _Scene) -> list[str]:
    alone = "for Ada · only you can see this"
    await scene.call(scene.ada, f"a red house --private {_SMALL}")
    first = await scene.sees(f"v1 {alone}")
    assert first.channel == scene.ada.dm.id
    await scene.reply(first, "darker")
    await scene.sees(f"v2 from v1 {alone}")
    return [f"v1 {alone} [easel-v1.png]", "easel-v1.png", f"v2 from v1 {alone} [easel-v2.png]", "easel-v2.png"]


async def _press(scene: _Scene) -> list[str]:
    await scene.call(scene.ada, f"a red house {_SMALL}")
    await scene.sees("v1 for Ada")
    await scene.press("v1 for Ada", "edit")
    await scene.submit("darker")
    await scene.sees("v2 from v1 for Ada")
    await scene.press("v2 from v1 for Ada", "delete")
    await scene.sees("v2 was deleted by Ada")
    return ["v1 for Ada [easel-v1.png]", "easel-v1.png", "v2 was deleted by Ada", "deleted files"]


def _cases() -> Iterator[_Case]:
    for story, seams in ((_draw, DRAWN_IN_SLACK), (_draw_in_private, PRIVATE_IN_SLACK), (_press, PRESSED_IN_SLACK)):
        for name, seam in seams.items():
            yield from (_Case(story, f"{moment} {name}") for moment in seam.moments)
    for story, checkpoint in ((_draw, "after submit"), (_draw, "after completion"), (_press, "after press")):
        yield _Case(story, checkpoint, over_http=True)


# A life waits most of its time for the engine or for Slack: many side by side take hardly longer than one.
_TOGETHER = [list(_cases())[start::3] for start in range(3)]


@pytest.mark.parametrize("cases", _TOGETHER, ids=lambda cases: ", ".join(map(str, cases)))
async def test_killed_at_a_checkpoint(lives: Nursery, tmp_path: Path, cases: list[_Case]) -> None:
    """Killed before or after anything that Slack tells or is told, Easel has drawn it, said it, or removed it once."""
    async with asyncio.TaskGroup() as group:
        for case in cases:
            group.create_task(_killed(lives, tmp_path / str(case), case))


async def _killed(lives: Nursery, root: Path, case: _Case) -> None:
    drawn_before: dict[str, int] = {}
    saying: list[asyncio.Task[None]] = []
    async with _scene(lives, root, over_http=case.over_http) as scene:
        house = scene.house

        def on_death() -> None:
            drawn_before.update({prompt: house.drawings[prompt] for prompt in Books(house.data_dir).recorded_prompts()})
            saying.append(asyncio.create_task(scene.call(scene.ben, f"a boat {_SMALL}")))

        house.on_death = on_death
        async with house.lived_in(case.checkpoint), asyncio.timeout(PATIENCE_S), _addressed(scene):
            expected = await case.story(scene)
            await scene.sees("v1 for Ben")  # whose words came while nobody lived
            await scene.slack.quiet(limit_s=PATIENCE_S)
            await house.finish()
        assert house.deaths == [case.checkpoint]
        assert sorted(scene.shown()) == sorted([*expected, "v1 for Ben [easel-v1.png]", "easel-v1.png"])
        books = Books(house.data_dir)
        jobs, _ = books.assert_ended(scene.accepted)
        assert len(jobs) == 3
        assert sorted(scene.hashes()) == books.kept_pictures()
        assert {prompt: house.drawings[prompt] for prompt in drawn_before} == drawn_before
        assert [task.result() for task in saying] == [None]


@asynccontextmanager
async def _scene(lives: Nursery, root: Path, *, over_http: bool) -> AsyncGenerator[_Scene]:
    async with SlackEmulator() as slack:
        slack.ack_limit_s = _CLIENT_WAITS_S
        slack.team.scopes.update(SCOPES)
        ada, ben = slack.add_person("Ada"), slack.add_person("Ben")
        channel = slack.add_channel("studio", members=[ada, ben])
        env, settings = slack_settings(slack), dict[str, str]()
        if over_http:
            slack.delivery, slack.retry_delays_s = "http", _RETRY_DELAYS_S
            del env["SLACK_APP_TOKEN"]
            settings["web"] = "on"  # a playground's address tells where it listens
        yield _Scene(slack, House(lives, root, env=env, **settings), channel, ada, ben)


@asynccontextmanager
async def _addressed(scene: _Scene) -> AsyncGenerator[None]:
    """Tells Slack where each life listens; while nobody lives, what comes over HTTP waits for one."""

    async def tell() -> None:
        while scene.slack.delivery == "http":
            life = await scene.house.life()
            scene.slack.request_url = _events_url(life.address)
            scene.slack.tell()
            await life.ended.wait()
            scene.slack.request_url = ""

    telling = asyncio.create_task(tell())
    try:
        yield
    finally:
        telling.cancel()


def _events_url(address: str) -> str:
    return str(URL(address).origin() / "slack/events")


def _title(message: Message) -> str:
    return message.text.partition("\n")[0]


def _pictures(message: Message) -> list[str]:
    return [block["slack_file"]["id"] for block in message.blocks if block["type"] == "image"]
