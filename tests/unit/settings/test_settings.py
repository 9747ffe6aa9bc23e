"""Settings: what is legal, what is reported, what is shown."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.settings.example import env_example
from bot.settings.reading import SettingsError, load_settings
from bot.settings.settings import Settings, variable
from tests.paths import ROOT


def problems(env: dict[str, str], dotenv: Path | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(env, dotenv)
    return caught.value.text


def test_nothing_need_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing set, everything has a value that works, under `data` in the current directory."""
    monkeypatch.chdir(tmp_path)
    settings = load_settings({}, None)
    assert settings.data_dir == tmp_path / "data"
    assert settings.state_url == f"sqlite:///{tmp_path}/data/state.db"
    assert settings.engine_url == f"sqlite:///{tmp_path}/data/engine.db"
    assert settings.pictures_url == f"file://{tmp_path}/data/pictures"
    assert (settings.web_host, settings.web_port, settings.effective_default_model) == ("127.0.0.1", 8765, "sketch")


def test_values_are_read() -> None:
    """Numbers, lists, addresses and paths are read from their text."""
    settings = load_settings(
        {
            "EASEL_DATA_DIR": "/srv/easel",
            "EASEL_DATABASE_URL": "postgresql://easel:pw@db/easel",
            "EASEL_BLOBS_URL": "s3://bucket/easel",
            "EASEL_ADMINS": "slack:T1:U1, web:playground:ada",
            "EASEL_SKETCH_STROKE_S": "0",
            "EASEL_MAX_UPLOAD_MB": "10",
        },
        None,
    )
    assert settings.admins == ("slack:T1:U1", "web:playground:ada")
    assert settings.state_url == settings.engine_url == "postgresql://easel:pw@db/easel"
    assert settings.pictures_url == "s3://bucket/easel"
    assert settings.sketch_stroke_s == 0
    assert settings.max_upload_bytes == 10_000_000


@pytest.mark.parametrize(
    ("env", "drawing"),
    [
        ({}, "sketch"),
        ({"OPENAI_API_KEY": ""}, "sketch"),
        ({"OPENAI_API_KEY": "sk-1"}, "gpt-image-2.6-flare"),
        ({"OPENAI_API_KEY": "sk-1", "EASEL_DEFAULT_MODEL": "gpt-image-2"}, "gpt-image-2"),
        ({"EASEL_DEFAULT_MODEL": "my-model"}, "my-model"),
    ],
)
def test_a_key_changes_what_draws_by_default(env: dict[str, str], drawing: str) -> None:
    """Without a key the offline model draws, with one GPT Image does, and a model that was set wins over both."""
    assert load_settings(env, None).effective_default_model == drawing


def test_keys_of_other_services_are_found_by_name(tmp_path: Path) -> None:
    """A key that an entry of the catalog names is read from the environment or `.env`, and is no setting of ours."""
    dotenv = tmp_path / ".env"
    dotenv.write_text("AZURE_KEY=from-file\nOPENAI_API_KEY=sk-file\n")
    settings = load_settings({"AZURE_KEY": "from-env", "GROQ_KEY": ""}, dotenv)
    assert [settings.key(name) for name in ("AZURE_KEY", "OPENAI_API_KEY", "GROQ_KEY", "OTHER")] == [
        "from-env",
        "sk-file",
        None,
        None,
    ]
    assert "from-env" not in repr(settings)


