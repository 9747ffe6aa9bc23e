"""The emulated Web API refuses what Slack refuses, says who may do what, and breaks when it is told to."""

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.emulators.slack import faults
from tests.emulators.slack.api.handlers import HANDLERS
from tests.emulators.slack.methods import METHODS
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.tests.workspace import a_client, refused


def test_the_coverage_list_is_the_truth() -> None:
    """Every method of the list is carried out by some code, and no code answers another one."""
    assert METHODS.keys() == HANDLERS.keys()


async def test_a_token_says_who_calls(slack: SlackEmulator) -> None:
    """auth.test names the workspace and the bot of the token, and the header its scopes."""
    other = slack.add_team("Globex")
    response = await a_client(slack, team=other).auth_test()
    assert (response["team_id"], response["user_id"], response["bot_id"]) == (
        other.id,
        other.bot_user_id,
        other.bot_id,
    )
    assert set(response.headers["x-oauth-scopes"].split(",")) == other.scopes


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-nobody", "invalid_auth"), ("app", "not_allowed_token_type"), ("revoked", "account_inactive")],
)
async def test_other_tokens_are_refused(slack: SlackEmulator, token: str, error: str) -> None:
    """An unknown token, the app's own where a bot's is wanted, and one of a workspace that threw the app out."""
    if token == "revoked":
        token = slack.team.bot_token
        slack.revoke(slack.team)
    client = a_client(slack, token=slack.app_token if token == "app" else token)
    response = await refused(slack, client.auth_test(), faults=error == "not_allowed_token_type")
    assert response["error"] == error


async def test_a_token_stands_in_the_header(slack: SlackEmulator) -> None:
    """A call without the Authorization header is nobody's."""
    client = AsyncWebClient(base_url=slack.api_url, retry_handlers=[])
    assert (await refused(slack, client.auth_test(), faults=1))["error"] == "not_authed"


async def test_scopes_are_needed(slack: SlackEmulator) -> None:
    """A method without its scope says what is needed and what the token has."""
    slack.team.scopes = {"commands"}
    response = await refused(slack, a_client(slack).chat_postMessage(channel="C1", text="x"))
    assert (response["error"], response["needed"], response["provided"]) == (
        "missing_scope",
        "chat:write",
        "commands",
    )


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMassage", {}, "unknown_method"),
        ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": "C1", "text": 7}, "invalid_arguments"),
        ("chat.postMessage", {"channel": "C1", "text": "x", "thread_ts": "now"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": "C1", "text": "x", "blocks": {"type": "divider"}}, "invalid_arguments"),
        ("chat.postMessage", {"channel": "C1", "text": "x", "unfurl_links": "no"}, "invalid_arguments"),
        ("chat.update", {"channel": "C1", "text": "x"}, "invalid_arguments"),
        ("views.open", {"trigger_id": "1.2.3", "view": "home"}, "invalid_arguments"),
    ],
)
async def test_wrong_arguments_are_refused(
    slack: SlackEmulator, method: str, arguments: dict[str, Any], error: str
) -> None:
    """Missing and ill-typed arguments and unknown methods are refused, and are faults of the app."""
    assert (await refused(slack, a_client(slack).api_call(method, json=arguments), faults=1))["error"] == error


async def test_unknown_arguments_are_noted(slack: SlackEmulator) -> None:
    """Slack ignores an argument that it does not know; the app should not have sent it."""
    channel = slack.add_channel("studio")
    await a_client(slack).chat_postMessage(channel=channel.id, text="x", colour="red")
    assert slack.problems == ["chat.postMessage: unknown argument 'colour'"]
    slack.forgive()


async def test_some_methods_take_no_json(slack: SlackEmulator) -> None:
    """Where a method takes no JSON, what was sent as JSON was not sent."""
    call = a_client(slack).api_call("files.info", json={"file": "F1"})
    assert (await refused(slack, call, faults=1))["error"] == "invalid_arguments"


