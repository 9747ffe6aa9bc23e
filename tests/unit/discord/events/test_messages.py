"""What people say in Discord becomes one event where it is meant for Easel, and nothing where it is not."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from yarl import URL

from adapters.discord.ids import message_id, place_at
from adapters.discord.payloads.attachments import AttachmentRef
from adapters.discord.server.permissions import AccessRules
from bot.domain.events import MessagePosted, TeamLeft
from bot.domain.pictures import Attachment
from bot.errors import BadCommand, BadPicture, Transient
from bot.ports import PrivateResponse
from bot.presentation.cards import error, help_card
from bot.store.database import Database
from tests.contract.pictures import encoded
from tests.emulators.discord import faults
from tests.emulators.discord.messages import COMPONENTS_V2, Sticker
from tests.emulators.discord.permissions import Permission
from tests.emulators.discord.person import Person
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.discord.things import Channel, Json
from tests.emulators.discord.uploads import FileToUpload
from tests.unit.discord.connected_platform import JOB, RESULT, Desk, a_desk

PHOTO = FileToUpload("garden.png", encoded((32, 20)))


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
async def desk(database: Database) -> AsyncGenerator[Desk]:
    async with a_desk(database) as desk:
        yield desk


@pytest.fixture
def ada(desk: Desk) -> Person:
    return desk.discord.add_person("Ada")


async def a_thread(desk: Desk) -> Channel:
    """One that Easel opened from a result."""
    await desk.platform.post(desk.place, RESULT, key=JOB)
    thread = desk.posted()[0].thread
    assert thread is not None
    await desk.quiet()
    return thread


async def heard(desk: Desk) -> MessagePosted:
    await desk.quiet()
    (event,) = desk.core.events
    assert isinstance(event, MessagePosted)
    return event


async def test_mention_is_for_us(desk: Desk, ada: Person) -> None:
    """The words without our own name, with other people's names as people read them."""
    ben = desk.discord.add_person("Ben")
    await ada.say(desk.channel, f"{desk.discord.bot.mention}, a portrait of {ben.mention} in {desk.channel.mention}")
    event = await heard(desk)
    assert (event.text, event.to_us, event.to_others) == ("a portrait of @Ben in #studio", True, True)
    assert (event.place, event.person.name) == (desk.place, "Ada")


async def test_half_characters_are_replaced(desk: Desk) -> None:
    """Half a character in words and in names of people and channels reaches nobody behind Discord's JSON."""
    zoe, hall = desk.discord.add_person("Zo\ud83d"), desk.discord.add_channel("hall\udd8a")
    words = f"{desk.discord.bot.mention} half \ud83d of {zoe.mention} in {hall.mention}"
    await zoe.say(hall, words)
    event = await heard(desk)
    assert (event.text, event.person.name) == ("half \ufffd of @Zo\ufffd in #hall\ufffd", "Zo\ufffd")


async def test_our_role_is_us(desk: Desk, ada: Person) -> None:
    """People who take the role that Discord made for Easel for Easel itself are heard."""
    role = next(each for each in desk.discord.guild.roles.values() if each.is_managed)
    await ada.say(desk.channel, f"<@&{role.id}> a fox")
    assert (await heard(desk)).text == "a fox"


async def test_words_in_our_thread_belong_to_its_root(desk: Desk, ada: Person) -> None:
    """What is said in a thread is in the conversation of the message that it hangs on."""
    thread = await a_thread(desk)
    await ada.say(thread, "make it blue", files=[PHOTO])
    event = await heard(desk)
    assert event.place == desk.place.in_thread(message_id(int(desk.channel.id), int(thread.id)))
    assert (event.text, event.to_us, [each.name for each in event.attachments]) == (
        "make it blue",
        False,
        ["garden.png"],
    )


async def test_thread_is_known_without_memory(database: Database) -> None:
    """A thread that was archived when Easel started is found by its note, or looked up once."""
    emulator = DiscordEmulator()
    async with a_desk(database, discord=emulator) as desk:
        ada = desk.discord.add_person("Ada")
        human = await ada.start_thread(desk.channel, "Talk")
        desk.discord.archive(human)
        desk.discord.invalidate()
        desk.clock.advance(10)
        await desk.discord.until(lambda: len(desk.discord.identifies) > 1)
        await desk.discord.connected()
        for _ in range(2):
            await ada.say(human, f"{desk.discord.bot.mention} a fox")
            await desk.quiet()
        assert {event.place.thread for event in desk.core.events if isinstance(event, MessagePosted)} == {
            f"{desk.channel.id}:{human.id}"
        }


