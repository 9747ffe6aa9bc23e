"""Commands, buttons, menus and forms in Discord: acknowledged in time, answered to one person, and working for ever."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from adapters.discord.limits import MARGIN_BYTES
from adapters.discord.server.permissions import AccessRules
from bot.domain.events import ButtonPressed, CommandTyped, FormAsked, FormSubmitted, MessagePosted
from bot.domain.ids import job_id_for
from bot.errors import BadCommand
from bot.ports import PrivateResponse
from bot.presentation.card import Button, Card, CardFile, Choice, Field, Form, FormField
from bot.presentation.cards import error
from bot.store.database import Database
from tests.contract.pictures import encoded
from tests.emulators.discord import faults
from tests.emulators.discord.checking.components import each_of
from tests.emulators.discord.interactions import Outcome
from tests.emulators.discord.messages import Message
from tests.emulators.discord.permissions import Permission
from tests.emulators.discord.person import Person
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.discord.things import MIB
from tests.emulators.discord.uploads import FileToUpload
from tests.unit.discord.connected_platform import JOB, RESULT, STATUS, Desk, a_desk

PHOTO = FileToUpload("garden.png", encoded((32, 20)))
OTHER = FileToUpload("logo.png", encoded((8, 8)))
REFUSED = PrivateResponse(error(BadCommand("There is no flag '--qualty'.", hint="Did you mean --quality?")))
HELP = PrivateResponse(Card("info", "Help", fields=(Field("--n COUNT", "How many images"),), code="/imagine a fox"))
FORM = Form(
    "Edit v1",
    "Draw",
    JOB,
    (
        FormField("prompt", "What should change?", "text", required=True),
        FormField("quality", "Quality", "choice", "high", (Choice("low", "low"), Choice("high", "high"))),
        FormField("size", "Size", "choice", "", (Choice("", "Unchanged"), Choice("1024x1024", "1024x1024"))),
        FormField("images", "Images to use", "pictures", max_count=10),
        FormField("place", "Where?", "place"),
    ),
)


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
async def desk(database: Database) -> AsyncGenerator[Desk]:
    async with a_desk(database) as desk:
        yield desk


@pytest.fixture
def ada(desk: Desk) -> Person:
    return desk.discord.add_person("Ada", is_admin=True)


def words(message: Message | None) -> str:
    assert message is not None
    return "\n".join(str(each["content"]) for each in each_of(message.components) if each["type"] == 10)


async def a_result(desk: Desk) -> Message:
    await desk.platform.post(desk.place, RESULT, key=JOB)
    return desk.posted()[0]


async def a_private_result(desk: Desk, person: Person) -> Message:
    """In the person's DM, of a command in the channel."""
    card = replace(RESULT, buttons=(*RESULT.buttons, Button("share", "Share", JOB)))
    await desk.platform.post(replace(desk.place, audience=person.id), card, key=f"{JOB}-{person.id}")
    return desk.posted(person.dm)[0]


async def told(desk: Desk, outcome: Outcome) -> str:
    """What somebody reads of it in the end; a busy machine may answer that it takes longer first."""
    await desk.quiet()
    return next(words(each) for each in (outcome.ephemeral, *outcome.follow_ups) if each is not None)


# Commands


async def test_options_become_flags_before_the_prompt(desk: Desk, ada: Person) -> None:
    """However a flag was given, it is read in one way; the prompt may hold others, and end them."""
    await ada.command(
        desk.channel,
        "imagine",
        prompt="-- a --dashed fox",
        model="gpt-image-2",
        n=2,
        no="a red hat",
        private=True,
        image1=PHOTO,
        image2=OTHER,
    )
    await desk.quiet()
    (event,) = desk.core.events
    assert isinstance(event, CommandTyped)
    assert event.text == '--model "gpt-image-2" --n 2 --no "a red hat" --private -- a --dashed fox'
    assert [each.name for each in event.attachments] == ["garden.png", "logo.png"]
    assert await desk.platform.fetch(event.attachments[1], max_bytes=10_000) == OTHER.data
    assert (event.person.name, event.person.is_admin, event.place) == ("Ada", True, desk.place)


