"""The command line: quick, plain, and true to what was typed."""

import json
import os
import shlex
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner
from PIL import Image

from adapters.cli.main import main
from tests.paths import ROOT
from tests.shell import command as shell
from tests.shell.command import Command, Ended

HEAVY = (
    "PIL",
    "aiohttp",
    "alembic",
    "asyncpg",
    "dbos",
    "obstore",
    "pydantic",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "structlog",
)


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """The environment of a child: no settings but these."""
    ours = {"EASEL_DATA_DIR": str(data_dir), "EASEL_WEB_PORT": "0", "EASEL_SKETCH_STROKE_S": "0", **settings}
    return {**os.environ} | {"PYTHONPATH": str(ROOT)} | ours


def easel(data_dir: Path, *args: str, **settings: str) -> Ended:
    """Runs `easel` to its end in an empty directory beside the data."""
    return shell.run(args, env=environment(data_dir, **settings), folder=data_dir.parent)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@contextmanager
def run(data: Path, **settings: str) -> Generator[Command]:
    """`easel run` on `data`, ready."""
    with shell.started(["run"], env=environment(data, **settings), folder=data.parent) as command:
        line = command.stdout.readline()
        assert line.startswith("Easel is ready: http://127.0.0.1:"), line
        yield command


@contextmanager
def imagining(data: Path, output: Path, **settings: str) -> Generator[Command]:
    """`easel imagine` whose picture is being drawn."""
    args = ["imagine", "a fox", "--size", "256x256", "-o", str(output)]
    with shell.started(args, env=environment(data, **settings), folder=data.parent) as command:
        assert any(" Drawing " in f" {line}" for line in command.stderr)
        yield command


def test_help_imports_nothing_heavy() -> None:
    """`easel --help` answers at once, because what takes seconds to import is left to the commands that need it."""
    script = "import sys, adapters.cli.main; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not {name.split(".")[0] for name in done.stdout.split()} & set(HEAVY)


def test_help_names_every_command(data: Path) -> None:
    """The help lists the commands, and that of `imagine` the flags of /imagine as well."""
    shown = easel(data, "--help").output
    commands = ("run", "imagine", "models", "usage", "health", "config", "doctor", "slack")
    assert all(f"  {command} " in shown for command in commands)
    assert "--quality QUALITY" in easel(data, "imagine", "--help").output


@pytest.mark.parametrize(
    ("args", "settings", "status", "lines"),
    [
        (
            ["config"],
            {"EASEL_SLOT": "3"},
            1,
            [
                "easel: EASEL_SLOT (in the environment) is not a setting of Easel. Did you mean EASEL_SLOTS?",
                "Every setting is explained in .env.example.",
            ],
        ),
        (["health"], {}, 1, ["easel: Easel does not run on this data directory, or does not answer."]),
        (
            ["imagine", "x", "-o", "gone/x.png"],
            {},
            1,
            ["easel: There is no directory 'gone' to write to."],
        ),
        (
            ["imagine", "a fox"],
            {"OPENAI_API_KEY": "sk-1", "ALL_PROXY": "socks4://127.0.0.1:9"},
            1,
            [
                "easel: ALL_PROXY is not the address of a proxy.",
                "For example: ALL_PROXY=http://proxy.example:3128. Or remove ALL_PROXY.",
            ],
        ),
        (["usage"], {"EASEL_DATA_DIR": "/dev/null/data"}, 1, ["easel: /dev/null/data: Not a directory"]),
    ],
)
def test_errors_are_plain_lines(
    data: Path, args: list[str], settings: dict[str, str], status: int, lines: list[str]
) -> None:
    """What goes wrong is one or two lines on standard error and an exit status, never a traceback."""
    done = easel(data, *args, **settings)
    assert (done.status, done.errors.splitlines(), done.output) == (status, lines, "")


def test_wrong_usage_is_status_2(data: Path) -> None:
    """A missing file is explained by its name."""
    done = easel(data, "imagine", "x", "-i", "gone.png", "-o", "x.png")
    assert done.status == 2
    assert "'gone.png' does not exist" in done.errors


def test_config_shows_every_setting(data: Path) -> None:
    """`easel config` shows name, value and whether it was set, and no secret."""
    done = easel(data, "config", EASEL_DATABASE_URL="postgresql://u:hunter2@db/easel")
    rows = {line.split()[0]: line.split()[1:] for line in done.output.splitlines()}
    assert rows["EASEL_DATABASE_URL"] == ["postgresql://u:***@db/easel", "set"]
    assert rows["EASEL_SLOTS"] == ["16", "default"]