async def test_lists_hold_in_threads_that_nobody_knows(database: Database) -> None:
    """A thread that was archived when Easel started belongs to its channel: one that is listed, one age-restricted."""
    emulator = DiscordEmulator()
    listed, nsfw = emulator.add_channel("listed"), emulator.add_channel("nsfw", is_age_restricted=True)
    access = AccessRules(channels=frozenset({int(listed.id), int(nsfw.id)}), age_restricted="off")
    async with a_desk(database, discord=emulator, access=access) as desk:
        ada = desk.discord.add_person("Ada")
        threads = [await ada.start_thread(channel, "Talk") for channel in (listed, nsfw)]
        for thread in threads:
            desk.discord.archive(thread)
        desk.discord.invalidate()
        desk.clock.advance(10)
        await desk.discord.until(lambda: len(desk.discord.identifies) > 1)
        await desk.discord.connected()
        for thread in threads:
            await ada.say(thread, f"{desk.discord.bot.mention} a fox")
            await desk.quiet()
        assert [event.place.channel for event in desk.core.events if isinstance(event, MessagePosted)] == [listed.id]
        assert "age-restricted" in str(desk.posted(ada.dm)[0].components)


async def test_answer_to_a_result_names_it(desk: Desk, ada: Person) -> None:
    """An answer to one of Easel's messages says which, in the channel as in its thread."""
    thread = await a_thread(desk)
    root = desk.posted()[0]
    await ada.say(desk.channel, "brighter", reply_to=root, rings=False)
    event = await heard(desk)
    assert event.replied_to is not None
    assert event.replied_to.message == message_id(int(desk.channel.id), int(root.id))
    assert event.place.thread == f"{desk.channel.id}:{thread.id}"


async def test_answer_to_people_is_for_them(desk: Desk, ada: Person) -> None:
    """In a thread of Easel's, an answer to another person is talk among people."""
    thread = await a_thread(desk)
    ben = desk.discord.add_person("Ben")
    said = await ben.say(thread, "nice")
    await desk.quiet()
    desk.core.events.clear()
    await ada.say(thread, "I think so too", reply_to=said)
    assert (await heard(desk)).to_others


async def test_picture_that_is_answered_comes_along(desk: Desk, ada: Person) -> None:
    """Whoever calls Easel in an answer to somebody's photo means that photo."""
    ben = desk.discord.add_person("Ben")
    photo = await ben.say(desk.channel, "my garden", files=[PHOTO])
    await ada.say(desk.channel, f"{desk.discord.bot.mention} in pencil", reply_to=photo)
    (attachment,) = (await heard(desk)).attachments
    assert attachment.name == "garden.png"
    assert await desk.platform.fetch(attachment, max_bytes=10_000) == PHOTO.data


async def test_forwarded_picture_comes_along(desk: Desk, ada: Person) -> None:
    """What was forwarded to Easel is a snapshot with files of its own."""
    photo = await ada.say(desk.channel, "my garden", files=[PHOTO])
    await ada.say(ada.dm, forward_of=photo)
    event = await heard(desk)
    assert [each.name for each in event.attachments] == ["garden.png"]
    assert await desk.platform.fetch(event.attachments[0], max_bytes=10_000) == PHOTO.data


async def test_forwarded_components_bring_their_pictures(desk: Desk, ada: Person) -> None:
    """What was forwarded of another app may have no attachments: its components show them, and nobody has them anew."""
    other = desk.discord.add_person("Other", is_bot=True)
    gallery: Json = {"type": 12, "items": [{"media": {"url": "attachment://garden.png"}}]}
    shown = await other.say(
        desk.channel, files=[PHOTO], components=[{"type": 17, "components": [gallery]}], flags=COMPONENTS_V2
    )
    await ada.say(ada.dm, forward_of=shown)
    (attachment,) = (await heard(desk)).attachments
    assert attachment.name == "garden.png"
    assert await desk.platform.fetch(attachment, max_bytes=10_000) == PHOTO.data
    desk.discord.clock.advance(90_000)
    with pytest.raises(BadPicture, match="no longer available"):
        await desk.platform.fetch(attachment, max_bytes=10_000)
    assert not any(call.route == "get_message" for call in desk.discord.calls)


