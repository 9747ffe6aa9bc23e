"""`easel doctor`: what it finds, and that it says what to do, against an emulated Slack and an emulated service."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from adapters.app.bootstrap import load_catalog
from adapters.cli.doctor import check_data_dir, check_default_model, print_diagnosis
from adapters.shared.health import Health
from adapters.shared.http_server import HttpServer
from adapters.slack.connection.http_events import EVENTS_PATH, events_route
from adapters.slack.connection.signatures import RequestVerifier
from adapters.slack.events.listeners import make_app
from adapters.slack.installations.workspaces import SingleWorkspace
from adapters.slack.options import SlackOptions
from adapters.slack.payloads.socket_mode import parse_frame
from adapters.slack.setup import diagnostics
from adapters.slack.setup.manifest import SCOPES
from adapters.slack.web_api.client import SlackApi
from bot.domain.diagnostics import Diagnostic
from bot.jobs.clock import SystemClock
from bot.settings.reading import load_settings
from tests import clock
from tests.contract.running import discord_settings
from tests.emulators.discord.server import DiscordEmulator
from tests.emulators.openai.faults import bad_key
from tests.emulators.openai.server import OpenAIEmulator
from tests.emulators.slack import faults
from tests.emulators.slack.server import SlackEmulator

URL = "https://easel.example.com"
BOT, APP, SECRET = "xoxb-1-hunter2", "xapp-1-hunter2", "5ec12e7hunter2"
PASTE = "Paste what `easel slack manifest` prints on the app's page, App Manifest; save, and install the app again."


class Hurried:
    """A clock on which waiting takes no time."""

    def __init__(self) -> None:
        self._ahead_s = 0.0

    def now(self) -> datetime:
        return clock.now()

    def monotonic_s(self) -> float:
        return self._ahead_s

    async def sleep(self, delay_s: float) -> None:
        self._ahead_s += delay_s
        await asyncio.sleep(0)


@pytest.fixture
async def slack() -> AsyncGenerator[SlackEmulator]:
    async with SlackEmulator() as emulator:
        emulator.team.scopes = set(SCOPES)
        yield emulator


def socket_mode(slack: SlackEmulator) -> dict[str, str]:
    """The settings of a workspace over Socket Mode."""
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.team.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
    }


def over_http(slack: SlackEmulator) -> dict[str, str]:
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.team.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
    }


def by_oauth(slack: SlackEmulator) -> dict[str, str]:
    return {
        "SLACK_API_URL": slack.api_url,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_CLIENT_ID": slack.client_id,
        "SLACK_CLIENT_SECRET": slack.client_secret,
    }


async def diagnosed(tmp_path: Path, env: dict[str, str], *, channels: Sequence[str] = ()) -> tuple[int, list[str]]:
    """The exit status, and what is said; no secret is ever said."""
    said: list[str] = []
    given = {"EASEL_DATA_DIR": str(tmp_path), **env}
    status = await print_diagnosis(given, tmp_path / ".env", said.append, clock=Hurried(), channels=channels)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET", "DISCORD_TOKEN"):
        assert given.get(name, "unset") not in "\n".join(said)
    assert "Traceback" not in "\n".join(said)
    return status, said


async def about_slack(tmp_path: Path, env: dict[str, str], *, channels: Sequence[str] = ()) -> tuple[int, list[str]]:
    """The same, without what is said of other things."""
    status, said = await diagnosed(tmp_path, env, channels=channels)
    first = next(index for index, line in enumerate(said) if "models:" in line)
    assert said[-1] == "ok       Discord: Is not set up. docs/discord.md leads to it."
    return status, said[first + 2 : -1]


def subjects(findings: Sequence[Diagnostic]) -> list[tuple[str, str]]:
    return [(finding.severity, finding.subject) for finding in findings]


# What the settings tell


@pytest.mark.parametrize(
    ("given", "subject", "text"),
    [
        ({"bot_token": APP}, "SLACK_BOT_TOKEN", "Holds an app-level token instead of a bot token (xoxb-...)."),
        ({"bot_token": "xoxp-1"}, "SLACK_BOT_TOKEN", "Holds a user token instead of a bot token (xoxb-...)."),
        ({"bot_token": "xoxe.xoxb-1"}, "SLACK_BOT_TOKEN", "Holds a token that expires instead of a bot token"),
        ({"bot_token": "xoxc-1"}, "SLACK_BOT_TOKEN", "Holds another kind of token instead of a bot token"),
        ({"bot_token": SECRET}, "SLACK_BOT_TOKEN", "Holds no token of Slack instead of a bot token"),
        ({"app_token": BOT}, "SLACK_APP_TOKEN", "Holds a bot token instead of an app-level token (xapp-...)."),
        ({"signing_secret": APP}, "SLACK_SIGNING_SECRET", "Holds an app-level token instead of a secret."),
        ({"client_secret": BOT}, "SLACK_CLIENT_SECRET", "Holds a bot token instead of a secret."),
        (
            {"signing_secret": SECRET, "client_secret": SECRET},
            "SLACK_SIGNING_SECRET",
            "Is the same as SLACK_CLIENT_SECRET",
        ),
    ],
)
def test_what_is_in_the_wrong_place_is_named_and_not_shown(given: dict[str, str], subject: str, text: str) -> None:
    """A token of another kind is told by its kind alone, with where to find the right one."""
    options = SlackOptions(**{"api_url": "", "bot_token": BOT, "app_token": APP, **given})  # type: ignore[arg-type]
    found = [finding for finding in diagnostics.judge_settings(options) if finding.subject == subject]
    assert [finding.severity for finding in found] == ["problem"]
    assert found[0].text.startswith(text)
    assert found[0].advice is not None
    assert not any("hunter2" in words for finding in found for words in (finding.text, finding.advice or ""))


OAUTH = {"client_id": "1.2", "client_secret": "5", "signing_secret": "6", "public_url": URL}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"bot_token": BOT, "app_token": APP}, []),
        ({"bot_token": BOT, "app_token": APP, "public_url": "http://inside"}, []),
        ({"bot_token": BOT, "signing_secret": SECRET, "public_url": URL}, [("fine", "Slack")]),
        ({"bot_token": BOT}, [("problem", "Slack")]),
        ({"app_token": APP}, [("problem", "Slack")]),
        ({"client_id": "1.2"}, [("problem", "Slack")]),
        ({"bot_token": BOT, "signing_secret": SECRET}, [("fine", "Slack"), ("warning", "EASEL_PUBLIC_URL")]),
        (
            {"bot_token": BOT, "signing_secret": SECRET, "public_url": "http://inside"},
            [("fine", "Slack"), ("problem", "EASEL_PUBLIC_URL")],
        ),
        ({"bot_token": BOT, "app_token": APP, "client_id": "1.2"}, [("warning", "SLACK_CLIENT_ID")]),
        (OAUTH, [("fine", "Slack")]),
        ({**OAUTH, "client_secret": None}, [("problem", "SLACK_CLIENT_SECRET")]),
        ({**OAUTH, "signing_secret": None}, [("problem", "SLACK_SIGNING_SECRET")]),
        ({**OAUTH, "app_token": APP}, [("fine", "Slack")]),
        ({**OAUTH, "public_url": None}, [("problem", "Slack")]),
        ({**OAUTH, "public_url": "http://inside"}, [("fine", "Slack"), ("problem", "EASEL_PUBLIC_URL")]),
    ],
)
def test_settings_that_do_not_belong_together_are_found(given: dict[str, Any], found: list[tuple[str, str]]) -> None:
    """What is missing beside what is there, and what is there in vain, is named."""
    options = SlackOptions(**{"api_url": "", **given})
    assert subjects(list(diagnostics.judge_settings(options))) == found


def test_the_manifest_to_paste_is_that_of_the_set_up() -> None:
    """Over HTTP the manifest holds the addresses; pasted without them it would turn Socket Mode on."""
    http = SlackOptions(api_url="", bot_token=BOT, signing_secret=SECRET, public_url=f"{URL}/")
    assert diagnostics.manifest_command(http) == f"easel slack manifest --url {URL}"
    socket = SlackOptions(api_url="", bot_token=BOT, app_token=APP, public_url=URL)
    assert diagnostics.manifest_command(socket) == "easel slack manifest"


# What Slack's words mean


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("invalid_auth", "Slack does not know this token."),
        ("token_revoked", "The app was removed from its workspace."),
        ("account_inactive", "The app was removed from its workspace."),
        ("org_login_required", "Slack refuses it: org_login_required."),
    ],
)
def test_a_refused_bot_token(code: str, text: str) -> None:
    """Whatever the reason, there is one place to copy a good token from."""
    finding = diagnostics.judge_bot_token(code)
    assert (finding.severity, finding.text) == ("problem", text)
    assert "Bot User OAuth Token" in str(finding.advice)


@pytest.mark.parametrize(
    ("code", "subject", "advice"),
    [
        ("invalid_auth", "SLACK_APP_TOKEN", "App-Level Tokens"),
        ("not_allowed_token_type", "SLACK_APP_TOKEN", "App-Level Tokens"),
        ("missing_scope", "SLACK_APP_TOKEN", "connections:write"),
        ("forbidden_team", "Socket Mode", "Turn it on"),
    ],
)
def test_a_refused_connection(code: str, subject: str, advice: str) -> None:
    """The token, its scope and Socket Mode itself are told apart."""
    finding = diagnostics.judge_app_token(code, manifest="easel slack manifest")
    assert (finding.severity, finding.subject) == ("problem", subject)
    assert advice in str(finding.advice)


@pytest.mark.parametrize(
    ("frame", "severity", "text"),
    [
        ({"type": "hello", "num_connections": 1}, "fine", "Connected. This app has 1 connection with this one."),
        ({"type": "hello", "num_connections": 2}, "fine", "Connected. This app has 2 connections with this one."),
        ({"type": "hello"}, "fine", "Connected."),
        ({"type": "hello", "num_connections": 3}, "warning", "Connected. This app has 3 connections with this one."),
        ({"type": "disconnect", "reason": "too_many_websockets"}, "problem", "The 10 connections"),
        ({"type": "disconnect", "reason": "link_disabled"}, "problem", "Socket Mode is off"),
        ({"type": "disconnect", "reason": "warning"}, "warning", "Slack did not say hello."),
        (["no object"], "warning", "Slack did not say hello."),
    ],
)
def test_what_slack_says_first(frame: object, severity: str, text: str) -> None:
    """Connections are counted, and more than Easel's and this one are too many."""
    finding = diagnostics.judge_first_frame(parse_frame(json.dumps(frame)))
    assert (finding.severity, finding.text[: len(text)]) == (severity, text)
    assert (finding.advice is None) == (severity == "fine")