async def test_what_was_typed_is_read_as_it_was_seen(desk: Desk, ada: Person) -> None:
    """Names stand for mentions in a command's texts as in messages, and an emoji of the server for its markup."""
    ben, artists = desk.discord.add_person("Ben"), desk.discord.add_role("artists")
    ben.memberships[desk.discord.guild.id].nick = "Benny"
    typed = f"{ben.mention} of <@&{artists.id}> with <:pepe:123456789> in <#1>"
    await ada.command(desk.channel, "imagine", prompt=typed, no=f"{ada.mention}")
    await desk.quiet()
    (event,) = desk.core.events
    assert isinstance(event, CommandTyped)
    assert event.text == '--no "@Ada" @Benny of @artists with :pepe: in #channel'


@pytest.mark.parametrize(
    ("name", "text", "about_thread"), [("models", "models", False), ("help", "help", False), ("tree", "tree", True)]
)
async def test_questions_are_commands_of_their_own(
    desk: Desk, ada: Person, name: str, text: str, about_thread: bool
) -> None:
    """What follows `/imagine` as a word elsewhere has a name of its own here."""
    await ada.command(desk.channel, name)
    (event,) = desk.core.events
    assert isinstance(event, CommandTyped)
    assert (event.text, event.about_thread) == (text, about_thread)


async def test_edit_is_about_the_thread(desk: Desk, ada: Person) -> None:
    """`/edit` in a thread belongs to its conversation."""
    root = await a_result(desk)
    assert root.thread is not None
    await ada.command(root.thread, "edit", prompt="make it blue")
    (event,) = desk.core.events
    assert isinstance(event, CommandTyped)
    assert (event.text, event.about_thread, event.place) == ("make it blue", True, desk.in_thread(root.thread))


async def test_accepted_command_leaves_nothing_behind(desk: Desk, ada: Person) -> None:
    """Whoever asked sees the status that everybody sees, and no answer of their own."""
    outcome = await ada.command(desk.channel, "imagine", prompt="a fox")
    await desk.quiet()
    assert (outcome.error, outcome.message) == (None, None)
    assert desk.posted() == []


async def test_refused_command_is_answered_to_the_asker(desk: Desk, ada: Person) -> None:
    """What cannot be done is said to one person."""
    desk.core.answer = REFUSED
    outcome = await ada.command(desk.channel, "imagine", prompt="a fox --qualty high")
    assert "There is no flag '--qualty'." in words(outcome.ephemeral)


async def test_slow_command_is_deferred(desk: Desk, ada: Person) -> None:
    """What takes longer says that it is thinking, to the asker, within Discord's three seconds, and answers then."""
    gate = asyncio.Event()
    desk.core.before = gate.wait
    desk.core.answer = HELP
    outcome = await ada.command(desk.channel, "help")
    assert (outcome.error, outcome.is_thinking) == (None, True)
    gate.set()
    await desk.quiet()
    assert "Help" in words(outcome.ephemeral)


async def test_pictures_fit_what_discord_states(desk: Desk, ada: Person) -> None:
    """The limit that comes with a command holds for what is posted in that server from then on."""
    desk.discord.attachment_size_limit = 20 * MIB
    await ada.command(desk.channel, "imagine", prompt="a fox")
    await desk.quiet()
    assert desk.platform.capabilities_at(desk.place).max_image_bytes == 20 * MIB - MARGIN_BYTES


async def test_redelivered_command_is_one_event(desk: Desk, ada: Person) -> None:
    """The same interaction told twice is acknowledged once."""
    outcome = await ada.command(desk.channel, "imagine", times=2, prompt="a fox")
    await desk.quiet()
    assert len(desk.core.events) == 1
    assert outcome.error is None


