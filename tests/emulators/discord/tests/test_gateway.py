"""The emulated gateway: who gets in, who is told what, and how connections end and go on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import discord
import pytest
import pytest_asyncio
from discord.http import Route

from tests.builders import a_png
from tests.emulators.discord.messages import Sticker
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.discord.tests.clients import Client, connected, logged_in, pointed_at, room
from tests.emulators.discord.uploads import FileToUpload

PLAIN = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)


@pytest_asyncio.fixture
async def emulator() -> AsyncIterator[DiscordEmulator]:
    async with DiscordEmulator() as running:
        yield running


async def heard_by(emulator: DiscordEmulator, client: Client, count: int) -> list[discord.Message]:
    await emulator.until(lambda: len(client.others()) >= count)
    return client.others()


async def test_an_intent_that_was_not_granted_closes_the_gateway(emulator: DiscordEmulator) -> None:
    """4014, and the application's flags tell it beforehand."""
    emulator.message_content_granted = False
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with connected(emulator, Client()):
            pass
    async with logged_in(emulator, Client()) as client:
        assert not client.application_flags.gateway_message_content_limited
        emulator.message_content_granted = True
    async with logged_in(emulator, Client()) as client:
        assert client.application_flags.gateway_message_content_limited


async def test_a_wrong_token_gets_nowhere(emulator: DiscordEmulator) -> None:
    """Neither over REST nor into the gateway, which closes with 4004."""
    with pointed_at(emulator):
        async with Client() as client:
            with pytest.raises(discord.LoginFailure):
                await client.login("wrong")
    async with logged_in(emulator, Client()) as client:
        emulator.token = "renewed"
        with pytest.raises(discord.ConnectionClosed) as closed:
            await client.connect()
        assert closed.value.code == 4004