@pytest.mark.parametrize(
    ("code", "granted", "severity"),
    [
        (None, [], "fine"),
        ("not_in_channel", ["channels:join"], "warning"),
        ("not_in_channel", [], "problem"),
        ("channel_not_found", ["channels:join"], "problem"),
        ("is_archived", [], "problem"),
        ("missing_scope", [], "warning"),
        ("anything_else", [], "warning"),
    ],
)
def test_a_channel(code: str | None, granted: list[str], severity: str) -> None:
    """Where Easel is not, it says how to let it in, or that it comes by itself."""
    finding = diagnostics.judge_channel("C1", code, granted=granted)
    assert (finding.severity, finding.subject) == (severity, "channel C1")
    assert (finding.advice is None) == (severity == "fine")


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("storage_limit_reached", "Delete files"),
        ("file_uploads_disabled", "An admin"),
        ("missing_scope", "Paste what"),
        ("anything_else", "Ask an admin"),
    ],
)
def test_refused_uploads(code: str, advice: str) -> None:
    """Without uploads there are no pictures, so it is a problem whatever the reason."""
    finding = diagnostics.judge_upload(code, manifest="easel slack manifest")
    assert finding.severity == "problem"
    assert str(finding.advice).startswith(advice)


@pytest.mark.parametrize(
    ("code", "severity", "subject"),
    [
        ("invalid_code", "fine", "SLACK_CLIENT_ID"),
        ("invalid_client_id", "problem", "SLACK_CLIENT_ID"),
        ("bad_client_secret", "problem", "SLACK_CLIENT_SECRET"),
        ("anything_else", "warning", "SLACK_CLIENT_ID"),
    ],
)
def test_what_slack_says_to_a_code_that_was_never_given(code: str, severity: str, subject: str) -> None:
    """The ID and the secret are known to be right where only the code is wrong."""
    finding = diagnostics.judge_client(code)
    assert (finding.severity, finding.subject) == (severity, subject)


