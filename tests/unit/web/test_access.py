"""Who may see and do what in the playground, over real HTTP, and what is refused."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from yarl import URL

from adapters.shared.health import Health
from adapters.shared.http_server import HttpServer
from bot.domain.events import Event
from bot.domain.people import Place
from bot.domain.pictures import Attachment
from bot.errors import AdminError, BadPicture
from bot.ports import PrivateResponse
from bot.presentation.card import Button, Card, CardFile, CardPicture
from tests.unit.web.playground import FOX, FOX_SVG, MAX_UPLOAD_BYTES, Playground, playing


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[Playground]:
    async with playing(tmp_path) as playground:
        yield playground


async def test_session(web: Playground) -> None:
    """Without the printed token there is nothing but a page that says what to do."""
    async with ClientSession() as stranger:
        page = await stranger.get(web.server.address)
        assert page.status == 401
        assert "?token=" in await page.text()
        assert (await stranger.get(f"{web.server.address}/?token=wrong")).status == 401
        for path in ("/api/state", "/api/messages", "/api/events", "/pictures/1/0", "/files/1/0", "/attachments/1/0"):
            assert (await stranger.get(web.server.address + path)).status == 401
    entry = await web.client.get(web.platform.address, allow_redirects=False)
    assert (entry.status, entry.headers["Location"]) == (303, "/")
    cookie = entry.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


async def test_cookie_that_is_no_text(web: Playground) -> None:
    """A cookie of bytes that are no UTF-8 opens nothing, and breaks nothing."""
    port = URL(web.server.address).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nCookie: easel_{port}="
    writer.write(head.encode() + b"\xff\r\n\r\n")
    assert b" 401 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[::1"},
        {"Origin": "http://127.0.0.1:99999999"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_other_sites(web: Playground, headers: dict[str, str]) -> None:
    """A page elsewhere cannot make this browser do anything here, not even from another port of this machine."""
    response = await web.client.post(f"{web.server.address}/api/messages?person=ada", json={}, headers=headers)
    assert response.status == 403
    assert web.events == []


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/", "evil.example", 421),
        ("/api/state", "easel", 421),
        ("/static/js/main.js", "evil.example", 421),
        ("/static/js/main.js", "localhost", 200),
        ("/static/js/main.js", "LOCALHOST.", 200),
        ("/static/js/main.js", "127.0.0.1", 200),
        ("/static/js/main.js", "[::1]", 200),
        ("/static/js/main.js", "easel.example.com", 200),
        ("/static/js/main.js", "Easel.Example.Com", 200),
        ("/static/js/main.js", "www.easel.example.com", 421),
        ("/health", "easel", 200),
        ("/health/live", "easel.default.svc.cluster.local", 200),
        ("/metrics", "easel", 200),
    ],
)
async def test_names(web: Playground, path: str, host: str, status: int) -> None:
    """The playground answers to IP addresses, localhost and the names that were set; health and metrics to any name."""
    port = URL(web.server.address).port
    answer = await web.get(path, headers={"Host": f"{host}:{port}"})
    assert answer.status == status
    assert "EASEL_WEB_HOSTS=" in await answer.text() or status == 200


@pytest.mark.parametrize("host", [b"\xff\xfe", b"xn--a", b"easel:b:c", b"easel:99999"])
async def test_no_name(web: Playground, host: bytes) -> None:
    """What cannot be a name is refused, wherever it is sent."""
    port = URL(web.server.address).port
    for path in (b"/", b"/health"):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET " + path + b" HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        assert answer.startswith(b"HTTP/1.1 400 ")
        assert b"nosniff" in answer


async def test_a_page_behind_a_proxy(web: Playground) -> None:
    """Through a name that was set, the page's own requests are accepted, and those of other pages are not."""
    for origin, status in (("https://easel.example.com", 200), ("https://evil.example", 403)):
        headers = {"Host": "easel.example.com", "Origin": origin}
        cookies = web.client.cookie_jar.filter_cookies(URL(web.server.address))
        [cookie] = [morsel.value for morsel in cookies.values()]
        headers["Cookie"] = f"easel_80={cookie}"
        answer = await web.client.post(
            f"{web.server.address}/api/people?person=ada", json={"name": "Dora"}, headers=headers
        )
        assert answer.status == status


async def test_headers(web: Playground) -> None:
    """Every answer forbids inline scripts, framing and sniffing, refusals too."""
    for path in ("/", "/api/state", "/static/js/main.js", "/nowhere", "/health"):
        response = await web.get(path)
        assert "default-src 'none'; script-src 'self'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_health_and_metrics(web: Playground) -> None:
    """Health and metrics need no session."""
    async with ClientSession() as stranger:
        health = await stranger.get(f"{web.server.address}/health")
        assert (health.status, await health.json()) == (200, {"status": "ok", "queued": "0"})
        live = await stranger.get(f"{web.server.address}/health/live")
        assert (live.status, await live.json()) == (200, {"status": "alive"})
        assert "python_info" in await (await stranger.get(f"{web.server.address}/metrics")).text()


