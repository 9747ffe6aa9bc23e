"""Threads of the emulated Discord: how they start, sleep and close."""

from collections.abc import AsyncIterator

import discord
import pytest_asyncio

from tests.emulators.discord.permissions import Permission
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.discord.tests.clients import Client, connected, refused, room


@pytest_asyncio.fixture
async def emulator() -> AsyncIterator[DiscordEmulator]:
    async with DiscordEmulator() as running:
        yield running


async def test_a_message_has_one_thread(emulator: DiscordEmulator) -> None:
    """A second one is refused, also after the first was deleted; a thread has none, and a conversation neither."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        said = await ada.say(channel, "a fox")
        message = await room(client, channel).fetch_message(int(said.id))
        thread = await message.create_thread(name="A fox")
        assert (await refused(emulator, message.create_thread(name="again"))).code == 160004
        assert (await refused(emulator, (await thread.send("x")).create_thread(name="deeper"))).code == 50024
        direct = await ada.say(ada.dm, "a fox")
        heard = await emulator.until(lambda: [each for each in client.heard if each.id == int(direct.id)])
        part = client.get_partial_messageable(heard[0].channel.id).get_partial_message(heard[0].id)
        call = client.http.start_thread_with_message(part.channel.id, part.id, name="x", auto_archive_duration=60)
        assert (await refused(emulator, call)).code == 50024


async def test_starting_a_thread_needs_the_permission_and_a_name(emulator: DiscordEmulator) -> None:
    """A hundred characters at most, and one of four times after which it is archived."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        said = await ada.say(channel, "a fox")
        message = await room(client, channel).fetch_message(int(said.id))
        await refused(emulator, message.create_thread(name="x" * 101), wrong=True)
        call = client.http.start_thread_with_message(message.channel.id, message.id, name="x", auto_archive_duration=61)
        await refused(emulator, call, wrong=True)
        emulator.forbid(channel, Permission.CREATE_PUBLIC_THREADS)
        assert (await refused(emulator, message.create_thread(name="x"))).code == 50013


async def test_an_archived_thread_wakes_when_written_to_and_takes_no_edits(emulator: DiscordEmulator) -> None:
    """Edits fail until somebody says something; a locked one stays asleep."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        thread = await ada.start_thread(channel, "A fox")
        sent = await room(client, thread).send("a")
        emulator.archive(thread)
        part = room(client, thread).get_partial_message(sent.id)
        assert (await refused(emulator, part.edit(content="b"))).code == 50083
        await room(client, thread).send("wake up")
        assert not thread.is_archived
        await part.edit(content="b")
        emulator.archive(thread, locked=True)
        assert (await refused(emulator, room(client, thread).send("c"))).code == 50083
        await emulator.quiet()
        assert "THREAD_UPDATE" in client.events


async def test_a_locked_thread_takes_no_messages(emulator: DiscordEmulator) -> None:
    """Neither from people nor from the app."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        thread = await ada.start_thread(channel, "A fox")
        emulator.lock(thread)
        assert (await refused(emulator, room(client, thread).send("c"))).code == 160005


async def test_sending_in_a_thread_has_its_own_permission(emulator: DiscordEmulator) -> None:
    """The channel's permission to send says nothing about its threads."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        thread = await ada.start_thread(channel, "A fox")
        emulator.forbid(channel, Permission.SEND_MESSAGES)
        await room(client, thread).send("a")
        emulator.forbid(channel, Permission.SEND_MESSAGES_IN_THREADS)
        assert (await refused(emulator, room(client, thread).send("a"))).code == 50013


async def test_the_app_renames_only_its_own_threads(emulator: DiscordEmulator) -> None:
    """Others need a permission that it was not invited with."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        said = await ada.say(channel, "a fox")
        thread = await (await room(client, channel).fetch_message(int(said.id))).create_thread(name="A fox")
        await thread.edit(name="Two foxes")
        assert emulator.channels[said.id].name == "Two foxes"
        theirs = await ada.start_thread(channel, "Theirs")
        found = await client.fetch_channel(int(theirs.id))
        assert isinstance(found, discord.Thread)
        assert (await refused(emulator, found.edit(name="Mine"))).code == 50013
