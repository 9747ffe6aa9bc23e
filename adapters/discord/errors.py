"""Discord errors: maps the error codes of the REST API to Easel's errors."""

from typing import Final

from bot import errors


class DiscordRefused(errors.EaselError):
    """Discord refused a request. `refusal` creates a subclass that is also one of Easel's errors.

    Args:
        route: the method and path, such as `POST /channels/{channel_id}/messages`.
        status: the HTTP status.
        code: Discord's error code; 0 if there is none.
        reason: Discord's error text, for the log.
    """

    def __init__(
        self, text: str, *, hint: str | None = None, route: str, status: int, code: int, reason: str = ""
    ) -> None:
        super().__init__(text, hint=hint)
        self.route = route
        self.status = status
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        """For the log."""
        detail = f"{self.route}: {self.status} {self.code} {self.reason}".strip()
        return f"{self.text} ({detail})"


class AdminError(DiscordRefused, errors.AdminError):
    pass


class NotFound(DiscordRefused, errors.NotFound):
    pass


class PlaceClosed(DiscordRefused, errors.PlaceClosed):
    pass


class Transient(DiscordRefused, errors.Transient):
    pass


UNKNOWN_CHANNEL: Final = 10003
UNKNOWN_GUILD: Final = 10004
UNKNOWN_MEMBER: Final = 10007
UNKNOWN_MESSAGE: Final = 10008
UNKNOWN_USER: Final = 10013
UNKNOWN_WEBHOOK: Final = 10015
"""For an interaction's token: unknown, not yet acknowledged, or expired."""
ALREADY_ACKNOWLEDGED: Final = 40060
TOO_LARGE: Final = 40005
MISSING_ACCESS: Final = 50001
CANNOT_DM: Final = 50007
CANNOT_MESSAGE: Final = 50278
"""A newer code for the same; Discord uses both."""
MISSING_PERMISSIONS: Final = 50013
TOKEN_EXPIRED: Final = 50027
THREAD_ARCHIVED: Final = 50083
TOO_MANY_OLD_EDITS: Final = 30046
BLOCKED: Final = 200000
EXPLICIT: Final = 20009
CANNOT_REPLY: Final = 160002
THREAD_EXISTS: Final = 160004
THREAD_LOCKED: Final = 160005

NAME_REFUSED: Final = frozenset({50035, BLOCKED, 200001, 240000})
"""The server, Server Discovery or Discord does not allow the name of a thread."""

CLOSED: Final = frozenset(
    {
        UNKNOWN_CHANNEL,
        MISSING_ACCESS,
        CANNOT_DM,
        CANNOT_MESSAGE,
        MISSING_PERMISSIONS,
        THREAD_ARCHIVED,
        THREAD_LOCKED,
        50008,
    }
)
"""The channel, or the permission to post in it, is gone. People can undo all of these but the first."""

UNEDITABLE: Final = frozenset({UNKNOWN_MESSAGE, TOO_MANY_OLD_EDITS, 50005, 50021})
"""The message cannot be edited (any more): its card is posted as a new message."""

_NOT_ACCEPTED: Final = "Discord does not accept DISCORD_TOKEN."
_COPY_IT: Final = "Copy it again from the app's page, Bot, Reset Token. It is not the client secret."
_NO_DM: Final = (
    "Discord does not let Easel write to you.",
    "Allow direct messages in this server's privacy settings, or ask without --private.",
)
_CLOSED_TEXTS: Final[dict[int, tuple[str, str | None]]] = {
    UNKNOWN_CHANNEL: ("That channel or thread was deleted.", None),
    MISSING_ACCESS: ("Easel cannot see that channel.", "Give its role the permission View Channel there."),
    CANNOT_DM: _NO_DM,
    CANNOT_MESSAGE: _NO_DM,
    MISSING_PERMISSIONS: (
        "Easel may not post in that channel.",
        "It needs Send Messages, Attach Files and, in threads, Send Messages in Threads.",
    ),
    THREAD_ARCHIVED: ("That thread was archived.", "Say something in it, and ask again."),
    THREAD_LOCKED: ("That thread is locked.", "A moderator can unlock it."),
    50008: ("Nothing can be posted in that channel.", None),
    BLOCKED: ("This server's AutoMod does not let that message through.", "Put it in other words, or ask a moderator."),
    EXPLICIT: ("Discord takes that picture for explicit, and does not show it there.", None),
}
"""Text and hint by code. A message that AutoMod or a filter blocked is handled as if the place were closed."""


def refusal(route: str, status: int, code: int, reason: str = "") -> DiscordRefused:
    """Creates the error for a refusal. Args: as `DiscordRefused`."""
    kind, text, hint = _meaning(route, status, code)
    return kind(text, hint=hint, route=route, status=status, code=code, reason=reason)


def missing_post_permission() -> errors.PlaceClosed:
    """The error for a place where Easel may not post pictures, before Discord refuses one."""
    text, hint = _CLOSED_TEXTS[MISSING_PERMISSIONS]
    return errors.PlaceClosed(text, hint=hint)


def unauthorised() -> errors.AdminError:
    return errors.AdminError(_NOT_ACCEPTED, hint=_COPY_IT)


def _meaning(route: str, status: int, code: int) -> tuple[type[DiscordRefused], str, str | None]:
    if code in _CLOSED_TEXTS:
        return PlaceClosed, *_CLOSED_TEXTS[code]
    if status == 401:
        return AdminError, _NOT_ACCEPTED, _COPY_IT
    if status == 429 or status >= 500:
        return Transient, "Discord is out of order at the moment.", None
    if code == UNKNOWN_USER:
        return NotFound, "Discord does not know that person.", None
    return AdminError, f"Discord refused {route}: {code}.", "`easel doctor` checks the set-up."
