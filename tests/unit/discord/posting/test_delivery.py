"""What Easel posts in Discord arrives once, in the right place, whatever goes wrong in between."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from adapters.discord.ids import nonce_of, place_at
from adapters.discord.posting.ephemeral_files import EphemeralFiles
from adapters.discord.posting.interaction_tokens import InteractionToken, InteractionTokens
from bot.domain.ids import JobId
from bot.errors import AdminError, PlaceClosed, Transient
from bot.observability import redact
from bot.presentation.card import Button, CardPicture, Preview
from bot.store.database import Database
from tests.emulators.discord import faults
from tests.emulators.discord.messages import SUPPRESS_EMBEDS
from tests.emulators.discord.permissions import Permission
from tests.emulators.discord.things import MIB
from tests.unit.discord.connected_platform import JOB, RESULT, STATUS, Desk, a_desk


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture
async def desk(database: Database) -> AsyncGenerator[Desk]:
    async with a_desk(database, listening=False) as desk:
        yield desk


async def test_status_becomes_the_result_in_place(desk: Desk) -> None:
    """One message is posted under the job's own nonce, with no embeds and no mentions, and then changed."""
    message = await desk.platform.post(desk.place, STATUS, key=JOB)
    assert await desk.platform.update(message, RESULT) == message
    (posted,) = desk.posted()
    assert posted.content.startswith("**v1 for Ada**\n> a fox")
    assert [(each.filename, each.description) for each in posted.attachments] == [("easel-v1.png", "Picture: a fox")]
    assert posted.flags & SUPPRESS_EMBEDS
    call = next(call for call in desk.discord.calls if call.route == "create_message")
    assert (call.body["nonce"], call.body["enforce_nonce"]) == (JOB, True)
    assert desk.discord.pings == []


async def test_result_opens_a_thread(desk: Desk) -> None:
    """A thread named by the prompt hangs on a result, not on a status; what follows is posted in it."""
    message = await desk.platform.post(desk.place, STATUS, key=JOB)
    (posted,) = desk.posted()
    assert posted.thread is None
    await desk.platform.update(message, RESULT)
    thread = posted.thread
    assert thread is not None
    assert thread.name == "a fox"
    await desk.platform.post(desk.in_thread(thread), STATUS, key="second")
    assert len(desk.posted(thread)) == 1


async def test_same_key_is_the_same_message(desk: Desk) -> None:
    """Whatever is posted twice under a key is there once, even by a process that died before it could note so."""
    first = await desk.platform.post(desk.place, STATUS, key=JOB)
    assert await desk.platform.post(desk.place, STATUS, key=JOB) == first
    await desk.notes.put(f"post:{JOB}", {"at_s": desk.clock.now().timestamp()})
    assert await desk.platform.post(desk.place, STATUS, key=JOB) == first
    assert len(desk.posted()) == 1


async def test_message_is_found_when_its_nonce_is_forgotten(desk: Desk) -> None:
    """Long after a crash between posting and noting it, the message is recognised by the job on its buttons."""
    began_s = desk.clock.now().timestamp()
    first = await desk.platform.post(desk.place, STATUS, key=JOB)
    await desk.notes.put(f"post:{JOB}", {"at_s": began_s})
    desk.clock.advance(900)
    desk.discord.clock.advance(900)
    assert await desk.platform.post(desk.place, STATUS, key=JOB) == first
    assert len(desk.posted()) == 1


async def test_message_of_another_job_is_not_taken_for_it(desk: Desk) -> None:
    """Two jobs may say the same, as those of Again do: their buttons tell whose message it is."""
    first = await desk.platform.post(desk.place, STATUS, key=JOB)
    other = JOB[::-1]
    await desk.notes.put(f"post:{other}", {"at_s": desk.clock.now().timestamp()})
    desk.clock.advance(900)
    status = replace(STATUS, buttons=(Button("cancel", "Cancel", other),))
    assert await desk.platform.post(desk.place, status, key=other) != first
    assert len(desk.posted()) == 2


@pytest.mark.parametrize(
    "fault",
    [
        faults.status(503),
        faults.dropped_before(),
        faults.dropped_after(),
        faults.reset_before(),
        faults.reset_after(),
        faults.rate_limited(),
        faults.rate_limited(is_global=True),
    ],
    ids=["503", "dropped before", "dropped after", "reset before", "reset after", "429", "global 429"],
)
async def test_passing_faults_are_not_seen(desk: Desk, fault: faults.Fault) -> None:
    """What discord.py lets pass is tried again: one message comes of it, with all of its bytes."""
    desk.discord.fail("create_message", fault)
    message = await desk.platform.post(desk.place, RESULT, key=JOB)
    (posted,) = desk.posted()
    assert message.message == f"{desk.channel.id}:{posted.id}"
    assert [each.size for each in posted.attachments] == [len(await desk.kept.read(RESULT.pictures[0].picture.id))]


