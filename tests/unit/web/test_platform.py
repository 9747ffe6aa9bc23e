"""The playground's server, over real HTTP: nothing is lost and nothing done twice."""

import sqlite3
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from yarl import URL

from adapters.web import limits
from bot.domain.events import ButtonPressed, CommandTyped, Event, FormSubmitted, MessagePosted
from bot.domain.people import MessageRef
from bot.domain.pictures import Attachment
from bot.errors import BadPicture, Transient
from bot.ports import PrivateResponse
from bot.presentation.card import Button, Card, CardFile, CardPicture, Form, Preview
from tests.unit.web.playground import FOX, FOX_SVG, PNG, SVG, Playground, Stream, playing

ERROR = PrivateResponse(card=Card("error", "There is no v99 in this thread.", text="The newest is v1."))


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[Playground]:
    async with playing(tmp_path) as playground:
        yield playground


async def test_state(web: Playground) -> None:
    """The page learns who is there and what can be typed."""
    state = await (await web.get("/api/state")).json()
    assert [person["name"] for person in state["people"]] == ["Ada", "Ben", "Cleo"]
    assert [option["name"] for option in state["options"]] == ["n"]
    assert state["channels"][0] == "studio"


async def test_command(web: Playground) -> None:
    """A command reaches Easel with the admin's rights of who typed it, and is not shown as a message."""
    response = await web.post("/api/messages", {"text": "/imagine a fox"})
    assert await response.json() == {"is_accepted": True, "message": None, "form": None}
    [event] = web.events
    assert isinstance(event, CommandTyped)
    assert (event.text, event.person.name, event.person.is_admin, event.place.thread) == ("a fox", "Ada", True, None)
    assert await web.seen() == []


async def test_reply(web: Playground) -> None:
    """A reply is shown in its thread, and reaches Easel with the thread's root."""
    root = await web.show(Card("done", "v1"))
    await web.post("/api/messages", {"text": "darker", "thread": root.message}, person="ben")
    [event] = web.events
    assert isinstance(event, MessagePosted)
    assert event.place.thread == root.message
    [reply] = await web.seen(thread=root.message)
    assert (reply["author"], reply["text"]) == ("ben", "darker")
    assert (await web.seen())[0]["replies"]["count"] == 1


async def test_same_key(web: Playground) -> None:
    """Sending again with the same key shows one message and is one event to Easel."""
    key = str(uuid.uuid4())
    for _ in range(3):
        await web.post("/api/messages", {"text": "hello"}, key=key)
    assert len({event.key for event in web.events}) == 1
    assert [message["text"] for message in await web.seen()] == ["hello"]


async def test_refused_reply(web: Playground) -> None:
    """What Easel refuses is seen by nobody: it is still in the composer, and can be sent again."""
    root = await web.show(Card("done", "v1"))

    async def refuse(_: Event) -> PrivateResponse:
        return ERROR

    web.answer = refuse
    key = str(uuid.uuid4())
    answer = await (await web.post("/api/messages", {"text": "v99", "thread": root.message}, key=key)).json()
    assert answer["is_accepted"] is False
    assert answer["message"]["card"]["title"] == "There is no v99 in this thread."
    assert await web.seen(thread=root.message) == []
    web.answer = None
    await web.post("/api/messages", {"text": "v1", "thread": root.message}, key=key)
    assert [message["text"] for message in await web.seen(thread=root.message)] == ["v1"]


async def test_broken_handler(web: Playground, caplog: pytest.LogCaptureFixture) -> None:
    """A fault of ours is a plain 500 without a trace, and the same message can be sent again."""

    async def fail(_: Event) -> PrivateResponse:
        raise RuntimeError("secret detail")

    web.answer = fail
    key = str(uuid.uuid4())
    response = await web.post("/api/messages", {"text": "hello"}, key=key)
    assert response.status == 500
    assert "secret detail" not in await response.text()
    assert "secret detail" in caplog.text
    web.answer = None
    assert (await web.post("/api/messages", {"text": "hello"}, key=key)).status == 200
    assert [message["text"] for message in await web.seen()] == ["hello"]


async def test_post_once(web: Playground) -> None:
    """Easel's message with the same key is the same message."""
    first = await web.show(Card("working", "Queued"), key="job-1")
    again = await web.show(Card("working", "Queued"), key="job-1")
    assert first == again
    assert len(await web.seen()) == 1