@pytest.mark.parametrize("how", ["query", "form", "json", "json in json"])
async def test_arguments_come_in_every_form(slack: SlackEmulator, how: str) -> None:
    """Query, form and JSON say the same, and blocks may be JSON within a string."""
    channel = slack.add_channel("studio")
    blocks = '[{"type": "divider"}]'
    flat: dict[str, Any] = {"channel": channel.id, "text": "x", "blocks": blocks, "unfurl_links": "false"}
    sent = {
        "query": {"params": flat},
        "form": {"data": flat},
        "json": {"json": {**flat, "blocks": [{"type": "divider"}], "unfurl_links": False}},
        "json in json": {"json": flat},
    }
    await a_client(slack).api_call("chat.postMessage", **sent[how])
    assert [block["type"] for block in channel.messages[0].blocks] == ["divider"]


@pytest.mark.parametrize(
    ("with_bot", "is_private", "is_archived", "scopes", "error"),
    [
        (True, False, False, "", None),
        (True, True, False, "", None),
        (False, False, False, "", "not_in_channel"),
        (False, False, False, "chat:write.public", None),
        (False, True, False, "chat:write.public", "channel_not_found"),
        (True, False, True, "", "is_archived"),
    ],
)
async def test_where_a_bot_may_write(
    slack: SlackEmulator, with_bot: bool, is_private: bool, is_archived: bool, scopes: str, error: str | None
) -> None:
    """Where it is a member, in public channels with a scope of their own, never in archived ones."""
    slack.team.scopes.add(scopes)
    channel = slack.add_channel("studio", with_bot=with_bot, is_private=is_private, is_archived=is_archived)
    posting = a_client(slack).chat_postMessage(channel=channel.id, text="x")
    if error is None:
        await posting
    else:
        assert (await refused(slack, posting))["error"] == error


@pytest.mark.parametrize(
    ("with_bot", "is_private", "is_archived", "outcome"),
    [
        (False, False, False, None),
        (True, False, False, "already_in_channel"),
        (False, True, False, "channel_not_found"),
        (True, True, False, "method_not_supported_for_channel_type"),
        (False, False, True, "is_archived"),
    ],
)
async def test_bots_join_public_channels(
    slack: SlackEmulator, with_bot: bool, is_private: bool, is_archived: bool, outcome: str | None
) -> None:
    """conversations.join works where everybody may come in."""
    channel = slack.add_channel("studio", with_bot=with_bot, is_private=is_private, is_archived=is_archived)
    try:
        found = (await a_client(slack).conversations_join(channel=channel.id)).get("warning")
    except SlackApiError as refusal:
        found = refusal.response["error"]
    assert found == outcome
    assert channel.has_bot == (with_bot or outcome is None)


async def test_another_workspace_is_another_world(slack: SlackEmulator) -> None:
    """A token sees nothing of another workspace."""
    other = slack.add_team("Globex")
    channel = slack.add_channel("studio", team=other)
    response = await refused(slack, a_client(slack).chat_postMessage(channel=channel.id, text="x"))
    assert response["error"] == "channel_not_found"


async def test_faults_meet_the_next_calls(slack: SlackEmulator) -> None:
    """A fault is for one method and so many calls, and the call log tells what became of each."""
    channel = slack.add_channel("studio")
    client = a_client(slack)
    slack.fail("chat.postMessage", faults.rate_limited(7))
    slack.fail("chat.postMessage", faults.error("fatal_error"))
    slack.fail("chat.postMessage", faults.status(502))
    await client.auth_test()
    limited = await refused(slack, client.chat_postMessage(channel=channel.id, text="1"))
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "7")
    assert (await refused(slack, client.chat_postMessage(channel=channel.id, text="2")))["error"] == "fatal_error"
    assert (await refused(slack, client.chat_postMessage(channel=channel.id, text="3"))).status_code == 502
    await client.chat_postMessage(channel=channel.id, text="4")
    assert [(call.method, call.status, call.ok) for call in slack.calls] == [
        ("auth.test", 200, True),
        ("chat.postMessage", 429, False),
        ("chat.postMessage", 200, False),
        ("chat.postMessage", 502, None),
        ("chat.postMessage", 200, True),
    ]
    assert [message.text for message in channel.messages] == ["4"]


