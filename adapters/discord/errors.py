"""Discord's refusals, in our words: told once, here."""

from typing import Final

from bot.errors import AdminError, EaselError, NotFound, PlaceClosed, Transient


class DiscordRefused(Exception):
    """Discord said no. `code` is its own number for why, 0 where it gave none.

    It never leaves this package: what nobody handles is translated by `told`.
    """

    def __init__(self, route: str, status: int, code: int, text: str = "") -> None:
        super().__init__(f"{route}: {status} {code} {text}".strip())
        self.route = route
        self.status = status
        self.code = code


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
"""The place, or our right to speak there, is gone; all but the first may be undone by people."""

UNEDITABLE: Final = frozenset({UNKNOWN_MESSAGE, TOO_MANY_OLD_EDITS, 50005, 50021})
"""The message cannot be changed (any more): its card is posted anew."""

_NO_DM: Final = (
    "Discord does not let Easel write to you.",
    "Allow direct messages in this server's privacy settings, or ask without --private.",
)
_CLOSED_WORDS: Final = {
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


def to_easel_error(refused: DiscordRefused) -> EaselError:
    """The error of ours that a refusal means."""
    if refused.code in _CLOSED_WORDS:
        return _place_closed(refused.code)
    if refused.status == 401:
        return unauthorised()
    if refused.status == 429 or refused.status >= 500:
        return Transient("Discord is out of order at the moment.")
    if refused.code == UNKNOWN_USER:
        return NotFound("Discord does not know that person.")
    return AdminError(f"Discord refused {refused.route}: {refused.code}.", hint="`easel doctor` checks the set-up.")


def missing_post_permission() -> PlaceClosed:
    """What Discord would say to a picture where Easel may not post one."""
    return _place_closed(MISSING_PERMISSIONS)


def unauthorised() -> AdminError:
    return AdminError(
        "Discord does not accept DISCORD_TOKEN.",
        hint="Copy it again from the app's page, Bot, Reset Token. It is not the client secret.",
    )


def _place_closed(code: int) -> PlaceClosed:
    text, hint = _CLOSED_WORDS[code]
    return PlaceClosed(text, hint=hint)