@pytest.mark.parametrize(
    ("granted", "mentions_only", "found"),
    [
        (set(SCOPES), False, [("fine", "scopes")]),
        (set(SCOPES), True, [("fine", "scopes")]),
        (set(SCOPES) - set(diagnostics.HISTORY), True, [("fine", "scopes")]),
        (set(SCOPES) - set(diagnostics.HISTORY), False, [("warning", f"scope {name}") for name in diagnostics.HISTORY]),
        (set(SCOPES) - {"im:history"}, True, [("warning", "scope im:history")]),
        (set(SCOPES) - {"chat:write"}, False, [("problem", "scope chat:write")]),
        ({*SCOPES, "chat:write.public"}, False, [("fine", "scopes")]),
    ],
)
def test_missing_scopes_are_named(granted: set[str], mentions_only: bool, found: list[tuple[str, str]]) -> None:
    """Each missing scope is named with what it is for; in mention-only mode some are left out on purpose."""
    judged = list(diagnostics.judge_scopes(granted, mentions_only=mentions_only, manifest="easel slack manifest"))
    assert subjects(judged) == found
    for finding in judged:
        if finding.severity != "fine":
            assert SCOPES[finding.subject.removeprefix("scope ")] in finding.text
            assert finding.advice == PASTE


# Everything but Slack


