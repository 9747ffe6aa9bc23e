"""Errors about what a person typed or pressed: flags, prompts, versions, threads.

Arguments named `typed` are quoted already (`bot.domain.text.quote_typed`).
"""

from collections.abc import Iterable
from typing import Final, Literal

from bot.errors import BadCommand, NotAllowed, NotFound, Transient

_PROMPT_WITH_DASHES: Final = "To use these words as the prompt, write -- first: /imagine -- your words"
_ANOTHER_VERSION: Final = "Choose another version with --on v1, or type “tree” to see what is left."
_WHERE_EDITS_WORK: Final = "Type it in an image's thread, or as a reply to an image."

# Flags and prompts


def unknown_flag(typed: str, *, nearest: str | None, known: Iterable[str]) -> BadCommand:
    """Args: `nearest`, `known`: names of flags without dashes."""
    meant = f"Did you mean --{nearest}? " if nearest else ""
    flags = " ".join(f"--{name}" for name in known)
    return BadCommand(f"There is no flag {typed}.", hint=f"{meant}Flags: {flags}. {_PROMPT_WITH_DASHES}")


def unsupported_flag(typed: str, *, reason: str, instead: str) -> BadCommand:
    return BadCommand(f"{typed} is not supported: {reason}.", hint=instead)


def too_many_flags(max_count: int) -> BadCommand:
    return BadCommand(f"There are more than {max_count} flags.", hint=f"Use each flag once. {_PROMPT_WITH_DASHES}")


def flag_given_twice(flag: str, first: str, second: str, *, keep: str) -> BadCommand:
    return BadCommand(f"--{flag} is given twice: {first} and {second}.", hint=f"Keep one: --{flag} {keep}")


def flag_takes_no_value(flag: str, *, example: str) -> BadCommand:
    return BadCommand(f"--{flag} takes no value.", hint=f"Write only {example}")


def flag_needs_value(flag: str, *, legal: str, example: str) -> BadCommand:
    return BadCommand(f"--{flag} needs a value: {legal}.", hint=f"For example: {example}")


def quote_not_closed(flag: str, *, example: str) -> BadCommand:
    return BadCommand(f"The quotation mark after --{flag} is not closed.", hint=f"For example: {example}")


def not_a_number(flag: str, typed: str, *, legal: str, example: str) -> BadCommand:
    return BadCommand(f"--{flag} {typed} is not a number: it takes {legal}.", hint=f"For example: {example}")


def invalid_value(flag: str, typed: str, *, legal: str, nearest: str) -> BadCommand:
    return BadCommand(f"--{flag} {typed} is not valid: it takes {legal}.", hint=f"Nearest: --{flag} {nearest}")


def size_and_ratio(size: str, ratio: str, *, keep: str) -> BadCommand:
    return BadCommand(f"--size {size} and --ar {ratio} both set the shape.", hint=f"Keep one: --size {keep}")


def prompt_missing() -> BadCommand:
    return BadCommand(
        "Describe the image you want.", hint="For example: /imagine a lighthouse at dusk --size 1536x1024"
    )


def change_missing(version: str | None = None) -> BadCommand:
    """Args: `version`: shown in the example, such as "v2"."""
    example = f"{version}: make it darker" if version else "make it darker"
    return BadCommand("Say what to change.", hint=f"For example: {example}")


def prompt_too_long(chars: int, *, max_chars: int) -> BadCommand:
    excess = chars - max_chars
    return BadCommand(
        f"The prompt has {chars:,} characters; at most {max_chars:,} are allowed.",
        hint=f"Shorten it by {excess:,} character{'' if excess == 1 else 's'}.",
    )


def text_file_too_long(name: str, *, max_kb: int, max_prompt_chars: int) -> BadCommand:
    return BadCommand(
        f"{name} is larger than {max_kb} KB.",
        hint=f"A prompt can have at most {max_prompt_chars:,} characters. Shorten the text.",
    )


def text_file_timed_out() -> Transient:
    return Transient("The text file could not be downloaded in time.", hint="Send it again.")