async def test_command_that_failed_is_not_drawn_when_it_is_told_again(desk: Desk, ada: Person) -> None:
    """What came while Easel was out of reach failed for its person, who typed it once more: one of them is drawn."""
    desk.discord.refuse_gateway(1)
    desk.discord.close_gateway(4000)
    asking = asyncio.create_task(ada.command(desk.channel, "imagine", prompt="a fox"))
    await desk.discord.until(lambda: desk.discord.interactions)
    for clock in (desk.clock, desk.discord.clock):
        clock.advance(4)
    assert (await asking).error is not None
    await desk.discord.connected()
    await ada.command(desk.channel, "imagine", prompt="a fox")
    await desk.quiet()
    assert len(desk.core.events) == 1


@pytest.mark.parametrize("fault", [faults.status(503), faults.dropped_after(), faults.dropped_before()])
async def test_acknowledgement_survives_faults(desk: Desk, ada: Person, fault: faults.Fault) -> None:
    """An answer whose own answer was lost counts as given, and one that never went out is sent again."""
    desk.core.answer = HELP
    desk.discord.fail("create_interaction_response", fault)
    outcome = await ada.command(desk.channel, "help")
    assert "Help" in words(outcome.ephemeral)


@pytest.mark.parametrize("fault", [faults.refused(404, 10062), faults.refused(400, 50083)], ids=["late", "locked"])
async def test_answer_that_cannot_be_given_is_a_dm(desk: Desk, ada: Person, fault: faults.Fault) -> None:
    """An interaction that Discord does not know any more, or that stands in a locked thread, is answered in a DM."""
    desk.core.answer = HELP
    desk.discord.fail("create_interaction_response", fault)
    asking = asyncio.create_task(ada.command(desk.channel, "help"))
    await desk.discord.until(lambda: desk.posted(ada.dm))
    assert "Help" in words(desk.posted(ada.dm)[0])
    asking.cancel()
    await asyncio.wait((asking,))
    desk.discord.forgive()


async def test_acknowledged_elsewhere_counts(desk: Desk, ada: Person) -> None:
    """40060 says that "thinking…" stands there already: nothing is said twice, and it goes as it always does."""
    desk.discord.fail("create_interaction_response", faults.refused(400, 40060, executed=True))
    outcome = await ada.command(desk.channel, "imagine", prompt="a fox")
    await desk.quiet()
    assert (outcome.error, outcome.message) == (None, None)
    assert len(desk.core.events) == 1


async def test_models_are_completed_from_memory(desk: Desk, ada: Person) -> None:
    """Models are offered with what they cost, by any part of value or label, without asking the core."""
    offered = await ada.autocomplete(desk.channel, "imagine", "model", "image", prompt="x")
    assert offered == [{"name": "GPT Image 2 · about $0.05", "value": "gpt-image-2"}]
    assert len(await ada.autocomplete(desk.channel, "imagine", "model", "", prompt="x")) == 2
    assert desk.core.events == []


async def test_commands_are_registered_once(database: Database) -> None:
    """Another start registers nothing, another table does."""
    emulator = DiscordEmulator()
    async with a_desk(database, discord=emulator, listening=False) as desk:
        for _ in range(2):
            running = asyncio.create_task(desk.platform.run(desk.core.handle))
            await desk.discord.until(lambda: desk.discord.connections or None)
            running.cancel()
            await asyncio.wait((running,))
            desk.clock.advance(60)
        assert desk.discord.command_syncs == 1


@pytest.mark.parametrize(
    ("access", "is_age_restricted", "told"),
    [
        (AccessRules(age_restricted="off"), True, "Easel cannot be used in age-restricted channels."),
        (AccessRules(age_restricted="only"), False, "Easel can be used in age-restricted channels only."),
        (AccessRules(channels=frozenset({1})), False, "Easel cannot be used in this channel."),
    ],
)
async def test_command_outside_of_the_lists_is_refused(
    database: Database, access: AccessRules, is_age_restricted: bool, told: str
) -> None:
    """In a channel that the admin left out Easel says that it does not draw there."""
    async with a_desk(database, access=access) as desk:
        ada = desk.discord.add_person("Ada")
        if is_age_restricted:
            desk.discord.restrict_age(desk.channel)
            await desk.quiet()
        outcome = await ada.command(desk.channel, "imagine", prompt="a fox")
        assert told in words(outcome.ephemeral).replace("\\", "")
        assert desk.core.events == []


