"""What the playground answers to a request that it cannot do."""

from collections.abc import Iterable
from typing import Final

from bot.errors import AdminError, BadCommand, BadPicture, NotFound, TooLarge, Transient


class TooManyBytes(Transient):
    """More was sent in a minute than may be."""


_RELOAD: Final = "Reload the page."
_ATTACH_AGAIN: Final = "Remove it and attach it again."

# What a person typed or pressed


def nothing_to_send() -> BadCommand:
    return BadCommand("There is nothing to send yet.", hint="Type something or attach an image.")


def unknown_command(typed: str, *, command: str) -> BadCommand:
    return BadCommand(f"There is no command {typed} here.", hint=f"Start with {command}.")


def bad_name(max_chars: int) -> BadCommand:
    return BadCommand(f"A name has 1 to {max_chars} characters.", hint="Try a first name, such as Dana.")


def too_many_people(max_count: int) -> BadCommand:
    return BadCommand(f"The playground can have at most {max_count} people.", hint="Choose one of them.")


def text_too_long(chars: int, *, max_chars: int) -> BadCommand:
    return BadCommand(f"That has {chars:,} characters; at most {max_chars:,} are allowed.")


def button_gone() -> NotFound:
    return NotFound("Button no longer available.", hint="The message has changed in the meantime.")


def unknown_channel(typed: str, *, known: Iterable[str]) -> NotFound:
    return NotFound(f"There is no channel {typed}.", hint=f"Choose one of {', '.join(known)}.")


def unknown_person() -> NotFound:
    return NotFound("There is nobody with that name here.", hint=_RELOAD)


def message_gone() -> NotFound:
    return NotFound("Message no longer available.", hint=_RELOAD)


# Files


def file_gone() -> NotFound:
    return NotFound("File no longer available.")


def preview_gone() -> NotFound:
    return NotFound("This preview is no longer available.")


def attachment_gone() -> BadCommand:
    return BadCommand("An attached file is no longer available.", hint=_ATTACH_AGAIN)


def upload_gone() -> BadPicture:
    return BadPicture("An attached file is no longer available.", hint="Attach it again.")


def attachment_not_uploaded() -> BadCommand:
    return BadCommand("An attached file was not uploaded.", hint=_ATTACH_AGAIN)


def too_many_files(count: int, *, max_count: int) -> BadCommand:
    return BadCommand(f"{count} files are too many.", hint=f"Attach at most {max_count}.")


def attachment_too_large(most: str) -> TooLarge:
    """Args: `most`: with its unit."""
    return TooLarge("An attached file is too large.", hint=f"Attach one of at most {most}.")


def upload_too_large(most: str) -> BadPicture:
    """Args: `most`: with its unit."""
    return BadPicture("That file is too large.", hint=f"Attach one of at most {most}.")


def empty_upload() -> BadPicture:
    return BadPicture("That file is empty.", hint="Attach another one.")


def too_many_bytes(*, retry_after_s: float) -> TooManyBytes:
    return TooManyBytes(
        "Too much was sent within a minute.", hint="Wait a minute and send it again.", retry_after_s=retry_after_s
    )


def too_many_unsent() -> Transient:
    return Transient("Too many files were attached and not sent.", hint="Send or remove some, or try again in an hour.")


def cannot_keep_upload() -> AdminError:
    return AdminError("Easel cannot store that file.", hint="Make sure that its disk is not full and is writable.")


# Easel itself


def not_running() -> Transient:
    return Transient("Easel is starting or stopping.", hint="Try again in a moment.")


def conversation_unavailable() -> Transient:
    return Transient(
        "The playground's conversation cannot be read or written now.",
        hint="If this continues, check whether the disk is full.",
    )


def conversation_cannot_open() -> AdminError:
    return AdminError(
        "The playground's conversation file cannot be opened.",
        hint="If it is damaged, move web.db away from the data folder: Easel starts a new conversation.",
    )


# Requests that the playground's own page does not send


def not_json() -> BadCommand:
    return BadCommand("The request is not JSON.", hint=_RELOAD)


def bad_request() -> BadCommand:
    return BadCommand("The playground does not understand this request.", hint=_RELOAD)


def field_missing(name: str) -> BadCommand:
    return BadCommand(f"The request lacks its {name!r}.", hint=_RELOAD)


def bad_key() -> BadCommand:
    return BadCommand("The request's key is not a UUID.", hint=_RELOAD)


def bad_message(value: object) -> BadCommand:
    return BadCommand(f"{value!r} is not a message.", hint=_RELOAD)


def bad_attachments() -> BadCommand:
    return BadCommand("The request's attachments are not a list.", hint=_RELOAD)


def unknown_button(action: object) -> BadCommand:
    return BadCommand(f"There is no button {action!r}.")
