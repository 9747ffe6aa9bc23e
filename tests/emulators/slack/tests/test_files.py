"""Files take the way through the emulated Slack that they take through the real one, with its traps."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.builders import a_png, opened
from tests.emulators.slack import faults
from tests.emulators.slack.hosting import LOGIN_PAGE
from tests.emulators.slack.person import Person
from tests.emulators.slack.posting import FileToUpload
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.tests.workspace import a_client, complete, refused, upload
from tests.emulators.slack.things import Channel

PNG = a_png(64, 48)


async def fetch(slack: SlackEmulator, address: str, *, token: str | None = None) -> tuple[int, str, bytes]:
    """Status, type and bytes, as a client gets them that follows redirects."""
    headers = {"Authorization": f"Bearer {token or slack.team.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.get(address) as answer:
        return answer.status, answer.content_type, await answer.read()


async def test_several_files_make_one_message(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """One completion is one message with all its files in order, in the thread, with its blocks."""
    root = await ada.say(studio, "root")
    files = [await upload(slack, PNG + bytes(index), f"{index}.png") for index in range(3)]
    block = {"type": "section", "text": {"type": "plain_text", "text": "Three"}}
    await complete(slack, files, channel_id=studio.id, thread_ts=root, blocks=[block])
    await slack.quiet()
    message = ada.sees(studio)[-1]
    assert [file.id for file in message.files] == files
    assert (message.thread_ts, message.blocks[0]["text"]["text"]) == (root, "Three")
    assert ada.download(files[2]) == PNG + bytes(2)
    shares = (await a_client(slack).files_info(file=files[0]))["file"]["shares"]
    (share,) = shares["public"][studio.id]
    assert (share["ts"], share["thread_ts"]) == (message.ts, root)


async def test_sharing_takes_its_time(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """The answer to a completion knows neither type nor share; both come later."""
    sharing = slack.hold("share")
    file = await upload(slack, PNG)
    (answered,) = (await complete(slack, [file], channel_id=studio.id))["files"]
    assert (answered["mimetype"], answered["shares"], answered["title"]) == ("", {}, f"Picture {file}")
    assert (await a_client(slack).files_info(file=file))["file"]["shares"] == {}
    assert ada.sees(studio) == []
    sharing.go()
    await slack.until(lambda: ada.sees(studio) != [])
    found = (await a_client(slack).files_info(file=file))["file"]
    assert (found["mimetype"], found["original_w"], found["channels"]) == ("image/png", 64, [studio.id])


async def test_private_shares_are_told_apart(slack: SlackEmulator, ada: Person) -> None:
    """In a private channel or conversation the share is a private one."""
    file = await upload(slack, PNG)
    await complete(slack, [file], channel_id=ada.dm.id)
    await slack.quiet()
    found = (await a_client(slack).files_info(file=file))["file"]
    assert (list(found["shares"]), found["ims"]) == (["private"], [ada.dm.id])


@pytest.mark.parametrize("trap", ["alt_txt", "lost"])
async def test_some_files_are_never_shared(slack: SlackEmulator, ada: Person, studio: Channel, trap: str) -> None:
    """Slack says ok and shares nothing: with alt_txt, and sometimes without any reason."""
    if trap == "lost":
        slack.never_share()
    asked = {"alt_txt": "a fox"} if trap == "alt_txt" else {}
    file = await upload(slack, PNG, **asked)
    assert (await complete(slack, [file], channel_id=studio.id))["ok"] is True
    await slack.quiet()
    assert (await a_client(slack).files_info(file=file))["file"]["shares"] == {}
    assert ada.sees(studio) == []
    with pytest.raises(LookupError):
        ada.download(file)


@pytest.mark.parametrize(
    ("case", "error", "faults_noted"),
    [
        ("unknown", "file_not_found", 1),
        ("no bytes", "file_not_found", 1),
        ("twice", "file_not_found", 0),
        ("outside", "not_in_channel", 0),
        ("private", "channel_not_found", 0),
        ("reply", "thread_not_found", 1),
        ("no channel", "invalid_arguments", 1),
        ("markdown", "internal_error", 1),
    ],
)
async def test_completions_are_refused(
    slack: SlackEmulator, ada: Person, studio: Channel, case: str, error: str, faults_noted: int
) -> None:
    """What is unknown, empty or done already, where the bot is not, and below a reply."""
    client = a_client(slack)
    file = await upload(slack, PNG)
    asked: dict[str, object] = {"channel_id": studio.id}
    match case:
        case "unknown":
            file = "F0NOSUCHFILE"
        case "no bytes":
            file = (await client.files_getUploadURLExternal(filename="x.png", length=9))["file_id"]
        case "twice":
            await complete(slack, [file])
        case "outside":
            asked["channel_id"] = slack.add_channel("outside", with_bot=False).id
        case "private":
            asked["channel_id"] = slack.add_channel("closet", with_bot=False, is_private=True).id
        case "reply":
            root = await ada.say(studio, "root")
            asked["thread_ts"] = await ada.say(studio, "reply", thread_ts=root)
        case "no channel":
            asked = {"thread_ts": await ada.say(studio, "root")}
        case _:
            asked["blocks"] = [{"type": "markdown", "text": "x"}]
    before = len(studio.messages)
    response = await refused(slack, complete(slack, [file], **asked), faults=faults_noted)
    await slack.quiet()
    assert (response["error"], len(studio.messages)) == (error, before)


async def test_a_comment_makes_blocks_vanish(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """Beside an initial_comment, blocks are ignored, which an app should know."""
    file = await upload(slack, PNG)
    await complete(slack, [file], channel_id=studio.id, initial_comment="look", blocks=[{"type": "divider"}])
    await slack.quiet()
    assert (ada.sees(studio)[0].text, ada.sees(studio)[0].blocks, len(slack.problems)) == ("look", [], 1)
    slack.forgive()


async def test_uploads_announce_their_length(slack: SlackEmulator) -> None:
    """Other bytes than were announced, and a token where none belongs, are faults of the app."""
    ticket = await a_client(slack).files_getUploadURLExternal(filename="x.png", length=3)
    async with aiohttp.ClientSession() as session:
        async with session.post(ticket["upload_url"], data=b"four") as answer:
            assert answer.status == 400
        async with session.post(ticket["upload_url"], data=b"abc", headers={"Authorization": "Bearer x"}) as answer:
            assert await answer.text() == "OK - 3"
    assert len(slack.problems) == 2
    slack.forgive()


async def test_uploads_come_as_forms_too(slack: SlackEmulator) -> None:
    """The bytes of the only file in a form are the file's."""
    ticket = await a_client(slack).files_getUploadURLExternal(filename="x.png", length=len(PNG))
    form = aiohttp.FormData()
    form.add_field("file", PNG, filename="x.png")
    async with aiohttp.ClientSession() as session, session.post(ticket["upload_url"], data=form) as answer:
        assert await answer.text() == f"OK - {len(PNG)}"
    assert slack.files[ticket["file_id"]].data == PNG


