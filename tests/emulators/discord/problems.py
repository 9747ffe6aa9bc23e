"""How Discord says no."""

from collections.abc import Mapping
from typing import Any

MESSAGES: Mapping[int, str] = {
    0: "401: Unauthorized",
    10003: "Unknown Channel",
    10004: "Unknown Guild",
    10007: "Unknown Member",
    10008: "Unknown Message",
    10013: "Unknown User",
    10014: "Unknown Emoji",
    10015: "Unknown Webhook",
    10062: "Unknown interaction",
    10063: "Unknown application command",
    20009: "Explicit content cannot be sent to the desired recipient(s)",
    30034: "Max number of daily application command creates has been reached (200)",
    30046: "Maximum number of edits to messages older than 1 hour reached. Try again later.",
    40005: "Request entity too large",
    40060: "Interaction has already been acknowledged.",
    50001: "Missing Access",
    50005: "Cannot edit a message authored by another user",
    50006: "Cannot send an empty message",
    50007: "Cannot send messages to this user",
    50008: "Cannot send messages in a non-text channel",
    50013: "Missing Permissions",
    50021: "Cannot execute action on a system message",
    50024: "Cannot execute action on this channel type",
    50027: "Invalid Webhook Token",
    50035: "Invalid Form Body",
    50083: "Thread is archived",
    50109: "The request body contains invalid JSON.",
    160002: "Cannot reply without permission to read message history",
    160004: "A thread has already been created for this message",
    160005: "Thread is locked",
    160006: "Maximum number of active threads reached",
    200000: "Message was blocked by automatic moderation",
}


class ApiError(Exception):
    """An answer that is no.

    Args:
        code: Discord's own, in the body.
        errors: what is wrong with each field of the body.
        problem: what the app did wrong, where no app should ever do it: it fails the test unless forgiven.
        more: further fields of the body.
    """

    def __init__(
        self,
        status: int,
        code: int,
        message: str | None = None,
        *,
        errors: Mapping[str, Any] | None = None,
        problem: str | None = None,
        **more: Any,
    ) -> None:
        self.message = message or MESSAGES[code]
        super().__init__(f"{status} {code} {self.message}")
        self.status = status
        self.code = code
        self.errors = errors
        self.problem = problem
        self.more = more

    def body(self) -> dict[str, Any]:
        told: dict[str, Any] = {"message": self.message, "code": self.code, **self.more}
        return told if self.errors is None else {**told, "errors": self.errors}


def unknown(code: int) -> ApiError:
    """What was named is not there, or not any more: that may happen to any app."""
    return ApiError(404, code)


def forbidden(code: int) -> ApiError:
    return ApiError(403, code)