async def test_wrong_settings_are_all_named(tmp_path: Path) -> None:
    """What they have nothing to do with is looked at all the same."""
    status, said = await diagnosed(tmp_path, {"EASEL_SLOT": "3", "EASEL_SLOTS": "0"})
    assert status == 1
    first, second, *others = (line for line in said if not line.startswith(" "))
    assert (
        first
        == "PROBLEM  settings: EASEL_SLOT (in the environment) is not a setting of Easel. Did you mean EASEL_SLOTS?"
    )
    assert second.startswith("PROBLEM  settings: EASEL_SLOTS is '0' (in the environment); it must be")
    assert [line.split(":")[0].split()[1] for line in others] == [
        "data",
        "lettering",
        "Easel",
        "models",
        "Slack",
        "Discord",
    ]


async def test_a_key_is_never_sent_where_an_address_is_wrong(tmp_path: Path, slack: SlackEmulator) -> None:
    """What a wrong setting is about is not looked at: a key could go to another address than it was meant for."""
    env = {
        "OPENAI_API_KEY": "sk-1",
        "OPENAI_BASE_URL": "http://[::1/v1",
        **socket_mode(slack),
        "SLACK_API_URL": "http://:1",
    }
    status, said = await diagnosed(tmp_path, env)
    assert status == 1
    problems = [line for line in said if line.startswith("PROBLEM")]
    assert [line.split()[2] for line in problems] == ["OPENAI_BASE_URL", "SLACK_API_URL"]
    assert not any("models:" in line or "Slack:" in line for line in said)
    assert said[-1] == "ok       Discord: Is not set up. docs/discord.md leads to it."


@pytest.mark.parametrize(
    ("variable", "value"), [("HTTPS_PROXY", "ftp://proxy.example"), ("SSL_CERT_FILE", "/nowhere/at-all.pem")]
)
async def test_a_fault_on_the_way_out_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    """It names the variable, and the doctor goes on."""
    monkeypatch.setenv(variable, value)
    status, said = await diagnosed(tmp_path, {"OPENAI_API_KEY": "sk-1"})
    assert status == 1
    (problem,) = (line for line in said if line.startswith("PROBLEM"))
    assert problem.startswith(f"PROBLEM  network: {variable} ")
    assert said[-1] == "ok       Discord: Is not set up. docs/discord.md leads to it."


async def test_platforms_need_certificates_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slack: SlackEmulator
) -> None:
    """Without any service the variable is named as well."""
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at-all.pem")
    _, said = await diagnosed(tmp_path, socket_mode(slack))
    assert any(line.startswith("PROBLEM  network: SSL_CERT_FILE ") for line in said)


async def test_nothing_set_is_no_problem(tmp_path: Path) -> None:
    """Easel works without any set-up: what could be set up is said, and nothing is made on the way."""
    data = tmp_path / "data"
    status, said = await diagnosed(tmp_path, {"EASEL_DATA_DIR": str(data)})
    assert status == 0
    assert said[0] == "ok       settings: All of them are legal."
    assert said[1].startswith("ok       data directory: Will be made at the first start; ")
    assert said[2].startswith("ok       lettering: 33,744 characters of some thirty scripts; ")
    assert said[3:] == [
        "ok       Easel: Does not run on this data directory now.",
        "warning  models: Only sketch can draw: it works offline, and is no AI.",
        "         Set OPENAI_API_KEY, or connect a server of your own: docs/models.md.",
        "ok       Slack: Is not set up. docs/slack.md leads to it.",
        "ok       Discord: Is not set up. docs/discord.md leads to it.",
    ]
    assert not data.exists()


async def test_discord_is_asked_about_its_own_channels(tmp_path: Path) -> None:
    """An id of digits is a channel of Discord, and nothing of Slack's."""
    async with DiscordEmulator() as discord:
        channel = discord.add_channel("studio")
        status, said = await diagnosed(tmp_path, discord_settings(discord), channels=[channel.id])
    assert status == 0
    assert "ok       #studio: A test file went up, and was deleted again." in said
    assert discord.token not in "\n".join(said)
    status, said = await diagnosed(tmp_path, {}, channels=[channel.id])
    assert (status, said[-2]) == (1, "PROBLEM  Discord: Is not set up, so no channel can be looked at.")


async def test_shards_that_do_not_exist_are_said(tmp_path: Path) -> None:
    """Settings that make no sense together are found before anybody is asked."""
    status, said = await diagnosed(tmp_path, {"DISCORD_TOKEN": "a.b.c", "EASEL_DISCORD_SHARDS": "3"})
    assert (status, said[-2]) == (1, "PROBLEM  Discord: EASEL_DISCORD_SHARDS names a shard that does not exist.")