async def test_the_sdk_uploads(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """The SDK's own way through the three steps works, though it puts them into the address."""
    await a_client(slack).files_upload_v2(channel=studio.id, content=PNG, filename="x.png", title="Fox")
    await slack.quiet()
    assert [file.title for file in ada.sees(studio)[0].files] == ["Fox"]


@pytest.mark.parametrize("executed", [False, True])
async def test_uploads_break(slack: SlackEmulator, executed: bool) -> None:
    """The connection can be cut before or after the bytes arrived, and the POST can be held."""
    ticket = await a_client(slack).files_getUploadURLExternal(filename="x.png", length=3)
    slack.fail("upload", faults.dropped_after() if executed else faults.dropped_before())
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientError):
            await session.post(ticket["upload_url"], data=b"abc")
        assert slack.files[ticket["file_id"]].is_uploaded is executed
        held = slack.hold("upload")
        posting = asyncio.create_task(session.post(ticket["upload_url"], data=b"abc"))
        await held.begun.wait()
        held.go()
        (await posting).release()
    assert slack.files[ticket["file_id"]].is_uploaded


async def test_files_are_deleted(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """The app deletes its own, not another's; who saw it sees it no more."""
    file = await upload(slack, PNG)
    await complete(slack, [file], channel_id=studio.id)
    await slack.quiet()
    client = a_client(slack)
    await client.files_delete(file=file)
    assert (await refused(slack, client.files_info(file=file)))["error"] == "file_deleted"
    assert (await refused(slack, client.files_delete(file=file)))["error"] == "file_deleted"
    with pytest.raises(LookupError):
        ada.download(file)
    await ada.say(studio, "look", files=[FileToUpload("hers.png", PNG)])
    hers = ada.sees(studio)[-1].files[0].id
    assert (await refused(slack, client.files_delete(file=hers)))["error"] == "cant_delete_file"


async def test_the_bot_reads_where_it_is(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """Files of other channels do not exist for it."""
    closet = slack.add_channel("closet", members=[ada], with_bot=False)
    await ada.say(closet, "look", files=[FileToUpload("hers.png", PNG)])
    file = ada.sees(closet)[0].files[0]
    assert (await refused(slack, a_client(slack).files_info(file=file.id)))["error"] == "file_not_found"
    slack.invite_bot(closet)
    found = (await a_client(slack).files_info(file=file.id))["file"]
    assert await fetch(slack, found["url_private_download"]) == (200, "image/png", PNG)
    _, _, thumbnail = await fetch(slack, found["thumb_64"])
    assert opened(thumbnail).size == (64, 48)


@pytest.mark.parametrize("case", ["no token", "no scope", "not there"])
async def test_without_the_right_there_is_a_page(slack: SlackEmulator, ada: Person, studio: Channel, case: str) -> None:
    """Instead of a picture comes a page to sign in, with status 200."""
    await ada.say(studio, "look", files=[FileToUpload("hers.png", PNG)])
    file = ada.sees(studio)[0].files[0]
    address = (await a_client(slack).files_info(file=file.id))["file"]["url_private_download"]
    if case == "no scope":
        slack.team.scopes.discard("files:read")
    if case == "not there":
        slack.kick_bot(studio)
    token = "nobody" if case == "no token" else None
    assert await fetch(slack, address, token=token) == (200, "text/html", LOGIN_PAGE.encode())


async def test_downloads_are_redirected(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """Another host serves the bytes for a signed address; to send it the token is a fault of the app."""
    slack.redirect_downloads = True
    await ada.say(studio, "look", files=[FileToUpload("hers.png", PNG)])
    file = ada.sees(studio)[0].files[0]
    address = (await a_client(slack).files_info(file=file.id))["file"]["url_private_download"]
    headers = {"Authorization": f"Bearer {slack.team.bot_token}"}
    async with aiohttp.ClientSession() as session:
        async with session.get(address, headers=headers, allow_redirects=False) as hop:
            assert hop.status == 302
            elsewhere = hop.headers["Location"]
        assert "//localhost:" in elsewhere
        async with session.get(elsewhere) as answer:
            assert await answer.read() == PNG
        assert slack.problems == []
        async with session.get(elsewhere, headers=headers) as answer:
            assert len(slack.problems) == 1
    slack.forgive()


@pytest.mark.parametrize("mode", ["external", "tombstone", "hidden_by_limit", "file_access"])
async def test_some_files_are_no_files(slack: SlackEmulator, ada: Person, studio: Channel, mode: Any) -> None:
    """Files elsewhere, deleted ones and those beyond the free plan have no bytes; behind a stub is a file."""
    given = FileToUpload("fox.png", PNG, mode=mode)
    await ada.say(studio, "look", files=[given])
    file = ada.sees(studio)[0].files[0]
    if mode == "tombstone":
        assert (await refused(slack, a_client(slack).files_info(file=file.id)))["error"] == "file_deleted"
        return
    found = (await a_client(slack).files_info(file=file.id))["file"]
    assert found["mode"] == ("hosted" if mode == "file_access" else mode)
    assert ("url_private_download" in found) == (mode == "file_access")
