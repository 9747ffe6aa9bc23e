"""The commands that only Discord has, through a whole Easel; and originals that are too large for it."""

import io
import json
import sqlite3
from contextlib import closing

import pytest
from PIL import Image

from bot.imaging.convert import encode
from tests.builders import a_picture, encoded
from tests.contract.discord_people import DiscordDriver
from tests.contract.painter import Painter
from tests.contract.pictures import photo
from tests.contract.running import Running
from tests.emulators.discord.checking.components import each_of
from tests.emulators.discord.messages import Message
from tests.emulators.discord.permissions import Permission
from tests.emulators.discord.things import MIB
from tests.emulators.discord.uploads import FileToUpload

pytestmark = pytest.mark.asyncio(loop_scope="module")

GARDEN = FileToUpload("garden.png", photo().data)


def noise(size: tuple[int, int]) -> bytes:
    """A PNG that no compression helps."""
    return encode(Image.merge("RGB", [Image.effect_noise(size, 90) for _ in range(3)]), "png")


def words(message: Message | None) -> str:
    assert message is not None
    text = "\n".join(str(each["content"]) for each in each_of(message.components) if each["type"] == 10)
    return text.replace("\\", "")


async def test_edit_and_tree_are_about_the_thread(discord: DiscordDriver) -> None:
    """`/edit` in a picture's thread edits its newest, `/tree` shows its versions."""
    first = await discord.end_of(discord.command("a barn"))
    ada = discord._person("Ada")
    thread = discord._message(first.id).thread
    assert thread is not None
    await ada.command(thread, "edit", prompt="at night", quality="low")
    await discord._quiet()
    await discord.settle()
    second = (await discord.cards())[-1]
    assert (second.title, second.quote, second.fields["Quality"]) == ("v2 from v1 for Ada", "at night", "low")
    await ada.command(thread, "tree")
    await discord._quiet()
    await discord.settle()
    assert (await discord.cards())[-1].title.startswith("2 versions in this thread.")


async def test_chores_of_a_closed_place_are_told_the_asker(discord: DiscordDriver, running: Running) -> None:
    """Where Easel may not write any more, who asks for a tree or goes back reads of it in a DM; or, closed too, not."""
    first = await discord.end_of(discord.command("a quay"))
    await discord.end_of(discord.reply(first, "at dawn"))
    ada, thread = discord._person("Ada"), discord._message(first.id).thread
    assert thread is not None
    running.discord.forbid(discord._channel, Permission.SEND_MESSAGES | Permission.SEND_MESSAGES_IN_THREADS)
    thread_actions: tuple[tuple[str, dict[str, str]], ...] = (("tree", {}), ("edit", {"prompt": "undo"}))
    for name, options in thread_actions:
        await ada.command(thread, name, **options)
        await discord._quiet()
        await discord.settle()
    told = [card for card in await discord.cards() if card.only_for == "Ada"]
    assert [card.title.partition(".")[0] for card in told] == ["2 versions in this thread", "Back at v1"]
    assert {(card.text, len(card.pictures)) for card in told} == {("Easel may not post in that channel.", 1)}
    ada.takes_dms = False
    await ada.command(thread, "tree")
    await discord._quiet()
    await discord.settle()
    assert not [line for line in running.log.getvalue().splitlines() if "chore.broke" in line]


async def test_delete_in_a_closed_place_deletes_what_is_kept(discord: DiscordDriver, running: Running) -> None:
    """Of what Easel cannot see any more its message stays, which the asker reads; what Easel keeps goes in any case."""
    first = await discord.end_of(discord.command("a pier"))
    await discord.end_of(discord.reply(first, "tree"))
    kept = {path.stem for path in (running.data_dir / "pictures").rglob("*") if path.is_file()}
    running.discord.forbid(discord._channel, Permission.VIEW_CHANNEL)
    await discord.press(first, "Delete")
    await discord.settle()
    told = next(card for card in await discord.cards() if card.only_for == "Ada")
    assert (told.title, told.text) == (
        "v1 was deleted, but a message that shows it could not be changed.",
        "Easel cannot see that channel.",
    )
    left = {path.stem for path in (running.data_dir / "pictures").rglob("*") if path.is_file()}
    assert len(kept - left) == 2


async def test_edit_outside_of_a_thread_needs_an_image(discord: DiscordDriver, painter: Painter) -> None:
    """An edit never silently becomes a new picture, and a tree never a picture of one."""
    ada = discord._person("Ada")
    for name, options in (("edit", {"prompt": "at night"}), ("tree", {})):
        outcome = await ada.command(discord._channel, name, **options)
        await discord._quiet()
        assert "There is no image here to work on." in words(outcome.ephemeral)
    assert await discord.cards() == []
    await ada.command(discord._channel, "edit", prompt="in pencil", image1=GARDEN)
    await discord._quiet()
    await discord.settle()
    assert (await discord.cards())[-1].notes[0] == "image 1: garden.png"


async def test_usage_in_a_direct_message_is_ones_own(discord: DiscordDriver) -> None:
    """What a server draws is its members' business; who writes to Easel directly shares nothing with others who do."""
    ada, zed = discord._person("Ada"), discord._person("Zed")
    await ada.say(ada.dm, "a secret")
    await discord._quiet()
    await discord.settle()
    for channel, is_told in ((discord._channel, True), (zed.dm, False)):
        outcome = await zed.command(channel, "usage")
        await discord._quiet()
        assert ("Everyone here" in words(outcome.message)) is is_told