@pytest.mark.parametrize(
    ("free_bytes", "severity", "text"),
    [
        (50_000_000_000, "fine", "Can be written to; 50.0 GB are free."),
        (400_000_000, "warning", "0.4 GB are free, which is little."),
        (50_000_000, "problem", "0.1 GB are free: the disk is full."),
    ],
)
def test_room_on_the_disk(tmp_path: Path, free_bytes: int, severity: str, text: str) -> None:
    """A disk that is full stops Easel, one that is nearly full will."""
    finding = check_data_dir(tmp_path, free_bytes=lambda _: free_bytes)
    assert (finding.severity, finding.text) == (severity, text)


def test_a_directory_that_cannot_be_written_to(tmp_path: Path) -> None:
    """A file in the place of the directory, and one that belongs to somebody else, are told apart."""
    (tmp_path / "file").write_text("")
    finding = check_data_dir(tmp_path / "file" / "data")
    assert (finding.severity, finding.text) == ("problem", f"{tmp_path}/file is a file.")
    finding = check_data_dir(tmp_path / "data", may_write=lambda _: False)
    assert (finding.severity, finding.text) == ("problem", f"Nothing can be written to {tmp_path}.")


OWN = '[models.own]\nlabel = "Own"\nlike = "gpt-oss-120b"\nbase_url = "http://127.0.0.1:9/v1"\n'


@pytest.mark.parametrize(
    ("env", "models", "severity", "text"),
    [
        ({"OPENAI_API_KEY": "sk-1"}, "", "fine", "gpt-image-2.6-flare draws where nobody names a model."),
        ({"EASEL_DEFAULT_MODEL": "sketch"}, "", "fine", "sketch draws where nobody names a model."),
        ({"EASEL_DEFAULT_MODEL": "own"}, OWN, "fine", "own draws where nobody names a model."),
        ({}, OWN, "warning", "sketch draws where nobody names a model, although own is connected."),
        ({}, "", "warning", "Only sketch can draw: it works offline, and is no AI."),
    ],
)
def test_what_draws_by_default(tmp_path: Path, env: dict[str, str], models: str, severity: str, text: str) -> None:
    """That nothing but the sketch draws is fine only where it was asked for."""
    (tmp_path / "models.toml").write_text(models)
    settings = load_settings({"EASEL_MODELS_FILE": str(tmp_path / "models.toml"), **env}, None)
    finding = check_default_model(settings, load_catalog(settings, SystemClock()))
    assert (finding.severity, finding.text) == (severity, text)


async def test_a_default_model_that_is_not_connected(tmp_path: Path) -> None:
    """A default that cannot draw is a problem with its remedy, and the rest is looked at all the same."""
    status, said = await diagnosed(tmp_path, {"EASEL_DEFAULT_MODEL": "gpt-image-2"})
    assert status == 1
    (index,) = (index for index, line in enumerate(said) if line.startswith("PROBLEM  models: EASEL_DEFAULT_MODEL"))
    assert "OPENAI_API_KEY is not set." in said[index + 1]
    assert said[-2].startswith("ok       Slack:")


async def test_a_default_model_that_was_shut_down(tmp_path: Path) -> None:
    """Its successor draws, which the doctor says, with its price and with what to set."""
    models = tmp_path / "models.toml"
    models.write_text('[models.pen]\nlabel = "Pen"\nlike = "sketch"\nshutdown = 2026-11-22\nsuccessor = "sketch"\n')
    env = {"EASEL_DEFAULT_MODEL": "pen", "EASEL_MODELS_FILE": str(models)}
    status, said = await diagnosed(tmp_path, env)
    assert status == 0
    index = said.index(
        "warning  models: The default: pen was shut down on 2026-11-22: drawing with sketch instead (free, as before)."
    )
    assert said[index + 1].strip() == "Set EASEL_DEFAULT_MODEL=sketch."


async def test_the_services_are_asked(tmp_path: Path) -> None:
    """What a service says of its models is passed on: what goes soon, a key that is not valid; but never a password."""
    async with OpenAIEmulator() as service:
        env = {"OPENAI_API_KEY": service.key, "OPENAI_BASE_URL": service.base_url}
        status, said = await diagnosed(tmp_path, env)
        assert status == 0
        assert "warning  gpt-image-1-mini: Will be shut down on 2026-12-01, in 9 days." in said
        service.fail(bad_key, path="/models")
        status, said = await diagnosed(tmp_path, env)
        assert status == 1
        assert any(line.endswith("The key in OPENAI_API_KEY is not valid.") for line in said)
        address = service.base_url.replace("http://", "http://ada:hunter2@")
        _, said = await diagnosed(tmp_path, {**env, "OPENAI_BASE_URL": address})
        assert "hunter2" not in "\n".join(said)
        service.forgive()  # with such an address no key is sent


