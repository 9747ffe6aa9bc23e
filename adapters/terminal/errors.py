"""What a person in a terminal reads when Easel cannot do something there."""

from collections.abc import Iterable

from bot.errors import AdminError, BadCommand, NotFound, Transient


def file_too_large(max_mib: int) -> AdminError:
    return AdminError(f"A file of more than {max_mib} MiB cannot be used as an image.")


def stopped() -> Transient:
    return Transient("Easel was stopped.")


def stopped_meanwhile() -> Transient:
    return Transient("Easel was stopped.", hint="Accepted jobs continue when it runs again.")


def failed(status: int, reason: str | None) -> AdminError:
    return AdminError(f"Easel could not do that ({status} {reason}).", hint="Its log says why.")


def channel_missing() -> AdminError:
    return AdminError("There is no such channel in the terminal.")


def unknown_channel() -> NotFound:
    return NotFound("There is no such channel in the terminal.")


def cannot_write() -> AdminError:
    return AdminError(
        "Easel cannot write to its data directory.", hint="Make sure that the disk is not full and is writable."
    )


def unknown_event() -> BadCommand:
    return BadCommand("Easel does not know this event.")


def event_from_elsewhere() -> BadCommand:
    return BadCommand("This event does not come from a terminal.")


def unknown_usage_key(typed: str, *, known: Iterable[str]) -> NotFound:
    return NotFound(f"Usage cannot be grouped by {typed}.", hint=f"Choose {', '.join(known)}.")
