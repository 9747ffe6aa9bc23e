"""Downloads of files that people sent: size, redirects, and which hosts get the token."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from adapters.shared.download import DownloadRules, download
from bot.errors import BadPicture, TooLarge, Transient

_TOKEN = {"Authorization": "Bearer secret"}


@dataclass
class Hosts:
    """The platform's own host and a foreign one, and the tokens that each was sent."""

    own: URL
    foreign: URL
    own_tokens: list[str] = field(default_factory=list[str])
    foreign_tokens: list[str] = field(default_factory=list[str])

    def rules(self, *, max_redirects: int = 3, allowed: Sequence[URL] = ()) -> DownloadRules:
        ports = {host.port for host in allowed or (self.own, self.foreign)}
        return DownloadRules(
            "Slack",
            is_allowed=lambda address: address.port in ports,
            blocked=lambda: BadPicture("Not from there.", hint="Attach it."),
            gets_headers=lambda address: address.port == self.own.port,
            max_redirects=max_redirects,
        )

    async def fetch(self, address: URL, rules: DownloadRules) -> bytes | None:
        async with aiohttp.ClientSession() as session:
            return await download(session, address, rules, max_bytes=10, headers=_TOKEN)


@pytest.fixture
async def hosts() -> AsyncIterator[Hosts]:
    async def foreign_file(request: web.Request) -> web.Response:
        hosts.foreign_tokens.append(request.headers.get("Authorization", ""))
        return web.Response(body=b"foreign")

    async def own_file(request: web.Request) -> web.Response:
        hosts.own_tokens.append(request.headers.get("Authorization", ""))
        return web.Response(status=int(request.query.get("status", "200")), body=bytes(_count(request)))

    async def elsewhere(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": str(hosts.foreign / "file")})

    async def around(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/around"})

    own, foreign = web.Application(), web.Application()
    own.add_routes([web.get("/file", own_file), web.get("/elsewhere", elsewhere), web.get("/around", around)])
    foreign.add_routes([web.get("/file", foreign_file)])
    async with TestServer(own) as own_server, TestServer(foreign) as foreign_server:
        hosts = Hosts(own_server.make_url("/"), foreign_server.make_url("/"))
        yield hosts


async def test_own_host_gets_the_token(hosts: Hosts) -> None:
    assert await hosts.fetch(hosts.own / "file", hosts.rules()) == bytes(10)
    assert hosts.own_tokens == ["Bearer secret"]


async def test_redirect_takes_no_token_to_a_foreign_host(hosts: Hosts) -> None:
    assert await hosts.fetch(hosts.own / "elsewhere", hosts.rules()) == b"foreign"
    assert hosts.foreign_tokens == [""]


async def test_host_that_is_not_allowed_is_never_asked(hosts: Hosts) -> None:
    """Neither by its own address nor by way of a redirect."""
    rules = hosts.rules(allowed=[hosts.own])
    for address in (hosts.foreign / "file", hosts.own / "elsewhere"):
        with pytest.raises(BadPicture, match=r"Not from there\."):
            await hosts.fetch(address, rules)
    assert hosts.foreign_tokens == []


async def test_redirects_end(hosts: Hosts) -> None:
    with pytest.raises(BadPicture, match=r"Not from there\."):
        await hosts.fetch(hosts.own / "around", hosts.rules())


async def test_redirect_that_is_not_followed_is_no_file_for_now(hosts: Hosts) -> None:
    with pytest.raises(Transient, match="did not send"):
        await hosts.fetch(hosts.own / "elsewhere", hosts.rules(max_redirects=0))


@pytest.mark.parametrize(("status", "is_missing"), [(404, True), (410, True), (403, False), (500, False)])
async def test_missing_file_is_told_from_a_failure(hosts: Hosts, status: int, is_missing: bool) -> None:
    address = hosts.own / "file" % {"status": status}
    if is_missing:
        assert await hosts.fetch(address, hosts.rules()) is None
        return
    with pytest.raises(Transient, match="did not send"):
        await hosts.fetch(address, hosts.rules())


async def test_longer_file_than_asked_for_is_refused(hosts: Hosts) -> None:
    with pytest.raises(TooLarge):
        await hosts.fetch(hosts.own / "file" % {"bytes": 11}, hosts.rules())


def _count(request: web.Request) -> int:
    return int(request.query.get("bytes", "10"))