async def test_menu_edits_a_photo(discord: DiscordDriver) -> None:
    """Edit image on somebody's photo draws from it, in the channel."""
    ben = discord._person("Ben")
    said = await ben.say(discord._channel, "my garden", files=[GARDEN])
    await discord._quiet()
    seen = next(each for each in await discord.transcript() if each.id.endswith(said.id))
    form = (await discord.shortcut(seen)).asked
    assert form.title == "Edit this image"
    card = await discord.end_of(discord.submit(form, {"prompt": "in pencil"}))
    assert (card.title, card.notes[0]) == ("v1 for Ada", "image 1: garden.png")


async def test_limit_that_was_overstated_is_learnt(discord: DiscordDriver, running: Running, painter: Painter) -> None:
    """What is stated with a command may be more than a message may bring: a result that is refused comes smaller."""
    emulator = running.discord
    emulator.attachment_size_limit = 10 * MIB
    emulator.limit_files(emulator.guild, MIB)
    painter.returns("a gale", noise((700, 660)))
    card = await discord.end_of(discord.command("a gale"))
    (picture,) = card.pictures
    assert len(await discord.open(picture.address)) <= MIB
    assert any(note.startswith("Shown as WebP") for note in card.notes)
    assert [call.status for call in emulator.calls].count(413) == 1
    emulator.attachment_size_limit = None


async def test_too_large_a_picture_is_shown_smaller(discord: DiscordDriver, running: Running, painter: Painter) -> None:
    """What weighs more than the server takes is converted and says so; the original stays, and is what is edited."""
    limit_bytes = 256 * 1024
    running.discord.limit_files(running.discord.guild, limit_bytes)
    data = noise((500, 300))
    assert len(data) > limit_bytes
    painter.returns("a storm", data)
    card = await discord.end_of(discord.command("a storm"))
    (picture,) = card.pictures
    shown = await discord.open(picture.address)
    assert len(shown) <= limit_bytes
    assert Image.open(io.BytesIO(shown)).format == "WEBP"
    assert any(note.startswith("Shown as WebP") for note in card.notes)
    assert "The original is too large for a message here. Easel keeps it, and edits start from it." in card.notes
    assert card.files == {}
    await discord.end_of(discord.reply(card, "calmer"))
    base = painter.asked["calmer"][0].inputs.base
    assert base is not None
    assert base.data == data


async def test_going_back_is_no_picture(discord: DiscordDriver) -> None:
    """In a DM every word is for Easel: a move that has nothing to move in is answered, and not drawn."""
    ada = discord._person("Ada")
    for said in ("undo", "back to v1"):
        await ada.say(ada.dm, said)
        await discord._quiet()
        assert "Nothing to undo here" in words(ada.dm.messages[-1])
    assert await discord.cards() == []


async def test_refused_picture_goes_to_its_asker_and_its_status_says_so(
    discord: DiscordDriver, running: Running, painter: Painter
) -> None:
    """Where words are taken and pictures are not (any more), nothing is left that says that it is being drawn."""
    # A server that is boosted takes larger files than its people's DMs.
    running.discord.limit_files(running.discord.guild, 50 * MIB)
    picture = encoded(a_picture(2000, 2000), "PNG", compress_level=0)
    painter.returns("a heath", picture)
    held = painter.holds("a heath")
    await discord.command("a heath")
    await held.begun.wait()
    running.discord.forbid(discord._channel, Permission.ATTACH_FILES)
    held.go()
    await discord._quiet()
    await discord.settle()
    shown = discord._channel.messages[-1].content
    assert shown == "**v1 is in a direct message to Ada**\n> a heath\nEasel may not post in that channel."
    sent = discord._person("Ada").dm.messages[-1]
    (attachment,) = sent.attachments
    assert attachment.filename == "easel-v1.png"
    assert len(attachment.data) < 10 * MIB < len(picture)


async def test_who_asks_privately_in_words_and_takes_no_dms_is_told(discord: DiscordDriver, running: Running) -> None:
    """Beneath their words, since nothing else reaches them: what to do, and not what they asked for."""
    cleo = discord._person("Cleo")
    cleo.takes_dms = False
    said = await cleo.say(discord._channel, f"{running.discord.bot.mention} a moor --private")
    await discord._quiet()
    await discord.settle()
    answer = discord._channel.messages[-1]
    assert answer.reference is not None
    assert answer.reference.message_id == said.id
    assert answer.content.startswith("⚠️ **Discord does not let Easel send you messages.**\nAllow direct messages")
    assert "moor" not in answer.content


async def test_tokens_are_sealed_at_rest(discord: DiscordDriver, running: Running, painter: Painter) -> None:
    """A copy of the database lets nobody answer in Easel's name: what it needs for that is sealed, by any kind."""
    painter.writes("a quiet pond", b'<svg xmlns="http://www.w3.org/2000/svg"><title>pond</title></svg>')
    await discord.press(await discord.end_of(discord.command("a quiet pond --model scribe")), "SVG")
    discord._person("Ben").takes_dms = False
    await discord.command("a loud pond --private", as_="Ben")
    await discord.settle()
    query = "SELECT kind, note FROM notes WHERE platform = 'discord' AND kind IN ('token', 'via', 'copies')"
    with closing(sqlite3.connect(running.data_dir / "state.db")) as database:
        kept = database.execute(query).fetchall()
    assert {kind for kind, _ in kept} == {"token", "via", "copies"}
    assert all(json.loads(note).keys() == {"sealed"} for _, note in kept)