def test_models_are_a_table(data: Path) -> None:
    """`easel models` lists the catalog and marks what can draw here, without starting anything."""
    lines = easel(data, "models").output.splitlines()
    assert lines[0].split() == ["MODEL", "NAME", "HERE", "QUALITIES", "PRICE", "OF", "ONE", "PICTURE", "UNTIL"]
    assert any(line.startswith("sketch ") and " default " in line and " free " in line for line in lines)
    sketch = next(row for row in json.loads(easel(data, "models", "--json").output) if row["name"] == "sketch")
    assert (sketch["is_default"], sketch["usd_per_picture"], sketch["lacks"]) == (True, 0.0, None)
    assert not data.exists()


def test_models_that_are_gone_are_not_listed(data: Path) -> None:
    """What was shut down by the day that the clock tells is in no row."""
    models = data.parent / "models.toml"
    models.write_text('[models.pen]\nlabel = "Pen"\nlike = "sketch"\nshutdown = 2026-11-22\nsuccessor = "sketch"\n')
    lines = easel(data, "models", EASEL_MODELS_FILE=str(models)).output.splitlines()
    assert any(line.startswith("gpt-image-1-mini ") and line.endswith(" 2026-12-01") for line in lines)
    assert not any(line.startswith("pen ") for line in lines)


def test_the_manifest_needs_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """`easel slack manifest` prints JSON to paste whatever is set: for Socket Mode, or with an address for HTTP."""
    monkeypatch.setenv("EASEL_SLOTS", "no number")
    socket = json.loads(CliRunner().invoke(main, ["slack", "manifest"]).stdout)
    assert socket["settings"]["socket_mode_enabled"]
    http = json.loads(CliRunner().invoke(main, ["slack", "manifest", "--url", "https://easel.example.com/"]).stdout)
    assert http["settings"]["interactivity"]["request_url"] == "https://easel.example.com/slack/events"


@pytest.mark.parametrize(
    "url",
    [
        "http://easel.example.com",
        "easel.example.com",
        "https://",
        "https://easel.example.com/slack",
        "https://easel.example.com?a=b",
        "https://easel.example.com#here",
        "https://ada@easel.example.com",
        "https://easel.example.com:port",
        "https://easel example.com",
    ],
)
def test_the_manifest_takes_no_address_that_slack_cannot_call(url: str) -> None:
    """Slack calls https alone, at paths that are Easel's own; the answer holds an example."""
    result = CliRunner().invoke(main, ["slack", "manifest", "--url", url])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "such as https://easel.example.com" in " ".join(result.stderr.split())


