"""The life of an interaction in the emulated Discord: three seconds for an answer, then fifteen minutes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import discord
import pytest
import pytest_asyncio

from tests.emulators.discord.messages import Message
from tests.emulators.discord.permissions import Permission
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.discord.tests.clients import Client, connected, refused, room

Answer = Callable[[discord.Interaction], Awaitable[object]]


@pytest_asyncio.fixture
async def emulator() -> AsyncIterator[DiscordEmulator]:
    async with DiscordEmulator() as running:
        yield running


def answering(answer: Answer) -> Client:
    """A client with one command, which does this."""
    client = Client()

    @client.tree.command(name="imagine", description="Draw")
    async def imagine(interaction: discord.Interaction) -> None:
        await answer(interaction)

    return client


async def test_a_late_answer_is_none(emulator: DiscordEmulator) -> None:
    """The person's client gives up, and the interaction is unknown from then on."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    emulator.ack_limit_s = 0.05
    late: asyncio.Queue[discord.Interaction] = asyncio.Queue()
    client = answering(late.put)
    async with connected(emulator, client):
        await client.tree.sync()
        assert (await ada.command(channel, "imagine")).error == "The application did not respond"
        interaction = await late.get()
        assert (await refused(emulator, interaction.response.defer())).code == 10062


async def test_the_clock_makes_an_answer_late(emulator: DiscordEmulator) -> None:
    """Nobody has to wait for it."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    codes: list[int] = []

    async def answer(interaction: discord.Interaction) -> None:
        emulator.clock.advance(4)
        codes.append((await refused(emulator, interaction.response.defer())).code)
        emulator.tell()

    client = answering(answer)
    async with connected(emulator, client):
        await client.tree.sync()
        assert (await ada.command(channel, "imagine")).error
        assert await emulator.until(lambda: codes) == [10062]


async def test_a_second_answer_is_refused(emulator: DiscordEmulator) -> None:
    """Also where the same interaction came twice."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    codes: list[int] = []

    async def answer(interaction: discord.Interaction) -> None:
        try:
            await interaction.response.send_message("ok", ephemeral=True)
        except discord.HTTPException as refusal:
            codes.append(refusal.code)
            emulator.tell()

    client = answering(answer)
    async with connected(emulator, client):
        await client.tree.sync()
        await ada.command(channel, "imagine", times=2)
        await emulator.until(lambda: codes)
        assert codes == [40060]
        assert len(ada.sees(channel)) == 1


async def test_a_token_is_good_for_a_quarter_of_an_hour(emulator: DiscordEmulator) -> None:
    """Then a public answer can be edited as the message it is, and an ephemeral one no more."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    given: list[discord.Interaction] = []

    async def answer(interaction: discord.Interaction) -> None:
        given.append(interaction)
        await interaction.response.send_message("ok", ephemeral=len(given) > 1)

    client = answering(answer)
    async with connected(emulator, client):
        await client.tree.sync()
        public = (await ada.command(channel, "imagine")).message
        private = (await ada.command(channel, "imagine")).ephemeral
        assert public is not None
        assert private is not None
        await given[1].edit_original_response(content="changed")
        assert private.content == "changed"
        emulator.clock.advance(901)
        refusal = await refused(emulator, given[0].edit_original_response(content="b"))
        assert (refusal.status, refusal.code) == (401, 50027)
        here = room(client, channel)
        await here.get_partial_message(int(public.id)).edit(content="b")
        assert public.content == "b"
        call = here.get_partial_message(int(private.id)).edit(content="b")
        assert (await refused(emulator, call)).code == 10008


async def test_a_follow_up_takes_the_place_of_thinking(emulator: DiscordEmulator) -> None:
    """The first one; the next ones are messages of their own."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")

    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send("first")
        await interaction.followup.send("second", ephemeral=True)

    client = answering(answer)
    async with connected(emulator, client):
        await client.tree.sync()
        outcome = await ada.command(channel, "imagine")
        await emulator.until(lambda: outcome.follow_ups)
        assert outcome.ephemeral is not None
        assert (outcome.ephemeral.content, outcome.follow_ups[0].content) == ("first", "second")
        assert outcome.follow_ups[0].ephemeral_for == ada.id


async def test_an_interaction_needs_no_permission_to_answer(emulator: DiscordEmulator) -> None:
    """But tells which ones the app has."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    seen: list[discord.Permissions] = []

    async def answer(interaction: discord.Interaction) -> None:
        seen.append(interaction.app_permissions)
        await interaction.response.send_message("ok")

    client = answering(answer)
    emulator.forbid(channel, Permission.SEND_MESSAGES)
    async with connected(emulator, client):
        await client.tree.sync()
        assert (await ada.command(channel, "imagine")).message is not None
        assert not seen[0].send_messages
        assert seen[0].attach_files


async def test_a_closed_thread_takes_no_answer(emulator: DiscordEmulator) -> None:
    """Where it is locked and archived; the person cannot press there but on an old screen."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")
    codes: list[int] = []

    async def handle(interaction: discord.Interaction) -> None:
        codes.append((await refused(emulator, interaction.response.defer())).code)
        emulator.clock.advance(4)

    client = Client()
    client.handles = handle
    async with connected(emulator, client):
        thread = await ada.start_thread(channel, "A fox")
        message = await a_message_with_a_button(client, thread.id, emulator)
        emulator.archive(thread, locked=True)
        assert (await ada.press(message, "A")).error == "This interaction failed"
        assert codes == [50083]