# With Slack


async def test_all_is_well(tmp_path: Path, slack: SlackEmulator) -> None:
    """Everything that works is said in a line each, and nothing is left behind in Slack."""
    channel = slack.add_channel("general")
    status, said = await about_slack(tmp_path, socket_mode(slack), channels=[channel.id])
    assert status == 0
    assert said == [
        f"ok       SLACK_BOT_TOKEN: Accepted: @easel in Acme ({slack.team.id}).",
        f"ok       scopes: All {len(SCOPES)} of the manifest are granted.",
        f"ok       channel {channel.id}: Easel is a member.",
        "ok       uploads: A test file went up, and was deleted again.",
        "ok       SLACK_APP_TOKEN: Accepted.",
        "ok       Socket Mode: Connected. This app has 1 connection with this one.",
    ]
    await slack.until(lambda: not slack.connections)
    assert all(file.is_deleted for file in slack.files.values())
    assert list(slack.messages()) == []


async def test_tokens_in_each_others_place_are_not_sent(tmp_path: Path, slack: SlackEmulator) -> None:
    """Exchanged tokens are found by looking at them, so Slack is not asked at all."""
    env = socket_mode(slack)
    swapped = {"SLACK_BOT_TOKEN": env["SLACK_APP_TOKEN"], "SLACK_APP_TOKEN": env["SLACK_BOT_TOKEN"]}
    status, said = await about_slack(tmp_path, {**env, **swapped})
    assert status == 1
    assert [line for line in said if not line.startswith(" ")] == [
        "PROBLEM  SLACK_BOT_TOKEN: Holds an app-level token instead of a bot token (xoxb-...).",
        "PROBLEM  SLACK_APP_TOKEN: Holds a bot token instead of an app-level token (xapp-...).",
    ]
    assert slack.calls == []


async def test_a_bot_token_that_is_not_valid(tmp_path: Path, slack: SlackEmulator) -> None:
    """What depends on the token is left out; the app-level token is looked at all the same."""
    channel = slack.add_channel("general")
    env = {**socket_mode(slack), "SLACK_BOT_TOKEN": BOT}
    status, said = await about_slack(tmp_path, env, channels=[channel.id])
    assert status == 1
    assert said == [
        "PROBLEM  SLACK_BOT_TOKEN: Slack does not know this token.",
        "         Copy the Bot User OAuth Token (xoxb-...) from the app's page, Install App.",
        "ok       SLACK_APP_TOKEN: Accepted.",
        "ok       Socket Mode: Connected. This app has 1 connection with this one.",
    ]


async def test_an_app_that_was_removed(tmp_path: Path, slack: SlackEmulator) -> None:
    """A token that was good once is told apart from one that never was."""
    slack.revoke(slack.team)
    _, said = await about_slack(tmp_path, socket_mode(slack))
    assert said[0] == "PROBLEM  SLACK_BOT_TOKEN: The app was removed from its workspace."


async def test_an_app_of_a_whole_organisation(tmp_path: Path, slack: SlackEmulator) -> None:
    """Easel knows workspaces alone: a token of an organisation is a problem that it names."""
    answer = {"ok": True, "team_id": "T1", "user_id": "U1", "is_enterprise_install": True}
    slack.fail("auth.test", faults.Refusal(200, answer))
    status, said = await about_slack(tmp_path, socket_mode(slack))
    assert status == 1
    assert "installed for a whole organisation" in said[0]


async def test_an_app_token_that_is_not_valid(tmp_path: Path, slack: SlackEmulator) -> None:
    """No connection is tried with it."""
    status, said = await about_slack(tmp_path, {**socket_mode(slack), "SLACK_APP_TOKEN": APP})
    assert status == 1
    assert said[-2].startswith("PROBLEM  SLACK_APP_TOKEN: Slack does not accept it: invalid_auth.")
    assert said[-1].strip().endswith("with the scope connections:write.")


async def test_missing_scopes(tmp_path: Path, slack: SlackEmulator) -> None:
    """What the token lacks is compared with the manifest; what needs it is not tried."""
    slack.team.scopes -= {"files:write", "users:read"}
    status, said = await about_slack(tmp_path, socket_mode(slack))
    assert status == 1
    assert said[1:5] == [
        "PROBLEM  scope files:write: Is missing. With it, Easel uploads pictures.",
        f"         {PASTE}",
        "warning  scope users:read: Is missing. With it, Easel knows names, and who is an admin.",
        f"         {PASTE}",
    ]
    assert not any("uploads:" in line for line in said)