async def test_lasting_fault_is_left_to_the_job(desk: Desk) -> None:
    """After four tries the job's own step is told to come back."""
    desk.discord.fail("create_message", faults.status(503), times=9)
    with pytest.raises(Transient):
        await desk.platform.post(desk.place, STATUS, key=JOB)
    assert sum(call.route == "create_message" for call in desk.discord.calls) == 4


async def test_ban_by_what_stands_before_discord_is_not_made_worse(desk: Desk) -> None:
    """A 429 that is not Discord's own is no reason to try again at once."""
    desk.discord.fail("create_message", faults.banned(), times=9)
    with pytest.raises(Transient):
        await desk.platform.post(desk.place, STATUS, key=JOB)
    assert sum(call.route == "create_message" for call in desk.discord.calls) == 1


@pytest.mark.parametrize("is_locked", [False, True])
async def test_archived_thread_takes_the_result(desk: Desk, is_locked: bool) -> None:
    """A thread that went to rest is woken for its result; where only moderators may, it comes beside the thread."""
    root = await desk.platform.post(desk.place, RESULT, key="root")
    (posted,) = desk.posted()
    thread = posted.thread
    assert thread is not None
    status = await desk.platform.post(desk.in_thread(thread), STATUS, key=JOB)
    desk.discord.archive(thread, locked=is_locked)
    result = await desk.platform.update(status, RESULT)
    assert (result == status) == (not is_locked)
    beside = [each for each in desk.posted() if each is not posted]
    if is_locked:
        assert [each.reference.message_id for each in beside if each.reference] == [posted.id]
    else:
        assert beside == []
        assert desk.posted(thread)[0].content.startswith("**v1 for Ada**")
    assert root.message == f"{desk.channel.id}:{posted.id}"


async def test_deleted_thread_goes_on_as_answers(desk: Desk) -> None:
    """Where a thread was deleted, its conversation goes on beneath the picture, and stays there."""
    await desk.platform.post(desk.place, RESULT, key="root")
    (root,) = desk.posted()
    assert root.thread is not None
    place = desk.in_thread(root.thread)
    desk.discord.delete_channel(root.thread)
    first = await desk.platform.post(place, STATUS, key=JOB)
    second = await desk.platform.post(place, STATUS, key="second")
    assert {message.message.partition(":")[0] for message in (first, second)} == {desk.channel.id}


@pytest.mark.parametrize("loss", ["locked", "deleted", "left"])
async def test_private_thread_is_never_left_for_its_channel(database: Database, loss: str) -> None:
    """What was asked for where only invited people read is not posted beside it: it can go to its asker alone."""
    async with a_desk(database) as desk:
        ada = desk.discord.add_person("Ada")
        thread = await ada.start_thread(desk.channel, "secrets", invited=[desk.discord.bot])
        await ada.say(thread, f"{desk.discord.bot.mention} a fox")
        await desk.quiet()
        (event,) = desk.core.events
        status = await desk.platform.post(event.place, STATUS, key=JOB)
        match loss:
            case "locked":
                desk.discord.archive(thread, locked=True)
            case "deleted":
                desk.discord.delete_channel(thread)
            case _:
                thread.members.discard(desk.discord.bot.id)
        await desk.quiet()
        for attempt in (desk.platform.update(status, RESULT), desk.platform.post(event.place, STATUS, key="second")):
            with pytest.raises(PlaceClosed):
                await attempt
        assert desk.posted() == []


async def test_deleted_message_is_posted_anew(desk: Desk) -> None:
    """A result whose status card somebody deleted is posted again, once."""
    status = await desk.platform.post(desk.place, STATUS, key=JOB)
    desk.discord.delete_message(desk.posted()[0])
    result = await desk.platform.update(status, RESULT)
    assert result != status
    assert await desk.platform.update(status, RESULT) == result
    assert len(desk.posted()) == 1


