"""Slack's refusals, in our words: told once, here."""

from collections.abc import Mapping
from typing import Any

from bot.errors import AdminError, BadPicture, EaselError, NotFound, PlaceClosed, Transient


class SlackRefused(Exception):
    """Slack answered `ok: false`. `code` is its word for why, or `http_502` for an answer that was none.

    It never leaves this package: what nobody handles is translated by `told`.
    """

    def __init__(
        self,
        method: str,
        code: str,
        answer: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{method}: {code}")
        self.method = method
        self.code = code
        self.answer = answer or {}
        self.headers = headers or {}


class ConnectionLost(Transient):
    """The connection broke after the request went out: Slack may have done what it asks, so it is not sent again."""

    def __init__(self) -> None:
        super().__init__("Slack did not answer.")


CLOSED = frozenset({"is_archived", "not_in_channel", "channel_not_found", "restricted_action", "thread_not_found"})
"""The channel, or our right to speak in it, is gone; all of them may be undone by people."""

GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""The message cannot be changed any more: its card is posted anew."""

REVOKED = frozenset({"token_revoked", "account_inactive", "invalid_auth", "not_authed", "team_access_not_granted"})
"""The workspace took the app's rights away, or the token never was one."""

PASSING = frozenset(
    {
        "ratelimited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "accesslimited",
    }
)
"""Worth trying again."""


def to_easel_error(refused: SlackRefused) -> EaselError:
    """The error of ours that a refusal means."""
    code = refused.code
    if code in CLOSED:
        return _place_closed(code)
    if code in REVOKED:
        return PlaceClosed(
            "Slack has taken this workspace's token away.", hint="Install the app again; `easel doctor` checks it."
        )
    if code == "missing_scope":
        needed = refused.answer.get("needed", "another scope")
        return AdminError(
            f"The Slack app lacks the scope {needed}.",
            hint="Compare it with `easel slack manifest`, and install the app again.",
        )
    if code in PASSING or code.startswith("http_5"):
        return Transient("Slack is out of order at the moment.")
    if code in ("storage_limit_reached", "file_uploads_disabled", "file_uploads_except_images_disabled"):
        return AdminError(_UPLOADS[code], hint="An admin of this Slack workspace can change that.")
    if code == "file_deleted":
        return BadPicture("That file was deleted.", hint="Send it again, here.")
    if code in ("file_not_found", "not_visible"):
        return BadPicture("That file is not there any more, or Easel may not see it.", hint="Send it again, here.")
    if code == "user_not_found":
        return NotFound("Slack does not know that person.")
    return AdminError(f"Slack refused {refused.method}: {code}.", hint="`easel doctor` checks the set-up.")


def _place_closed(code: str) -> PlaceClosed:
    match code:
        case "is_archived":
            return PlaceClosed("That channel was archived.", hint="Unarchive it, or ask in another one.")
        case "restricted_action":
            return PlaceClosed("Easel may not post in that channel.", hint="Its posting permissions leave apps out.")
        case "thread_not_found":
            return PlaceClosed("That thread was deleted.")
        case _:
            return PlaceClosed("Easel is not in that channel.", hint="Invite it: type /invite and its name there.")


_UPLOADS = {
    "storage_limit_reached": "This Slack workspace has no room for more files.",
    "file_uploads_disabled": "This Slack workspace allows no uploads.",
    "file_uploads_except_images_disabled": "This Slack workspace allows images only.",
}