async def test_update(web: Playground) -> None:
    """An update changes the message in place; where it is gone, a new one is posted, once."""
    message = await web.show(Card("working", "Queued"))
    assert await web.platform.update(message, Card("done", "v1")) == message
    lost = MessageRef(message.place, "999")
    moved = await web.platform.update(lost, Card("done", "v2"))
    assert moved == await web.platform.update(lost, Card("done", "v2"))
    assert [seen["card"]["title"] for seen in await web.seen()] == ["v1", "v2"]


async def test_buttons_and_forms(web: Playground) -> None:
    """A button does only what the message offers now; its form comes back to the same thread."""

    async def edit(event: Event) -> PrivateResponse:
        return (
            PrivateResponse(form=Form("Edit v1", "Draw", "job", ()))
            if isinstance(event, ButtonPressed)
            else PrivateResponse()
        )

    web.answer = edit
    message = await web.show(Card("done", "v1", buttons=(Button("edit", "Edit…", "job"),)))
    press = {"message": message.message, "action": "edit", "target": "job"}
    form = (await (await web.post("/api/buttons", press)).json())["form"]
    assert form["title"] == "Edit v1"
    submit = {"message": form["message"], "target": form["target"], "values": {"prompt": "darker"}}
    await web.post("/api/forms", submit)
    pressed, submitted = web.events
    assert isinstance(submitted, FormSubmitted)
    assert pressed.place.thread == submitted.place.thread == message.message
    await web.platform.update(message, Card("info", "v1 was deleted"))
    assert (await web.post("/api/buttons", press)).status == 404


async def test_upload(web: Playground) -> None:
    """A file comes back byte for byte: to Easel, and in the page as what it is rather than what it says."""
    stored = await (await web.client.post(f"{web.server.address}/api/uploads?person=ada", data=PNG)).json()
    assert stored == {"ref": FOX.id, "bytes_count": len(PNG)}
    script = b"<script>alert(1)</script>"
    evil = await (await web.client.post(f"{web.server.address}/api/uploads?person=ada", data=script)).json()
    assert "refusal" not in evil, "a text may be the prompt"
    files = [
        {"ref": stored["ref"], "name": "fox.png"},
        {"ref": evil["ref"], "name": 'a".png\r\nX: y', "mime": "image/png"},
    ]
    await web.post("/api/messages", {"text": "", "attachments": files})
    [event] = web.events
    assert isinstance(event, MessagePosted)
    assert await web.platform.fetch(event.attachments[0], max_bytes=len(PNG)) == PNG
    with pytest.raises(BadPicture):
        await web.platform.fetch(event.attachments[0], max_bytes=len(PNG) - 1)
    [message] = await web.seen()
    shown = await web.get(message["files"][0]["url"].split("?")[0])
    assert (shown.content_type, await shown.read()) == ("image/png", PNG)
    saved = await web.get(message["files"][1]["url"].split("?")[0])
    assert saved.content_type == "application/octet-stream"
    assert saved.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"%PDF-1.7", "That file is a PDF."),
        (b"\0\0\0\x18ftypheic", "That is a HEIC photo, which Easel cannot read."),
        (b"\x89\x01\x02" * 40, "That file is not an image that Easel can read."),
    ],
)
async def test_upload_of_no_picture(web: Playground, data: bytes, text: str) -> None:
    """The page is told at once, so that it does not send what would be refused."""
    stored = await (await web.client.post(f"{web.server.address}/api/uploads?person=ada", data=data)).json()
    assert stored["refusal"]["text"] == text