async def test_old_message_is_replaced_by_its_result(desk: Desk) -> None:
    """Discord lets few changes of an hour-old message pass: none goes to its status, and the result comes instead."""
    status = await desk.platform.post(desk.place, STATUS, key=JOB)
    for clock in (desk.clock, desk.discord.clock):
        clock.advance(3700)
    assert await desk.platform.update(status, replace(STATUS, title="Drawing 62:00")) == status
    assert not any(call.route == "edit_message" for call in desk.discord.calls)
    assert await desk.platform.update(status, RESULT) != status
    (posted,) = desk.posted()
    assert posted.content.startswith("**v1 for Ada**")


async def test_status_that_is_gone_is_left(desk: Desk) -> None:
    """Whoever deletes a status, or takes Easel's sight of the channel, is not asked for it again and again."""
    for take_away in (
        lambda: desk.discord.delete_message(desk.posted()[0]),
        lambda: desk.discord.forbid(desk.channel, Permission.VIEW_CHANNEL),
    ):
        status = await desk.platform.post(desk.place, STATUS, key=f"{JOB}{len(desk.discord.calls)}")
        take_away()
        before = len(desk.discord.calls)
        for progress in (0.2, 0.4, 0.6):
            await desk.platform.update(status, replace(STATUS, progress=progress))
            desk.clock.advance(1)
        assert len(desk.discord.calls) == before + 1


async def test_closed_channel_is_said(desk: Desk) -> None:
    """A channel in which Easel may not write, or that is gone, is told apart from a passing fault."""
    desk.discord.forbid(desk.channel, Permission.SEND_MESSAGES)
    with pytest.raises(PlaceClosed, match="may not post"):
        await desk.platform.post(desk.place, STATUS, key=JOB)
    desk.discord.delete_channel(desk.channel)
    with pytest.raises(PlaceClosed, match="deleted"):
        await desk.platform.post(desk.place, STATUS, key="again")


async def test_blocked_words_are_for_the_asker_alone(desk: Desk) -> None:
    """What a server's AutoMod holds back is told as a place that is closed to it, so that it goes to a DM."""
    assert desk.channel.guild is not None
    desk.channel.guild.blocked_words.add("fox")
    with pytest.raises(PlaceClosed, match="AutoMod"):
        await desk.platform.post(desk.place, STATUS, key=JOB)
    ada = desk.discord.add_person("Ada")
    await desk.platform.post(replace(desk.place, audience=ada.id), STATUS, key=f"{JOB}-privately")
    assert len(desk.posted(ada.dm)) == 1


async def test_explicit_picture_is_for_the_asker_alone(desk: Desk) -> None:
    """What a server's filter takes for explicit is told as a place that is closed to it, too."""
    status = await desk.platform.post(desk.place, STATUS, key=JOB)
    desk.discord.fail("edit_message", faults.refused(400, 20009))
    with pytest.raises(PlaceClosed, match="explicit"):
        await desk.platform.update(status, RESULT)


def test_tokens_are_not_logged() -> None:
    """discord.py names addresses in its log lines: those of interactions hold what speaks as Easel for a while."""
    hook = f"https://discord.com/api/v10/webhooks/123456789/{'aW50' * 40}/messages/@original"
    line = f"429 at {hook} of {'M' * 24}.GhIjKl.{'x' * 38}"
    assert redact(line) == "429 at https://discord.com/api/v10/webhooks/123456789/***/messages/@original of ***"


async def test_no_thread_where_none_may_be_opened(desk: Desk) -> None:
    """Without the right to open threads answers do the same, and Discord is not asked again and again."""
    desk.discord.forbid(desk.channel, Permission.CREATE_PUBLIC_THREADS)
    for key in ("one", "two"):
        await desk.platform.post(desk.place, RESULT, key=key)
    assert sum(call.route == "start_thread_from_message" for call in desk.discord.calls) == 1
    root = desk.posted()[0]
    await desk.platform.post(desk.place.in_thread(f"{desk.channel.id}:{root.id}"), STATUS, key=JOB)
    reference = desk.posted()[-1].reference
    assert reference is not None
    assert reference.message_id == root.id


@pytest.mark.parametrize("code", [50035, 200000, 200001, 240000])
async def test_a_refused_name_is_that_of_one_thread(desk: Desk, code: int) -> None:
    """Where a server does not allow the words of a prompt, that thread is called otherwise; the next has its words."""
    desk.discord.fail("start_thread_from_message", faults.refused(400, code))
    for key in ("one", "two"):
        await desk.platform.post(desk.place, RESULT, key=key)
    assert [each.thread.name for each in desk.posted() if each.thread is not None] == ["Image", "a fox"]