async def test_stickers_that_are_pictures_come_along(desk: Desk, ada: Person) -> None:
    """PNG, APNG and GIF stickers can be drawn from; those that only Discord's clients can draw cannot."""
    stickers = [Sticker("1", "wave"), Sticker("2", "dance", 4), Sticker("3", "spin", 3)]
    await ada.say(desk.channel, f"{desk.discord.bot.mention} like this", stickers=stickers)
    assert [each.name for each in (await heard(desk)).attachments] == ["wave.png", "dance.gif"]


@pytest.mark.parametrize("calls", [False, True])
async def test_sticker_alone_is_a_gesture(desk: Desk, ada: Person, calls: bool) -> None:
    """A sticker without a word is to people what an emoji is; with a call it is a picture for Easel."""
    thread = await a_thread(desk)
    await ada.say(thread, desk.discord.bot.mention if calls else "", stickers=[Sticker("1", "wave")])
    assert [each.name for each in (await heard(desk)).attachments] == (["wave.png"] if calls else [])


async def test_embedded_picture_is_fetched_from_discord_alone(desk: Desk, ada: Person) -> None:
    """Of a link that Discord has looked into, Discord's own copy is used; the place itself is never visited."""
    address = desk.discord.publish("cat.png", PHOTO.data)
    photo = await ada.say(desk.channel, address)
    desk.discord.unfold(photo, [{"type": "image", "url": address, "thumbnail": {"url": address}}])
    await ada.say(desk.channel, f"{desk.discord.bot.mention} in oil", reply_to=photo)
    (attachment,) = (await heard(desk)).attachments
    assert await desk.platform.fetch(attachment, max_bytes=10_000) == PHOTO.data
    assert desk.discord.visited == []


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:{port}/outside/cat.png",
        "http://cdn.discordapp.com/attachments/1/2/cat.png",
        "https://cdn.discordapp.com.example.org/attachments/1/2/cat.png",
        "https://images-ext-1.discordapp.net.example.org/cat.png",
        "https://example.discordapp.net/cat.png",
    ],
)
async def test_nothing_is_fetched_from_elsewhere(desk: Desk, address: str) -> None:
    """A picture that is not stored on Discord is refused with what to do, and its server never hears of us."""
    published = URL(desk.discord.publish("cat.png", PHOTO.data))
    elsewhere = Attachment(str(AttachmentRef(address.format(port=published.port))), "cat.png")
    with pytest.raises(BadPicture, match="not stored on Discord"):
        await desk.platform.fetch(elsewhere, max_bytes=10_000)
    assert desk.discord.visited == []


async def test_redirects_of_files_are_not_followed(desk: Desk, ada: Person) -> None:
    """Discord hands out files itself: wherever an answer leads instead is never visited."""
    await ada.say(desk.channel, f"{desk.discord.bot.mention} in pencil", files=[PHOTO])
    (attachment,) = (await heard(desk)).attachments
    desk.discord.fail("download", faults.redirected(desk.discord.publish("cat.png", PHOTO.data)))
    with pytest.raises(Transient, match="did not send"):
        await desk.platform.fetch(attachment, max_bytes=10_000)
    assert desk.discord.visited == []


async def test_many_words_come_as_a_file(desk: Desk, ada: Person) -> None:
    """Discord's client makes a file of more than 2,000 characters: its content is what was said."""
    words = FileToUpload("message.txt", ("a long tale " * 400).encode())
    await ada.say(desk.channel, desk.discord.bot.mention, files=[words, PHOTO])
    event = await heard(desk)
    assert event.text == ("a long tale " * 400)
    assert [each.name for each in event.attachments] == ["garden.png"]


async def test_too_many_words_are_refused(desk: Desk, ada: Person) -> None:
    """A file of words that nobody typed is not read, and who sent it is told how long one may be."""
    await ada.say(desk.channel, desk.discord.bot.mention, files=[FileToUpload("message.txt", bytes(256 * 1024 + 1))])
    await desk.quiet()
    assert desk.core.events == []
    assert "message.txt is larger than 256 KB" in str(desk.posted(ada.dm)[0].components)


async def test_redelivered_message_is_one_event(desk: Desk, ada: Person) -> None:
    """A resume tells of a message again; it is heard once."""
    await ada.say(desk.channel, f"{desk.discord.bot.mention} a fox", times=3)
    await heard(desk)