async def test_without_the_intent_words_are_withheld(emulator: DiscordEmulator) -> None:
    """But not in what mentions the app, answers it with a mention, or is said to it alone."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    emulator.message_content_granted = False
    files = [FileToUpload("fox.png", a_png(8, 8))]
    async with connected(emulator, Client(PLAIN)) as client:
        own = await room(client, channel).send("mine")
        await ada.say(channel, "1", files=files)
        await ada.say(channel, f"2 {emulator.bot.mention}", files=files)
        await ada.say(channel, "3", reply_to=str(own.id))
        await ada.say(channel, "4", reply_to=str(own.id), rings=False)
        await ada.say(ada.dm, "5", files=files)
        heard = await heard_by(emulator, client, 5)
        assert [each.content[:1] for each in heard] == ["", "2", "3", "", "5"]
        assert [len(each.attachments) for each in heard] == [0, 1, 0, 0, 1]
        reference = heard[3].reference
        assert reference is not None
        assert isinstance(reference.resolved, discord.Message)
        assert reference.resolved.content == "mine"
        fetched = await room(client, channel).fetch_message(heard[0].id)
        assert fetched.content == ""


async def test_a_reply_to_the_answer_of_a_command_stays_withheld(emulator: DiscordEmulator) -> None:
    """Its author is a webhook, which nobody mentions by replying."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    emulator.message_content_granted = False
    client = Client(PLAIN)

    @client.tree.command(name="imagine", description="Draw")
    async def imagine(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("A fox")

    async with connected(emulator, client):
        await client.tree.sync()
        outcome = await ada.command(channel, "imagine")
        assert outcome.message is not None
        await ada.say(channel, "red, please", reply_to=outcome.message)
        assert [each.content for each in await heard_by(emulator, client, 1)] == [""]


async def test_forwards_stickers_and_other_apps_are_told(emulator: DiscordEmulator) -> None:
    """As snapshots, items, and messages of bots."""
    ada, other = emulator.add_person("Ada"), emulator.add_person("Other", is_bot=True)
    channel = emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        said = await ada.say(channel, "a fox", files=[FileToUpload("fox.png", a_png(8, 8))])
        await ada.say(channel, forward_of=said, stickers=[Sticker("1", "wave", 3)])
        await other.say(channel, "I am a bot")
        heard = await heard_by(emulator, client, 3)
        assert heard[1].message_snapshots[0].content == "a fox"
        assert heard[1].message_snapshots[0].attachments[0].filename == "fox.png"
        assert heard[1].stickers[0].format is discord.StickerFormatType.lottie
        assert heard[2].author.bot


async def test_a_client_resumes_and_hears_what_it_missed(emulator: DiscordEmulator) -> None:
    """After a reset, a close, opcode 7, and opcode 9 that lets it."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        for number, break_off in enumerate(
            (
                emulator.cut_gateway,
                emulator.close_gateway,
                emulator.reconnect,
                lambda: emulator.invalidate(resumable=True),
            ),
            1,
        ):
            break_off()
            await ada.say(channel, str(number))
            await heard_by(emulator, client, number)
            await emulator.until(lambda number=number: emulator.resumes >= number)
        assert [each.content for each in client.others()] == ["1", "2", "3", "4"]
        assert len(emulator.identifies) == 1


async def test_a_session_that_is_over_begins_anew(emulator: DiscordEmulator) -> None:
    """What happened in between is lost."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        emulator.close_gateway(4009)
        await ada.say(channel, "lost")
        await emulator.until(lambda: len(emulator.identifies) == 2)
        await ada.say(channel, "heard")
        await heard_by(emulator, client, 1)
        emulator.invalidate()
        await emulator.until(lambda: len(emulator.identifies) == 3)
        assert [each.content for each in client.others()] == ["heard"]


async def test_a_gateway_may_close_again_and_again(emulator: DiscordEmulator) -> None:
    """A client that waits for nothing knocks at once."""
    async with connected(emulator, Client()) as client:
        emulator.refuse_gateway(20)
        emulator.cut_gateway()
        await emulator.until(lambda: emulator.resumes == 1)
        await emulator.connected()
        assert client.is_ready()


async def test_messages_may_come_twice(emulator: DiscordEmulator) -> None:
    """Because they were told twice, or because two clients share a shard."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    async with connected(emulator, Client()) as client, Client() as second:
        await second.login(emulator.token)
        running = asyncio.create_task(second.connect())
        second.tell = emulator.tell
        await emulator.until(lambda: emulator.connections_on(0) == 2)
        emulator.double_messages()
        await ada.say(channel, "1")
        await ada.say(channel, "2", times=2)
        assert [each.content for each in await heard_by(emulator, client, 4)] == ["1", "1", "2", "2"]
        await heard_by(emulator, second, 4)
        await second.close()
        await running


@pytest.mark.parametrize("compresses", [True, False])
async def test_frames_come_compressed_or_not(emulator: DiscordEmulator, compresses: bool) -> None:
    """The client takes both."""
    emulator.compresses = compresses
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        assert emulator.connections[0].is_compressed == compresses
        await ada.say(channel, "a" * 1000)
        await heard_by(emulator, client, 1)


async def test_each_shard_hears_of_its_guilds(emulator: DiscordEmulator) -> None:
    """Direct messages and what has no guild go to the first one."""
    guilds = [emulator.add_guild(f"G{number}", shard=(number, 2)) for number in range(2)]
    ada = emulator.add_person("Ada", guilds=guilds)
    channels = [emulator.add_channel(f"c{number}", guild=guild) for number, guild in enumerate(guilds)]
    emulator.shards_wanted = 2
    client = Sharded()
    client.tell = emulator.tell
    with pointed_at(emulator):
        async with client:
            running = asyncio.create_task(client.start(emulator.token))
            await emulator.connected(shards=2)
            await emulator.until(lambda: client.events.count("GUILD_CREATE") >= 3)
            for where in (*channels, ada.dm):
                await ada.say(where, "a")
            await emulator.until(lambda: len(client.heard) == 3)
            assert {each.id: each.shard_id for each in client.guilds if str(each.id) in {g.id for g in guilds}} == {
                int(guild.id): number for number, guild in enumerate(guilds)
            }
            assert {each.shard for each in emulator.identifies} == {(0, 2), (1, 2)}
            assert [each.connection for each in emulator.sessions].count(None) == 0
            await client.close()
            await running


class Sharded(discord.AutoShardedClient):
    def __init__(self) -> None:
        super().__init__(intents=PLAIN, guild_ready_timeout=0, chunk_guilds_at_startup=False)
        self.heard: list[discord.Message] = []
        self.events: list[str] = []
        self.tell: Callable[[], None] = lambda: None

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None: ...

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)
        self.tell()

    async def on_socket_event_type(self, event: str) -> None:
        self.events.append(event)
        self.tell()


async def test_a_client_that_is_thrown_out_is_told(emulator: DiscordEmulator) -> None:
    """Also of outages and their end, and of guilds that let it in."""
    async with connected(emulator, Client()) as client:
        new = emulator.add_guild("New")
        await emulator.until(lambda: client.get_guild(int(new.id)))
        emulator.kick_bot(new)
        await emulator.until(lambda: "GUILD_DELETE" in client.events and not client.get_guild(int(new.id)))
        emulator.begin_outage()
        guild = client.get_guild(int(emulator.guild.id))
        assert guild is not None
        await emulator.until(lambda: guild.unavailable)
        emulator.end_outage()
        await emulator.until(lambda: not guild.unavailable)


async def test_heartbeats_are_answered_unless_told_otherwise(emulator: DiscordEmulator) -> None:
    """A client whose beats are not acknowledged comes back by itself."""
    emulator.heartbeat_interval_ms = 50
    async with connected(emulator, Client()) as client:
        await emulator.until(lambda: emulator.connections and emulator.connections[0].heartbeats >= 2)
        assert client.latency < 1


async def test_deletions_and_edits_are_told(emulator: DiscordEmulator) -> None:
    """Of what everybody sees."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        said = await ada.say(channel, "a")
        await ada.edit(said, "b")
        emulator.unfold(said, [{"type": "image", "url": "https://example.com/a.png"}])
        await ada.delete(said)
        await emulator.quiet()
        told = [event for event in client.events if event.startswith("MESSAGE")]
        assert told == ["MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_UPDATE", "MESSAGE_DELETE"]
        with pytest.raises(discord.NotFound):
            await client.http.request(
                Route("GET", "/channels/{channel_id}/messages/{message_id}", channel_id=channel.id, message_id=said.id)
            )


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([{"op": 2, "d": {"token": "", "intents": 1}}], 4004),
        ([{"op": 2, "d": {"intents": 1 << 30}}], 4013),
        ([{"op": 2, "d": {"intents": 1 << 1}}], 4014),
        ([{"op": 2, "d": {"intents": 1, "shard": [2, 2]}}], 4010),
        ([{"op": 2, "d": {"intents": 1}}] * 2, 4005),
        ([{"op": 3, "d": {}}], 4003),
        ([{"op": 99, "d": {}}], 4001),
        ([[]], 4002),
        ([{"op": 2, "d": {"intents": 1}}, {"op": 6, "d": {}}], 4007),
    ],
)
async def test_wrong_frames_close_the_gateway(emulator: DiscordEmulator, frames: list[Any], code: int) -> None:
    """Each with its own code."""
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(f"{emulator.gateway_url}?v=10&encoding=json")
        for frame in frames:
            if isinstance(frame, dict):
                frame["d"].setdefault("token", emulator.token)
                if frame["op"] == 6:
                    await emulator.until(lambda: emulator.sessions)
                    frame["d"] |= {"session_id": emulator.sessions[0].id, "seq": 99}
            await socket.send_json(frame)
        async for _ in socket:
            pass
        assert socket.close_code == code
    emulator.forgive()
