"""Clients that know what they are told and nothing else, against servers on the loopback address."""

import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.catalog.model import Model
from bot.domain.ids import ModelName
from bot.errors import AdminError
from bot.imaging.pool import ImagingPool
from bot.ports import Inputs
from bot.providers.openai_api.clients import OpenAIClients
from bot.providers.openai_api.errors import PROBLEMS, to_easel_error
from bot.providers.openai_images.api_request import ask
from bot.providers.openai_images.http_stream import ForeignHostError, fetch_picture
from bot.providers.openai_images.parameters import build_parameters
from bot.providers.openai_images.request_building import build_request
from tests.builders import a_png
from tests.unit.providers.image_provider import FLARE, a_catalog, a_request, served

KEY = "k-1234"


@asynccontextmanager
async def clients(base_url: str | None = None) -> AsyncGenerator[OpenAIClients]:
    opened = OpenAIClients(lambda name: KEY if name == "OPENAI_API_KEY" else None, base_url=base_url)
    try:
        yield opened
    finally:
        await opened.close()


def model(**changes: object) -> Model:
    found = a_catalog().get(ModelName(FLARE))
    assert found is not None
    return found.model_copy(update=changes)


async def test_the_environment_stays_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK would send these to every server; only what the entry says is sent."""
    for name, value in {
        "OPENAI_API_KEY": "leak",
        "OPENAI_ADMIN_KEY": "leak",
        "OPENAI_ORG_ID": "leak",
        "OPENAI_PROJECT_ID": "leak",
        "OPENAI_BASE_URL": "http://leak/v1",
        "OPENAI_CUSTOM_HEADERS": "X-Leak: leak",
    }.items():
        monkeypatch.setenv(name, value)
    heard: list[str] = []

    async def listen(request: web.Request) -> web.Response:
        heard.append(f"{dict(request.headers)} {request.query_string}".lower())
        return web.json_response({"data": []})

    async with served(listen) as address, clients() as found:
        for entry in (
            model(base_url=address),
            model(base_url=address, api_key_header="api-key", query={"api-version": "preview"}),
            model(base_url=address, api_key_env=None),
        ):
            await found.for_model(entry).get("/models", cast_to=object)
    assert "leak" not in "".join(heard)
    assert f"'authorization': 'bearer {KEY}'" in heard[0]
    assert f"'api-key': '{KEY}'" in heard[1]
    assert "authorization" not in heard[1]
    assert heard[1].endswith("api-version=preview")
    assert KEY not in heard[2]
    assert "authorization" not in heard[2]


async def test_a_place_has_one_client() -> None:
    """Its connections are shared by its models, and by no other place."""
    async with clients() as found:
        first = found.for_model(model())
        assert found.for_model(model(name="other", wire_name="other")) is first
        assert found.for_model(model(base_url="http://gpu/v1")) is not first
        assert found.for_model(model(query={"a": "b"})) is not first
        assert (first.max_retries, str(first.base_url)) == (0, "https://api.openai.com/v1/")


async def test_entries_without_an_address_follow_the_setting() -> None:
    """Those with one do not."""
    async with clients("http://proxy/v1") as found:
        assert found.base_url_of(model()) == "http://proxy/v1"
        assert found.base_url_of(model(base_url="http://gpu/v1")) == "http://gpu/v1"


async def test_a_missing_key_is_named() -> None:
    """By its variable, for whoever runs Easel."""
    async with clients() as found:
        with pytest.raises(AdminError, match=r"^AZURE_KEY is not set\.$"):
            found.for_model(model(api_key_env="AZURE_KEY"))


async def test_redirects_are_not_followed() -> None:
    """The key would go along to wherever they lead."""

    async def redirect(request: web.Request) -> web.StreamResponse:
        assert not request.path.endswith("/elsewhere")
        raise web.HTTPTemporaryRedirect("/elsewhere")

    async with served(redirect) as address, clients(address) as found:
        with pytest.raises(PROBLEMS) as caught:
            await found.for_model(model()).get("/models", cast_to=object)
        assert "no service for" in to_easel_error(caught.value, model()).text


async def test_pictures_are_fetched_from_the_server_itself_alone() -> None:
    """No server can make Easel ask others, by address, by port or by scheme."""
    picture = a_png()

    async def send(request: web.Request) -> web.Response:
        return web.Response(body=picture)

    async with served(send) as address, clients(address) as found:
        client = found.for_model(model())
        port = address.split(":")[2].split("/")[0]
        assert await fetch_picture(client, "/generated-images/1.png") == picture
        assert await fetch_picture(client, f"http://127.0.0.1:{port}/x.png") == picture
        for elsewhere in (
            "http://169.254.169.254/latest",
            "http://127.0.0.1:1/x.png",
            f"https://127.0.0.1:{port}/x.png",
            f"//localhost:{port}/x.png",
            "file:///etc/passwd",
        ):
            with pytest.raises(ForeignHostError):
                await fetch_picture(client, elsewhere)


async def test_an_endless_answer_is_given_up() -> None:
    """It is longer than the pictures that were asked for can be, so no server can fill the memory."""

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            for _ in range(100):
                await response.write(b" " * 1_000_000)
        except ConnectionError:
            pass
        return response

    pool = ImagingPool()
    call = build_request(build_parameters(a_request(), model(), moderation="auto", identifier="x"), model(), Inputs())
    async with served(stream) as address, clients(address) as found:
        with pytest.raises(PROBLEMS) as caught:
            await ask(found.for_model(model()), call, pool, pictures=1, on_partial=print)
    pool.close()
    assert "cannot read the answer" in to_easel_error(caught.value, model()).text


async def test_nothing_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Not even when everything is logged."""
    for library in ("openai", "httpx2", "httpcore2"):
        caplog.set_level(logging.DEBUG, logger=library)

    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"error": {"message": "a secret body"}}, status=400)

    async with served(answer) as address, clients(address) as found:
        with pytest.raises(PROBLEMS):
            await found.for_model(model()).post("/images/generations", body={"prompt": "a secret wish"}, cast_to=object)
    assert caplog.text
    assert not any(secret in caplog.text for secret in (KEY, "a secret wish", "a secret body"))