async def test_what_could_not_be_handled_is_heard_again(desk: Desk, ada: Person) -> None:
    """A message that broke Easel is not taken for handled when Discord tells of it again."""
    broken = [True]

    def before() -> None:
        if broken.pop() if broken else False:
            raise RuntimeError("bang")

    desk.core.before = before
    await ada.say(desk.channel, f"{desk.discord.bot.mention} a fox", times=2)
    await desk.quiet()
    assert len(desk.core.events) == 2


async def test_others_are_not_heard(desk: Desk, ada: Person) -> None:
    """Bots, voice messages, other conversations and people's own threads are none of Easel's business."""
    bot = desk.discord.add_person("Botty", is_bot=True)
    await bot.say(desk.channel, f"{desk.discord.bot.mention} hello")
    await ada.say(desk.channel, "has anybody seen my fox?")
    await ada.say(desk.channel, f"{desk.discord.bot.mention}", flags=1 << 13)
    talk = await ada.start_thread(desk.channel, "Talk")
    await ada.say(talk, "among ourselves")
    await desk.quiet()
    assert desk.core.events == []


async def test_direct_message_is_for_us(desk: Desk, ada: Person) -> None:
    """In a DM everything is said to Easel, and is answered there."""
    desk.core.answer = PrivateResponse(error(BadCommand("Describe the image you want.")))
    await ada.say(ada.dm, "a fox --n 99")
    event = await heard(desk)
    assert (event.to_us, event.place) == (True, place_at(None, int(ada.dm.id)))
    assert len(desk.posted(ada.dm)) == 1


async def test_answer_in_a_private_conversation_is_in_it(desk: Desk, ada: Person) -> None:
    """An answer to a private picture in a DM belongs to the server and the channel where it was asked for."""
    place = replace(desk.place, audience=ada.id)
    message = await desk.platform.post(place, RESULT, key=JOB)
    await ada.say(ada.dm, "darker", reply_to=desk.posted(ada.dm)[0])
    event = await heard(desk)
    assert event.place == replace(place, thread=message.message)
    assert event.person.team == desk.place.team
    assert event.replied_to is not None
    assert event.replied_to.message == message.message


async def test_answer_for_one_person_is_a_dm(desk: Desk, ada: Person) -> None:
    """What a message is answered goes to its author alone, with a link back; beneath it where that is closed."""
    desk.core.answer = PrivateResponse(
        error(BadCommand("There is no flag '--qualty'.", hint="Did you mean --quality?"))
    )
    said = await ada.say(desk.channel, f"{desk.discord.bot.mention} a fox --qualty high")
    await desk.quiet()
    (whisper,) = desk.posted(ada.dm)
    assert whisper.is_v2
    assert f"/{desk.discord.guild.id}/{desk.channel.id}/{said.id}" in str(whisper.components)
    assert desk.posted() == []
    ada.takes_dms = False
    again = await ada.say(desk.channel, f"{desk.discord.bot.mention} a fox --qualty high")
    await desk.quiet()
    (shown,) = desk.posted()
    assert shown.reference is not None
    assert shown.reference.message_id == again.id
    desk.discord.forbid(desk.channel, Permission.READ_MESSAGE_HISTORY)
    await ada.say(desk.channel, f"{desk.discord.bot.mention} a fox --qualty high")
    await desk.quiet()
    assert [each.reference is None for each in desk.posted()] == [False, True]


async def test_thread_on_a_picture_is_ours_whoever_opened_it(database: Database) -> None:
    """Where Easel opens no threads, people do; in those on anything else they are among themselves."""
    async with a_desk(database, threads=False) as desk:
        ada = desk.discord.add_person("Ada")
        await desk.platform.post(desk.place, RESULT, key=JOB)
        (picture,) = desk.posted()
        theirs = await ada.start_thread(desk.channel, "lunch", message=await ada.say(desk.channel, "where to eat?"))
        ours = await ada.start_thread(desk.channel, "the fox", message=picture)
        for thread in (theirs, ours, theirs, await ada.start_thread(desk.channel, "alone")):
            await ada.say(thread, "make it blue")
            await desk.quiet()
        event = await heard(desk)
        assert event.place == desk.in_thread(ours)
        assert [call.route for call in desk.discord.calls].count("get_message") == 3


