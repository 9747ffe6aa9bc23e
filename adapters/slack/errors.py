"""Slack errors: maps the error codes of the Web API to Easel's errors."""

from typing import Final

from bot import errors


class SlackRefused(errors.EaselError):
    """Slack answered `ok: false`. `refusal` creates a subclass that is also one of Easel's errors.

    Args:
        method: the method of the Web API.
        code: Slack's error code, or such as `http_502` for a response that was not JSON.
    """

    def __init__(self, text: str, *, hint: str | None = None, method: str, code: str) -> None:
        super().__init__(text, hint=hint)
        self.method = method
        self.code = code

    def __str__(self) -> str:
        """For the log."""
        return f"{self.text} ({self.method}: {self.code})"


class AdminError(SlackRefused, errors.AdminError):
    pass


class BadPicture(SlackRefused, errors.BadPicture):
    pass


class NotFound(SlackRefused, errors.NotFound):
    pass


class PlaceClosed(SlackRefused, errors.PlaceClosed):
    pass


class Transient(SlackRefused, errors.Transient):
    pass


class ConnectionLost(errors.Transient):
    """The connection broke after the request was sent. Slack may have processed it, so it is not sent again."""

    def __init__(self) -> None:
        super().__init__("Slack did not answer.")


CLOSED: Final = frozenset(
    {"is_archived", "not_in_channel", "channel_not_found", "restricted_action", "thread_not_found"}
)
"""The channel, or the permission to post in it, is gone. People can undo all of these."""

GONE: Final = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})
"""The message cannot be updated any more: its card is posted as a new message."""

REVOKED: Final = frozenset(
    {"token_revoked", "account_inactive", "invalid_auth", "not_authed", "team_access_not_granted"}
)
"""The workspace revoked the app's token, or the token was never valid."""

PASSING: Final = frozenset(
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
"""Temporary: a retry may succeed."""

_CHECK: Final = "`easel doctor` checks the set-up."
_UPLOADS: Final = "An admin of this Slack workspace can change that."
_NOT_IN_CHANNEL: Final = (
    PlaceClosed,
    "Easel is not in that channel.",
    "Invite it: type /invite and its name there.",
)
_REVOKED: Final = (
    PlaceClosed,
    "Slack has taken this workspace's token away.",
    "Install the app again; `easel doctor` checks it.",
)
_PASSING: Final = (Transient, "Slack is out of order at the moment.", None)
_NO_FILE: Final = (BadPicture, "That file is not there any more, or Easel may not see it.", "Send it again, here.")
_MEANINGS: Final[dict[str, tuple[type[SlackRefused], str, str | None]]] = {
    "not_in_channel": _NOT_IN_CHANNEL,
    "channel_not_found": _NOT_IN_CHANNEL,
    "is_archived": (PlaceClosed, "That channel was archived.", "Unarchive it, or ask in another one."),
    "restricted_action": (
        PlaceClosed,
        "Easel may not post in that channel.",
        "Its posting permissions leave apps out.",
    ),
    "thread_not_found": (PlaceClosed, "That thread was deleted.", None),
    "storage_limit_reached": (AdminError, "This Slack workspace has no room for more files.", _UPLOADS),
    "file_uploads_disabled": (AdminError, "This Slack workspace allows no uploads.", _UPLOADS),
    "file_uploads_except_images_disabled": (AdminError, "This Slack workspace allows images only.", _UPLOADS),
    "file_deleted": (BadPicture, "That file was deleted.", "Send it again, here."),
    "file_not_found": _NO_FILE,
    "not_visible": _NO_FILE,
    "user_not_found": (NotFound, "Slack does not know that person.", None),
    **dict.fromkeys(REVOKED, _REVOKED),
    **dict.fromkeys(PASSING, _PASSING),
}


def refusal(method: str, code: str, *, needed: str | None = None) -> SlackRefused:
    """Creates the error for a refusal.

    Args:
        method: the method of the Web API.
        code: Slack's error code.
        needed: the missing scope, if Slack named it.
    """
    if code == "missing_scope":
        kind, text, hint = (
            AdminError,
            f"The Slack app lacks the scope {needed or 'another scope'}.",
            "Compare it with `easel slack manifest`, and install the app again.",
        )
    elif code.startswith("http_5"):
        kind, text, hint = _PASSING
    else:
        kind, text, hint = _MEANINGS.get(code, (AdminError, f"Slack refused {method}: {code}.", _CHECK))
    return kind(text, hint=hint, method=method, code=code)