async def test_mention_only_mode(tmp_path: Path, slack: SlackEmulator) -> None:
    """What is left out on purpose is not missed."""
    slack.team.scopes -= set(diagnostics.HISTORY)
    status, said = await about_slack(tmp_path, {**socket_mode(slack), "EASEL_THREAD_REPLIES": "mentions"})
    assert status == 0
    assert f"ok       scopes: All {len(SCOPES) - 3} of the manifest are granted" in said[1]


async def test_channels(tmp_path: Path, slack: SlackEmulator) -> None:
    """Membership is found out without joining or saying anything."""
    public = slack.add_channel("public", with_bot=False)
    private = slack.add_channel("private", with_bot=False, is_private=True)
    status, said = await about_slack(tmp_path, socket_mode(slack), channels=[public.id, private.id])
    assert status == 1
    assert f"warning  channel {public.id}: Easel is no member; it joins at the first /imagine there." in said
    (index,) = (index for index, line in enumerate(said) if line.startswith(f"PROBLEM  channel {private.id}: "))
    assert said[index + 1].strip().startswith("Type /invite")
    assert not public.has_bot


async def test_channels_need_a_workspace(tmp_path: Path, slack: SlackEmulator) -> None:
    """Without Slack, or with workspaces whose tokens only a running Easel knows, a channel cannot be looked at."""
    status, said = await about_slack(tmp_path, {}, channels=["C0123"])
    assert (status, said[0]) == (1, "PROBLEM  Slack: Is not set up, so no channel can be looked at.")
    env = {**by_oauth(slack), "EASEL_PUBLIC_URL": "https://127.0.0.1:9"}
    status, said = await about_slack(tmp_path, env, channels=["C0123"])
    assert "warning  --channel: Cannot be looked at without a bot token." in said


@pytest.mark.parametrize(
    ("method", "code", "line"),
    [
        ("files.getUploadURLExternal", "storage_limit_reached", "PROBLEM  uploads: The workspace has no room"),
        ("files.getUploadURLExternal", "file_uploads_disabled", "PROBLEM  uploads: The workspace allows no uploads"),
        ("files.completeUploadExternal", "restricted_action", "PROBLEM  uploads: Slack takes no files: restricted_a"),
        ("files.delete", "not_allowed", "warning  uploads: A test file went up, but could not be deleted"),
    ],
)
async def test_uploads_that_fail(tmp_path: Path, slack: SlackEmulator, method: str, code: str, line: str) -> None:
    """A workspace that takes no files is found out before somebody has waited for a picture."""
    slack.fail(method, faults.error(code))
    _, said = await about_slack(tmp_path, socket_mode(slack))
    (index,) = (index for index, each in enumerate(said) if " uploads:" in each)
    assert said[index].startswith(line)
    assert said[index + 1].startswith("    ")


async def test_bytes_that_do_not_arrive(tmp_path: Path, slack: SlackEmulator) -> None:
    """Files go to another host than calls, which a firewall may not know."""
    slack.fail("upload", faults.dropped_before())
    _, said = await about_slack(tmp_path, socket_mode(slack))
    (index,) = (index for index, each in enumerate(said) if " uploads:" in each)
    assert said[index] == "PROBLEM  uploads: Slack did not accept a file."
    assert "files.slack.com" in said[index + 1]


@pytest.mark.parametrize(
    ("count", "line"),
    [
        (2, "ok       Socket Mode: Connected. This app has 2 connections with this one."),
        (7, "warning  Socket Mode: Connected. This app has 7 connections with this one."),
    ],
)
async def test_connections_are_counted(tmp_path: Path, slack: SlackEmulator, count: int, line: str) -> None:
    """Another Easel with the same token would take events away."""
    slack.num_connections = count
    status, said = await about_slack(tmp_path, socket_mode(slack))
    assert status == 0
    assert line in said


async def test_a_connection_that_is_not_made(tmp_path: Path, slack: SlackEmulator) -> None:
    """Slack may be reached by https, but not by wss."""
    slack.fail("apps.connections.open", faults.Refusal(200, {"ok": True, "url": "ws://127.0.0.1:9/link"}))
    status, said = await about_slack(tmp_path, socket_mode(slack))
    assert status == 1
    assert said[-2].startswith("PROBLEM  Socket Mode: The connection to Slack is not made")