async def test_two_refusals_of_a_thread_are_enough(desk: Desk) -> None:
    """Where the other name is refused as well, the channel is left in peace for a while."""
    desk.discord.fail("start_thread_from_message", faults.refused(400, 50035), times=2)
    for key in ("one", "two"):
        await desk.platform.post(desk.place, RESULT, key=key)
    assert [each.thread for each in desk.posted()] == [None, None]


async def test_thread_that_exists_already_is_used(desk: Desk) -> None:
    """Where the answer to opening a thread was lost, the next try is told that it is there: what follows goes in it."""
    desk.discord.fail("start_thread_from_message", faults.dropped_after())
    root = await desk.platform.post(desk.place, RESULT, key="root")
    thread = desk.posted()[0].thread
    assert thread is not None
    await desk.platform.post(desk.place.in_thread(root.message), STATUS, key=JOB)
    assert len(desk.posted(thread)) == 1
    assert [call.code for call in desk.discord.calls if call.route == "start_thread_from_message"] == [None, 160004]


async def test_answer_without_the_right_to_read_is_no_answer(desk: Desk) -> None:
    """Who may not read the history may not answer: then the words stand by themselves."""
    desk.discord.forbid(desk.channel, Permission.READ_MESSAGE_HISTORY | Permission.CREATE_PUBLIC_THREADS)
    await desk.platform.post(desk.place, RESULT, key="root")
    root = desk.posted()[0]
    await desk.platform.post(desk.place.in_thread(f"{desk.channel.id}:{root.id}"), STATUS, key=JOB)
    assert desk.posted()[-1].reference is None


async def test_revoked_token_is_for_the_admin(desk: Desk) -> None:
    """A token that Discord takes no more is said to be that."""
    await desk.platform.post(desk.place, STATUS, key="before")
    desk.discord.token = "another"
    with pytest.raises(AdminError, match="DISCORD_TOKEN"):
        await desk.platform.post(desk.place, STATUS, key=JOB)


async def test_preview_is_sent_once(desk: Desk) -> None:
    """A preview stays while only the words change, gives way to the next, and goes with the result."""
    status = await desk.platform.post(desk.place, STATUS, key=JOB)
    one, two = Preview(await desk.kept.read(RESULT.pictures[0].picture.id), "png"), Preview(b"another", "png")
    for preview, progress in ((one, 0.2), (one, 0.4), (two, 0.6)):
        await desk.platform.update(status, replace(STATUS, preview=preview, progress=progress))
        desk.clock.advance(1)
    files = [len(call.files) for call in desk.discord.calls if call.route == "edit_message"]
    assert files == [1, 0, 1]
    (posted,) = desk.posted()
    assert [each.data for each in posted.attachments] == [b"another"]
    await desk.platform.update(status, RESULT)
    assert [each.filename for each in posted.attachments] == ["easel-v1.png"]


async def test_limit_is_learnt_from_a_refusal(desk: Desk) -> None:
    """Where Discord takes less than it said, less is stated from then on, so that the next try is made to fit."""
    guild = desk.channel.guild
    assert guild is not None
    desk.discord.limit_files(guild, 8 * MIB)
    before = desk.platform.capabilities_at(desk.place).max_image_bytes
    large = desk.kept.add(bytes(9 * MIB))
    card = replace(RESULT, pictures=(CardPicture(large, "v1", "Picture"),))
    with pytest.raises(Transient):
        await desk.platform.post(desk.place, card, key=JOB)
    after = desk.platform.capabilities_at(desk.place).max_image_bytes
    assert after < 8 * MIB < before < 10 * MIB
    desk.discord.forgive()


async def test_private_file_is_measured_by_the_dm(desk: Desk) -> None:
    """A boosted server takes larger files than a DM with somebody in it, and learns nothing from what that refuses."""
    boosted = desk.discord.add_guild("Boosted", boost_tier=2)
    ada = desk.discord.add_person("Ada", guilds=[boosted])
    place = place_at(int(boosted.id), int(desk.discord.add_channel("lounge", guild=boosted).id))
    private = replace(place, audience=ada.id)
    desk.discord.limit_files(boosted, 50 * MIB)
    stated = [desk.platform.capabilities_at(each).max_image_bytes for each in (place, private)]
    desk.discord.fail("create_message", faults.refused(413, 40005))
    large = CardPicture(desk.kept.add(bytes(9 * MIB)), "v1", "Picture")
    with pytest.raises(Transient):
        await desk.platform.post(private, replace(RESULT, pictures=(large,)), key=JOB)
    assert desk.platform.capabilities_at(place).max_image_bytes == stated[0]
    assert stated[1] < 10 * MIB


