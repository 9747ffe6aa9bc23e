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
    "Discord does not let Easel send you messages.",
    "Allow direct messages in this server's privacy settings, or remove --private.",
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
    THREAD_ARCHIVED: ("That thread was archived.", "Post in it to reopen it, then try again."),
    THREAD_LOCKED: ("That thread is locked.", "A moderator can unlock it."),
    50008: ("Nothing can be posted in that channel.", None),
    BLOCKED: ("This server's AutoMod blocked that message.", "Change the wording, or ask a moderator."),
    EXPLICIT: ("Discord blocked that image as explicit.", None),
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
        return Transient, "Discord has a problem now.", None
    if code == UNKNOWN_USER:
        return NotFound, "Discord does not know this person.", None
    return AdminError, f"Discord refused {route}: {code}.", "`easel doctor` checks the setup."


# The connection


def unreachable() -> errors.Transient:
    return errors.Transient("Discord cannot be reached.")


def no_answer() -> errors.Transient:
    return errors.Transient("Discord did not answer.")


def calls_limited(*, retry_after_s: float) -> errors.Transient:
    return errors.Transient("Discord allows no more calls now.", retry_after_s=retry_after_s)


def command_not_confirmed() -> errors.Transient:
    return errors.Transient("Discord has not confirmed that command yet.")


def too_slow() -> errors.Transient:
    return errors.Transient("This took too long for Discord.", hint="Press it again.")


def other_shards() -> errors.AdminError:
    return errors.AdminError(
        "Discord requires another number of shards for this app.",
        hint="Set EASEL_DISCORD_SHARD_COUNT to what `easel doctor` recommends, in all processes.",
    )


def message_content_denied() -> errors.AdminError:
    return errors.AdminError(
        "Discord does not let this app read what people write.",
        hint="Turn on Message Content Intent on the app's page, Bot; or set EASEL_DISCORD_MESSAGE_CONTENT=off.",
    )


# Files


def stored_elsewhere() -> errors.BadPicture:
    return errors.BadPicture(
        "That image is not stored on Discord, so Easel cannot download it.", hint="Attach it instead."
    )


def no_file_accepted() -> errors.AdminError:
    return errors.AdminError("Discord accepts no file from Easel, however small.", hint="`easel doctor` tests it.")


def file_too_large() -> errors.Transient:
    return errors.Transient("That file was too large for Discord.")


# Buttons, forms and commands


def control_outdated() -> errors.NotFound:
    return errors.NotFound("This button is from another version of Easel.", hint="Reply to the image instead.")


def form_outdated() -> errors.BadCommand:
    return errors.BadCommand("This form is from another version of Easel.", hint="Open it again.")


def form_expired() -> errors.BadCommand:
    return errors.BadCommand("This form has expired.", hint="Open it again from the message's menu.")


def unknown_command(name: str) -> errors.BadCommand:
    return errors.BadCommand(f"/{name} is no longer a command.", hint="Type / and choose another one.")


def reply_not_visible() -> errors.BadCommand:
    return errors.BadCommand(
        "Easel cannot see the message you replied to.",
        hint="To edit its image, open that message's menu and choose Apps > Edit image. "
        "Otherwise, send your message again, not as a reply.",
    )


# Who may use Easel, and where


def cannot_post() -> errors.NotAllowed:
    return errors.NotAllowed("You need permission to post in that channel.", hint="Use a channel where you can post.")


def role_required(*, is_direct: bool) -> errors.NotAllowed:
    """Args: `is_direct`: in a direct message, where nobody has roles."""
    hint = "Use it in the server." if is_direct else "Ask an admin for the role."
    return errors.NotAllowed("Only people with certain roles can use Easel here.", hint=hint)


def channel_not_enabled() -> errors.BadCommand:
    return errors.BadCommand("Easel cannot be used in this channel.", hint="Ask an admin where you can use it.")


def age_restricted_off() -> errors.BadCommand:
    return errors.BadCommand("Easel cannot be used in age-restricted channels.", hint="Use another channel.")


def age_restricted_only() -> errors.BadCommand:
    return errors.BadCommand("Easel can be used in age-restricted channels only.", hint="Use one of those.")


def not_in_server() -> errors.NotAllowed:
    return errors.NotAllowed("You are no longer in the server of this image.")


def easel_not_in_server() -> errors.NotFound:
    return errors.NotFound("Easel is no longer in the server of this image.")
