"""Commands of the emulated Discord: how they are registered, offered, typed and completed."""

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
import pytest_asyncio
from discord import app_commands
from discord.http import Route

from tests.builders import a_png
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.discord.tests.clients import Client, connected, logged_in, refused
from tests.emulators.discord.uploads import FileToUpload

Json = dict[str, Any]


@pytest_asyncio.fixture
async def emulator() -> AsyncIterator[DiscordEmulator]:
    async with DiscordEmulator() as running:
        yield running


def a_command(*options: Json, **more: Any) -> Json:
    return {"name": "imagine", "description": "Draw", "options": list(options), **more}


def an_option(name: str = "prompt", **more: Any) -> Json:
    return {"type": 3, "name": name, "description": "What", **more}


@pytest.mark.parametrize(
    "commands",
    [
        [a_command(name="Imagine")],
        [a_command(name="two words")],
        [a_command(description="")],
        [a_command(description="x" * 101)],
        [a_command(*(an_option(f"o{number}") for number in range(26)))],
        [a_command(an_option(choices=[{"name": str(n), "value": str(n)} for n in range(26)]))],
        [a_command(an_option(choices=[{"name": "x" * 101, "value": "x"}]))],
        [a_command(an_option(choices=[{"name": "a", "value": "a"}], autocomplete=True))],
        [a_command(an_option("a"), an_option("b", required=True))],
        [a_command(an_option("a"), an_option("a"))],
        [a_command(an_option(max_length=6001))],
        [a_command(an_option(description="x" * 101))],
        [a_command(), a_command()],
        [{"name": "Edit image", "type": 3, "description": "no"}],
        [{"name": f"Edit {number}", "type": 3} for number in range(16)],
        [
            a_command(
                *(
                    an_option(
                        f"o{number}",
                        choices=[{"name": f"{n}{'x' * 40}", "value": f"{n}{'y' * 40}"} for n in range(10, 30)],
                    )
                    for number in range(5)
                )
            )
        ],
    ],
)
async def test_illegal_commands_are_refused(emulator: DiscordEmulator, commands: list[Json]) -> None:
    """Names, numbers, lengths, and eight thousand characters in all."""
    async with logged_in(emulator, Client()) as client:
        route = Route("PUT", "/applications/{application_id}/commands", application_id=client.application_id)
        assert (await refused(emulator, client.http.request(route, json=commands), wrong=True)).code == 50035


async def test_a_command_keeps_its_id_when_registered_again(emulator: DiscordEmulator) -> None:
    """So that mentions of it stay good."""
    async with logged_in(emulator, Client()) as client:
        client.tree.command(name="imagine", description="Draw")(_nothing)
        first = await client.tree.sync()
        second = await client.tree.sync()
        assert (first[0].id, emulator.command_syncs) == (second[0].id, 2)
        assert await client.tree.fetch_commands() == second


