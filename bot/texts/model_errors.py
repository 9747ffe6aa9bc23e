"""Errors about models: names, what each can do, and the catalog.

Arguments named `typed` are quoted already (`bot.domain.text.quoted`).
"""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.errors import AdminError, BadCommand

# Names


def connected(names: Iterable[str]) -> str:
    """The hint on a model that cannot be used."""
    return f"Connected: {', '.join(names) or 'none'}."


def unknown_model(typed: str, *, nearest: str | None, connected: str) -> BadCommand:
    hint = f"Nearest: --model {nearest}. " if nearest else ""
    return BadCommand(f"There is no model {typed} here.", hint=hint + connected)


def not_connected(name: str, *, connected: str) -> BadCommand:
    return BadCommand(f"{name} is not connected here.", hint=connected)


def shutdown(name: str, date: object) -> str:
    """A sentence without its end."""
    return f"{name} was shut down on {date}"


def shut_down(text: str, *, connected: str) -> BadCommand:
    """Args: `text`: what `shutdown` returns."""
    return BadCommand(f"{text}.", hint=connected)


def successor_not_connected(text: str, successor: str, *, connected: str) -> BadCommand:
    return BadCommand(f"{text}; its successor {successor} is not connected here.", hint=connected)


def use_successor(text: str, successor: str) -> BadCommand:
    return BadCommand(f"{text}.", hint=f"Use its successor: --model {successor}")


def gone_from_catalog(name: str) -> AdminError:
    return AdminError(f"{name} is no longer in the catalog.", hint="Choose another --model.")


# What a model can do


def cannot_edit(name: str) -> str:
    return f"{name} cannot edit images."


def cannot_see(name: str) -> str:
    return f"{name} reads text only, so it cannot see an image."


def too_many_images(name: str, *, most: int, count: int) -> str:
    allowed = "1 image" if most == 1 else f"{most} images"
    return f"{name} takes at most {allowed}, and this has {count}."


def cannot_mask(name: str) -> str:
    return f"{name} cannot change only the marked area of an image."


def cannot_read_markup(name: str) -> str:
    return f"{name} cannot read what is drawn on an image."


def cannot_use_inputs(unmet: str, *, able: str | None, less: str) -> BadCommand:
    """Args: `unmet`: one of the sentences above; `able`: a model that can; `less`: what to do where there is none."""
    return BadCommand(unmet, hint=f"Use a model that can: --model {able}" if able else less)


def remove_images(count: int) -> str:
    return f"Remove {count} image{'' if count == 1 else 's'}."


REMOVE_MASK: Final = "Send the image without marks, and say in words where to change it."
REMOVE_MARKUP: Final = "Remove the drawing and say in words what to change."
NO_MODEL_CAN: Final = "No model that is connected here can do this."


def mask_and_markup() -> BadCommand:
    return BadCommand("An image can have a marked area or a drawing on it, not both.", hint="Remove one of the two.")


def mask_in_gif(format_name: str, *, nearest: str) -> BadCommand:
    return BadCommand(
        f"An edit of only the marked area cannot be saved as {format_name}.",
        hint=f"Nearest: --format {nearest}. Or send the image without marks, and say in words where to change it.",
    )


def too_many_at_once(n: int, name: str, *, most: int) -> BadCommand:
    return BadCommand(f"--n '{n}' is too many for {name}: it draws 1 to {most}.", hint=f"Nearest: --n {most}")


def size_not_possible(typed: str, reason: str, *, nearest: str, name: str, summary: str) -> BadCommand:
    """Args: `reason`: the end of a sentence, such as "has an edge over 3840 pixels"."""
    return BadCommand(f"--size {typed} {reason}.", hint=f"Nearest: --size {nearest}. {name} draws {summary}.")


def ratio_too_extreme(width: int, height: int, *, nearest: str, name: str, summary: str) -> BadCommand:
    return BadCommand(
        f"--ar '{width}:{height}' is too extreme for {name}.",
        hint=f"Nearest: --size {nearest}. {name} draws {summary}.",
    )


def nothing_understood(typed: str, *, known: Iterable[str]) -> BadCommand:
    """The sketch model edits with a fixed vocabulary."""
    return BadCommand(
        f"The sketch model understood none of {typed}, so nothing was changed.",
        hint=f"It knows: {', '.join(known)}. Models that are connected to a provider understand free text.",
    )


# Why a size is not possible: each is the end of a sentence about it


def not_one_of(summary: str) -> str:
    return f"is not one of {summary}"


def too_elongated(*, is_wide: bool, limit: str) -> str:
    return f"is {'wider' if is_wide else 'taller'} than {limit}"


def edge_too_long(max_px: int) -> str:
    return f"has an edge over {max_px} pixels"


def edge_too_short(min_px: int) -> str:
    return f"has an edge under {min_px} pixels"


def too_many_pixels(max_pixels: int) -> str:
    return f"has more than {max_pixels:,} pixels"


def too_few_pixels(min_pixels: int) -> str:
    return f"has fewer than {min_pixels:,} pixels"


def not_a_multiple(multiple_px: int) -> str:
    return f"is not a multiple of {multiple_px}"


# The models file, read at start

_MODELS_FILE: Final = "EASEL_MODELS_FILE names a TOML file with entries such as [models.my-model]."


def default_model(text: str, *, hint: str) -> AdminError:
    return AdminError(f"EASEL_DEFAULT_MODEL: {text}", hint=hint)


def models_file_invalid(problems: Sequence[str]) -> AdminError:
    return AdminError(
        "The models file has problems:\n" + "\n".join(f"- {problem}" for problem in problems),
        hint="Correct the file that EASEL_MODELS_FILE names, or unset it.",
    )


def models_file_unreadable(reason: object) -> AdminError:
    return AdminError(f"The models file cannot be read: {reason}.", hint=_MODELS_FILE)


def models_file_not_toml(reason: object) -> AdminError:
    return AdminError(f"The models file is not TOML: {reason}.", hint=_MODELS_FILE)
