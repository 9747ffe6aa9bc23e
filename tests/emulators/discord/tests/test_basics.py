"""The emulated Discord lets the real client in: ready, commands, interactions, messages, threads, buttons."""

from collections.abc import AsyncIterator
from io import BytesIO

import discord
import pytest_asyncio
from discord import app_commands

from tests.builders import a_png
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.discord.tests.clients import Client, connected


@pytest_asyncio.fixture
async def emulator() -> AsyncIterator[DiscordEmulator]:
    async with DiscordEmulator() as running:
        yield running


async def test_a_client_becomes_ready_and_knows_its_guild(emulator: DiscordEmulator) -> None:
    """READY and GUILD_CREATE tell a client where it is."""
    channel = emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        guild = client.get_guild(int(emulator.guild.id))
        assert guild is not None
        assert guild.me.guild_permissions.attach_files
        assert client.application_id == int(emulator.application_id)
        assert [each.name for each in guild.text_channels] == [channel.name]


async def test_a_command_is_registered_typed_and_answered_for_the_asker(emulator: DiscordEmulator) -> None:
    """A typed command arrives with its options, and an ephemeral answer is seen by nobody else."""
    ada, bob, channel = emulator.add_person("Ada"), emulator.add_person("Bob"), emulator.add_channel("studio")
    client = Client()

    @client.tree.command(name="imagine", description="Draw")
    async def imagine(interaction: discord.Interaction, prompt: app_commands.Range[str, 1, 4000]) -> None:
        await interaction.response.send_message(f"Drawing {prompt}", ephemeral=True)

    async with connected(emulator, client):
        await client.tree.sync()
        outcome = await ada.command(channel, "imagine", prompt="a fox")
        assert outcome.error is None
        assert outcome.ephemeral is not None
        assert outcome.ephemeral.content == "Drawing a fox"
        assert bob.sees(channel) == []


async def test_a_thinking_answer_is_edited_with_a_picture(emulator: DiscordEmulator) -> None:
    """What was deferred is filled in later, with a file that people can download."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    client, png = Client(), a_png(32, 16)

    @client.tree.command(name="imagine", description="Draw")
    async def imagine(interaction: discord.Interaction) -> None:
        response = await interaction.response.defer()
        assert response is not None
        file = discord.File(BytesIO(png), "fox.png", description="a fox")
        await interaction.edit_original_response(content="Done", attachments=[file])

    async with connected(emulator, client):
        await client.tree.sync()
        outcome = await ada.command(channel, "imagine")
        assert outcome.message is not None
        await emulator.until(lambda: not outcome.is_thinking)
        attachment = outcome.message.attachments[0]
        assert (attachment.description, attachment.width_px) == ("a fox", 32)
        assert outcome.message.attachments[0].data == png


async def test_people_are_heard_and_answered_in_threads(emulator: DiscordEmulator) -> None:
    """A thread on a message has the message's id, and what is said in it is heard without joining it."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        said = await ada.say(channel, "a fox, please")
        heard = await emulator.until(lambda: client.others() or None)
        thread = await heard[0].create_thread(name="A fox")
        assert str(thread.id) == said.id
        await ada.say(said.id, "make it red")
        await emulator.until(lambda: len(client.others()) >= 2)
        await emulator.quiet()
        await thread.send("Here it is")
        assert [each.content for each in ada.sees(said.id)] == ["make it red", "Here it is"]


async def test_a_pressed_button_updates_its_message_and_opens_a_form(emulator: DiscordEmulator) -> None:
    """Buttons are pressed by their label, and a form comes back with what was filled in."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    client = Client()
    heard: list[str] = []

    async def handle(interaction: discord.Interaction) -> None:
        data = dict(interaction.data or {})
        if interaction.type is discord.InteractionType.modal_submit:
            heard.append(data["components"][0]["component"]["value"])
            await interaction.response.edit_message(content="edited")
        else:
            modal = discord.ui.Modal(title="Edit", custom_id="ig1:form")
            modal.add_item(discord.ui.Label(text="Prompt", component=discord.ui.TextInput(custom_id="prompt")))
            modal.stop()
            await interaction.response.send_modal(modal)

    client.handles = handle
    async with connected(emulator, client):
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Edit", custom_id="ig1:edit:7"))
        view.stop()
        await client.get_partial_messageable(int(channel.id)).send("A fox", view=view)
        message = ada.sees(channel)[0]
        outcome = await ada.press(message, "Edit")
        assert outcome.modal is not None
        assert (await ada.submit({"Prompt": ""})).errors
        assert (await ada.submit({"Prompt": "red"})).error is None
        assert (heard, message.content) == (["red"], "edited")
