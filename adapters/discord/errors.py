"""What Discord refuses, as errors of the core: each code is mapped here, once, when the API client reads it."""

from typing import Final

from bot import errors


class DiscordRefused(errors.EaselError):
    """Discord said no. `refusal` makes one of the subclasses: to the core it is an error of its own.

    Args:
        route: the method and path, such as `POST /channels/{channel_id}/messages`.
        status: the HTTP status.
        code: Discord's own number for why, 0 where it gave none.
        reason: Discord's words for the log.
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
"""Of an interaction's token: never heard of, not yet acknowledged, or run out."""
ALREADY_ACKNOWLEDGED: Final = 40060
TOO_LARGE: Final = 40005
MISSING_ACCESS: Final = 50001
CANNOT_DM: Final = 50007
CANNOT_MESSAGE: Final = 50278
"""The same, in the words of 2026: Discord answers with either."""
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
"""A thread's name holds words that this server, Server Discovery or Discord itself does not allow."""

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
"""The place, or our permission to post there, is gone; all but the first may be undone by people."""

UNEDITABLE: Final = frozenset({UNKNOWN_MESSAGE, TOO_MANY_OLD_EDITS, 50005, 50021})
"""The message cannot be changed (any more): its card is posted anew."""

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
"""What AutoMod and filters hold back can only go to its asker, as if the place were closed."""


def refusal(route: str, status: int, code: int, reason: str = "") -> DiscordRefused:
    """The error that a refusal means. Args: as `DiscordRefused`."""
    kind, text, hint = _meaning(route, status, code)
    return kind(text, hint=hint, route=route, status=status, code=code, reason=reason)


def missing_post_permission() -> errors.PlaceClosed:
    """What Discord would say to a picture where Easel may not post one."""
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
