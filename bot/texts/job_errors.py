"""Errors about jobs: accepting, drawing, keeping, delivering.

No text here promises another try: only `bot.jobs.retries` knows of one.
"""

from typing import Final

from bot.errors import AdminError, NotFound, OutcomeUnknown, PlaceClosed, Transient

NOT_REPEATED: Final = "Not retried automatically. Press Again to retry; it may be charged again."
"""The hint of every `OutcomeUnknown` that another attempt could fix."""


def cannot_accept() -> AdminError:
    return AdminError(
        "Easel cannot accept anything now: its disk is full, or its database cannot be reached.",
        hint="Nothing was lost or charged. Try again later, and tell an admin.",
    )


def engine_unreachable() -> AdminError:
    return AdminError(
        "The job engine's database cannot be opened: it is damaged, locked or out of reach.",
        hint="Restore engine.db from a backup, or move it away to start without the unfinished jobs.",
    )


def platform_gone(platform: str) -> AdminError:
    return AdminError(f"{platform} is no longer connected to Easel.")


def model_disconnected(model_label: str) -> AdminError:
    return AdminError(f"{model_label} is no longer connected to Easel.", hint="Choose another --model.")


def restarted_while_drawing() -> OutcomeUnknown:
    return OutcomeUnknown("Easel was restarted while drawing this. It may have been charged.", hint=NOT_REPEATED)


def drawn_but_not_kept(reason: str, *, hint: str | None) -> OutcomeUnknown:
    """Args: `reason`: a sentence."""
    return OutcomeUnknown(f"The image was drawn, but it cannot be used: {reason}", hint=hint)


def not_posted() -> Transient:
    return Transient("This could not be posted.")


def still_posting(version: str) -> Transient:
    return Transient(f"{version} is still being posted.")


def deleted_but_still_shown(version: str, *, reason: str) -> PlaceClosed:
    return PlaceClosed(f"{version} was deleted, but a message that shows it could not be changed.", hint=reason)


def was_cancelled() -> NotFound:
    return NotFound("This was cancelled.")


def already_ended() -> NotFound:
    return NotFound("This has already ended.", hint="Press Again to start it again.")


def no_such_job() -> NotFound:
    return NotFound("Image no longer available.", hint="Start a new image with /imagine.")


# After the last attempt: parts of a hint, one sentence each


def attempts_made(count: int) -> str:
    return f"Easel tried {count} times."


def wait_asked(duration: str) -> str:
    """Args: `duration`: with its unit."""
    return f"The next try is possible in {duration}."


def press_to_retry(button: str) -> str:
    return f"Press {button} to retry."