async def test_picture_caching(web: Playground) -> None:
    """A picture is fetched once: its address changes when it does."""
    message = await web.show(Card("done", "v1", pictures=(CardPicture(FOX, "v1", "fox"),)))
    response = await web.get(f"/pictures/{message.message}/0")
    assert (await response.read(), response.content_type) == (PNG, "image/png")
    assert "immutable" in response.headers["Cache-Control"]
    again = await web.client.get(response.url, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status == 304
    assert (await web.get(f"/pictures/{message.message}/1")).status == 404


@pytest.mark.parametrize(
    ("name", "mime", "saved_as"),
    [
        ("easel-v1.svg", "image/svg+xml", "easel-v1.svg"),
        ("no type", "application/octet-stream", "no type"),
        ('a".svg\r\nX: y', "application/octet-stream", "a_.svg__X_ y"),
    ],
)
async def test_card_file(web: Playground, name: str, mime: str, saved_as: str) -> None:
    """A card's file downloads byte for byte under its name, and is never opened as a page of ours."""
    message = await web.show(Card("info", "The SVG", files=(CardFile(FOX_SVG, name),)))
    [seen] = await web.seen()
    response = await web.client.get(web.server.address + seen["card"]["files"][0]["url"])
    assert (await response.read(), response.content_type) == (SVG, mime)
    assert response.headers["Content-Disposition"] == f'attachment; filename="{saved_as}"'
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert (await web.get(f"/files/{message.message}/1")).status == 404


async def test_stream(web: Playground) -> None:
    """Everybody hears at once what they may see, as it changes, with the preview's address."""
    for_ada, for_ben = [Stream(await web.get("/api/events?after=0", person)) for person in ("ada", "ben")]
    message = await web.show(Card("working", "Queued"), key="a")
    assert (await for_ada.next())["card"]["title"] == "Queued"
    assert (await for_ben.next())["card"]["title"] == "Queued"
    await web.show(Card("info", "psst"), key="b", audience="ada")
    await web.platform.update(message, Card("working", "Drawing", preview=Preview(b"blurred", "jpeg")))
    assert (await for_ada.next())["card"]["title"] == "psst"
    assert (await for_ada.next())["card"]["title"] == "Drawing"
    drawing = await for_ben.next()
    assert drawing["card"]["title"] == "Drawing"
    preview = await web.client.get(web.server.address + drawing["card"]["preview"])
    assert (await preview.read(), preview.content_type) == (b"blurred", "image/jpeg")


async def test_resume(web: Playground) -> None:
    """A browser that was away gets what it missed, the latest state of each message once."""
    first = await web.show(Card("done", "v1"), key="a")
    seen = (await web.seen())[0]["revision"]
    second = await web.show(Card("working", "Queued"), key="b")
    await web.platform.update(second, Card("done", "v2"))
    await web.platform.update(first, Card("info", "v1 was deleted"))
    url = URL(f"{web.server.address}/api/events?person=ada&after=0")
    stream = Stream(await web.client.get(url, headers={"Last-Event-ID": str(seen)}))
    assert [(await stream.next())["card"]["title"] for _ in range(2)] == ["v2", "v1 was deleted"]


async def test_restart(tmp_path: Path) -> None:
    """Messages, people and uploads outlive the process; private answers and half uploads do not."""
    async with playing(tmp_path) as web:
        message = await web.show(Card("working", "Queued"), key="job")
        await web.post("/api/people", {"name": "Dana"})
        stored = await (await web.client.post(f"{web.server.address}/api/uploads?person=ada", data=PNG)).json()
    (tmp_path / "web" / "half.part").write_bytes(b"x")
    async with playing(tmp_path) as web:
        assert await web.show(Card("working", "Queued"), key="job") == message
        assert (await (await web.get("/api/state")).json())["people"][3]["name"] == "Dana"
        assert await web.platform.fetch(Attachment(stored["ref"], "fox.png"), max_bytes=10_000) == PNG
        assert [path.name for path in (tmp_path / "web").iterdir()] == [stored["ref"]]


async def test_history(web: Playground) -> None:
    """History comes in pages, newest first asked, oldest first shown."""
    for number in range(limits.PAGE_MESSAGES + 3):
        await web.show(Card("info", str(number)), key=str(number))
    page = await web.seen()
    assert len(page) == limits.PAGE_MESSAGES
    older = await web.seen(channel="studio", before=page[0]["id"])
    assert [message["card"]["title"] for message in older] == ["0", "1", "2"]


async def test_not_listening(web: Playground) -> None:
    """While Easel starts or stops, a message is put off rather than lost."""

    async def stopping(_: Event) -> PrivateResponse:
        raise Transient("Easel is starting or stopping.")

    web.answer = stopping
    assert (await web.post("/api/messages", {"text": "hi"})).status == 503


async def test_schema_is_durable(web: Playground, tmp_path: Path) -> None:
    """The conversation is kept in a write-ahead log, so that reading never waits for writing."""
    await web.show(Card("info", "x"))
    with sqlite3.connect(tmp_path / "web.db") as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    file.close()


async def test_half_characters_from_a_browser(web: Playground) -> None:
    """Half a character in words or names is replaced before anything is stored."""
    upload = await web.client.post(web.server.address + "/api/uploads?person=ada", data=PNG)
    file = {"ref": (await upload.json())["ref"], "name": "f\ud83d.png"}
    answer = await web.post("/api/messages", {"text": "half \ud83d of a fox", "attachments": [file]})
    assert answer.status == 200
    [event] = web.events
    assert isinstance(event, MessagePosted)
    assert (event.text, event.attachments[0].name) == ("half \ufffd of a fox", "f\ufffd.png")
    assert [message["text"] for message in await web.seen()] == ["half \ufffd of a fox"]
    person = await (await web.post("/api/people", {"name": "Zo\ud83d"})).json()
    assert person["name"] == "Zo\ufffd"