@pytest.mark.parametrize("missing", [Permission.SEND_MESSAGES, Permission.ATTACH_FILES])
async def test_without_the_right_to_post_it_goes_through_the_command(
    desk: Desk, ada: Person, missing: Permission
) -> None:
    """Where Easel may not write, or show pictures, the command itself carries status and result."""
    desk.discord.forbid(desk.channel, missing)
    await desk.quiet()
    await ada.command(desk.channel, "imagine", prompt="a fox")
    await desk.quiet()
    (event,) = desk.core.events
    status = await desk.platform.post(desk.place, STATUS, key=job_id_for(event.key))
    assert await desk.platform.update(status, RESULT) == status
    (shown,) = desk.posted()
    assert shown.content.startswith("**v1 for Ada**")
    assert len(shown.attachments) == 1
    assert shown.ephemeral_for is None


@pytest.mark.parametrize("is_posted", [False, True])
async def test_command_whose_token_has_expired_goes_on_without(desk: Desk, ada: Person, is_posted: bool) -> None:
    """Whatever we count, Discord says when a token has run out: then the bot posts, and changes, by its own."""
    desk.discord.forbid(desk.channel, Permission.ATTACH_FILES)
    await desk.quiet()
    await ada.command(desk.channel, "imagine", prompt="a fox")
    await desk.quiet()
    key = job_id_for(desk.core.events[0].key)
    if is_posted:
        await desk.platform.post(desk.place, STATUS, key=key)
    desk.discord.clock.advance(901)
    status = await desk.platform.post(desk.place, STATUS, key=key)
    await desk.platform.update(status, replace(STATUS, title="Drawing 15:01 · image 2 of 2"))
    assert "image 2 of 2" in desk.posted()[-1].content
    assert [call.code for call in desk.discord.calls if call.status == 401] == [50027]


@pytest.mark.parametrize("given", [{"prompt": "a fox", "private": True}, {"prompt": "a fox --private"}])
async def test_private_picture_without_dms_is_an_answer(desk: Desk, ada: Person, given: dict[str, object]) -> None:
    """Who takes no DMs gets a private picture as an answer to their command, however they asked for it."""
    ada.takes_dms = False
    await ada.command(desk.channel, "imagine", **given)
    await desk.quiet()
    (event,) = desk.core.events
    status = await desk.platform.post(replace(desk.place, audience=ada.id), STATUS, key=job_id_for(event.key))
    await desk.platform.update(status, RESULT)
    shown = [each for each in desk.posted() if each.ephemeral_for == ada.id]
    assert [each.content.splitlines()[0] for each in shown] == ["**v1 for Ada**"]
    again = await ada.press(shown[0], "Again")
    await desk.quiet()
    key = job_id_for(desk.core.events[-1].key)
    await desk.platform.post(replace(desk.place, audience=ada.id), RESULT, key=key)
    assert "v1 for Ada" in again.follow_ups[0].content
    asked = await ada.press(shown[0], "Delete")
    assert "Delete v1 for everyone?" in words(asked.ephemeral)
    assert asked.ephemeral is not shown[0]
    assert [len(shown[0].attachments), shown[0].is_deleted] == [1, False]


# Buttons


async def test_button_says_what_it_is_for(desk: Desk, ada: Person) -> None:
    """A press is told with its job and who pressed, and a press that was accepted shows nothing."""
    root = await a_result(desk)
    outcome = await ada.press(root, "Again", times=2)
    await desk.quiet()
    (event,) = desk.core.events
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.target, event.person.name) == ("again", JOB, "Ada")
    assert (outcome.error, outcome.ephemeral) == (None, None)


