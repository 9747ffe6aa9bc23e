"""The manifest asks for what the code uses and nothing else, and Slack takes it."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.cli.main import main
from adapters.slack.connection.http_events import EVENTS_PATH
from adapters.slack.connection.oauth import REDIRECT_PATH
from adapters.slack.setup.diagnostics import HISTORY
from adapters.slack.setup.manifest import EVENTS, SCOPES, manifest
from bot.settings.settings import Settings, variable
from tests.paths import ROOT

PACKAGE = ROOT / "adapters" / "slack"
CLIENT = PACKAGE / "web_api" / "client.py"
DOCUMENT = (ROOT / "docs" / "slack.md").read_text()
URL = "https://easel.example.com"

ALL_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
# Slack's own reference, as collected in 2026-05. Which scope a method of conversations.* takes depends on the channel.
METHODS: dict[str, tuple[str, ...]] = {
    "apps.connections.open": (),  # connections:write, of the app-level token
    "assistant.threads.setStatus": ("chat:write",),
    "auth.test": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ALL_HISTORY,
    "conversations.join": ("channels:join",),
    "conversations.open": ("im:write",),
    "conversations.replies": ALL_HISTORY,
    "files.completeUploadExternal": ("files:write",),
    "files.delete": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "oauth.v2.access": (),
    "reactions.add": ("reactions:write",),
    "users.info": ("users:read",),
    "views.open": (),
    "views.publish": (),
}
SUBSCRIPTIONS: dict[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": (),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "tokens_revoked": (),
}
FEATURES = {"slash_commands": ("commands",), "shortcuts": ("commands",)}
_FAMILY = re.compile(r"(apps|assistant|auth|bots|chat|conversations|files|oauth|reactions|team|users|views)(\.\w+)+")


def texts(module: Path) -> Iterator[str]:
    """The strings in a module's code, apart from what it logs."""
    tree = ast.parse(module.read_text())
    logged = {
        id(inner)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        if isinstance(call.func.value, ast.Name) and call.func.value.id == "_log"
        for inner in ast.walk(call)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in logged:
            yield node.value


def called() -> set[str]:
    """The methods that the code calls. `web_api/client.py` lists some for how they are sent."""
    modules = [module for module in PACKAGE.rglob("*.py") if module != CLIENT]
    found = {text for module in modules for text in texts(module) if _FAMILY.fullmatch(text)}
    return found | {"auth.test"}


def made(url: str | None = None) -> Any:
    return json.loads(json.dumps(manifest(url=url)))


def test_every_called_method_is_known_here() -> None:
    """A new method is looked up before it is called: which scope does it take?"""
    assert called() == METHODS.keys()


def test_the_scopes_are_what_the_code_uses() -> None:
    """No scope is missing, and none is asked for that nothing needs."""
    features = made()["features"]
    used = {scope for method in called() for scope in METHODS[method]}
    used |= {scope for event in EVENTS for scope in SUBSCRIPTIONS[event]}
    used |= {scope for feature, scopes in FEATURES.items() if features[feature] for scope in scopes}
    assert set(made()["oauth_config"]["scopes"]["bot"]) == set(SCOPES) == used


def test_every_event_has_its_listener() -> None:
    """What is subscribed to is heard by somebody, and not by the listener of last resort."""
    heard = set(texts(PACKAGE / "events" / "listeners.py"))
    assert {event.partition(".")[0] for event in made()["settings"]["event_subscriptions"]["bot_events"]} <= heard


def test_every_scope_says_what_it_is_for() -> None:
    """Reasons continue "With it, Easel …", in one line of the doctor's answer."""
    assert all(re.match(r"[a-z]+s ", reason) and not reason.endswith(".") for reason in SCOPES.values())
    assert max(map(len, SCOPES.values())) <= 80


@pytest.mark.parametrize("url", [None, URL])
def test_slack_takes_every_text(url: str | None) -> None:
    """Names and descriptions stay within the limits of Slack's manifest schema."""
    app = made(url)
    shown, features = app["display_information"], app["features"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert re.fullmatch("#[0-9a-f]{6}", shown["background_color"])
    assert re.fullmatch(r"[a-z0-9_.-]{1,80}", features["bot_user"]["display_name"])
    for command in features["slash_commands"]:
        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
        assert len(command["usage_hint"]) <= 1000
        assert len(command["description"]) <= 2000
    for shortcut in features["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150
        assert len(shortcut["callback_id"]) <= 255
    assert len(app["settings"]["event_subscriptions"]["bot_events"]) <= 100
    assert len(features["shortcuts"]) <= 10


def test_socket_mode_names_no_address() -> None:
    """Over Socket Mode Slack sends everything through the connection that Easel opens."""
    app = made()
    assert app["settings"]["socket_mode_enabled"]
    assert "http" not in json.dumps(app)
    assert "redirect_urls" not in app["oauth_config"]


@pytest.mark.parametrize("url", [URL, f"{URL}/"])
def test_http_names_the_addresses_that_easel_serves(url: str) -> None:
    """Over HTTP events, commands and controls go to the one address that Easel listens on, and OAuth comes back."""
    app = made(url)
    assert not app["settings"]["socket_mode_enabled"]
    assert {
        app["settings"]["event_subscriptions"]["request_url"],
        app["settings"]["interactivity"]["request_url"],
        *(command["url"] for command in app["features"]["slash_commands"]),
    } == {URL + EVENTS_PATH}
    assert app["oauth_config"]["redirect_urls"] == [URL + REDIRECT_PATH]


def test_what_easel_cannot_do_is_off() -> None:
    """Tokens that expire and installations for a whole organisation need code that is not there."""
    settings = made()["settings"]
    assert not settings["token_rotation_enabled"]
    assert not settings["org_deploy_enabled"]
    assert settings["interactivity"]["is_enabled"]


# What docs/slack.md says of it


def test_the_document_lists_every_scope() -> None:
    """The table of scopes is that of the manifest."""
    _, _, table = DOCUMENT.partition("| Scope | What it is for | Without it |")
    table, _, _ = table.partition("\n\n")
    assert set(re.findall(r"^\| `(\S+)` \| [^|]+ \| [^|]+ \|$", table, re.MULTILINE)) == set(SCOPES)


def test_the_document_tells_what_mention_only_mode_leaves_out() -> None:
    """Its scopes are those that the doctor does not miss, its events those that need them."""
    _, _, mode = DOCUMENT.partition("### Receive mentions only")
    mode, _, _ = mode.partition("\n#")
    named = set(re.findall(r"`([^`]+)`", mode))
    assert {name for name in named if name in SCOPES} == set(HISTORY)
    assert {name for name in named if name in EVENTS} == {
        event for event, scopes in SUBSCRIPTIONS.items() if set(scopes) & set(HISTORY)
    }


@pytest.mark.parametrize("proxy", ["caddy", "nginx"])
def test_the_document_opens_nothing_but_slacks_paths(proxy: str) -> None:
    """The examples for proxies forward /slack/ alone: the playground and metrics stay inside."""
    (example,) = re.findall(rf"```{proxy}\n(.*?)```", DOCUMENT, re.DOTALL)
    paths = re.findall(r"(?:handle|location) (/\S*)", example)
    assert paths[0].rstrip("*") == "/slack/"
    assert EVENTS_PATH.startswith("/slack/")
    assert REDIRECT_PATH.startswith("/slack/")
    assert set(paths[1:]) <= {"/"}
    assert re.findall(r"\b(?:127\.0\.0\.1|easel):\d+", example) == ["127.0.0.1:8765"]


def test_the_document_names_settings_and_commands_that_exist() -> None:
    """Every variable and every command of Easel in it is one that Easel knows."""
    named = set(re.findall(r"\b(?:EASEL|SLACK)_[A-Z_]+\b", DOCUMENT))
    assert named <= {variable(field) for field in Settings.model_fields}
    commands = set(re.findall(r"(?:/|`|easel )easel ([a-z]+)", DOCUMENT))
    assert {"slack", "doctor"} <= commands <= set(main.commands)
