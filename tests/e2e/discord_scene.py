"""One Discord, people in it who do not give up, and the house of the Easel that it is connected to."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from adapters.discord.ids import interaction_key, message_key
from bot.domain.ids import EventKey
from tests.clock import PATIENCE_S
from tests.contract.running import discord_settings
from tests.e2e.books import Books
from tests.e2e.engraver import costly
from tests.e2e.process import House, Life, Nursery
from tests.emulators.discord.checking.components import each_of
from tests.emulators.discord.gateway.connections import Connection
from tests.emulators.discord.interactions import Interaction, Modal, Outcome
from tests.emulators.discord.messages import Message
from tests.emulators.discord.person import Person
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.discord.things import Channel

MOMENT_S = 10.0
"""What passes between two lives unless a story says otherwise: nobody waits for an answer any more, and the dead one's
leases and nonces still hold."""
SMALL: Mapping[str, Any] = {"size": "64x64", "quality": "low"}


@dataclass(eq=False, slots=True)
class Scene:
    """Args:
    checkpoints: where lives end, in this order.
    pauses: what passes after a death at some of them, in seconds by the clocks of Discord and of Easel.
    """

    discord: DiscordEmulator
    house: House
    channel: Channel
    ada: Person
    checkpoints: Sequence[str]
    pauses: Mapping[str, float]
    asked: list[str] = field(default_factory=list[str])
    accepted: list[EventKey] = field(default_factory=list[EventKey])
    said: list[Message] = field(default_factory=list[Message])
    _dead: set[Connection] = field(default_factory=set[Connection])

    async def houses(self) -> AsyncGenerator[str]:
        """Prompts, one after another, until all lives have ended that are to end; noted in `asked`."""
        while len(self.house.deaths) < len(self.checkpoints):
            prompt = f"house {len(self.asked)}"
            self.asked.append(prompt)
            yield prompt
            await self.rest()

    # What Ada does, again where her client says that it did not work and Easel does not know of it

    async def command(self, name: str, /, **options: Any) -> None:
        life = await self.connected()
        while not await self._has_worked(await self.ada.command(self.channel, name, **options), life):
            life = await self.connected()

    async def press(self, on: Message, label: str) -> Outcome:
        """The outcome of the last try, after which the button may be gone."""
        life = await self.connected()
        outcome = await self.ada.press(on, label)
        while not await self._has_worked(outcome, life) and any(
            each.get("label") == label for each in each_of(on.components)
        ):
            life = await self.connected()
            outcome = await self.ada.press(on, label)
        return outcome

    async def menu(self, name: str, on: Message) -> Outcome:
        life = await self.connected()
        while not await self._has_worked(outcome := await self.ada.context_menu(name, on), life):
            life = await self.connected()
        return outcome

    async def submit(self, modal: Modal, **values: str) -> None:
        life = await self.connected()
        while not await self._has_worked(await self.ada.submit(values, modal=modal), life):
            life = await self.connected()

    async def say(self, channel: Channel, words: str, *, reply_to: Message | None = None) -> None:
        """Every later life is told of it once more: what was lost comes, and what was heard comes twice."""
        await self.connected()
        message = await self.ada.say(channel, words, reply_to=reply_to)
        self.said.append(message)
        self.accepted.append(message_key(int(message.id)))

    async def rest(self) -> None:
        """Waits until what was asked for has come to its end, and nobody dies of it any more."""
        await self.house.rest()
        await self.connected()
        await self.discord.quiet(limit_s=PATIENCE_S)

    async def connected(self) -> Life:
        """Waits until Discord reaches an Easel that lives."""
        life = await self.house.life()
        await self.discord.until(
            lambda: any(each.shard is not None for each in self.discord.connections if each not in self._dead),
            limit_s=PATIENCE_S,
        )
        return life

    # What Ada sees

    async def sees(self, *lines: str) -> Message:
        """The message of Easel that begins with these lines, once it is there."""
        return await self.discord.until(
            lambda: next((each for each in self.easels() if _lines(each)[: len(lines)] == lines), None),
            limit_s=PATIENCE_S,
        )

    def easels(self) -> Iterator[Message]:
        """Easel's messages that Ada sees, other than "thinking…" and what Discord itself says of threads."""
        return (
            each
            for each in self.ada.sees_everywhere()
            if each.author is self.discord.bot and each.type in (0, 19, 20, 23) and not each.is_loading
        )

    def shown(self) -> list[str]:
        """The same to read: where, the title, what was asked for, and the files."""
        return sorted(self._told(each) for each in self.easels())

    def hashes(self) -> list[str]:
        """Of the pictures in all of them, in order."""
        return sorted(sha256(file.data).hexdigest() for each in self.easels() for file in each.attachments)

    @property
    def thinking(self) -> list[Interaction]:
        """What is still going to be answered, as Ada's client shows it."""
        shown = [each for each in self.discord.interactions.values() if each.response is not None]
        return [each for each in shown if each.response and each.response.is_loading and not each.response.is_deleted]

    # What passes

    async def retell(self) -> None:
        """Tells each new session once more of what was said; until cancelled."""
        known = 0
        while True:
            while len(self.discord.identifies) == known:
                await self.discord.changed()
            known = len(self.discord.identifies)
            for message in self.said:
                self.discord.retell(message)

    def died(self) -> None:
        """A while passes before anybody lives again: whoever waits for an answer is told that there is none."""
        pause_s = self.pauses.get(self.house.deaths[-1], MOMENT_S)
        self._dead |= set(self.discord.connections)
        self.house.ahead_s += pause_s
        self.discord.clock.advance(pause_s)

    # Private

    async def _has_worked(self, outcome: Outcome, life: Life) -> bool:
        """A life that is slow answers with "thinking…" before it stores what was asked for, and may end in between."""
        assert outcome.interaction is not None, outcome.errors
        key, books = interaction_key(int(outcome.interaction.id)), Books(self.house.data_dir)
        await self.discord.until(
            lambda: not outcome.is_thinking or key in books.stored() or life.ended.is_set(), limit_s=PATIENCE_S
        )
        is_stored = key in books.stored()
        if is_stored:
            self.accepted.append(key)
        return is_stored or (outcome.error is None and not outcome.is_thinking)

    def _told(self, message: Message) -> str:
        files = ", ".join(each.filename for each in message.attachments)
        title, quote = (*_lines(message), "", "")[:2]
        asked = quote if quote.startswith("> ") else ""
        return " ".join(part for part in (f"{message.channel.name}:", title, asked, files and f"[{files}]") if part)


@asynccontextmanager
async def scene(
    lives: Nursery,
    root: Path,
    *,
    checkpoints: Sequence[str],
    pauses: Mapping[str, float] | None = None,
    **settings: str,
) -> AsyncGenerator[Scene]:
    """Its lives end at these checkpoints; afterwards all work has ended and the files are at rest."""
    async with DiscordEmulator() as discord:
        house = House(lives, root, env=discord_settings(discord), **{**costly(root), **settings})
        made = Scene(
            discord, house, discord.add_channel("studio"), discord.add_person("Ada"), checkpoints, pauses or {}
        )
        house.on_death = made.died
        async with house.lived_in(*checkpoints), asyncio.timeout(PATIENCE_S):
            retelling = asyncio.create_task(made.retell())
            try:
                yield made
                await made.rest()
                await house.finish()
            except BaseException as error:
                error.add_note(f"Ada sees {made.shown()}")
                raise
            finally:
                retelling.cancel()
        # The owner of the shard's lease has come back under the same name, so nobody ever waited for it.
        assert "shard.served_elsewhere" not in house.log.read_text()


def _lines(message: Message) -> tuple[str, ...]:
    return tuple(message.content.split("\n"))