def unknown_form_field(typed: str, *, known: Iterable[str]) -> BadCommand:
    return BadCommand(f"This form has no field {typed}.", hint=f"Fields: {', '.join(known)}")


# Versions and threads


def version_as_default() -> BadCommand:
    return BadCommand("--on names a version of one thread, so it cannot be a default.", hint="Remove --on.")


def two_versions_named(named: str, on: str) -> BadCommand:
    return BadCommand(f"Both {named} and --on {on} name the version to edit.", hint=f"Keep one: --on {on}")


def version_outside_thread(on: str) -> NotFound:
    return NotFound(
        f"--on {on} names a version of a thread, but this is not a thread.",
        hint="Reply in the image's thread, or remove --on.",
    )


def version_not_in_thread(name: str, *, current: str | None) -> NotFound:
    hint = f"The current version is {current}." if current else "Nothing has been drawn here yet."
    return NotFound(f"There is no {name} in this thread.", hint=hint)


def no_such_version() -> NotFound:
    return NotFound("There is no such version.", hint="Name one of the thread's versions, such as v1.")


def no_such_image(version: str, *, last: str) -> NotFound:
    return NotFound(f"{version} has no such image.", hint=f"Its last image is {last}.")


def version_gone() -> NotFound:
    return NotFound("Version no longer available.")


def version_deleted(version: str) -> NotFound:
    return NotFound(f"{version} was deleted.")


def cannot_edit_deleted(version: str) -> NotFound:
    return NotFound(f"{version} was deleted, so it cannot be edited.", hint=_ANOTHER_VERSION)


def deleted_before_edit(version: str) -> NotFound:
    return NotFound(f"{version} was deleted before it could be edited.", hint=_ANOTHER_VERSION)


def deleted_before_share() -> NotFound:
    return NotFound("This image was deleted, so it cannot be shared.")


def not_an_svg(version: str) -> NotFound:
    return NotFound(f"{version} was not drawn as SVG.")


def nothing_to_undo() -> NotFound:
    return NotFound("Nothing to undo here.")


def no_earlier_version(newest: str) -> NotFound:
    return NotFound(
        f"{newest} has no earlier version to go back to.",
        hint="Type “tree” to see every version, or “back to v2” to go to one.",
    )


def nothing_to_undo_outside_thread() -> NotFound:
    return NotFound("Nothing to undo here.", hint=_WHERE_EDITS_WORK)


def nothing_to_repeat_outside_thread() -> NotFound:
    return NotFound("Nothing to draw again here.", hint=_WHERE_EDITS_WORK)


def nothing_to_repeat() -> NotFound:
    return NotFound("Nothing to draw again: this thread has no image.", hint="Start a new image with /imagine.")


def nothing_to_edit() -> BadCommand:
    return BadCommand(
        "There is no image in this thread to edit, and none is attached.",
        hint="Attach an image, choose a version with --on v2, or start a new image with /imagine.",
    )


def not_a_thread_with_image() -> NotFound:
    return NotFound(
        "There is no image here to work on.",
        hint="Use this command in an image's thread. /edit also works elsewhere if you attach an image.",
    )


def no_image_in_message() -> NotFound:
    return NotFound("There is no image in that message.", hint="Choose a message that shows an image.")


def nothing_drawn() -> NotFound:
    return NotFound("Nothing was drawn here.")


def nothing_drawn_in_thread() -> NotFound:
    return NotFound("Nothing has been drawn in this thread yet.")


def thread_gone() -> NotFound:
    return NotFound("Thread no longer available.")


# Buttons, questions and who may use them


def image_unavailable() -> NotFound:
    """For a button or a question about an image that is not known, or not in this workspace or server."""
    return NotFound("Image no longer available here.")


def only_its_author() -> NotAllowed:
    return NotAllowed("Only the person who made this private image can do that.")


def only_author_or_admin(author: str, action: Literal["cancel", "delete", "share"]) -> NotAllowed:
    return NotAllowed(f"Only {author} or an admin can {action} this.")


def too_late_to_cancel() -> NotFound:
    return NotFound("Too late to cancel: this has already ended.")


def question_expired() -> NotFound:
    return NotFound("This question has expired.", hint="Send your message again in the image's thread.")