@pytest.mark.parametrize("right", [Permission.MANAGE_GUILD, Permission.MANAGE_MESSAGES])
async def test_who_manages_the_server_is_an_admin(desk: Desk, right: Permission) -> None:
    """And may thus delete what others made; no lesser right does it."""
    role = desk.discord.add_role("keepers", permissions=int(right))
    ben = desk.discord.add_person("Ben", roles=[role])
    await ben.press(await a_result(desk), "Again")
    await desk.quiet()
    (event,) = desk.core.events
    assert isinstance(event, ButtonPressed)
    assert event.person.is_admin == (right is Permission.MANAGE_GUILD)


async def test_dangerous_button_asks_first(desk: Desk, ada: Person) -> None:
    """The question is the card's own, for who pressed; no ends it, yes does it and ends it too."""
    root = await a_result(desk)
    asked = await ada.press(root, "Delete")
    assert "Delete v1 for everyone?" in words(asked.ephemeral)
    assert asked.ephemeral is not None
    await ada.press(asked.ephemeral, "Cancel")
    await desk.quiet()
    assert (desk.core.events, asked.ephemeral) == ([], None)
    again = await ada.press(root, "Delete")
    assert again.ephemeral is not None
    await ada.press(again.ephemeral, "Delete")
    await desk.quiet()
    (event,) = desk.core.events
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.target) == ("delete", JOB)
    assert again.ephemeral is None


async def test_buttons_outlive_restarts(database: Database) -> None:
    """A button that another process made works, and one of an unknown version is answered."""
    emulator = DiscordEmulator()
    async with a_desk(database, discord=emulator, listening=False) as desk:
        root = await a_result(desk)
        running = asyncio.create_task(desk.platform.run(desk.core.handle))
        await desk.discord.connected()
        ada = desk.discord.add_person("Ada")
        await ada.press(root, "Again")
        stranger = [
            {
                "type": 1,
                "id": 1,
                "components": [{"type": 2, "id": 2, "style": 2, "custom_id": "ig0:old", "label": "Old"}],
            }
        ]
        outcome = await ada.press(root, "Old", as_shown=stranger)
        await desk.quiet()
        assert len(desk.core.events) == 1
        assert "another version" in words(outcome.ephemeral)
        running.cancel()
        await asyncio.wait((running,))


async def test_files_come_with_an_answer_and_go_with_their_picture(desk: Desk, ada: Person) -> None:
    """A file that one person was handed is taken back when its picture is deleted."""
    svg = desk.kept.add(b"<svg/>")
    root = await a_result(desk)
    message = await desk.platform.post(desk.place, RESULT, key=JOB)
    desk.core.answer = PrivateResponse(Card("info", "v1 as SVG", files=(CardFile(svg.id, "easel-v1.svg"),)))
    too_old = await ada.press(root, "Details")
    await desk.quiet()
    for clock in (desk.clock, desk.discord.clock):
        clock.advance(900)
    outcome = await ada.press(root, "Details")
    await desk.quiet()
    assert outcome.ephemeral is not None
    assert [each.filename for each in outcome.ephemeral.attachments] == ["easel-v1.svg"]
    await desk.platform.update(message, Card("info", "v1 was deleted by Ada"))
    assert outcome.ephemeral is None
    assert too_old.ephemeral is not None
    assert [call.status for call in desk.discord.calls if call.route == "delete_followup"] == [204]
    assert (root.attachments, root.components) == ([], [])