async def test_slack_out_of_reach(tmp_path: Path) -> None:
    """Where Slack cannot be reached, that is all that is said."""
    env = {"SLACK_API_URL": "http://127.0.0.1:9/api/", "SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}
    status, said = await about_slack(tmp_path, env, channels=["C0123"])
    assert status == 1
    assert said == [
        "PROBLEM  Slack: It cannot be reached from here.",
        "         This machine must reach slack.com by https; a proxy is set with HTTPS_PROXY.",
    ]


async def test_slack_out_of_order(tmp_path: Path, slack: SlackEmulator) -> None:
    """A gateway's page is no reason to doubt the token."""
    slack.fail("auth.test", faults.status(502), times=10)
    status, said = await about_slack(tmp_path, socket_mode(slack))
    assert status == 1
    assert said[0] == "PROBLEM  Slack: It is out of order at the moment: http_502."
    assert len(said) == 2


@pytest.mark.parametrize("body", ["<html>It works!</html>", '{"ok": true}'])
async def test_a_server_that_is_not_slack(tmp_path: Path, slack: SlackEmulator, body: str) -> None:
    """Whatever else answers at SLACK_API_URL is told apart from Slack."""
    is_page = body.startswith("<")
    slack.fail("auth.test", faults.Refusal(200, body if is_page else {"ok": True}), times=10)
    status, said = await about_slack(tmp_path, socket_mode(slack))
    assert status == 1
    assert said[0] == "PROBLEM  SLACK_API_URL: What answers there is not Slack."
    assert len(said) == 2


# Over HTTP


@asynccontextmanager
async def serving(*routes: web.RouteDef) -> AsyncGenerator[str]:
    """Easel's own server with these routes; gives its address."""

    async def health() -> Health:
        return Health()

    server = HttpServer("127.0.0.1", 0, health=health)
    server.add_routes(routes, public=[EVENTS_PATH])
    async with asyncio.TaskGroup() as group:
        running = group.create_task(server.run())
        await server.started.wait()
        yield server.address
        running.cancel()


@pytest.fixture
async def easel(slack: SlackEmulator) -> AsyncGenerator[str]:
    """The address of a server with Easel's own route for Slack."""
    api = SlackApi(base_url=slack.api_url, workspaces=SingleWorkspace(BOT), clock=Hurried())
    app, verifier = make_app(SingleWorkspace(BOT), api.client(None)), RequestVerifier(SECRET, api)
    async with serving(events_route(lambda: app, verifier)) as address:
        yield address
    await api.close()


async def test_easel_behind_its_public_address(tmp_path: Path, slack: SlackEmulator, easel: str) -> None:
    """What answers at the public address is known to be Easel by the way in which it refuses strangers."""
    _, said = await about_slack(tmp_path, {**over_http(slack), "EASEL_PUBLIC_URL": easel})
    assert said[0] == "ok       Slack: Events are to come over HTTP, signed."
    # The test's own address is not https, which is said as well.
    assert said[1].startswith("PROBLEM  EASEL_PUBLIC_URL: Slack reaches nothing but https:// addresses.")
    assert said[-1] == f"ok       EASEL_PUBLIC_URL: Easel answers at {easel}/slack/events, the request URL for Slack."


async def test_easel_that_starts(tmp_path: Path, slack: SlackEmulator) -> None:
    """While Easel starts it says so to Slack, and to the doctor."""
    api = SlackApi(base_url=slack.api_url, workspaces=SingleWorkspace(BOT), clock=Hurried())
    async with serving(events_route(lambda: None, RequestVerifier(SECRET, api))) as address:
        _, said = await about_slack(tmp_path, {**over_http(slack), "EASEL_PUBLIC_URL": address})
    assert said[-2] == "warning  EASEL_PUBLIC_URL: Easel is starting or stopping."


async def test_something_else_behind_the_public_address(tmp_path: Path, slack: SlackEmulator) -> None:
    """A proxy that does not forward, and an address that leads nowhere, are told apart."""
    async with serving() as address:
        _, said = await about_slack(tmp_path, {**over_http(slack), "EASEL_PUBLIC_URL": f"{address}/"})
    assert said[-2] == (f"warning  EASEL_PUBLIC_URL: What answers at {address}/slack/events is not Easel (status 404).")
    status, said = await about_slack(tmp_path, {**over_http(slack), "EASEL_PUBLIC_URL": "https://127.0.0.1:9"})
    assert status == 0
    assert said[-2].startswith("warning  EASEL_PUBLIC_URL: https://127.0.0.1:9/slack/events cannot be reached")


async def test_workspaces_that_install_the_app(tmp_path: Path, slack: SlackEmulator) -> None:
    """Client ID and secret are tried with a code that was never given, so nothing is installed."""
    env = {**by_oauth(slack), "EASEL_PUBLIC_URL": "https://127.0.0.1:9"}
    status, said = await about_slack(tmp_path, env)
    assert status == 0
    assert said[:2] == [
        "ok       Slack: Workspaces install the app: Easel prints the address for it when it starts.",
        "ok       SLACK_CLIENT_ID: Slack objects neither to it nor to SLACK_CLIENT_SECRET.",
    ]
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        status, said = await about_slack(tmp_path, {**env, name: "wrong"})
        assert status == 1
        assert said[1].startswith(f"PROBLEM  {name}: ")