async def test_request_never_outgrows_its_limit(desk: Desk) -> None:
    """Files that do not fit together into one request are left out rather than refused all."""
    pictures = [desk.kept.add(bytes(9 * MIB)) for _ in range(3)]
    card = replace(
        RESULT, pictures=tuple(CardPicture(each, f"v1{n}", "Picture") for n, each in zip("abc", pictures, strict=True))
    )
    await desk.platform.post(desk.place, card, key=JOB)
    assert len(desk.posted()[0].attachments) == 2


async def test_private_result_goes_to_the_askers_dm(desk: Desk) -> None:
    """What one person alone may see is a DM: an answer to a command could be changed for minutes only."""
    ada = desk.discord.add_person("Ada")
    place = replace(desk.place, audience=ada.id)
    message = await desk.platform.post(place, STATUS, key=JOB)
    await desk.platform.update(message, RESULT)
    (posted,) = desk.posted(ada.dm)
    assert posted.content.startswith("**v1 for Ada**")
    assert desk.posted() == []
    assert posted.thread is None


TOKEN = InteractionToken(1, "secret", is_private=True, is_deferred=True)


async def test_command_that_nobody_acknowledged_holds_nothing_up(desk: Desk) -> None:
    """After a crash no command can be acknowledged any more: its DM is posted at once, and a closed channel is said."""
    ada = desk.discord.add_person("Ada")
    tokens = InteractionTokens(desk.notes, desk.clock)
    await tokens.store(JobId(JOB), TOKEN)
    with pytest.raises(Transient):  # it may be acknowledged by the process that has just accepted it
        await desk.platform.post(replace(desk.place, audience=ada.id), STATUS, key=JOB)
    desk.clock.advance(10)
    await desk.platform.post(replace(desk.place, audience=ada.id), STATUS, key=JOB)
    assert len(desk.posted(ada.dm)) == 1
    await tokens.store(JobId("other"), replace(TOKEN, is_private=False))
    desk.clock.advance(10)
    desk.discord.forbid(desk.channel, Permission.SEND_MESSAGES)
    with pytest.raises(PlaceClosed, match="may not post"):
        await desk.platform.post(desk.place, STATUS, key="other")
    desk.discord.forgive()


async def test_token_runs_out_when_it_does(desk: Desk) -> None:
    """Whatever is noted of a token meanwhile, Discord counts from the command on."""
    tokens = InteractionTokens(desk.notes, desk.clock)
    await tokens.store(JobId(JOB), TOKEN)
    desk.clock.advance(600)
    kept = await tokens.find_for_post(JOB)
    assert kept is not None
    await tokens.end_deferral(JOB, kept)
    desk.clock.advance(600)
    assert await tokens.find_for_post(JOB) is None


@pytest.mark.parametrize("code", [50007, 50278])
async def test_closed_dm_is_said(desk: Desk, code: int) -> None:
    """Somebody who takes no DMs is told what to do, where they can be told anything."""
    ada = desk.discord.add_person("Ada")
    desk.discord.fail("create_message", faults.refused(403, code))
    with pytest.raises(PlaceClosed, match="send you messages"):
        await desk.platform.post(replace(desk.place, audience=ada.id), STATUS, key=JOB)


def test_long_keys_have_a_nonce_of_their_own() -> None:
    """A job's id is its own nonce; whatever is longer than Discord takes has one that is as unlikely to be shared."""
    assert nonce_of(JOB) == JOB
    assert len({nonce_of(f"instead-of:{number}:{number}") for number in range(100)}) == 100
    assert all(len(nonce_of("x" * length)) <= 25 for length in range(1, 60))


async def test_files_handed_out_of_a_message_that_went(desk: Desk) -> None:
    """Somebody was handed a message's files a moment after it lost them: the answer that holds them is deleted."""
    message = await desk.platform.post(desk.place, STATUS, key=JOB)
    copies = EphemeralFiles(desk.platform._rest, desk.notes, desk.clock)  # pyright: ignore[reportPrivateUsage]
    await copies.remember(message, application=1, token="first", answer=11)
    await copies.delete_message(message)
    await copies.remember(message, application=1, token="second", answer=12)
    paths = [call.path for call in desk.discord.calls if call.route == "delete_followup"]
    assert paths == ["/webhooks/1/first/messages/11", "/webhooks/1/second/messages/12"]
    desk.discord.forgive()  # Discord knows neither interaction