@pytest.mark.parametrize("shards", [(), (0,)], ids=["of this shard", "of another process"])
async def test_private_result_is_used_by_the_rights_in_its_server(database: Database, shards: tuple[int, ...]) -> None:
    """In a DM the lists hold for who somebody is in the server, and for the channel in which they asked."""
    emulator = DiscordEmulator()
    server = emulator.add_guild("Studio", shard=(1, 2))
    artists, channel = emulator.add_role("artists", guild=server), emulator.add_channel("nsfw", guild=server)
    emulator.restrict_age(channel)
    access = AccessRules(frozenset({int(artists.id)}), frozenset({int(channel.id)}), "only")
    options = {"shard_count": 2, "shards": shards} if shards else {}
    async with a_desk(database, discord=emulator, access=access, **options) as desk:
        ada = emulator.add_person("Ada", guilds=[server], roles=[artists])
        ben = emulator.add_person("Ben", guilds=[server], is_admin=True)
        desk = replace(desk, channel=channel)
        for each in (ada, ben):
            result = await a_private_result(desk, each)
            outcome = await each.press(result, "Again")
            await each.say(each.dm, "darker", reply_to=result)
            await desk.quiet()
            assert outcome.ephemeral is None
        heard = [event for event in desk.core.events if isinstance(event, ButtonPressed | MessagePosted)]
        known = [(each.person.name, each.person.is_admin, each.place.team) for each in heard]
        assert known == [("Ada", False, server.id)] * 2 + [("Ben", True, server.id)] * 2
        ada.memberships[server.id].roles.clear()
        refused = await ada.press(desk.posted(ada.dm)[0], "Again")
        assert "certain roles" in await told(desk, refused)
        emulator.restrict_age(channel, restricted=False)
        await desk.quiet()
        refused = await ben.press(desk.posted(ben.dm)[0], "Again")
        assert "age-restricted channels only" in await told(desk, refused)
        assert len(desk.core.events) == 4


async def test_private_result_is_of_no_use_outside_of_its_server(desk: Desk, ada: Person) -> None:
    """Who was thrown out, or whose server has thrown Easel out, does nothing more in its name."""
    result = await a_private_result(desk, ada)
    desk.discord.kick(ada)
    for outcome in (await ada.press(result, "Again"), await ada.context_menu("Edit image", result)):
        assert "You are no longer in the server of this image." in await told(desk, outcome)
    await ada.say(ada.dm, "darker", reply_to=result)
    await desk.quiet()
    assert "You are no longer in the server of this image." in words(desk.posted(ada.dm)[-1])
    assert desk.core.events == []
    desk.discord.kick_bot()
    await desk.quiet()
    desk.core.events.clear()
    outcome = await ada.press(result, "Again")
    assert "Easel is no longer in the server of this image." in await told(desk, outcome)
    assert desk.core.events == []


@pytest.mark.parametrize("has_thread", [True, False])
async def test_who_may_not_write_lets_nothing_be_posted(desk: Desk, has_thread: bool) -> None:
    """Where somebody can only read, buttons, menus and forms post nothing for them; they still tell and take away."""
    ben = desk.discord.add_person("Ben")
    if not has_thread:
        desk.discord.forbid(desk.channel, Permission.CREATE_PUBLIC_THREADS)
    root = await a_result(desk)
    needed = Permission.SEND_MESSAGES_IN_THREADS if has_thread else Permission.SEND_MESSAGES
    desk.core.answer = PrivateResponse(form=FORM)
    await ben.context_menu("Edit image", root)
    desk.discord.forbid(desk.channel, needed, to=ben)
    await desk.quiet()
    desk.core.events.clear()
    outcomes = [
        await ben.submit({"prompt": "with graffiti"}),
        await ben.press(root, "Again"),
        await ben.context_menu("Edit image", root),
    ]
    assert all("You need permission to post in that channel" in words(outcome.ephemeral) for outcome in outcomes)
    assert desk.core.events == []
    desk.core.answer = PrivateResponse()
    await ben.press(root, "Details")
    assert len(desk.core.events) == 1


async def test_button_where_easel_may_post_no_picture_draws_none(desk: Desk, ada: Person) -> None:
    """Before anything is drawn and paid for: what Easel lacks there."""
    root = await a_result(desk)
    desk.discord.forbid(desk.channel, Permission.ATTACH_FILES)
    await desk.quiet()
    assert "Easel may not post in that channel" in words((await ada.press(root, "Again")).ephemeral)
    assert desk.core.events == []


