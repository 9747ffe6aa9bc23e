"""The HTTP server against clients that drip, hoard connections or send what is not HTTP."""

import asyncio
import logging
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import pytest
from aiohttp import web
from aiohttp.http_exceptions import BadStatusLine
from yarl import URL

from adapters.shared.bad_requests import LINES_A_MINUTE, BadRequestFilter
from adapters.shared.health import Health
from adapters.shared.http_server import HttpServer, read_body

HEAD: Final = b"GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n"


@dataclass
class HeldClock:
    """Stands still until it is moved."""

    now_s: float = 0.0

    def monotonic_s(self) -> float:
        return self.now_s


async def healthy() -> Health:
    return Health()


async def echo(request: web.Request) -> web.Response:
    return web.Response(body=await read_body(request))


@asynccontextmanager
async def serving(max_connections: int = 10) -> AsyncGenerator[int]:
    """Its port."""
    server = HttpServer("127.0.0.1", 0, health=healthy, max_connections=max_connections)
    server.add_routes([web.post("/echo", echo)], public=["/echo"])
    running = asyncio.create_task(server.run())
    await server.started.wait()
    yield URL(server.address).port or 0
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def answer_to(port: int, sent: bytes) -> bytes:
    """The first line of the answer; empty where the connection was closed instead."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    try:
        return await reader.readline()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_a_connection_too_many_is_closed() -> None:
    """The others are served, and so is the next one when one of them has gone."""
    async with serving(max_connections=3) as port:
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
        for reader, writer in held:  # so that the server has seen all of them
            writer.write(HEAD + b"\r\n")
            assert b" 200 " in await reader.readline()
        assert await answer_to(port, HEAD + b"\r\n") == b""
        _, leaving = held.pop()
        leaving.close()
        while not await answer_to(port, HEAD + b"\r\n"):
            continue
        for _, writer in held:
            writer.close()


@pytest.mark.parametrize("begin", [b"", HEAD + b"X-Drip: "], ids=["nothing", "header"])
async def test_a_head_that_does_not_end_closes_the_connection(begin: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.shared.http_server.IDLE_S", 0.2)
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begin)
        ended = asyncio.create_task(reader.read())
        while not ended.done():
            if begin:
                writer.write(b"x")
            await asyncio.wait([ended], timeout=0.01)
        assert ended.exception() is not None or ended.result() == b""
        writer.close()


async def test_a_body_that_does_not_come_is_answered_408(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.shared.http_server.BODY_S", 0.1)
    async with serving() as port:
        head = b"POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nx"
        assert b" 408 " in await answer_to(port, head)


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux has this option")
async def test_a_client_that_reads_nothing_is_disconnected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its response is far longer than what the buffers of two sockets take."""
    monkeypatch.setattr("adapters.shared.http_server.IDLE_S", 0.5)
    ended = asyncio.Event()

    async def flood(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(bytes(1_000_000))
        finally:
            ended.set()

    server = HttpServer("127.0.0.1", 0, health=healthy)
    server.add_routes([web.get("/flood", flood)])
    running = asyncio.create_task(server.run())
    await server.started.wait()
    _, writer = await asyncio.open_connection("127.0.0.1", URL(server.address).port)
    writer.write(b"GET /flood HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    await ended.wait()
    assert not running.done()
    writer.close()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


NOT_HTTP: Final = (
    b"\x16\x03\x01\x02\x00\x01\x00",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\nA: " + b"b" * 20_000 + b"\r\n\r\n",
    b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET http://[::1/ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    b"POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nno gzip..",
)


async def test_what_is_not_http_is_answered_400_and_logged_in_a_few_lines(caplog: pytest.LogCaptureFixture) -> None:
    async with serving() as port:
        for sent in NOT_HTTP * 5:
            assert b" 400 " in await answer_to(port, sent)
    lines = [record for record in caplog.records if record.name == "aiohttp.server"]
    assert 0 < len(lines) <= LINES_A_MINUTE
    assert all(record.exc_info is None for record in lines)
    assert "Traceback" not in caplog.text


async def test_odd_hosts_and_paths_are_refused_without_an_error(caplog: pytest.LogCaptureFixture) -> None:
    hosts = (b"a:99999", b"a:b", b"\xff\xfe", b"xn--" + b"a" * 70, b"127.0.0.1:" + b"9" * 5_000, b"a" * 5_000, b"")
    async with serving() as port:
        for host in hosts:
            line = await answer_to(port, b"GET /nowhere HTTP/1.1\r\nHost: " + host + b"\r\n\r\n")
            assert any(status in line for status in (b" 400 ", b" 421 "))
        for path in (b"/" + b"a" * 3_000, b"/%00", b"/%ff", b"//", b"/%"):
            line = await answer_to(port, b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert b" 404 " in line
    assert "Traceback" not in caplog.text


def test_lines_that_were_left_out_are_counted() -> None:
    clock = HeldClock()
    bad = BadRequestFilter(clock)

    def lines(count: int) -> list[str]:
        error = BadStatusLine("secret")
        made = [
            logging.LogRecord("x", logging.ERROR, "", 0, "said", None, (BadStatusLine, error, None))
            for _ in range(count)
        ]
        return [record.getMessage() for record in made if bad.filter(record)]

    assert len(lines(100)) == LINES_A_MINUTE
    clock.now_s += 60
    first, *_ = lines(1)
    assert "Left out before: 90." in first
    assert "secret" not in first


def test_our_own_mistakes_are_logged_as_they_are() -> None:
    bad = BadRequestFilter(HeldClock())
    record = logging.LogRecord("x", logging.ERROR, "", 0, "said", None, (ValueError, ValueError(), None))
    assert all(bad.filter(record) for _ in range(100))
    assert record.exc_info is not None
