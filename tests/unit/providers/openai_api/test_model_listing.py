"""`easel models --check`: what services serve, compared with what the catalog says."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from aiohttp import web

from bot.catalog.model import Model
from bot.domain.ids import ModelName
from bot.providers.openai_api.clients import OpenAIClients
from bot.providers.openai_api.model_listing import Diagnostic, check_services
from tests.emulators.openai.server import OpenAIEmulator
from tests.unit.providers.image_provider import TODAY, a_catalog, served

FLARE, CODEX = "gpt-image-2.6-flare", "gpt-5.3-codex"


@pytest.fixture
async def openai() -> AsyncIterator[OpenAIEmulator]:
    async with OpenAIEmulator() as emulator:
        emulator.models.clear()
        emulator.models[FLARE] = None
        yield emulator


def model(name: str = FLARE, **changes: object) -> Model:
    found = a_catalog().get(ModelName(name))
    assert found is not None
    return found.model_copy(update=changes)


async def asked(
    openai: OpenAIEmulator, *models: Model, key: str | None = None, today: date = TODAY
) -> list[Diagnostic]:
    clients = OpenAIClients(lambda _: key if key is not None else openai.key, base_url=openai.base_url)
    try:
        return await check_services(models, clients, today=today)
    finally:
        await clients.close()


async def test_a_service_that_serves_all_is_fine(openai: OpenAIEmulator) -> None:
    """It is asked once, however many models it has; what needs no service is not asked for."""
    openai.models[CODEX] = None
    offline = model(api="none", name="sketch")
    (finding,) = await asked(openai, model(), model(CODEX), offline)
    assert finding == Diagnostic(openai.base_url, "fine", "Serves 2 of 2 models that the catalog places there.")
    assert len(openai.calls) == 1


@pytest.mark.parametrize(
    ("shutdown", "severity", "text"),
    [
        (None, None, ""),
        ("2027-03-01", None, ""),
        ("2027-02-20", "warning", "Will be shut down on 2027-02-20, in 90 days."),
        ("2026-11-23", "warning", "Will be shut down on 2026-11-23, in 1 day."),
        ("2026-11-22", "problem", "Was shut down on 2026-11-22."),
        ("some day", None, ""),
    ],
)
async def test_the_last_day_is_told(
    openai: OpenAIEmulator, shutdown: str | None, severity: str | None, text: str
) -> None:
    """From 90 days before, by what the service says; from that day on it is a problem."""
    openai.models[FLARE] = shutdown
    _, *findings = await asked(openai, model(successor="gpt-image-3"))
    assert [(finding.severity, finding.text) for finding in findings] == ([(severity, text)] if severity else [])
    assert all("gpt-image-3" in (finding.advice or "") for finding in findings)


async def test_a_last_day_that_the_entry_lacks_is_worth_a_line(openai: OpenAIEmulator) -> None:
    """So that people are told in time."""
    openai.models[FLARE] = "2027-01-01"
    (_, told), (_, known) = await asked(openai, model()), await asked(openai, model(shutdown=date(2027, 1, 1)))
    assert "Write shutdown = 2027-01-01 into its entry." in (told.advice or "")
    assert "Write" not in (known.advice or "")


async def test_a_model_that_is_not_listed_is_a_warning(openai: OpenAIEmulator) -> None:
    """Lists lag behind launches, so it may answer all the same; the advice says what to change if not."""
    total, finding = await asked(openai, model(CODEX, shutdown=None, successor=None))
    assert total.text.startswith("Serves 0 of 1")
    assert (finding.subject, finding.severity) == (CODEX, "warning")
    assert finding.text == "gpt-5.3-codex is not in the service's list of models."
    assert "wire_name" in (finding.advice or "")


async def test_a_model_that_left_is_told_by_its_entry(openai: OpenAIEmulator) -> None:
    """A list no longer has what was shut down."""
    _, finding = await asked(openai, model(CODEX, shutdown=date(2026, 11, 1)))
    assert (finding.severity, finding.text) == ("problem", "Was shut down on 2026-11-01.")


@pytest.mark.parametrize(
    ("status", "body", "severity", "text"),
    [
        (401, '{"error": {"code": "invalid_api_key"}}', "problem", "The key in OPENAI_API_KEY is not valid."),
        (403, '{"error": {"message": "Your organization must be verified"}}', "problem", "must be verified"),
        (503, '{"error": {"code": "server_is_overloaded"}}', "problem", "is overloaded"),
        (404, '{"detail": "Not Found"}', "warning", "Has no list of models"),
        (405, "", "warning", "Has no list of models"),
        (200, "<html>hello</html>", "warning", "Has no list of models"),
        (200, '{"models": []}', "warning", "Has no list of models"),
    ],
)
async def test_a_service_that_does_not_answer_well(status: int, body: str, severity: str, text: str) -> None:
    """Says what to do about it; last days that the entries know are told all the same."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, text=body)

    async with served(answer) as address:
        clients = OpenAIClients(lambda _: "key", base_url=address)
        finding, dated = await check_services([model(shutdown=date(2026, 12, 1))], clients, today=TODAY)
        await clients.close()
    assert finding.severity == severity
    assert text in finding.text
    assert dated.text == "Will be shut down on 2026-12-01, in 9 days."


async def test_a_service_that_is_not_there(openai: OpenAIEmulator) -> None:
    """Or whose key is not set: a problem of that service alone."""
    found = await asked(openai, model(base_url="http://127.0.0.1:9/v1"), model())
    assert [finding.severity for finding in found] == ["problem", "fine"]
    assert "cannot be reached" in found[0].text
    (finding,) = await asked(openai, model(), key="")
    assert finding.text == "OPENAI_API_KEY is not set."
