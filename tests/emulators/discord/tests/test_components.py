"""The rules of buttons, menus and layouts in the emulated Discord."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import discord
import pytest
import pytest_asyncio

from tests.builders import a_png
from tests.emulators.discord.seeing import labels_of
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.discord.tests.clients import Client, logged_in, posted, refused, room
from tests.emulators.discord.things import Channel

pytestmark = pytest.mark.asyncio(loop_scope="module")
V2 = 1 << 15
Parts = list[dict[str, Any]]


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


def a_button(custom_id: str = "a", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "A", "custom_id": custom_id, **more}


def a_row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(parts)}


def a_menu(count: int = 2, **more: Any) -> dict[str, Any]:
    options = [{"label": str(number), "value": str(number)} for number in range(count)]
    return {"type": 3, "custom_id": "m", "options": options, **more}


@pytest.mark.parametrize(
    "components",
    [
        [a_row(a_button(str(number))) for number in range(6)],
        [a_row(*(a_button(str(number)) for number in range(6)))],
        [a_row()],
        [a_button()],
        [a_row(a_button("a"), a_button("a"))],
        [a_row(a_button("x" * 101))],
        [a_row(a_button(""))],
        [a_row(a_button(label="x" * 81))],
        [a_row({"type": 2, "style": 1, "custom_id": "a"})],
        [a_row({"type": 2, "style": 5, "label": "a", "custom_id": "a"})],
        [a_row({"type": 2, "style": 1, "label": "a", "url": "https://example.com"})],
        [a_row({"type": 2, "style": 9, "label": "a", "custom_id": "a"})],
        [a_row(a_menu(), a_button())],
        [a_row(a_menu(26))],
        [a_row(a_menu(0))],
        [a_row(a_menu(max_values=3))],
        [a_row(a_menu(placeholder="x" * 151))],
        [a_row({"type": 3, "custom_id": "m", "options": [{"label": "a", "value": "a"}] * 2})],
        [{"type": 10, "content": "text"}],
    ],
)
async def test_illegal_components_are_refused(
    emulator: DiscordEmulator, client: Client, channel: Channel, components: Parts
) -> None:
    """Five rows of five buttons or one menu, with lengths, unique ids, and no layouts among them."""
    refusal = await refused(emulator, posted(client, channel, {"content": "a", "components": components}), wrong=True)
    assert refusal.code == 50035


@pytest.mark.parametrize(
    "body",
    [
        {"content": "a", "components": [{"type": 10, "content": "text"}]},
        {"embeds": [{"title": "a"}], "components": [{"type": 10, "content": "text"}]},
        {"components": [{"type": 10, "content": "x" * 4001}]},
        {"components": [{"type": 10, "content": "x" * 2001}, {"type": 10, "content": "x" * 2000}]},
        {"components": [{"type": 10, "content": "x"}] * 41},
        {"components": [{"type": 12, "items": [{"media": {"url": "attachment://nothing.png"}}]}]},
        {"components": [{"type": 12, "items": [{"media": {"url": "https://example.com/a.png"}}] * 11}]},
        {"components": [{"type": 13, "file": {"url": "https://example.com/a.png"}}]},
        {"components": [{"type": 17, "components": [{"type": 17, "components": []}]}]},
        {"components": [{"type": 9, "components": [{"type": 10, "content": "x"}]}]},
        {"components": [a_button()]},
    ],
)
async def test_illegal_layouts_are_refused(
    emulator: DiscordEmulator, client: Client, channel: Channel, body: dict[str, Any]
) -> None:
    """Forty components, four thousand characters, no words beside them, and nothing shown that is not there."""
    assert (await refused(emulator, posted(client, channel, {"flags": V2, **body}), wrong=True)).code == 50035


async def test_five_rows_of_five_buttons_are_taken(client: Client, channel: Channel) -> None:
    """That is the most, and each gets an id."""
    view = discord.ui.View(timeout=None)
    for number in range(25):
        view.add_item(discord.ui.Button(label=str(number), custom_id=str(number)))
    view.stop()
    await room(client, channel).send("a", view=view)
    message = channel.messages[0]
    assert labels_of(message.components) == [str(number) for number in range(25)]
    assert message.components[0]["components"][0]["id"] == 2


class Gallery(discord.ui.LayoutView):
    def __init__(self, url: str) -> None:
        super().__init__(timeout=None)
        gallery = discord.ui.MediaGallery[Any](discord.MediaGalleryItem(url, description="a fox"))
        self.add_item(discord.ui.Container[Any](discord.ui.TextDisplay("A fox"), gallery))
        self.stop()


async def test_a_layout_shows_its_file_and_leaves_no_attachment(client: Client, channel: Channel) -> None:
    """`attachments` is empty by design; the gallery has the file, its size and its link."""
    file = discord.File(BytesIO(a_png(32, 16)), "fox.png")
    sent = await room(client, channel).send(view=Gallery("attachment://fox.png"), file=file)
    assert sent.attachments == []
    container = sent.components[0]
    assert isinstance(container, discord.Container)
    gallery = container.children[1]
    assert isinstance(gallery, discord.MediaGalleryComponent)
    media = gallery.items[0].media
    assert (media.width, media.attachment_id) == (32, int(channel.messages[0].attachments[0].id))


async def test_a_layout_stays_one(emulator: DiscordEmulator, client: Client, channel: Channel) -> None:
    """Its flag cannot be taken away, and it takes no words."""
    await posted(client, channel, {"flags": V2, "components": [{"type": 10, "content": "a"}]})
    part = room(client, channel).get_partial_message(int(channel.messages[0].id))
    await refused(emulator, part.edit(content="b"), wrong=True)
    await part.edit(view=Gallery("https://example.com/a.png"))
    assert channel.messages[0].components[0]["type"] == 17


async def test_a_file_that_a_layout_does_not_show_is_noted(
    emulator: DiscordEmulator, client: Client, channel: Channel
) -> None:
    """Nobody would ever see it."""
    files = [discord.File(BytesIO(a_png(8, 8)), name) for name in ("fox.png", "lost.png")]
    await room(client, channel).send(view=Gallery("attachment://fox.png"), files=files)
    assert emulator.problems == ["create_message: lost.png is shown by no component"]
    emulator.forgive()


async def test_a_file_in_an_embed_is_no_attachment(client: Client, channel: Channel) -> None:
    """It vanishes from the attachments, as in Discord."""
    embed = discord.Embed(title="A fox").set_image(url="attachment://fox.png")
    file = discord.File(BytesIO(a_png(8, 8)), "fox.png")
    sent = await room(client, channel).send(embed=embed, file=file)
    assert sent.attachments == []
    assert sent.embeds[0].image.width == 8
