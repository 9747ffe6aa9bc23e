"""How Slack says no."""

from typing import Any


class SlackError(Exception):
    """An answer with `ok: false`.

    Args:
        code: the `error` field.
        problem: what the app did wrong, where no app should ever do it: it fails the test unless forgiven.
        more: further fields of the answer.
    """

    def __init__(self, code: str, *, problem: str | None = None, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.problem = problem
        self.more = more

    def body(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, **self.more}


def invalid_arguments(*messages: str) -> SlackError:
    """What a correct app never gets to see."""
    told = {"messages": [f"[ERROR] {message}" for message in messages]}
    return SlackError("invalid_arguments", problem="; ".join(messages), response_metadata=told)
