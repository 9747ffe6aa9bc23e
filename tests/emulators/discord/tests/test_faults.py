"""What can be arranged to go wrong at the emulated Discord, and what it limits by itself."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from io import BytesIO

import aiohttp
import discord
import pytest
import pytest_asyncio

from tests.builders import a_png
from tests.emulators.discord import faults
from tests.emulators.discord.api.handlers import HANDLERS
from tests.emulators.discord.messages import Sticker
from tests.emulators.discord.routes import ROUTES
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.discord.tests.clients import Client, connected, logged_in, posted, refused, room
from tests.emulators.discord.uploads import FileToUpload


@pytest_asyncio.fixture
async def emulator() -> AsyncIterator[DiscordEmulator]:
    async with DiscordEmulator() as running:
        yield running


def test_every_route_is_handled() -> None:
    """The coverage list and the handlers are the same."""
    assert ROUTES.keys() == HANDLERS.keys()


async def test_the_context_fails_for_what_no_app_should_do() -> None:
    """Unless it was forgiven."""

    async def misbehave(*, forgiven: bool) -> None:
        async with DiscordEmulator() as emulator:
            emulator.note("somebody", "did something")
            if forgiven:
                emulator.forgive()

    with pytest.raises(AssertionError, match="somebody: did something"):
        await misbehave(forgiven=False)
    await misbehave(forgiven=True)


async def test_a_fault_meets_the_next_calls_of_its_route(emulator: DiscordEmulator) -> None:
    """And no others; a name that no route has is a mistake of the test."""
    channel = emulator.add_channel("studio")
    async with logged_in(emulator, Client()) as client:
        emulator.fail("create_message", faults.status(503))
        await client.fetch_channel(int(channel.id))
        with pytest.raises(discord.DiscordServerError):
            await room(client, channel).send("a")
        await room(client, channel).send("b")
        assert [each.content for each in channel.messages] == ["b"]
        assert [call.executed for call in emulator.calls if call.route == "create_message"] == [False, True]
        with pytest.raises(LookupError):
            emulator.fail("create_mesage", faults.status(503))


@pytest.mark.parametrize(
    ("fault", "error", "count"),
    [
        (faults.dropped_before(), aiohttp.ServerDisconnectedError, 0),
        (faults.dropped_after(), aiohttp.ServerDisconnectedError, 1),
        (faults.reset_before(), OSError, 0),
        (faults.reset_after(), OSError, 1),
        (faults.status(503, executed=True), discord.DiscordServerError, 1),
        (faults.refused(403, 50013), discord.Forbidden, 0),
        (faults.banned(), discord.HTTPException, 0),
    ],
)
async def test_calls_break_before_or_after_they_were_carried_out(
    emulator: DiscordEmulator, fault: faults.Fault, error: type[Exception], count: int
) -> None:
    """The client sees the same, and the channel tells the difference; a retry with the same nonce adds nothing."""
    channel = emulator.add_channel("studio")
    async with logged_in(emulator, Client()) as client:
        emulator.fail("create_message", fault)
        with pytest.raises(error):
            await room(client, channel).send("a", nonce="j1")
        assert len(channel.messages) == count
        await room(client, channel).send("a", nonce="j1")
        assert len(channel.messages) == 1


async def test_a_rate_limit_passes_by(emulator: DiscordEmulator) -> None:
    """discord.py waits for one that has `Via`, and takes the other for a ban."""
    channel = emulator.add_channel("studio")
    async with logged_in(emulator, Client()) as client:
        emulator.fail("create_message", faults.rate_limited(0.01))
        emulator.fail("create_message", faults.rate_limited(0.01, is_global=True))
        await room(client, channel).send("a", file=discord.File(BytesIO(a_png(8, 8)), "fox.png"))
        assert channel.messages[0].attachments[0].data == a_png(8, 8)
        emulator.fail("create_message", faults.banned())
        assert (await refused(emulator, room(client, channel).send("a"))).status == 429


async def test_a_held_call_waits(emulator: DiscordEmulator) -> None:
    """Before or after it was carried out."""
    channel = emulator.add_channel("studio")
    async with logged_in(emulator, Client()) as client:
        for executed, count in ((False, 0), (True, 2)):
            held = emulator.hold("create_message", executed=executed)
            sending = asyncio.create_task(room(client, channel).send("a"))
            await held.begun.wait()
            assert len(channel.messages) == count
            held.go()
            await sending


async def test_calls_are_limited_where_limits_are_on(emulator: DiscordEmulator) -> None:
    """Five messages in five seconds and a channel, with headers that say so."""
    channel, other = emulator.add_channel("studio"), emulator.add_channel("other")
    emulator.rate_limits_enabled = True
    async with logged_in(emulator, Client()) as client, aiohttp.ClientSession() as session:
        headers = {"Authorization": f"Bot {emulator.token}"}
        answers: list[tuple[int, str]] = []
        for _ in range(6):
            async with session.post(
                f"{emulator.api_url}/channels/{channel.id}/messages", json={"content": "a"}, headers=headers
            ) as response:
                answers.append((response.status, response.headers["X-RateLimit-Remaining"]))
        assert answers == [*((200, str(left)) for left in (4, 3, 2, 1, 0)), (429, "0")]
        await posted(client, other, {"content": "a"})
        emulator.clock.advance(5)
        await posted(client, channel, {"content": "a"})


async def test_json_is_told_as_exactly_that(emulator: DiscordEmulator) -> None:
    """discord.py compares the whole header."""
    async with aiohttp.ClientSession() as session:
        async with session.get(
            f"{emulator.api_url}/users/@me", headers={"Authorization": f"Bot {emulator.token}"}
        ) as response:
            assert response.headers["Content-Type"] == "application/json"
        async with session.get(f"{emulator.api_url}/users/@me") as response:
            assert response.status == 401


async def test_links_to_files_expire(emulator: DiscordEmulator) -> None:
    """After a day; who asks for the message again gets a new one. Nobody changes a link."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        said = await ada.say(channel, files=[FileToUpload("a fox.png", a_png(8, 8), alt="a fox")])
        heard = await emulator.until(lambda: client.others() or None)
        attachment = heard[0].attachments[0]
        assert (attachment.filename, attachment.description) == ("a_fox.png", "a fox")
        assert attachment.url.startswith(emulator.cdn_url)
        assert await attachment.read() == await attachment.read(use_cached=True) == a_png(8, 8)
        assert ada.download(attachment.url) == a_png(8, 8)
        with pytest.raises(LookupError):
            ada.download(attachment.url.replace("ex=", "ex=f"))
        emulator.clock.advance(86_401)
        with pytest.raises(discord.NotFound):
            await attachment.read()
        fresh = await room(client, channel).fetch_message(int(said.id))
        assert await fresh.attachments[0].read() == a_png(8, 8)
        emulator.delete_message(said)
        with pytest.raises(discord.NotFound):
            await fresh.attachments[0].read()
        assert await fresh.attachments[0].read(use_cached=True) == a_png(8, 8)
        emulator.clock.advance(301)
        with pytest.raises(discord.NotFound):
            await fresh.attachments[0].read(use_cached=True)