def test_every_problem_is_reported_at_once() -> None:
    """All that is wrong comes in one error: each variable's name, what was given, what is legal, an example."""
    text = problems({"EASEL_SLOTS": "many", "EASEL_WEB": "maybe", "EASEL_ADMINS": "ada", "EASEL_SLOT": "3"})
    assert text.splitlines() == [
        "EASEL_SLOT (in the environment) is not a setting of Easel. Did you mean EASEL_SLOTS?",
        "EASEL_WEB is 'maybe' (in the environment); it must be one of auto, on, off. Example: EASEL_WEB=on",
        (
            "EASEL_ADMINS is 'ada' (in the environment); it must be platform:team:person, separated by commas. "
            "Example: EASEL_ADMINS=slack:T024BE7LD:U023BECGF"
        ),
        "EASEL_SLOTS is 'many' (in the environment); it must be a whole number from 1 to 256. Example: EASEL_SLOTS=16",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("EASEL_WEB_PORT", "65536"),
        ("EASEL_WEB_PORT", "-1"),
        ("EASEL_SLOTS", "0"),
        ("EASEL_SLOTS", "1.5"),
        ("EASEL_PREVIEWS", "4"),
        ("EASEL_ENGINE_RETENTION_DAYS", "6"),
        ("EASEL_STOP_TIMEOUT_S", "soon"),
        ("EASEL_WEB_HOST", "no host"),
        ("EASEL_DATABASE_URL", "mysql://db/easel"),
        ("EASEL_DATABASE_URL", "postgresql://"),
        ("EASEL_BLOBS_URL", "/srv/pictures"),
        ("EASEL_MODELS_FILE", "/nowhere/models.toml"),
        ("EASEL_THREAD_REPLIES", "ALL"),
        ("EASEL_LOG_LEVEL", "loud"),
        ("EASEL_MODERATION", "off"),
        ("OPENAI_API_KEY", "two words"),
        ("OPENAI_BASE_URL", "api.openai.com"),
    ],
)
def test_an_illegal_value_is_refused(name: str, text: str) -> None:
    """A value outside its bounds is named together with what is legal."""
    assert problems({name: text}).startswith(f"{name} is ")
    assert "it must be" in problems({name: text})


def test_secrets_are_not_shown() -> None:
    """Neither an error nor `easel config` shows a password or the keys of an address."""
    assert "hunter2" not in problems({"EASEL_DATABASE_URL": "mysql://u:hunter2@db/easel"})
    assert "hunter2" not in problems({"OPENAI_API_KEY": "hunter2 hunter2"})
    settings = load_settings(
        {
            "OPENAI_API_KEY": "hunter2",
            "OPENAI_BASE_URL": "https://u:hunter2@proxy/v1",
            "EASEL_DATABASE_URL": "postgresql://u:hunter2@db/easel?sslkey=hunter2",
            "EASEL_BLOBS_URL": "az://box/easel?sig=hunter2",
        },
        None,
    )
    rows = {row.name: row for row in settings.masked_rows()}
    assert rows["EASEL_DATABASE_URL"].value == "postgresql://u:***@db/easel?***"
    assert rows["EASEL_BLOBS_URL"].value == "az://box/easel?***"
    assert rows["OPENAI_API_KEY"].value == "***"
    assert rows["OPENAI_BASE_URL"].value == "https://u:***@proxy/v1"
    assert "hunter2" not in repr(settings) + "".join(row.value for row in rows.values())


def test_masked_shows_every_setting_and_whether_it_was_set() -> None:
    """`easel config` lists every setting once and tells defaults from what the administrator set."""
    rows = load_settings({"EASEL_SLOTS": "4"}, None).masked_rows()
    assert [row.name for row in rows] == [variable(field) for field in Settings.model_fields]
    assert [row.name for row in rows if not row.is_default] == ["EASEL_SLOTS"]


def test_the_environment_wins_over_dotenv(tmp_path: Path) -> None:
    """`.env` fills what the environment leaves open, and nothing else."""
    dotenv = tmp_path / ".env"
    dotenv.write_text('EASEL_SLOTS=2\nEASEL_PREVIEWS="1"\nOTHER=x\n# EASEL_WEB=off\n')
    settings = load_settings({"EASEL_SLOTS": "5"}, dotenv)
    assert (settings.slots, settings.previews, settings.web) == (5, 1, "auto")