async def _nothing(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("ok", ephemeral=True)


async def test_options_of_every_kind_arrive(emulator: DiscordEmulator) -> None:
    """Texts, choices by their name, numbers, people and files."""
    ada, bob, channel = emulator.add_person("Ada"), emulator.add_person("Bob"), emulator.add_channel("studio")
    client = Client()
    heard: list[object] = []

    @client.tree.command(name="imagine", description="Draw")
    @app_commands.choices(size=[app_commands.Choice(name="Large", value="1024x1024")])
    async def imagine(
        interaction: discord.Interaction,
        prompt: app_commands.Range[str, 1, 20],
        size: str,
        n: app_commands.Range[int, 1, 4],
        for_: discord.Member,
        image: discord.Attachment,
    ) -> None:
        heard.extend([prompt, size, n, for_.display_name, await image.read(), interaction.filesize_limit])
        await interaction.response.send_message("ok", ephemeral=True)

    async with connected(emulator, client):
        await client.tree.sync()
        image = FileToUpload("fox.png", a_png(8, 8))
        rest: Json = {"size": "Large", "n": 2, "for_": bob, "image": image}
        assert (await ada.command(channel, "imagine", prompt=" a fox ", **rest)).error is None
        limit = emulator.guild.max_file_bytes
        assert heard == ["a fox", "1024x1024", 2, "Bob", image.data, limit]
        for wrong in ({"prompt": "x" * 21}, {"n": 5}, {"size": "Huge"}, {"for_": "Bob"}, {"image": None}):
            with pytest.raises(ValueError, match=next(iter(wrong))):
                await ada.command(channel, "imagine", **{"prompt": "a", **rest, **wrong})
        with pytest.raises(LookupError, match="colour"):
            await ada.command(channel, "imagine", prompt="a", **rest, colour="red")


async def test_options_are_completed_while_typing(emulator: DiscordEmulator) -> None:
    """The app offers up to 25 choices; more are a mistake, and nobody is offered anything then."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    client, offered = Client(), 3

    @client.tree.command(name="imagine", description="Draw")
    async def imagine(interaction: discord.Interaction, model: str) -> None: ...

    @imagine.autocomplete("model")
    async def complete(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{typed}{number}", value=str(number)) for number in range(offered)]

    async with connected(emulator, client):
        await client.tree.sync()
        choices = await ada.autocomplete(channel, "imagine", "model", "gpt")
        assert [each["name"] for each in choices] == ["gpt0", "gpt1", "gpt2"]
        emulator.ack_limit_s, offered = 0.3, 26
        assert await ada.autocomplete(channel, "imagine", "model", "gpt") == []
        assert await emulator.until(lambda: emulator.problems)
        emulator.forgive()


async def test_commands_are_offered_to_those_who_may_use_them(emulator: DiscordEmulator) -> None:
    """Admins alone, age-restricted channels alone, guilds alone, as the command says."""
    ada, bob = emulator.add_person("Ada", is_admin=True), emulator.add_person("Bob")
    channel = emulator.add_channel("studio")
    async with connected(emulator, Client()) as client:
        client.tree.add_command(_command("admin", default_permissions=discord.Permissions()))
        client.tree.add_command(_command("grown", nsfw=True))
        client.tree.add_command(_command("guild", allowed_contexts=app_commands.AppCommandContext(guild=True)))
        await client.tree.sync()
        assert (await ada.command(channel, "admin")).error is None
        for person, where, name in ((bob, channel, "admin"), (ada, channel, "grown"), (ada, ada.dm, "guild")):
            with pytest.raises(LookupError):
                await person.command(where, name)
        emulator.restrict_age(channel)
        assert (await bob.command(channel, "grown")).error is None
        assert (await ada.command(ada.dm, "admin")).error is None


def _command(name: str, **more: Any) -> app_commands.Command[Any, ..., None]:
    made = app_commands.Command(
        name=name,
        description="It",
        callback=_nothing,
        nsfw=more.pop("nsfw", False),
        allowed_contexts=more.pop("allowed_contexts", None),
    )
    made.default_permissions = more.pop("default_permissions", None)
    return made


async def test_a_guilds_own_command_comes_first(emulator: DiscordEmulator) -> None:
    """Only in that guild."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    guild = discord.Object(int(emulator.guild.id))
    async with connected(emulator, Client()) as client:
        client.tree.add_command(_command("imagine"), guild=guild)
        await client.tree.sync(guild=guild)
        assert (await ada.command(channel, "imagine")).error is None
        with pytest.raises(LookupError):
            await ada.command(ada.dm, "imagine")


async def test_sub_commands_follow_after_a_space(emulator: DiscordEmulator) -> None:
    """As one types them."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    client = Client()
    group = app_commands.Group(name="easel", description="Easel")

    @group.command(name="usage", description="Who spent what")
    async def usage(interaction: discord.Interaction, days: int = 30) -> None:
        await interaction.response.send_message(f"{days} days", ephemeral=True)

    client.tree.add_command(group)
    async with connected(emulator, client):
        await client.tree.sync()
        outcome = await ada.command(channel, "easel usage", days=7)
        assert outcome.ephemeral is not None
        assert outcome.ephemeral.content == "7 days"


async def test_a_menu_of_a_message_tells_it_in_full(emulator: DiscordEmulator) -> None:
    """Words and files, without any intent."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    client = Client(discord.Intents(guilds=True, guild_messages=True))
    heard: list[object] = []

    @client.tree.context_menu(name="Edit image")
    async def edit(interaction: discord.Interaction, message: discord.Message) -> None:
        heard.extend([message.content, message.attachments[0].filename])
        await interaction.response.send_message("ok", ephemeral=True)

    emulator.message_content_granted = False
    async with connected(emulator, client):
        await client.tree.sync()
        said = await ada.say(channel, "a fox", files=[FileToUpload("fox.png", a_png(8, 8))])
        assert (await ada.context_menu("Edit image", said)).error is None
        assert heard == ["a fox", "fox.png"]
        await emulator.until(lambda: client.heard or None)
        assert (client.heard[0].content, client.heard[0].attachments) == ("", [])