async def test_what_discord_says_of_a_file_may_be_wrong(emulator: DiscordEmulator) -> None:
    """Its size and type, for whoever believes them; and downloads break as calls do."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        await ada.say(channel, files=[FileToUpload("fox.png", bytes(1000), content_type="image/webp", size=10)])
        attachment = (await emulator.until(lambda: client.others() or None))[0].attachments[0]
        assert (attachment.size, attachment.content_type) == (10, "image/webp")
        assert len(await attachment.read()) == 1000
        emulator.fail("download", faults.status(502))
        with pytest.raises(discord.HTTPException):
            await attachment.read()


async def test_other_servers_are_reached_through_the_proxy(emulator: DiscordEmulator) -> None:
    """And whoever goes there directly is seen."""
    url = emulator.publish("fox.png", a_png(8, 8))
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        await ada.say(channel, url, embeds=[{"type": "image", "url": url, "thumbnail": {"url": url}}])
        embed = (await emulator.until(lambda: client.others() or None))[0].embeds[0]
        assert await client.http.get_from_cdn(str(embed.thumbnail.proxy_url)) == a_png(8, 8)
        assert emulator.visited == []
        await client.http.get_from_cdn(url)
        assert emulator.visited == [url]


async def test_stickers_have_their_pictures(emulator: DiscordEmulator) -> None:
    """Except for those that are animations in JSON."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    await ada.say(channel, stickers=[Sticker("7", "wave", 1, a_png(8, 8)), Sticker("8", "dance", 3, b"{}")])
    async with aiohttp.ClientSession() as session:
        for name, status in (("7.png", 200), ("8.json", 200), ("8.png", 404)):
            async with session.get(f"{emulator.cdn_url}/stickers/{name}") as response:
                assert response.status == status


async def test_it_runs_as_a_process() -> None:
    """It prints where it is, and people act through its control interface."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.emulators.discord", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    told = json.loads(await process.stdout.readline())
    async with aiohttp.ClientSession() as session:
        said = {"person": "Ada", "channel": "studio", "text": "a fox"}
        async with session.post(f"{told['origin']}/control/say", json=said) as response:
            message = (await response.json())["message"]
        where = {"person": "Bob", "channel": told["channels"]["studio"]}
        async with session.get(f"{told['origin']}/control/seen", params=where) as response:
            assert [each["id"] for each in (await response.json())["messages"]] == [message]
    process.terminate()
    assert await process.wait() == 0