async def test_who_may_answer_in_threads_goes_on_there(desk: Desk) -> None:
    """In a channel to read, with threads to talk in, pictures are changed in their threads, and none begun beside."""
    ben = desk.discord.add_person("Ben")
    photo = await ben.say(desk.channel, files=[PHOTO])
    root, private = await a_result(desk), await a_private_result(desk, ben)
    desk.discord.forbid(desk.channel, Permission.SEND_MESSAGES, to=ben)
    await desk.quiet()
    assert root.thread is not None
    for message in (root, private):
        assert (await ben.press(message, "Again")).ephemeral is None
    assert len(desk.core.events) == 2
    desk.core.answer = PrivateResponse(form=replace(FORM, target=""))
    outcomes = [await ben.press(private, "Share"), await ben.context_menu("Edit image", photo)]
    assert all("You need permission to post in that channel" in words(outcome.ephemeral) for outcome in outcomes)
    assert len(desk.core.events) == 2


# Forms


async def test_form_opens_and_comes_back(desk: Desk, ada: Person) -> None:
    """A form shows what applies, and brings back what was changed, with its files."""
    root = await a_result(desk)
    desk.core.answer = PrivateResponse(form=FORM)
    outcome = await ada.press(root, "Details")
    assert outcome.modal is not None
    assert outcome.modal.title == "Edit v1"
    desk.core.answer = PrivateResponse()
    back = await ada.submit({"prompt": "broken", "size": "ig1:none"}, files=[PHOTO])
    await desk.quiet()
    event = desk.core.events[-1]
    assert isinstance(event, FormSubmitted)
    assert event.values == {"prompt": "broken", "quality": "high", "size": ""}
    assert (event.target, [each.name for each in event.attachments]) == (JOB, ["garden.png"])
    assert (back.error, back.ephemeral) == (None, None)


async def test_wrong_form_is_answered(desk: Desk, ada: Person) -> None:
    """What is wrong with a form is said to who sent it."""
    root = await a_result(desk)
    desk.core.answer = PrivateResponse(form=FORM)
    await ada.press(root, "Details")
    desk.core.answer = REFUSED
    back = await ada.submit({"prompt": "longer --qualty high"})
    assert "qualty" in words(back.ephemeral)


async def test_two_people_have_the_same_form_open(desk: Desk, ada: Person) -> None:
    """Two forms about one picture are told apart by who sends them."""
    ben = desk.discord.add_person("Ben")
    root = await a_result(desk)
    desk.core.answer = PrivateResponse(form=FORM)
    await ada.press(root, "Details")
    await ben.press(root, "Details")
    desk.core.answer = PrivateResponse()
    await ada.submit({"prompt": "hers"})
    await ben.submit({"prompt": "his"})
    await desk.quiet()
    sent = [
        (event.person.name, event.values["prompt"]) for event in desk.core.events if isinstance(event, FormSubmitted)
    ]
    assert sent == [("Ada", "hers"), ("Ben", "his")]


async def test_late_form_is_said_to_be_late(desk: Desk, ada: Person) -> None:
    """Nothing can be opened after the acknowledgement: then the person is asked to press again."""
    root = await a_result(desk)
    gate = asyncio.Event()
    desk.core.before = gate.wait
    desk.core.answer = PrivateResponse(form=FORM)
    outcome = await ada.press(root, "Details")
    gate.set()
    await desk.quiet()
    assert outcome.modal is None
    assert any("too long" in words(message) for message in outcome.follow_ups)


# Menus