def test_dotenv_problems_say_where(tmp_path: Path) -> None:
    """A wrong name or value in `.env` is reported as standing there."""
    dotenv = tmp_path / ".env"
    dotenv.write_text("EASEL_PORT_NUMBER=1\nEASEL_WEB_PORT=http\n")
    assert problems({}, dotenv).splitlines()[0].startswith("EASEL_PORT_NUMBER (in .env) is not a setting of Easel.")
    assert "EASEL_WEB_PORT is 'http' (in .env)" in problems({}, dotenv)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("EASEL_SLOTS=2\n\n\nEASEL_WEB\n", 4),
        ('EASEL_LOG_LEVEL="DEBUG\n', 1),
        ("# a comment\nEASEL_WEB: off\n", 2),
        ("EASEL WEB=off\n", 1),
        ("=off\n", 1),
        ("EASEL_ADMINS='a' b\n", 1),
        ('"EASEL_SLOTS"=4\n', 1),
        ("$EASEL_SLOTS=4\r\n", 1),
        ("\n\r\nset EASEL_SLOTS=4\r\n", 3),
    ],
)
def test_a_line_that_sets_nothing_is_named(tmp_path: Path, text: str, number: int) -> None:
    """A line of `.env` that nobody can read is an error with its number, and what it holds is not shown."""
    dotenv = tmp_path / ".env"
    dotenv.write_text(text)
    assert problems({}, dotenv) == f"Line {number} of .env is no setting."


@pytest.mark.parametrize(
    "text",
    ["\ufeffEASEL_SLOTS=2", "export EASEL_SLOTS=2 # few", "\r\n  EASEL_SLOTS = '2'\r\n#\n", "A='x\ny'\nEASEL_SLOTS=2"],
)
def test_lines_of_every_usual_form_are_read(tmp_path: Path, text: str) -> None:
    """A byte order mark, `export`, comments, quotes, Windows line ends and values of several lines do no harm."""
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(text.encode())
    assert load_settings({}, dotenv).slots == 2


def test_dotenv_must_be_text(tmp_path: Path) -> None:
    """A `.env` that is no UTF-8 text is one plain error."""
    dotenv = tmp_path / ".env"
    dotenv.write_bytes(b"EASEL_SLOTS=\xff\xfe")
    assert problems({}, dotenv) == "The file .env cannot be read."


def test_an_empty_value_is_not_set() -> None:
    """`EASEL_SLOTS=` means the default, as compose files write it."""
    assert load_settings({"EASEL_SLOTS": ""}, None).slots == 16


@pytest.mark.parametrize("name", ["EASEL_SERVICE_HOST", "EASEL_PORT", "EASEL_PORT_8765_TCP", "EASEL_SERVICE_PORT_HTTP"])
def test_service_links_are_not_ours(name: str) -> None:
    """What Kubernetes says about a service named easel is no unknown setting."""
    assert load_settings({name: "tcp://10.0.0.1:8765"}, None).web_port == 8765


def test_a_port_set_by_hand_is_a_mistake() -> None:
    """EASEL_PORT with a number was meant for us, and is reported."""
    assert problems({"EASEL_PORT": "9000"}).endswith("Did you mean EASEL_WEB_PORT?")


def test_settings_are_frozen() -> None:
    """Nothing changes a setting after the start."""
    settings = load_settings({}, None)
    with pytest.raises(ValidationError):
        settings.slots = 3


def test_the_environment_is_not_read_behind_our_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings hold what they were given, whatever the process's own environment says."""
    monkeypatch.setenv("EASEL_SLOTS", "7")
    monkeypatch.setenv("SLOTS", "7")
    assert load_settings({}, None).slots == 16


def test_the_example_file_is_current() -> None:
    """`.env.example` is exactly what the settings say; `make fix` renews it."""
    assert (ROOT / ".env.example").read_text() == env_example()


def test_every_example_is_legal(tmp_path: Path) -> None:
    """Every example in `.env.example` is a value that can be set, except the models file, which must exist."""
    for line in env_example().splitlines():
        name, is_example, value = line.removeprefix("#").partition("=")
        if is_example and " " not in name and name != "EASEL_MODELS_FILE":
            assert load_settings({name: value}, tmp_path / ".env").model_fields_set == {
                name.removeprefix("EASEL_").lower()
            }


def test_a_models_file_that_exists_is_taken(tmp_path: Path) -> None:
    """EASEL_MODELS_FILE names a file that is there."""
    file = tmp_path / "models.toml"
    file.touch()
    assert load_settings({"EASEL_MODELS_FILE": str(file)}, None).models_file == file
