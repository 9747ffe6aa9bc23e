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

_CHECK: Final = "`easel doctor` checks the setup."
_SEND_AGAIN: Final = "Send it again here."
_UPLOADS: Final = "An admin of this Slack workspace can change that."
_NOT_IN_CHANNEL: Final = (
    PlaceClosed,
    "Easel is not in that channel.",
    "Type /invite and its name there.",
)
_REVOKED: Final = (
    PlaceClosed,
    "Slack revoked Easel's access to this workspace.",
    "Install the app again; `easel doctor` checks it.",
)
_PASSING: Final = (Transient, "Slack has a problem now.", None)
_NO_FILE: Final = (BadPicture, "That file no longer exists, or Easel may not see it.", _SEND_AGAIN)
_MEANINGS: Final[dict[str, tuple[type[SlackRefused], str, str | None]]] = {
    "not_in_channel": _NOT_IN_CHANNEL,
    "channel_not_found": _NOT_IN_CHANNEL,
    "is_archived": (PlaceClosed, "That channel is archived.", "Unarchive it, or use another channel."),
    "restricted_action": (
        PlaceClosed,
        "Easel may not post in that channel.",
        "Its posting permissions exclude apps.",
    ),
    "thread_not_found": (PlaceClosed, "That thread was deleted.", None),
    "storage_limit_reached": (AdminError, "This Slack workspace has no space for more files.", _UPLOADS),
    "file_uploads_disabled": (AdminError, "This Slack workspace allows no uploads.", _UPLOADS),
    "file_uploads_except_images_disabled": (AdminError, "This Slack workspace allows images only.", _UPLOADS),
    "file_deleted": (BadPicture, "That file was deleted.", _SEND_AGAIN),
    "file_not_found": _NO_FILE,
    "not_visible": _NO_FILE,
    "user_not_found": (NotFound, "Slack does not know this person.", None),
    **dict.fromkeys(REVOKED, _REVOKED),
    **dict.fromkeys(PASSING, _PASSING),
}
_UNREADABLE_FILES: Final = {
    "tombstone": "That file was deleted.",
    "hidden_by_limit": "Slack hides that file: it is older than this workspace's plan keeps files.",
    "external": "That file is stored outside Slack, so Easel cannot read it.",
}
UNREADABLE_MODES: Final = frozenset(_UNREADABLE_FILES)
"""Slack's `mode` of files that cannot be downloaded."""
NOT_SHOWN: Final = "Slack does not show the image yet."


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


# The connection


def unreachable() -> errors.Transient:
    return errors.Transient("Slack cannot be reached.")


def calls_limited() -> errors.Transient:
    return errors.Transient("Slack allows no more calls now.")


def no_answer() -> errors.Transient:
    return errors.Transient("Slack did not answer.")


def call_refused(code: str) -> errors.Transient:
    """A refusal that another attempt may overcome."""
    return errors.Transient(f"Slack answers {code}.")


def too_slow() -> errors.Transient:
    return errors.Transient("This took too long for Slack.", hint="Press it again.")


def not_slack() -> errors.AdminError:
    return errors.AdminError("The server at SLACK_API_URL is not Slack.", hint="Slack's own is https://slack.com/api/.")


def installed_for_organisation() -> errors.AdminError:
    return errors.AdminError(
        "The Slack app is installed for a whole organisation.", hint="Install it in one workspace instead."
    )


def bot_token_invalid(code: str) -> errors.AdminError:
    return errors.AdminError(
        f"Slack does not accept SLACK_BOT_TOKEN: {code}.",
        hint="Copy the Bot User OAuth Token (xoxb-...) from the app's page, Install App.",
    )


def app_token_invalid(code: str) -> errors.AdminError:
    return errors.AdminError(
        f"Slack does not accept SLACK_APP_TOKEN: {code}.",
        hint="Make an app-level token (xapp-...) with the scope connections:write, on the app's own page.",
    )


def socket_mode_off() -> errors.AdminError:
    return errors.AdminError(
        "Socket Mode is off for this Slack app.", hint="Turn it on, or paste `easel slack manifest` again."
    )


# Files


def upload_failed() -> errors.Transient:
    return errors.Transient("Slack did not accept a file.")


def no_address() -> errors.BadPicture:
    return errors.BadPicture("Slack gives no address for that file.", hint=_SEND_AGAIN)


def unreadable_file(mode: str) -> errors.BadPicture:
    """Args: `mode`: one of `UNREADABLE_MODES`."""
    return errors.BadPicture(_UNREADABLE_FILES[mode], hint="Upload the image itself.")


def too_many_redirects() -> errors.BadPicture:
    return errors.BadPicture("Slack redirects that file to where Easel cannot follow.", hint=_SEND_AGAIN)


def login_page() -> errors.AdminError:
    return errors.AdminError(
        "Slack sent a login page instead of the file.",
        hint="The Slack app lacks the scope files:read: add it, and install the app again.",
    )


# Buttons, forms and channels


def button_outdated() -> errors.NotFound:
    return errors.NotFound("This button is from another version of Easel.", hint="Reply in the thread instead.")


def form_outdated() -> errors.BadCommand:
    return errors.BadCommand("This form is from another version of Easel.", hint="Open it again.")


def form_refused() -> errors.AdminError:
    return errors.AdminError("Slack refused this form.", hint="Type a command or reply to the image instead.")


def channel_archived() -> errors.BadCommand:
    return errors.BadCommand("This channel is archived.", hint="Use another channel.")


def not_invited() -> errors.BadCommand:
    return errors.BadCommand(
        "Easel is not in this channel.",
        hint="Invite it with /invite and its name, then try again. Or use a channel that it is in.",
    )


def not_connected(team: str) -> errors.PlaceClosed:
    return errors.PlaceClosed(
        f"The Slack workspace {team} is no longer connected to Easel.", hint="Install the app there again."
    )
