"""Pictures that are paid for and come wrapped in something odd: what can be decoded is decoded, and shown."""

import json
import re
from collections.abc import Sequence
from textwrap import wrap

import pybase64
import pytest
from aiohttp import web

from bot.domain.ids import ModelName
from bot.errors import OutcomeUnknown
from bot.ports import Drawing, PaidWithoutImage
from tests.builders import a_png
from tests.unit.providers.image_provider import a_request, open_studio, served

ODD = ModelName("odd")
# Both signs in which the alphabets differ are in it, and it ends in padding.
PNG = next(png for edge in range(40, 200) if re.search(r"\+.*/.*=$", pybase64.b64encode(png := a_png(edge)).decode()))
B64 = pybase64.b64encode(PNG).decode()
SAFE = pybase64.urlsafe_b64encode(PNG).decode()
PAGE = pybase64.b64encode(b"<html>Sign in</html>").decode()
ENTRY = '[models.odd]\nlabel = "Odd"\nlike = "gpt-image-2.6-flare"\nbase_url = "{}"\n'
DONE = "image_generation.completed"


async def drawn_from(*answers: web.Response, partials: int = 0) -> Drawing:
    """What a model draws whose service gives these answers, one after the other."""
    left = list(answers)

    async def answer(request: web.Request) -> web.Response:
        return left.pop(0)

    async with served(answer) as address, open_studio(more=ENTRY.format(address)) as studio:
        drawing, _ = await studio.draw(a_request(ODD, partials=partials))
    assert not left
    return drawing


def plain(body: object, content_type: str = "application/json") -> web.Response:
    text = body if isinstance(body, str) else json.dumps(body)
    return web.Response(text=text, content_type=content_type)


def listing(**item: object) -> dict[str, object]:
    return {"data": [item]}