@pytest.mark.parametrize(
    ("fault", "messages"),
    [
        (faults.dropped_before(), 0),
        (faults.dropped_after(), 1),
        (faults.status(502, executed=True), 1),
    ],
)
async def test_a_lost_answer_says_nothing(slack: SlackEmulator, fault: faults.Fault, messages: int) -> None:
    """A cut connection or a gateway's page leaves open whether the call was carried out."""
    channel = slack.add_channel("studio")
    slack.fail("chat.postMessage", fault)
    with pytest.raises((aiohttp.ClientError, SlackApiError)):
        await a_client(slack).chat_postMessage(channel=channel.id, text="x")
    assert len(channel.messages) == messages


@pytest.mark.parametrize("executed", [False, True])
async def test_a_held_call_waits(slack: SlackEmulator, executed: bool) -> None:
    """A call can be held before it is carried out, or before its answer."""
    channel = slack.add_channel("studio")
    held = slack.hold("chat.postMessage", executed=executed)
    posting = asyncio.create_task(a_client(slack).chat_postMessage(channel=channel.id, text="x"))
    await held.begun.wait()
    assert (len(channel.messages), posting.done()) == (int(executed), False)
    held.go()
    assert (await posting)["ts"] == channel.messages[0].ts


async def test_limits_are_per_workspace_and_method(slack: SlackEmulator) -> None:
    """A method's tier says how many calls a minute pass, and time gives them back."""
    slack.limits_enabled = True
    channel = slack.add_channel("studio")
    client = a_client(slack)
    message = await client.chat_postMessage(channel=channel.id, text="x")
    for _ in range(50):
        await client.chat_update(channel=channel.id, ts=message["ts"], text="y")
    call = client.chat_update(channel=channel.id, ts=message["ts"], text="z")
    response = await refused(slack, call)
    assert (response.status_code, 50 <= int(response.headers["Retry-After"]) <= 60) == (429, True)
    slack.clock.advance(int(response.headers["Retry-After"]))
    await client.chat_update(channel=channel.id, ts=message["ts"], text="z")


async def test_posts_are_limited_in_each_channel(slack: SlackEmulator) -> None:
    """A few messages at once pass, then one a second and channel."""
    slack.limits_enabled = True
    one, two = slack.add_channel("one"), slack.add_channel("two")
    client = a_client(slack)
    for _ in range(4):
        await client.chat_postMessage(channel=one.id, text="x")
    response = await refused(slack, client.chat_postMessage(channel=one.id, text="x"))
    assert response.status_code == 429
    await client.chat_postMessage(channel=two.id, text="x")
    slack.clock.advance(int(response.headers["Retry-After"]))
    await client.chat_postMessage(channel=one.id, text="x")


async def test_broken_rules_fail_the_test() -> None:
    """Leaving the emulator fails where a fault of the app was not forgiven."""

    async def careless() -> None:
        async with SlackEmulator() as slack:
            with pytest.raises(SlackApiError):
                await a_client(slack).api_call("chat.shout")

    with pytest.raises(AssertionError, match="unknown_method"):
        await careless()


async def test_users_info_needs_its_scope(slack: SlackEmulator) -> None:
    """Names and who is an admin are told to those with users:read."""
    ada = slack.add_person("Ada", is_admin=True)
    slack.team.scopes.discard("users:read")
    assert (await refused(slack, a_client(slack).users_info(user=ada.id)))["needed"] == "users:read"
    slack.team.scopes.add("users:read")
    user = (await a_client(slack).users_info(user=ada.id))["user"]
    assert (user["real_name"], user["is_admin"]) == ("Ada", True)