@pytest.mark.parametrize("missing", [Permission.ATTACH_FILES, Permission.SEND_MESSAGES])
async def test_words_where_no_picture_may_be_posted_are_refused(desk: Desk, ada: Person, missing: Permission) -> None:
    """Before anything is drawn and paid for: what Easel lacks there."""
    desk.discord.forbid(desk.channel, missing)
    await desk.quiet()
    await ada.say(desk.channel, f"{desk.discord.bot.mention} a fox")
    await desk.quiet()
    assert "Easel may not post in that channel" in str(desk.posted(ada.dm)[0].components)
    assert desk.core.events == []


async def test_picture_of_a_link_comes_with_a_call(desk: Desk, ada: Person) -> None:
    """Where Discord shows the picture behind a link, that is what is meant."""
    embed = {"type": "image", "url": "https://example.com/cat.png"}
    embed["thumbnail"] = {"url": embed["url"], "proxy_url": "https://images-ext-1.discordapp.net/external/x/cat.png"}
    await ada.say(desk.channel, f"{desk.discord.bot.mention} in oil https://example.com/cat.png", embeds=[embed])
    assert len((await heard(desk)).attachments) == 1


async def test_hidden_words_are_explained_once(database: Database) -> None:
    """Without the intent Discord shows nothing of a plain reply in a thread: Easel says so once in its own, and in no
    talk of people's; and what works works.
    """
    emulator = DiscordEmulator()
    emulator.message_content_granted = False
    async with a_desk(database, discord=emulator) as desk:
        ada = desk.discord.add_person("Ada")
        thread = await a_thread(desk)
        garden = await ada.say(desk.channel, "my garden", files=[PHOTO])
        await ada.say(desk.channel, f"{desk.discord.bot.mention} in pencil", reply_to=garden)
        await desk.quiet()
        assert "cannot see the message" in str(desk.posted(ada.dm)[0].components)
        for words in ("make it blue", "bluer"):
            await ada.say(thread, words)
            await desk.quiet()
        (hint,) = desk.posted(thread)
        assert "cannot read" in hint.content
        assert desk.core.events == []
        await ada.say(thread, f"{desk.discord.bot.mention} make it blue", files=[PHOTO])
        await desk.quiet()
        await ada.say(desk.channel, "bluer", reply_to=desk.posted()[0])
        await desk.quiet()
        texts = [event.text for event in desk.core.events if isinstance(event, MessagePosted)]
        assert texts == ["make it blue", "bluer"]
        talk = await ada.start_thread(desk.channel, "Talk")
        emulator.looks_up_originals = False
        await ada.say(talk, "never mind", reply_to=await ada.say(talk, "lunch?"))
        await desk.quiet()
        assert desk.posted(talk) == []


@pytest.mark.parametrize("setting", [False, True])
async def test_intents_are_only_asked_for_where_granted(database: Database, setting: bool) -> None:
    """The words of everybody are asked for where the app may have them and the admin wants it, and nothing else."""
    async with a_desk(database, message_content=setting) as desk:
        (identify,) = desk.discord.identifies
        assert identify.intents == (37377 if setting else 4609)


async def test_roles_and_channels_can_be_listed(database: Database) -> None:
    """Outside of the admin's lists nobody is heard, and who called is told; admins are never locked out by roles."""
    emulator = DiscordEmulator()
    artists = emulator.add_role("artists")
    elsewhere = emulator.add_channel("elsewhere")
    async with a_desk(
        database, discord=emulator, access=AccessRules(roles=frozenset({int(artists.id)}), channels=frozenset({1}))
    ) as desk:
        ada, ben = desk.discord.add_person("Ada", roles=[artists]), desk.discord.add_person("Ben")
        await ben.say(desk.channel, f"{desk.discord.bot.mention} a fox")
        await ada.say(elsewhere, f"{desk.discord.bot.mention} a fox")
        await desk.quiet()
        assert desk.core.events == []
        assert "certain roles" in str(desk.posted(ben.dm)[0].components)
        assert "in this channel" in str(desk.posted(ada.dm)[0].components)


async def test_links_of_files_are_renewed(desk: Desk, ada: Person) -> None:
    """A link lives for a day; after that the message is asked for a new one."""
    await ada.say(desk.channel, f"{desk.discord.bot.mention} in pencil", files=[PHOTO])
    (attachment,) = (await heard(desk)).attachments
    desk.discord.clock.advance(90_000)
    assert await desk.platform.fetch(attachment, max_bytes=10_000) == PHOTO.data