async def test_port_in_use(web: Playground) -> None:
    """A taken port is said with the variable that chooses another."""

    async def healthy() -> Health:
        return Health()

    second = HttpServer("127.0.0.1", URL(web.server.address).port or 0, health=healthy)
    with pytest.raises(AdminError) as refusal:
        await second.run()
    assert "EASEL_WEB_PORT" in (refusal.value.hint or "")


async def test_private_answer(web: Playground) -> None:
    """A private answer comes back at once and to nobody else, its pictures too."""

    async def tree(_: Event) -> PrivateResponse:
        return PrivateResponse(card=Card("info", "The versions", pictures=(CardPicture(FOX, "versions", "a tree"),)))

    web.answer = tree
    answer = await (await web.post("/api/messages", {"text": "/imagine tree"})).json()
    picture = answer["message"]["card"]["pictures"][0]["url"].split("?")[0]
    assert (await web.get(picture)).status == 200
    assert (await web.get(picture, person="ben")).status == 404
    assert await web.seen("ben") == []


async def test_private_messages(web: Playground) -> None:
    """A private message, its thread, its pictures, files and buttons exist for one person only."""
    card = Card(
        "done",
        "v1",
        pictures=(CardPicture(FOX, "v1", "fox"),),
        files=(CardFile(FOX_SVG, "fox.svg"),),
        buttons=(Button("share", "Share", "job"),),
    )
    root = await web.show(card, audience="ben")
    inside = await web.platform.post(Place(root.place.platform, "playground", "studio", root.message), card, key="r")
    assert len(await web.seen("ben")) == 1
    assert len(await web.seen("ben", thread=root.message)) == 1
    assert await web.seen("ada") == []
    for message in (root.message, inside.message):
        assert (await web.get(f"/api/messages/{message}")).status == 404
        for address in (f"/pictures/{message}/0", f"/files/{message}/0"):
            assert (await web.get(address)).status == 404
            assert (await web.get(address, person="ben")).status == 200
        press = {"message": message, "action": "share", "target": "job"}
        assert (await web.post("/api/buttons", press)).status == 404
    assert (await web.post("/api/messages", {"text": "hi", "thread": root.message})).status == 404
    assert (await web.post("/api/messages", {"text": "hi", "replied_to": root.message})).status == 404
    assert web.events == []
    await web.post("/api/messages", {"text": "darker", "thread": root.message}, person="ben")
    [event] = web.events
    assert event.place.audience == "ben"


async def test_upload_limits(web: Playground, tmp_path: Path) -> None:
    """A file that is too large or empty is refused in words, and nothing is kept of it."""
    address = f"{web.server.address}/api/uploads?person=ada"

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MAX_UPLOAD_BYTES // 1_000_000 + 2):
            yield bytes(1_000_000)

    large = await web.client.post(address, data=endless())
    assert (large.status, "3 MB" in (await large.json())["error"]["hint"]) == (400, True)
    assert (await web.client.post(address, data=b"")).status == 400
    assert list((tmp_path / "web").iterdir()) == []
    unknown = [{"ref": "ab" * 32, "name": "gone.png"}]
    assert (await web.post("/api/messages", {"text": "x", "attachments": unknown})).status == 400
    with pytest.raises(BadPicture):
        await web.platform.fetch(Attachment("ab" * 32, "gone.png"), max_bytes=10)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/messages", {"text": "hi", "channel": "nowhere"}, 404),
        ("/api/messages", {"text": "hi", "thread": "99"}, 404),
        ("/api/messages", {"text": "/draw a fox"}, 400),
        ("/api/messages", [], 400),
        ("/api/buttons", {"message": "99", "action": "again", "target": "x"}, 404),
        ("/api/people", {"name": "   "}, 400),
    ],
)
async def test_refusals(web: Playground, path: str, body: object, status: int) -> None:
    """What cannot be done is refused in words that can be shown."""
    response = await web.post(path, body)
    assert response.status == status
    assert (await response.json())["error"]["text"]


@pytest.mark.parametrize(
    "path", ["/pictures/x/0", "/pictures/99999999999999999999/0", "/previews/7", "/attachments/w1/0"]
)
async def test_nothing_there(web: Playground, path: str) -> None:
    """An address that leads nowhere is simply not there."""
    assert (await web.get(path)).status == 404


async def test_unknown_person(web: Playground) -> None:
    """Nobody is somebody else by default."""
    assert (await web.get("/api/messages?channel=studio", person="mallory")).status == 404


async def test_damaged_file(tmp_path: Path) -> None:
    """A damaged conversation file is an admin's affair, said without a trace or a path."""
    (tmp_path / "web.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(AdminError) as refusal:
        async with playing(tmp_path) as web:
            await web.show(Card("info", "x"))
    assert str(tmp_path) not in refusal.value.text