@pytest.mark.parametrize(
    "body",
    [
        listing(b64_json="", url=f"data:image/png;base64,{B64}"),
        listing(b64_json=None, url=f"data:image/png;base64,{B64}"),
        listing(b64_json="  \n", url=f"DATA:image/png;charset=utf-8;base64,{B64}"),
        listing(url="", b64_json=B64),
        listing(url=None, b64_json=f"data:image/png;base64,{B64}"),
        listing(b64_json=f"data:;base64,\n{B64}\n"),
        listing(b64_json="\r\n".join(wrap(B64, 76)) + "\r\n"),
        listing(b64_json=B64.rstrip("=")),
        listing(b64_json=B64 + "=="),
        listing(b64_json=SAFE),
        listing(b64_json=SAFE.rstrip("=") + "\n"),
        listing(b64_json=f'"{B64}"'),
        listing(b64_json=B64.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")),
        listing(b64_json=PAGE, url=f"data:image/png;base64,{B64}"),
        listing(b64_json=B64, url=None),
        listing(revised_prompt=None, b64_json=B64, extra={"b64_json": 3}),
        {"usage": {"input_tokens": "many"}, "data": [{"b64_json": B64}], "created": None, "type": None},
        {"data": [None, {"b64_json": B64}]},
        {"data": {"b64_json": B64}},
        {"b64_json": B64},
        {"error": {"code": None, "message": ""}, "data": [{"b64_json": B64}]},
        "\n\n  \ufeff" + json.dumps(listing(b64_json=B64)) + "\n",
        json.dumps(listing(b64_json="@")).replace("@", "\n".join(wrap(B64, 76))),
    ],
    ids=range(23),
)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/event-stream"])
async def test_a_picture_is_found_in_any_wrapping(body: object, content_type: str) -> None:
    """An empty field is an absent one, and neither alphabet nor line breaks, padding or content type matter."""
    drawing = await drawn_from(plain(body, content_type))
    assert drawing.pictures == (PNG,)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
async def test_an_answer_is_read_in_any_encoding(encoding: str) -> None:
    """A byte order mark, or an encoding that Windows prefers."""
    body = json.dumps(listing(b64_json=B64)).encode(encoding)
    drawing = await drawn_from(web.Response(body=body, content_type="application/json"))
    assert drawing.pictures == (PNG,)


async def test_the_picture_itself_is_an_answer() -> None:
    """Some servers send nothing around it."""
    drawing = await drawn_from(web.Response(body=PNG, content_type="application/octet-stream"))
    assert drawing.pictures == (PNG,)


async def test_an_svg_that_nobody_encoded_is_drawn() -> None:
    """As text where base64 belongs."""
    svg = '```svg\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>\n```'
    drawing = await drawn_from(plain(listing(b64_json=svg)))
    assert b"<rect" in (drawing.svgs[0] or b"")


# Streams


def event(body: object, end: str = "\n\n") -> str:
    return f"data: {json.dumps(body)}{end}"


FINISHED = {"type": DONE, "b64_json": B64, "usage": {"input_tokens": 7, "output_tokens": 90}}
STREAMS: Sequence[str] = [
    event(FINISHED, ""),
    event(FINISHED, "\n"),
    event(FINISHED, "\r"),
    "\ufeff" + event(FINISHED),
    ": hello\n\n: still here\n\n" + event(FINISHED),
    f"event: {DONE}\rid: 7\r" + event(FINISHED, "\r\r"),
    f"event: {DONE}\r\nretry: 9\r\n" + event(FINISHED, "\r\n\r\n") + "data: [DONE]\r\n\r\n",
    event({"type": "ping"})
    + "event: keep-alive\ndata: still drawing\n\n"
    + event({"type": "x", "data": 3})
    + event(FINISHED),
    event({"type": "image_generation.draft", "b64_json": PAGE}) + event(FINISHED),
    event({"type": "ping"}, "\n") + event(FINISHED, "\n"),
    event({"b64_json": B64, "type": DONE}),
    event({"b64_json": B64}),
    event(listing(b64_json=B64)) + "data: [DONE]",
    "data:" + json.dumps(FINISHED).replace(", ", ",\ndata:") + "\n\n",
]


@pytest.mark.parametrize("stream", STREAMS, ids=range(len(STREAMS)))
@pytest.mark.parametrize("content_type", ["text/event-stream", "text/plain", "application/json"])
async def test_a_stream_is_read_however_it_ends_and_is_declared(stream: str, content_type: str) -> None:
    """A whole event counts without its blank line; what is unknown in between does not matter."""
    drawing = await drawn_from(plain(stream, content_type), partials=1)
    assert drawing.pictures == (PNG,)


@pytest.mark.parametrize("content_type", ["text/event-stream", "application/json"])
async def test_a_whole_answer_outlives_its_connection(content_type: str) -> None:
    """The connection breaks before its formal end."""
    body = event(FINISHED, "").encode() if "stream" in content_type else json.dumps(listing(b64_json=B64)).encode()

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": content_type, "Content-Length": str(len(body) + 2)})
        await response.prepare(request)
        await response.write(body)
        assert request.transport is not None
        request.transport.close()
        return response

    async with served(answer) as address, open_studio(more=ENTRY.format(address)) as studio:
        drawing, _ = await studio.draw(a_request(ODD, partials=1))
    assert drawing.pictures == (PNG,)


@pytest.mark.parametrize("stream", [event(FINISHED, "")[:-40], event({"type": "ping"}), "data: what\n\n", ""])
async def test_half_an_answer_is_none(stream: str) -> None:
    """What was paid for, perhaps, and did not come, is of unknown outcome."""
    with pytest.raises(OutcomeUnknown):
        await drawn_from(plain(stream, "text/event-stream"), partials=1)


@pytest.mark.parametrize(
    "item", [{}, {"b64_json": None, "url": None}, {"b64_json": "", "url": " "}, {"b64_json": PAGE}]
)
async def test_no_picture_is_no_picture(item: dict[str, object]) -> None:
    """An answer without one says so."""
    with pytest.raises(PaidWithoutImage, match="without an image"):
        await drawn_from(plain({"data": [item]}))


# Addresses


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ([(200, PNG, "text/html")], ["/1.png"]),
        ([(302, b"", "/2.png"), (200, PNG, "image/png")], ["/1.png", "/2.png"]),
        ([(503, b"busy", "text/plain"), (200, PNG, "image/png")], ["/1.png", "/1.png"]),
        ([(404, b"", "text/plain"), (404, b"", "text/plain"), (200, PNG, "")], ["/1.png"] * 3),
        ([(404, b"", "text/plain")] * 3, ["/1.png"] * 3),
        ([(302, b"", "http://127.0.0.1:1/2.png")], ["/1.png"]),
        ([(302, b"", "/1.png")] * 18, ["/1.png"] * 18),
    ],
)
async def test_a_picture_is_fetched_with_patience(answers: list[tuple[int, bytes, str]], asked: list[str]) -> None:
    """Redirects on the server itself are followed, and what is not there yet is asked for again: that costs nothing."""
    paths: list[str] = []
    is_good = answers[-1][0] == 200

    async def answer(request: web.Request) -> web.Response:
        if request.method == "POST":
            return plain(listing(b64_json="", url="/1.png"))
        paths.append(request.path)
        status, body, more = answers.pop(0)
        headers = {"Location": more} if status == 302 else {"Content-Type": more or "application/octet-stream"}
        return web.Response(status=status, body=body, headers=headers)

    async with served(answer) as address, open_studio(more=ENTRY.format(address)) as studio:
        if is_good:
            drawing, _ = await studio.draw(a_request(ODD))
            assert drawing.pictures == (PNG,)
        else:
            with pytest.raises(PaidWithoutImage):
                await studio.draw(a_request(ODD))
    assert paths == asked


async def test_an_address_elsewhere_is_explained() -> None:
    """Easel does not ask there, and says what helps: pressing Again would be paid for in vain."""
    with pytest.raises(PaidWithoutImage) as caught:
        await drawn_from(plain(listing(url="https://cdn.example/1.png")))
    assert "send_response_format = true" in (caught.value.hint or "")