async def test_deleted_file_is_had_for_a_while(desk: Desk, ada: Person) -> None:
    """What was deleted with its message can be had from the media proxy for some minutes, and then not any more."""
    said = await ada.say(desk.channel, f"{desk.discord.bot.mention} in pencil", files=[PHOTO])
    (attachment,) = (await heard(desk)).attachments
    await ada.delete(said)
    assert await desk.platform.fetch(attachment, max_bytes=10_000) == PHOTO.data
    desk.discord.clock.advance(600)
    with pytest.raises(BadPicture, match="no longer available"):
        await desk.platform.fetch(attachment, max_bytes=10_000)


async def test_files_are_never_longer_than_wanted(desk: Desk, ada: Person) -> None:
    """A file is judged by what comes, not by the size that was told."""
    liar = FileToUpload("small.png", bytes(50_000), size=10)
    await ada.say(desk.channel, f"{desk.discord.bot.mention} in pencil", files=[liar])
    (attachment,) = (await heard(desk)).attachments
    with pytest.raises(BadPicture, match="larger"):
        await desk.platform.fetch(attachment, max_bytes=10_000)


async def test_download_that_fails_is_tried_again(desk: Desk, ada: Person) -> None:
    """A CDN that is busy is no lost picture."""
    await ada.say(desk.channel, f"{desk.discord.bot.mention} in pencil", files=[PHOTO])
    (attachment,) = (await heard(desk)).attachments
    desk.discord.fail("download", faults.status(503))
    with pytest.raises(Exception, match="did not send"):
        await desk.platform.fetch(attachment, max_bytes=10_000)
    assert await desk.platform.fetch(attachment, max_bytes=10_000) == PHOTO.data


async def test_server_that_is_left_is_told(desk: Desk) -> None:
    """Whoever throws Easel out ends what it still waits for there."""
    desk.discord.kick_bot()
    await desk.quiet()
    (event,) = desk.core.events
    assert isinstance(event, TeamLeft)
    assert event.team == desk.discord.guild.id


async def test_an_edit_that_adds_a_mention_is_heard(desk: Desk, ada: Person) -> None:
    """Who forgot to call Easel edits the message: it is heard under the message's own key, once for each edit."""
    message = await ada.say(desk.channel, "a fox")
    await desk.quiet()
    assert desk.core.events == []
    await ada.edit(message, f"{desk.discord.bot.mention} a fox")
    event = await heard(desk)
    assert (event.text, event.key) == ("a fox", f"discord:message:{message.id}")
    desk.discord.unfold(message, [])
    await desk.quiet()
    assert len(desk.core.events) == 1


async def test_an_edit_mends_what_was_refused(desk: Desk, ada: Person) -> None:
    """Words that were answered with an error are read again when they are edited, and each error is told."""
    desk.core.answer = PrivateResponse(error(BadCommand("There is no flag '--siez'.")))
    message = await ada.say(desk.channel, f"{desk.discord.bot.mention} a fox --siez 1x1")
    await desk.quiet()
    await ada.edit(message, f"{desk.discord.bot.mention} a fox --sise 1x1")
    await desk.quiet()
    assert len(desk.posted(ada.dm)) == 2
    desk.core.answer = PrivateResponse()
    await ada.edit(message, f"{desk.discord.bot.mention} a fox")
    await desk.quiet()
    assert [event.text for event in desk.core.events if isinstance(event, MessagePosted)][-1] == "a fox"
    assert len({event.key for event in desk.core.events if isinstance(event, MessagePosted)}) == 1


async def test_what_was_answered_is_not_answered_again(desk: Desk, ada: Person) -> None:
    """An edit of a question that was answered asks nothing."""
    desk.core.answer = PrivateResponse(help_card((), ()))
    message = await ada.say(desk.channel, f"{desk.discord.bot.mention} help")
    await desk.quiet()
    await ada.edit(message, f"{desk.discord.bot.mention} help!")
    await desk.quiet()
    assert len(desk.core.events) == 1


async def test_old_messages_are_not_heard_by_an_edit(desk: Desk, ada: Person) -> None:
    """What was said long ago may have been drawn and forgotten: an edit of it draws nothing."""
    message = await ada.say(desk.channel, f"{desk.discord.bot.mention} a fox")
    await desk.quiet()
    desk.discord.clock.advance(3700)
    await ada.edit(message, f"{desk.discord.bot.mention} a red fox")
    await desk.quiet()
    assert len(desk.core.events) == 1