def test_the_doctor_takes_ids_of_channels() -> None:
    """A channel's name is no ID, and the answer says where that is found."""
    result = CliRunner().invoke(main, ["doctor", "--channel", "C0123ABCD", "--channel", "#general"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'#general' is no channel's ID." in result.stderr


def test_imagine_draws_without_a_running_easel(data: Path) -> None:
    """`easel imagine` alone opens Easel, draws, writes the file, and leaves nothing running or for others to read."""
    output = data.parent / "fox.png"
    done = easel(data, "imagine", "a red", "fox", "--size", "320x256", "-q", "low", "-o", str(output), "--json")
    assert done.status == 0, done.errors
    result = json.loads(done.output)
    assert (result["state"], result["prompt"]) == ("delivered", "a red fox")
    assert [(file["path"], file["width_px"]) for file in result["files"]] == [(str(output), 320)]
    with Image.open(output) as picture:
        assert (picture.size, picture.format) == ((320, 256), "PNG")
    assert easel(data, "health").status == 1
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_imagine_draws_beside_a_running_easel(data: Path) -> None:
    """On the same data directory the running Easel draws: words, then an edit of the file, and `usage` counts both."""
    folder = data.parent
    with run(data) as running:
        assert easel(data, "health").output == "Easel runs and answers.\n"
        first = easel(data, "imagine", "a boat", "--size=256x256", "--n", "2", "-o", f"{folder}/boat.png")
        assert first.status == 0, first.errors
        assert f"{folder}/boat-2.png  256x256 PNG" in first.output
        words = 'caption "初雪 \U0010fffd", then greyscale'
        edit = easel(data, "imagine", words, "-i", f"{folder}/boat-1.png", "-o", f"{folder}/grey.png", "--json")
        assert edit.status == 0, edit.errors
        assert "Not drawn, because no font has them: U+10FFFD." in edit.output
        with Image.open(folder / "grey.png") as picture:
            red, green, blue = picture.convert("RGB").split()
            assert red.tobytes() == green.tobytes() == blue.tobytes()
            assert red.crop((0, 220, 256, 256)).getextrema()[1] > 240, "white letters on the dark band"
        usage = json.loads(easel(data, "usage", "--by", "person", "--json").output)
        assert (usage["total"]["pictures"], usage["total"]["cost_usd"]) == (3, 0.0)
        assert "sketch" in easel(data, "usage").output
        assert json.loads(easel(data, "health", "--json").output) == {
            "is_running": True,
            "is_ready": True,
            "database": "ok",
        }
        findings = json.loads(easel(data, "doctor", "--json").output)
        assert {"subject": "Easel", "severity": "fine", "text": "Runs, and answers.", "advice": None} in findings
        doctor = easel(data, "doctor")
        assert (doctor.status, doctor.errors) == (0, "")
        assert "ok       Easel: Runs, and answers." in doctor.output.splitlines()
        wrong = easel(data, "imagine", "a fox", "--siez", "1x1", "-o", f"{folder}/x.png")
        assert (wrong.status, wrong.output) == (1, "")
        assert "--size" in wrong.errors
        assert not (folder / "x.png").exists()
        running.send_signal(signal.SIGTERM)
        assert running.wait() == 0


def test_ctrl_c_cancels_the_job(data: Path) -> None:
    """Ctrl-C on `easel imagine` cancels the job where it is drawn, says so, and ends with status 130."""
    output = data.parent / "fox.png"
    with run(data, EASEL_SKETCH_STROKE_S="10"), imagining(data, output) as process:
        process.send_signal(signal.SIGINT)
        assert "Cancelled" in process.stderr.read()
        assert process.wait() == 130
        assert not output.exists()


def test_a_killed_owner_is_succeeded(data: Path) -> None:
    """When the Easel that draws is killed, `easel imagine` takes its place and brings the job to its end."""
    output = data.parent / "fox.png"
    with run(data, EASEL_SKETCH_STROKE_S="10") as running, imagining(data, output) as process:
        running.kill()
        assert process.wait() == 0
        with Image.open(output) as picture:
            assert picture.size == (256, 256)


def test_platforms_that_cannot_be_reached_are_named(data: Path) -> None:
    """Easel starts without Slack and Discord, names them while they cannot be reached, and is alive but not ready."""
    away = {
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "DISCORD_API_URL": "http://127.0.0.1:9/api/v10",
        "DISCORD_TOKEN": "t",
        "EASEL_WEB": "on",
    }
    with shell.started(["run"], env=environment(data, **away), folder=data.parent) as command:
        said = [command.stdout.readline() for _ in range(3)]
        assert said[0].startswith("Playground: http://127.0.0.1:")
        assert sorted(said[1:]) == [
            "Discord: not connected: Discord cannot be reached. Easel keeps trying.\n",
            "Slack: not connected: Slack cannot be reached. Easel keeps trying.\n",
        ]
        health = easel(data, "health")
        assert (health.status, health.output.splitlines()[0]) == (0, "Easel runs and answers, but is not ready:")
        assert "slack: not connected: Slack cannot be reached" in health.output
        address = said[0].removeprefix("Playground: ").partition("?")[0]
        with urlopen(f"{address}health/live") as alive:  # noqa: S310 -- an address of our own
            assert alive.status == 200
        with pytest.raises(HTTPError, match="503") as not_ready:
            urlopen(f"{address}health")  # noqa: S310
        assert json.load(not_ready.value)["status"] == "not ready"


@pytest.mark.parametrize("closed", [(2,), (0, 1, 2)])
def test_closed_streams_do_no_harm(data: Path, closed: tuple[int, ...]) -> None:
    """Whatever is opened instead of a closed stream, nothing is written into it: no database, and no traceback."""
    output = data.parent / "fox.png"
    words = ["imagine", "a fox", "--size", "64x64", "-q", "low", "-o", str(output)]
    redirections = " ".join(f"{number}>&-" for number in closed)
    command = f"exec {sys.executable} -m adapters.cli.main {shlex.join(words)} {redirections}"
    done = subprocess.run(
        ["sh", "-c", command], env=environment(data), cwd=data.parent, capture_output=True, check=False
    )
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)
    with closing(sqlite3.connect(data / "state.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with Image.open(output) as picture:
        assert picture.size == (64, 64)


def test_a_terminal_without_the_letters_gets_others() -> None:
    """Quotes and dashes that a Latin-1 terminal lacks become plain ones, other letters a question mark."""
    program = "from adapters.cli.streams import make_streams_safe as safe; safe(); print('“fox” – 狐 …')"
    env = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run([sys.executable, "-c", program], env=env, cwd=ROOT, capture_output=True, check=True)
    assert done.stdout == b'"fox" - ? ...\n'


def test_no_home_is_no_trouble(data: Path) -> None:
    """Without HOME everything works; `~` in a setting is then an error with the setting's name."""
    env = {"PATH": os.environ["PATH"], "EASEL_DATA_DIR": "~nobody-here/data"}
    done = shell.run(["config"], env=env, folder=data.parent)
    assert (done.status, done.output) == (1, "")
    assert done.errors.startswith("easel: EASEL_DATA_DIR is '~nobody-here/data' (in the environment)")
