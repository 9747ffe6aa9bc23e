"""What is wrong with the way to a service is found before anything is sent, and named by its variable."""

import asyncio
import importlib.util
import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bot.domain.connection_settings import address_problem, key_problem
from bot.errors import AdminError, EaselError, Transient
from bot.providers.openai_api.errors import PROBLEMS, to_easel_error
from tests.builders import a_png
from tests.unit.providers.image_provider import served
from tests.unit.providers.openai_api.test_clients import clients, model

VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")
without_socks = pytest.mark.skipif(importlib.util.find_spec("socksio") is not None, reason="the library is there")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "empty.pem").touch()
    (tmp_path / "picture.png").write_bytes(a_png())
    return {
        "GONE": str(tmp_path / "gone.pem"),
        "EMPTY": str(tmp_path / "empty.pem"),
        "PICTURE": str(tmp_path / "picture.png"),
        "FOLDER": str(tmp_path),
    }


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SSL_CERT_FILE", "GONE"),
        ("SSL_CERT_FILE", "EMPTY"),
        ("SSL_CERT_FILE", "PICTURE"),
        ("SSL_CERT_FILE", "FOLDER"),
        ("SSL_CERT_DIR", "GONE"),
        ("SSL_CERT_DIR", "EMPTY"),
        pytest.param("ALL_PROXY", "socks5://hunter2@127.0.0.1:9", marks=without_socks),
        pytest.param("https_proxy", "socks5h://127.0.0.1:9", marks=without_socks),
        ("ALL_PROXY", "socks4://127.0.0.1:9"),
        ("HTTPS_PROXY", "ftp://hunter2@proxy.example"),
        ("HTTPS_PROXY", "http://[::1"),
        ("HTTPS_PROXY", "proxy.example:port"),
        ("HTTP_PROXY", "http://"),
        ("http_proxy", "http://:3128"),
        ("HTTP_PROXY", "http://proxy example:3128"),
        ("HTTP_PROXY", "http://proxy.example:99999"),
    ],
)
async def test_a_wrong_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, files: dict[str, str], variable: str, value: str
) -> None:
    """When the clients are made, in one line that shows neither a path nor a password."""
    monkeypatch.setenv(variable, files.get(value, value))
    with pytest.raises(AdminError) as caught:
        async with clients():
            pass
    assert caught.value.text.startswith(f"{variable.upper()} ")
    assert caught.value.hint
    assert not any(secret in f"{caught.value.text} {caught.value.hint}" for secret in ("hunter2", *files.values()))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HTTPS_PROXY", "http://proxy.example:3128"),
        ("HTTPS_PROXY", "proxy.example:3128"),
        ("ALL_PROXY", "https://user:pass@proxy.example"),
        ("HTTP_PROXY", "http://[::1]:3128"),
        ("SSL_CERT_DIR", "FOLDER"),
        ("SSL_CERT_DIR", "BOTH"),
    ],
)
async def test_a_right_one_is_taken(
    monkeypatch: pytest.MonkeyPatch, files: dict[str, str], variable: str, value: str
) -> None:
    """With or without a scheme, a user or a port; of several directories one is enough."""
    files["BOTH"] = f"{files['GONE']}:{files['FOLDER']}"
    monkeypatch.setenv(variable, files.get(value, value))
    async with clients() as found:
        found.for_model(model())


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("sk-proj-0aB_9", None),
        ("sk-\u0430bc", "CYRILLIC SMALL LETTER A"),
        ("sk-abc\u200b", "an invisible character (ZERO WIDTH SPACE)"),
        ("sk\u2013abc", "EN DASH"),
        ("sk-abc\n", "a space or a line break"),
        ("sk-\u00a0abc", "a space"),
        ("“sk-abc”", "LEFT DOUBLE QUOTATION MARK"),
        ("sk-\x00", "an invisible character (U+0000)"),
    ],
)
async def test_a_key_that_cannot_be_sent_is_explained(
    monkeypatch: pytest.MonkeyPatch, key: str, reason: str | None
) -> None:
    """By the sign that is wrong, which is no part of the real key."""
    told = key_problem(key)
    assert (told is None) is (reason is None)
    assert (reason or "") in (told or "")
    assert "abc" not in (told or "")


@pytest.mark.parametrize(
    ("address", "is_legal"),
    [
        ("https://api.openai.com/v1", True),
        ("http://127.0.0.1:8080/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://gpu_box/v1", True),
        ("https://user:pass@example.com:443/?a=b", True),
        ("https://bücher.example/v1", True),
        ("http://[::1/v1", False),
        ("https://:443/v1", False),
        ("https:///v1", False),
        ("https://example.com:port/v1", False),
        ("https://example.com:99999/v1", False),
        ("https://exa mple.com/v1", False),
        ("https://example.com\u200b/v1", False),
        ("http://a..b/v1", False),
        ("http://" + "a" * 70 + ".com", False),
    ],
)
def test_an_address_that_leads_nowhere_is_known(address: str, is_legal: bool) -> None:
    """Before anything is sent to it."""
    assert (address_problem(address) is None) is is_legal


async def test_what_cannot_be_written_was_not_sent() -> None:
    """Whatever the reason: nothing is booked for it, and the key is not told."""
    heard: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        heard.append(request.path)
        return web.json_response({})

    async with served(answer) as address, clients(address) as found:
        client = found.for_model(model())
        for options in ({"headers": {"X-Odd": "\u0430"}}, {"headers": {"X-Odd": "a\nb"}}, {"params": object()}):
            with pytest.raises(PROBLEMS) as caught:
                await client.get("/models", cast_to=object, options=options)  # type: ignore[arg-type]
            problem = to_easel_error(caught.value, model())
            assert isinstance(problem, AdminError)
            assert "nothing was sent" in problem.text
            assert problem.outcome_known
    assert not heard


@pytest.mark.parametrize(
    ("proxies", "hint"),
    [({}, None), ({"HTTP_PROXY": "http://127.0.0.1:9"}, "HTTP_PROXY"), ({"HTTPS_PROXY": "http://127.0.0.1:9"}, None)],
)
async def test_a_proxy_out_of_reach_is_named(
    monkeypatch: pytest.MonkeyPatch, proxies: dict[str, str], hint: str | None
) -> None:
    """Where the way leads through it."""
    for variable, value in proxies.items():
        monkeypatch.setenv(variable, value)
    problem: EaselError | None = None
    async with clients("http://127.0.0.1:1/v1") as found:
        with pytest.raises(PROBLEMS) as caught:
            await found.for_model(model()).get("/models", cast_to=object)
        problem = to_easel_error(caught.value, model())
    assert isinstance(problem, Transient)
    assert (problem.hint is None) if hint is None else (hint in (problem.hint or ""))


async def test_a_certificate_that_nobody_trusts_is_no_overload(tmp_path: Path) -> None:
    """Trying again does not help: what names the certificates is said."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(a_certificate(tmp_path / "server.pem"))

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=server) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with clients(f"https://127.0.0.1:{port}/v1") as found:
            with pytest.raises(PROBLEMS) as caught:
                await found.for_model(model()).get("/models", cast_to=object)
    problem = to_easel_error(caught.value, model())
    assert isinstance(problem, AdminError)
    assert "is not trusted here, so nothing was sent" in problem.text
    assert "SSL_CERT_FILE" in (problem.hint or "")


def a_certificate(file: Path) -> Path:
    """One that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + signed.public_bytes(Encoding.PEM))
    return file
