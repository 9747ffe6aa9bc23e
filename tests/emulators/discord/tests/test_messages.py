"""What the emulated Discord takes as a message, and what it says no to."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import discord
import pytest
import pytest_asyncio
from discord.http import Route

from tests.builders import a_picture, a_png, encoded
from tests.emulators.discord.permissions import Permission
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.discord.tests.clients import Client, logged_in, posted, refused, room
from tests.emulators.discord.things import MIB, Channel

pytestmark = pytest.mark.asyncio(loop_scope="module")
PNG = a_png(8, 8)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def emulator() -> AsyncIterator[DiscordEmulator]:
    async with DiscordEmulator() as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(emulator: DiscordEmulator) -> AsyncIterator[Client]:
    async with logged_in(emulator, Client()) as connected:
        yield connected


@pytest.fixture
def channel(emulator: DiscordEmulator) -> Channel:
    return emulator.add_channel("studio")


def a_file(data: bytes = PNG, name: str = "fox.png", alt: str | None = None) -> discord.File:
    return discord.File(BytesIO(data), name, description=alt)


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001},
        {"content": 5},
        {"content": "a", "embeds": [{"description": "x" * 4097}]},
        {"content": "a", "embeds": [{"description": "x" * 3000}, {"description": "y" * 3001}]},
        {"content": "a", "embeds": [{"title": "a"}] * 11},
        {"content": "a", "nonce": "x" * 26},
        {"content": "a", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        {"content": "a", "allowed_mentions": {"parse": ["nobody"]}},
        {"content": "a", "attachments": [{"id": 0, "filename": "fox.png"}]},
        {"content": "a", "embeds": [{"image": {"url": "attachment://fox.png"}}]},
    ],
)
async def test_a_message_against_the_rules_is_refused_and_noted(
    emulator: DiscordEmulator, client: Client, channel: Channel, body: dict[str, Any]
) -> None:
    """What no app should send is an invalid form, and fails the test unless forgiven."""
    assert (await refused(emulator, posted(client, channel, body), wrong=True)).code == 50035


async def test_fields_that_discord_ignores_are_noted(
    emulator: DiscordEmulator, client: Client, channel: Channel
) -> None:
    """A field that no route knows passes, and is a problem all the same."""
    await posted(client, channel, {"content": "a", "colour": "red"})
    assert emulator.problems == ["create_message: colour: unknown field"]
    emulator.forgive()


async def test_a_route_that_is_not_there_is_noted(emulator: DiscordEmulator, client: Client) -> None:
    """Whatever is not in the coverage list is no route."""
    refusal = await refused(emulator, client.http.request(Route("GET", "/teapots")), wrong=True)
    assert refusal.status == 404


async def test_a_message_without_anything_is_refused(
    emulator: DiscordEmulator, client: Client, channel: Channel
) -> None:
    """Buttons alone are no message."""
    row = {"type": 1, "components": [{"type": 2, "style": 1, "label": "a", "custom_id": "a"}]}
    assert (await refused(emulator, posted(client, channel, {"components": [row]}))).code == 50006


async def test_files_are_limited_each_and_together(emulator: DiscordEmulator, client: Client, channel: Channel) -> None:
    """One file may have what the guild allows, ten files together what a request may have."""
    emulator.limit_files(emulator.guild, 1 * MIB)
    large = bytes(MIB + 1)
    assert (await refused(emulator, room(client, channel).send(file=a_file(large, "a.bin")))).code == 40005
    emulator.limit_files(emulator.guild, 20 * MIB)
    await room(client, channel).send(file=a_file(large, "a.bin"))
    files = [a_file(bytes(9 * MIB), f"{number}.bin") for number in range(3)]
    refusal = await refused(emulator, room(client, channel).send(files=files))
    assert (refusal.status, refusal.code) == (413, 40005)
    emulator.limit_files(emulator.guild, None)


async def test_more_than_ten_files_are_refused(emulator: DiscordEmulator, client: Client, channel: Channel) -> None:
    """discord.py does not look."""
    files = [a_file(name=f"{number}.png") for number in range(11)]
    assert (await refused(emulator, room(client, channel).send(files=files), wrong=True)).code == 50035


async def test_alt_text_is_kept_and_has_an_end(emulator: DiscordEmulator, client: Client, channel: Channel) -> None:
    """1024 characters."""
    sent = await room(client, channel).send(file=a_file(alt="x" * 1024))
    assert channel.messages[0].attachments[0].description == "x" * 1024
    assert sent.attachments[0].content_type == "image/png"
    await refused(emulator, room(client, channel).send(file=a_file(alt="x" * 1025)), wrong=True)


async def test_a_name_that_lies_about_a_picture_is_noted(
    emulator: DiscordEmulator, client: Client, channel: Channel
) -> None:
    """Clients go by the ending, so a WebP that is called PNG is a mistake; so is an empty file."""
    await room(client, channel).send(files=[a_file(encoded(a_picture(), "WEBP")), a_file(b"", "empty.png")])
    assert len(emulator.problems) == 2
    emulator.forgive()


async def test_an_edit_keeps_replaces_or_clears_files(
    emulator: DiscordEmulator, client: Client, channel: Channel
) -> None:
    """What is not named goes, what is uploaded comes, and an edit that names nothing leaves all."""
    sent = await room(client, channel).send("a", files=[a_file(name="a.png"), a_file(name="b.png")])
    stored = channel.messages[0]
    part = room(client, channel).get_partial_message(sent.id)
    await part.edit(content="b")
    assert [each.filename for each in stored.attachments] == ["a.png", "b.png"]
    await part.edit(attachments=[sent.attachments[1], a_file(name="c.png")])
    assert [each.filename for each in stored.attachments] == ["b.png", "c.png"]
    await part.edit(attachments=[a_file(name="d.png")])
    assert [each.filename for each in stored.attachments] == ["d.png"]
    await part.edit(attachments=[])
    assert (stored.attachments, stored.content) == ([], "b")
    assert (await refused(emulator, part.edit(content=None))).code == 50006


async def test_the_same_nonce_is_the_same_message(emulator: DiscordEmulator, client: Client, channel: Channel) -> None:
    """For some minutes, and where it is enforced."""
    first = await room(client, channel).send("a", nonce="j7:0")
    assert (await room(client, channel).send("b", nonce="j7:0")).id == first.id
    await posted(client, channel, {"content": "c", "nonce": "j7:0"})
    emulator.clock.advance(301)
    await room(client, channel).send("d", nonce="j7:0")
    assert [each.content for each in channel.messages] == ["a", "c", "d"]


async def test_words_ring_bells_unless_they_may_not(
    emulator: DiscordEmulator, client: Client, channel: Channel
) -> None:
    """Users, roles, everyone and whoever is replied to, as `allowed_mentions` lets them."""
    ada, role = emulator.add_person("Ada"), emulator.add_role("artists")
    text = f"{ada.mention} <@&{role.id}> @everyone"
    await room(client, channel).send(text)
    assert emulator.pings == []
    await posted(client, channel, {"content": text})
    assert [ping.who for ping in emulator.pings] == [ada.id, role.id, "everyone"]
    emulator.pings.clear()
    await room(client, channel).send(text, allowed_mentions=discord.AllowedMentions(users=[discord.Object(ada.id)]))
    assert [ping.who for ping in emulator.pings] == [ada.id]
    emulator.pings.clear()
    said = await ada.say(channel, "hello")
    reference = discord.MessageReference(message_id=int(said.id), channel_id=int(channel.id))
    await room(client, channel).send("hello", reference=reference, mention_author=False)
    assert emulator.pings == []
    await room(client, channel).send("hello", reference=reference, mention_author=True)
    assert [ping.who for ping in emulator.pings] == [ada.id]
    emulator.pings.clear()


async def test_permissions_are_asked_for(emulator: DiscordEmulator, client: Client, channel: Channel) -> None:
    """Each route looks for its own, and a channel that is not seen is a missing access."""
    here, sent = room(client, channel), await room(client, channel).send("a")
    reference = discord.MessageReference(message_id=sent.id, channel_id=int(channel.id))
    emulator.forbid(channel, Permission.READ_MESSAGE_HISTORY)
    assert (await refused(emulator, here.send("b", reference=reference))).code == 160002
    assert (await refused(emulator, here.fetch_message(sent.id))).code == 50013
    emulator.forbid(channel, Permission.ATTACH_FILES)
    assert (await refused(emulator, here.send(file=a_file()))).code == 50013
    emulator.forbid(channel, Permission.SEND_MESSAGES)
    assert (await refused(emulator, here.send("b"))).code == 50013
    emulator.forbid(channel, Permission.VIEW_CHANNEL)
    assert (await refused(emulator, here.send("b"))).code == 50001
    emulator.allow(channel, Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES)
    await here.send("b")


async def test_what_is_gone_is_unknown(emulator: DiscordEmulator, client: Client, channel: Channel) -> None:
    """Messages, channels, and guilds that threw the app out."""
    sent = await room(client, channel).send("a")
    emulator.delete_message(channel.messages[0])
    part = room(client, channel).get_partial_message(sent.id)
    assert (await refused(emulator, part.edit(content="b"))).code == 10008
    emulator.delete_channel(channel)
    assert (await refused(emulator, room(client, channel).send("b"))).code == 10003
    elsewhere = emulator.add_guild("Elsewhere")
    there = emulator.add_channel("there", guild=elsewhere)
    emulator.kick_bot(elsewhere)
    assert (await refused(emulator, room(client, there).send("b"))).code == 50001


async def test_automod_refuses_words(emulator: DiscordEmulator, client: Client, channel: Channel) -> None:
    """Of apps as of people."""
    emulator.guild.blocked_words.add("teapot")
    assert (await refused(emulator, room(client, channel).send("A Teapot"))).code == 200000
    emulator.guild.blocked_words.clear()


async def test_old_messages_are_not_edited_for_long(
    emulator: DiscordEmulator, client: Client, channel: Channel
) -> None:
    """After an hour, with an answer that discord.py takes for a rate limit."""
    sent = await room(client, channel).send("a")
    emulator.clock.advance(3601)
    emulator.old_edits_allowed = 1
    await room(client, channel).get_partial_message(sent.id).edit(content="b")
    refusal = await refused(emulator, room(client, channel).get_partial_message(sent.id).edit(content="c"))
    assert (refusal.status, refusal.code) == (429, 30046)


async def test_only_own_messages_are_edited(emulator: DiscordEmulator, client: Client, channel: Channel) -> None:
    """A person's message is theirs."""
    said = await emulator.add_person("Ada").say(channel, "a")
    part = room(client, channel).get_partial_message(int(said.id))
    assert (await refused(emulator, part.edit(content="b"))).code == 50005
    assert (await refused(emulator, part.delete())).code == 50013


async def test_a_direct_message_needs_somebody_who_takes_it(emulator: DiscordEmulator, client: Client) -> None:
    """Whoever shares no guild or wants none is not written to."""
    ada = emulator.add_person("Ada")
    user = discord.Object(int(ada.id))
    dm = await client.create_dm(user)
    await dm.send("hello")
    assert [each.content for each in ada.sees(ada.dm)] == ["hello"]
    ada.takes_dms = False
    assert (await refused(emulator, dm.send("hello"))).code == 50007


async def test_reactions_come_and_go(emulator: DiscordEmulator, client: Client, channel: Channel) -> None:
    """With the permission to add them."""
    said = await emulator.add_person("Ada").say(channel, "a")
    part = room(client, channel).get_partial_message(int(said.id))
    emulator.forbid(channel, Permission.ADD_REACTIONS)
    assert (await refused(emulator, part.add_reaction("⏳"))).code == 50013
    emulator.allow(channel, Permission.ADD_REACTIONS)
    await part.add_reaction("⏳")
    assert said.reactions == {"⏳": {emulator.bot.id}}
    await part.remove_reaction("⏳", discord.Object(int(emulator.bot.id)))
    assert said.reactions == {}