async def test_menu_of_a_photo_brings_its_pictures(desk: Desk, ada: Person) -> None:
    """Edit image on somebody's photo asks for a form, and sends the photo along with what comes back."""
    photo = await desk.discord.add_person("Ben").say(desk.channel, "my garden", files=[PHOTO])
    await desk.quiet()
    desk.core.answer = PrivateResponse(form=replace(FORM, target=""))
    outcome = await ada.context_menu("Edit image", photo)
    assert outcome.modal is not None
    asked = desk.core.events[-1]
    assert isinstance(asked, FormAsked)
    assert [each.name for each in asked.attachments] == ["garden.png"]
    desk.core.answer = PrivateResponse()
    await ada.submit({"prompt": "in pencil"}, files=[OTHER])
    await desk.quiet()
    event = desk.core.events[-1]
    assert isinstance(event, FormSubmitted)
    assert [each.name for each in event.attachments] == ["garden.png", "logo.png"]
    assert await desk.platform.fetch(event.attachments[0], max_bytes=10_000) == PHOTO.data


async def test_menu_works_where_words_are_hidden(database: Database) -> None:
    """Without the intent, the message whose menu it is comes along whole all the same."""
    emulator = DiscordEmulator()
    emulator.message_content_granted = False
    async with a_desk(database, discord=emulator) as desk:
        ada = desk.discord.add_person("Ada")
        photo = await ada.say(desk.channel, "my garden", files=[PHOTO])
        await desk.quiet()
        desk.core.answer = PrivateResponse(form=replace(FORM, target=""))
        await ada.context_menu("Edit image", photo)
        (asked,) = desk.core.events
        assert isinstance(asked, FormAsked)
        assert [each.name for each in asked.attachments] == ["garden.png"]


async def test_menu_of_our_own_result_names_it(desk: Desk, ada: Person) -> None:
    """On a result of Easel's, the menu says which message it was."""
    root = await a_result(desk)
    await ada.context_menu("Edit image", root)
    (asked,) = desk.core.events
    assert isinstance(asked, FormAsked)
    assert asked.message is not None
    assert asked.message.message == f"{desk.channel.id}:{root.id}"


async def test_menu_of_a_private_result_belongs_to_its_server(desk: Desk, ada: Person) -> None:
    """A form comes back to where it was opened for: in a DM, to the server that the picture was drawn in."""
    desk.core.answer = PrivateResponse(form=FORM)
    await ada.context_menu("Edit image", await a_private_result(desk, ada))
    desk.core.answer = PrivateResponse()
    await ada.submit({"prompt": "at night"})
    await desk.quiet()
    asked, event = desk.core.events
    assert isinstance(asked, FormAsked)
    assert isinstance(event, FormSubmitted)
    assert (event.target, event.attachments, event.place) == (JOB, (), asked.place)
    assert (event.place.team, event.place.channel) == (desk.place.team, desk.place.channel)


async def test_menu_of_a_slow_server_is_acknowledged(desk: Desk, ada: Person) -> None:
    """What has to be found out before the form says that it takes longer, and then to choose the menu again."""
    result = await a_private_result(desk, ada)
    desk.core.answer = PrivateResponse(form=FORM)
    held = desk.discord.hold("get_guild_member")
    outcome = await ada.context_menu("Edit image", result)
    assert (outcome.error, outcome.is_thinking) == (None, True)
    held.go()
    await desk.quiet()
    assert "too long" in words(outcome.ephemeral)


# Defects


@pytest.mark.parametrize("way", ["command", "press", "menu", "form"])
async def test_defect_is_answered(desk: Desk, ada: Person, way: str) -> None:
    """Whoever waits is told that something broke inside Easel, and not by Discord that nobody is there."""
    root = await a_result(desk)
    desk.core.answer = PrivateResponse(form=FORM)
    await ada.press(root, "Details")

    def break_down() -> None:
        raise RuntimeError("a defect")

    desk.core.before = break_down
    match way:
        case "command":
            outcome = await ada.command(desk.channel, "imagine", prompt="a fox")
        case "press":
            outcome = await ada.press(root, "Again")
        case "menu":
            outcome = await ada.context_menu("Edit image", root)
        case _:
            outcome = await ada.submit({"prompt": "at night"})
    assert outcome.error is None
    assert "Something went wrong inside Easel." in words(outcome.ephemeral)
