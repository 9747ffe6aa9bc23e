"""Slack's JSON as dataclasses: what Slack leaves out or adds is no error, and errors hold no values."""

from collections.abc import Mapping

import pytest

from adapters.slack.payloads.app_events import parse_uninstall
from adapters.slack.payloads.files import File
from adapters.slack.payloads.interactivity import parse_block_actions
from adapters.slack.payloads.messages import Message, MessageCallback, parse_message
from adapters.slack.payloads.parsing import parser
from adapters.slack.payloads.slash_commands import SlashCommand, parse_slash_command
from adapters.slack.payloads.views import parse_view_submission
from adapters.slack.payloads.web_api import parse_files_info, parse_oauth_v2_access, parse_users_info

COMMAND = {"trigger_id": "1.2", "channel_id": "C1", "user_id": "U1", "text": "a fox"}
USER = {"id": "U1", "name": "ada"}


def test_unknown_fields_are_ignored() -> None:
    """Slack adds fields at any time."""
    assert parse_slash_command({**COMMAND, "new": [1]}) == SlashCommand("1.2", "C1", "U1", text="a fox")


@pytest.mark.parametrize("missing", ["trigger_id", "channel_id", "user_id"])
def test_a_missing_field_is_named(missing: str) -> None:
    """Without an id nothing can be answered."""
    with pytest.raises(ValueError, match=f"unexpected SlashCommand: {missing}: missing"):
        parse_slash_command({name: value for name, value in COMMAND.items() if name != missing})


def test_errors_hold_no_values() -> None:
    """Values may be tokens or prompts, and errors are logged."""
    with pytest.raises(ValueError, match="access_token") as caught:
        parse_oauth_v2_access({"access_token": ["xoxb-secret"]})

    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_message_tolerates_everything() -> None:
    """What is null, or of another type, is as good as left out."""
    odd = {"user": None, "ts": 5, "files": [None, {"id": "F1", "size": "big", "mimetype": None}], "attachments": {}}

    assert parse_message({"event": odd, "event_time": "now"}) == MessageCallback(
        Message(files=(File("F1"),)), event_time=None
    )


@pytest.mark.parametrize(
    ("change", "is_edit"),
    [
        ({"text": "b", "edited": {"user": "U1", "ts": "2.0"}}, True),
        ({"text": "b", "edited": {"user": "U2", "ts": "2.0"}}, False),
        ({"text": "a", "edited": {"user": "U1", "ts": "2.0"}}, False),
        ({"text": "b"}, False),
    ],
)
def test_edits(change: Mapping[str, object], is_edit: bool) -> None:
    """An edit is a new text by the author; a link preview changes a message as well."""
    event = parser(Message)(
        {
            "subtype": "message_changed",
            "channel": "C1",
            "message": {"user": "U1", "ts": "1.0", **change},
            "previous_message": {"user": "U1", "ts": "1.0", "text": "a"},
        },
    )
    edited = event.edited_message()

    assert (edited is not None) is is_edit
    assert edited is None or (edited.text, edited.channel, edited.edited.ts) == ("b", "C1", "2.0")


def test_press() -> None:
    """The thread of a press is the one below the message, where it has none of its own."""
    body = {
        "trigger_id": "1.2",
        "user": {"id": "U1", "username": "ada"},
        "container": {"channel_id": "C1", "message_ts": "1.0"},
        "actions": [{"action_id": "easel:again", "value": "job"}],
    }
    press = parse_block_actions(body)

    assert (press.channel_id, press.root_ts, press.user.shown_name) == ("C1", "1.0", "ada")
    with pytest.raises(ValueError, match="actions"):
        parse_block_actions({**body, "actions": []})


def test_a_view_of_another_version() -> None:
    """Inputs that no form of ours has leave the rest of a submission readable, so that it can be answered."""
    state = {"values": {"date": {"date": {"type": "datepicker", "selected_date": "2026-11-22"}}}}
    view = {"id": "V1", "blocks": [{"block_id": "date"}], "private_metadata": "{}", "state": state}

    assert parse_view_submission({"user": USER, "view": view}).view.state is None


def test_uninstalled() -> None:
    """The app is removed when its bot's token is revoked; those of people do not matter."""
    for event, is_removed in (
        ({"type": "app_uninstalled"}, True),
        ({"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}, True),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}, False),
        ({"type": "tokens_revoked"}, False),
    ):
        assert parse_uninstall({"team_id": "T1", "event": event}).is_bot_removed is is_removed


def test_shares() -> None:
    """The message that shows a file, by its channel; files without shares are shown nowhere."""
    shared = {"file": {"id": "F1", "shares": {"private": {"D1": [{"ts": "1.0"}, {"ts": "2.0"}]}}}}

    assert parse_files_info(shared).file.shares.first_ts("D1") == "1.0"
    assert parse_files_info(shared).file.shares.first_ts("C1") is None
    assert parse_files_info({"file": {"id": "F1"}}).file.shares.first_ts("D1") is None


def test_an_unknown_user() -> None:
    """An answer without a profile has no name and no rights."""
    user = parse_users_info({"ok": True, "user": {"profile": None, "is_admin": None}}).user

    assert (user.profile.display_name, user.is_admin) == ("", False)