async def a_message_with_a_button(client: Client, channel_id: str, emulator: DiscordEmulator) -> Message:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="A", custom_id="a"))
    view.add_item(discord.ui.Select(custom_id="m", options=[discord.SelectOption(label="One", value="1")]))
    view.stop()
    sent = await room(client, emulator.channels[channel_id]).send("a", view=view)
    found = emulator.channels[channel_id].find(str(sent.id))
    assert found is not None
    return found


async def test_buttons_and_menus_are_found_as_people_find_them(emulator: DiscordEmulator) -> None:
    """By label or custom id, on what this person sees, or saw before it changed."""
    ada, bob, channel = emulator.add_person("Ada"), emulator.add_person("Bob"), emulator.add_channel("studio")
    hidden = emulator.add_channel("hidden", members=[ada])
    pressed: list[Any] = []

    async def handle(interaction: discord.Interaction) -> None:
        data: Any = interaction.data
        pressed.append((data["custom_id"], data.get("values")))
        await interaction.response.defer()

    client = Client()
    client.handles = handle
    async with connected(emulator, client):
        message = await a_message_with_a_button(client, channel.id, emulator)
        elsewhere = await a_message_with_a_button(client, hidden.id, emulator)
        shown = message.components
        await ada.press(message, "a")
        await ada.select(message, "m", "One")
        await room(client, channel).get_partial_message(int(message.id)).edit(view=None)
        for person, where, what in ((ada, message, "A"), (bob, elsewhere, "A"), (ada, elsewhere, "B")):
            with pytest.raises(LookupError):
                await person.press(where, what)
        await ada.press(message, "A", as_shown=shown)
        assert pressed == [("a", None), ("m", ["1"]), ("a", None)]


@pytest.mark.parametrize("kind", [4, 5, 6, 7, 8, 9, 1])
async def test_each_kind_of_interaction_has_its_answers(emulator: DiscordEmulator, kind: int) -> None:
    """A command is not answered with choices or an update."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")

    async def answer(interaction: discord.Interaction) -> None:
        route = discord.http.Route(
            "POST",
            "/interactions/{webhook_id}/{webhook_token}/callback",
            webhook_id=interaction.id,
            webhook_token=interaction.token,
        )
        row = {"type": 1, "components": [{"type": 4, "custom_id": "p", "style": 1, "label": "Prompt"}]}
        data = {9: {"title": "t", "custom_id": "c", "components": [row]}, 4: {"content": "a"}}.get(kind, {})
        call = client.http.request(route, json={"type": kind, "data": data})
        if kind in (4, 5, 9):
            await call
        else:
            await refused(emulator, call, wrong=True)
            emulator.clock.advance(4)

    client = answering(answer)
    async with connected(emulator, client):
        await client.tree.sync()
        outcome = await ada.command(channel, "imagine")
        assert (outcome.error is None) == (kind in (4, 5, 9))
        assert (outcome.modal is not None) == (kind == 9)


A_TEXT = {"type": 4, "custom_id": "p", "style": 1}


@pytest.mark.parametrize(
    "modal",
    [
        {"title": "x" * 46},
        {"title": ""},
        {"custom_id": "x" * 101},
        {"components": []},
        {"components": [{"type": 18, "label": str(n), "component": {**A_TEXT, "custom_id": str(n)}} for n in range(6)]},
        {"components": [{"type": 18, "label": "x" * 46, "component": A_TEXT}]},
        {"components": [{"type": 18, "label": "a", "description": "x" * 101, "component": A_TEXT}]},
        {"components": [{"type": 18, "label": "a", "component": {**A_TEXT, "label": "twice"}}]},
        {"components": [{"type": 18, "label": "a", "component": {**A_TEXT, "value": "x" * 4001}}]},
        {"components": [{"type": 18, "label": "a", "component": {"type": 2, "style": 1}}]},
        {"components": [{"type": 1, "components": [A_TEXT]}]},
        {"components": [{"type": 18, "label": str(n), "component": A_TEXT} for n in range(2)]},
        {"components": [{"type": 18, "label": "a", "component": {"type": 19, "custom_id": "f", "max_values": 11}}]},
    ],
)
async def test_illegal_forms_are_refused(emulator: DiscordEmulator, modal: dict[str, Any]) -> None:
    """Titles of 45, five lines, labels around their inputs, and lengths for all."""
    ada, channel = emulator.add_person("Ada"), emulator.add_channel("studio")

    async def answer(interaction: discord.Interaction) -> None:
        route = discord.http.Route(
            "POST",
            "/interactions/{webhook_id}/{webhook_token}/callback",
            webhook_id=interaction.id,
            webhook_token=interaction.token,
        )
        good = {"title": "t", "custom_id": "c", "components": [{"type": 18, "label": "a", "component": A_TEXT}]}
        await refused(emulator, client.http.request(route, json={"type": 9, "data": {**good, **modal}}), wrong=True)
        await interaction.response.send_message("refused", ephemeral=True)

    client = answering(answer)
    async with connected(emulator, client):
        await client.tree.sync()
        outcome = await ada.command(channel, "imagine")
        assert outcome.ephemeral is not None
        assert outcome.modal is None
