"""Which proxy the environment names, and that the platforms' traffic goes through it."""

import sys
from collections.abc import AsyncIterator

import aiohttp
import pytest
from yarl import URL

from adapters.shared.proxy import proxy_for, session_for
from bot.errors import AdminError
from bot.store.database import Database
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.proxy import ProxyEmulator, a_proxy
from tests.unit.discord.connected_platform import RESULT, a_desk
from tests.unit.slack.connected_platform import an_emulator, connected, options_of

SLACK = "https://slack.com/api/"
VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
async def proxy() -> AsyncIterator[ProxyEmulator]:
    async with a_proxy() as proxy:
        yield proxy


@pytest.mark.parametrize(
    ("env", "address", "url"),
    [
        ({}, SLACK, None),
        ({"HTTPS_PROXY": "http://p:1"}, SLACK, "http://p:1"),
        ({"https_proxy": "http://p:1", "HTTP_PROXY": "http://q:2"}, SLACK, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1", "HTTP_PROXY": "http://q:2"}, "http://slack.com", "http://q:2"),
        ({"HTTP_PROXY": "http://q:2"}, SLACK, "http://q:2"),
        ({"ALL_PROXY": "socks5h://u:x@p:1"}, SLACK, "socks5h://u:x@p:1"),
        ({"HTTPS_PROXY": "p.example:3128"}, "wss://gateway.discord.gg", "http://p.example:3128"),
        ({"HTTPS_PROXY": ""}, SLACK, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "localhost,.slack.com"}, SLACK, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "discord.com"}, SLACK, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, SLACK, None),
    ],
)
def test_the_environment_names_the_proxy(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], address: str, url: str | None
) -> None:
    """The variable for the address's scheme counts, then any other; NO_PROXY leaves hosts out."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    found = proxy_for(address)
    assert (found.url if found is not None else None) == (URL(url) if url is not None else None)


@pytest.mark.parametrize("text", ["ftp://p:1", "http://", "socks5://", "http://[p", "http://p:port"])
def test_what_is_no_proxy_is_said(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """A mistyped address is an error that names the variable, and shows nothing of it: it may hold a password."""
    monkeypatch.setenv("HTTPS_PROXY", text)
    with pytest.raises(AdminError, match=r"^HTTPS_PROXY is not the address of a proxy\.$"):
        proxy_for(SLACK)


def test_socks_needs_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library the error names the variable and what to install."""
    monkeypatch.setenv("ALL_PROXY", "socks5://p:1")
    monkeypatch.delitem(sys.modules, "adapters.shared.socks", raising=False)
    monkeypatch.setitem(sys.modules, "aiohttp_socks", None)
    found = proxy_for(SLACK)
    assert found is not None
    with pytest.raises(AdminError, match="ALL_PROXY names a SOCKS proxy") as refusal:
        found.connector()
    assert "extra socks" in (refusal.value.hint or "")


async def test_a_socks_proxy_out_of_reach_is_a_lost_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its library has errors of its own, which nobody else expects."""
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    async with session_for("http://example.test/") as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get("http://example.test/")


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_discord_is_reached_through_the_proxy(
    database: Database, proxy: ProxyEmulator, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """Calls, the gateway and files of Discord all go through the environment's proxy."""
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://127.0.0.1:{proxy.port}")
    emulator = DiscordEmulator()
    async with a_desk(database, discord=emulator) as desk:
        await desk.platform.post(desk.place, RESULT, key="one")
        host = f"{scheme} 127.0.0.1:{URL(emulator.api_url).port}"
        gateway = f"{scheme} 127.0.0.1:{URL(emulator.gateway_url).port}"
        assert {host, gateway} == set(proxy.reached)
        assert len(emulator.connections) == 1


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_slack_is_reached_through_the_proxy(
    database: Database, proxy: ProxyEmulator, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    """Calls and the socket of Slack go through it as well."""
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://127.0.0.1:{proxy.port}")
    async with an_emulator() as slack, connected(slack, database, options_of(slack)) as here:
        await here.ready()
        assert len(slack.connections) == 1
        assert len(proxy.reached) >= 2
        assert set(proxy.reached) == {f"{scheme} 127.0.0.1:{URL(slack.api_url).port}"}
