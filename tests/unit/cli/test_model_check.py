"""Which models are connected, and `easel models --check`, against an emulated service."""

from pathlib import Path

import pytest

from adapters.app.bootstrap import load_catalog
from adapters.app.model_availability import missing_setup
from adapters.cli.model_check import print_model_check
from bot.jobs.clock import SystemClock
from bot.settings.reading import load_settings
from bot.settings.settings import Settings
from tests.emulators.openai.faults import bad_key
from tests.emulators.openai.server import OpenAIEmulator

OSS = '[models."gpt-oss-120b"]\nbase_url = "http://127.0.0.1:9/v1"\n'
CLOCK = SystemClock()
OPENAI = {"OPENAI_API_KEY": "sk-1"}


def settings_for(tmp_path: Path, env: dict[str, str], models: str = "") -> Settings:
    file = tmp_path / "models.toml"
    file.write_text(models)
    return load_settings({"EASEL_MODELS_FILE": str(file), **env}, None)


@pytest.mark.parametrize(
    ("name", "env", "models", "lacks"),
    [
        ("sketch", {}, "", None),
        ("gpt-image-2", {}, "", "OPENAI_API_KEY is not set."),
        ("gpt-image-2", OPENAI, "", None),
        ("gpt-5.3-codex", OPENAI, "", None),
        ("gpt-oss-120b", OPENAI, "", "It needs a base_url in your models file."),
        ("gpt-oss-120b", {}, OSS, None),
        ("gpt-oss-120b", {}, OSS + 'api_key_env = "GROQ_API_KEY"\n', "GROQ_API_KEY is not set."),
        ("gpt-oss-120b", {"GROQ_API_KEY": "gsk-1"}, OSS + 'api_key_env = "GROQ_API_KEY"\n', None),
        (
            "gpt-oss-120b",
            {"GROQ_API_KEY": "gsk 1"},
            OSS + 'api_key_env = "GROQ_API_KEY"\n',
            "GROQ_API_KEY has a space or a line break in it.",
        ),
    ],
)
def test_a_model_says_what_it_lacks(
    tmp_path: Path, name: str, env: dict[str, str], models: str, lacks: str | None
) -> None:
    """A model draws here once its key is set and its address is known; until then it says which of them is missing."""
    settings = settings_for(tmp_path, env, models)
    (model,) = (model for model in load_catalog(settings, CLOCK).all() if model.name == name)
    assert missing_setup(settings, model) == lacks


async def test_a_key_that_cannot_be_sent_is_a_problem(tmp_path: Path) -> None:
    """Of a service that only the models file names, too: its models would otherwise just not be there."""
    settings = settings_for(tmp_path, {"GROQ_API_KEY": "gsk-\u0430"}, OSS + 'api_key_env = "GROQ_API_KEY"\n')
    said: list[str] = []
    assert await print_model_check(settings, load_catalog(settings, CLOCK), said.append, clock=CLOCK) == 1
    assert said[0].startswith("PROBLEM  GROQ_API_KEY: It has “\u0430” (CYRILLIC SMALL LETTER A) in it")


async def checked(tmp_path: Path, service: OpenAIEmulator, models: str = "") -> tuple[int, list[str]]:
    """The exit status of the check, and the lines that it says."""
    env = {"OPENAI_API_KEY": service.key, "OPENAI_BASE_URL": service.base_url}
    settings = settings_for(tmp_path, env, models)
    said: list[str] = []
    return await print_model_check(settings, load_catalog(settings, CLOCK), said.append, clock=CLOCK), said


async def test_the_check_asks_the_service(tmp_path: Path) -> None:
    """What is served is counted; what is missing or about to be shut down is named, with what to do."""
    async with OpenAIEmulator() as service:
        del service.models["gpt-image-2"]
        status, said = await checked(tmp_path, service)
    assert status == 0
    assert said[0] == f"ok       {service.base_url}: Serves 19 of 20 models that the catalog places there."
    assert "warning  gpt-image-2: gpt-image-2 is not in the service's list of models." in said
    mini = said.index("warning  gpt-image-1-mini: Will be shut down on 2026-12-01, in 9 days.")
    assert said[mini + 1].strip() == "Until then, use its successor gpt-image-2.5-flare."


async def test_what_the_catalog_knows_to_be_gone_is_no_problem(tmp_path: Path) -> None:
    """Nobody can choose a model that was shut down, so that the service lacks it keeps nothing from working."""
    ended = '[models."gpt-image-1-mini"]\nshutdown = 2026-11-22\n'
    async with OpenAIEmulator() as service:
        del service.models["gpt-image-1-mini"]
        status, said = await checked(tmp_path, service, ended)
    assert status == 0
    assert said[0].endswith("Serves 19 of 19 models that the catalog places there.")
    assert not any("gpt-image-1-mini" in line for line in said)


async def test_the_check_fails_where_nothing_can_be_drawn(tmp_path: Path) -> None:
    """A key that is not valid is a problem with its remedy, and the exit status says so."""
    async with OpenAIEmulator() as service:
        service.fail(bad_key, path="/models")
        status, said = await checked(tmp_path, service)
    assert status == 1
    assert said[0] == f"PROBLEM  {service.base_url}: The key in OPENAI_API_KEY is not valid."


async def test_with_nothing_connected_there_is_nothing_to_ask(tmp_path: Path) -> None:
    """Without any service the check says what would connect one."""
    settings = settings_for(tmp_path, {})
    said: list[str] = []
    assert await print_model_check(settings, load_catalog(settings, CLOCK), said.append, clock=CLOCK) == 0
    assert "Set OPENAI_API_KEY" in said[0]
