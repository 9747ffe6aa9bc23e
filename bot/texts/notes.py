"""Notes: one sentence each on what was adjusted or left out. They are shown below a result or a status."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

# What the catalog adjusted

OWN_DEFAULT: Final = "Your default: "
"""Before the note or the error about a saved default."""
GIF_FRAMES: Final = " (a GIF is nine frames on one sheet)"


def using(problem: str, value: object) -> str:
    """Args: `problem`: a sentence."""
    return f"{problem} Using {value}."


def base_size(base: object, reason: str, *, size: object) -> str:
    """Args: `reason`: the end of a sentence, such as "has an edge over 3840 pixels"."""
    return f"The image to edit, {base}, {reason}: using {size}."


def size_adjusted(wanted: object, reason: str, *, size: object) -> str:
    return f"{wanted} {reason}: using {size}."


def ratio_adjusted(model: str, width: int, height: int, *, size: object) -> str:
    return f"{model} cannot draw {width}:{height}: using {size}."


def value_adjusted(model: str, flag: str, wanted: str, *, used: str) -> str:
    return f"{model} has no {flag} {wanted}: using {used}."


def auto_value(model: str, flag: str, value: object) -> str:
    return f"{flag} auto is {value} on {model}."


def model_chooses_size(model: str, *, size: object) -> str:
    return f"{model} chooses the size: the estimate is for {size}."


def model_chooses_quality(model: str, *, highest: str) -> str:
    return f"{model} chooses the quality: the estimate is for {highest}, its highest."


def background_adjusted(model: str, wanted: str, *, used: str) -> str:
    return f"{model} cannot draw a background that is {wanted}: using {used}."


def format_adjusted(model: str, wanted: str, *, used: str) -> str:
    return f"{model} cannot draw {wanted}: using {used}."


def drawn_as_svg(model: str, *, used: str) -> str:
    return f"{model} always draws SVG: the image is a {used}, and the SVG is kept with it."


def default_background_ignored(format_name: str) -> str:
    return f"{format_name} has no transparency: your default background does not apply."


def format_without_transparency(format_name: str, *, used: str) -> str:
    return f"{format_name} has no transparency: using {used}."


def effort_ignored(model: str) -> str:
    return f"--effort is ignored: {model} has no effort setting."


def compression_ignored(format_name: str) -> str:
    return f"--compression is ignored: it is for webp and jpeg, and this is {format_name}."


def successor_used(shutdown: str, model: str, *, price: str) -> str:
    """Args: `shutdown`: see `model_errors.shutdown`."""
    return f"{shutdown}: drawing with {model} instead ({price})."


# What a service did

REPAIRED: Final = "The model's first SVG could not be shown; this is its second."
SHORTENED: Final = "The model's first SVG was cut off; this is a simpler one."


def references_left_out(label: str) -> str:
    return f"{label} takes no other images together with a mask: they were left out."


def commands_removed(label: str, *, prompt: str) -> str:
    return f"Removed what {label}'s server reads as commands. The prompt was: {prompt}"


def damaged_images(damaged: int, count: int) -> str:
    return f"{damaged} of {count} images arrived damaged and cannot be shown."


def other_count(drawn: int, *, asked: int) -> str:
    return f"The service drew {drawn} image{'' if drawn == 1 else 's'}; you asked for {asked}."


# What the sketch model understood

NO_BACKGROUND_REMOVAL: Final = "The sketch model cannot remove a background."
SHAPES_INSTEAD: Final = "It drew abstract shapes instead."


def understood(words: Iterable[str]) -> str:
    return f"Understood: {', '.join(words)}."


def not_understood(words: Iterable[str]) -> str:
    return f"Not understood: {', '.join(words)}."


def images_not_used(numbers: Iterable[str]) -> str:
    return f"Not used: {', '.join(numbers)}. Say 'place image 2 on image 1'."


def same_images(count: int) -> str:
    return f"The sketch model's edits are exact, so all {count} images are the same."


# How images are shown


def converted(format_name: str, *, scaled_to: object | None, size: str, original: str, original_size: str) -> str:
    """Args: sizes with their units, such as "1.2 MB"; `scaled_to`: pixels, None where they are unchanged."""
    scaled = f" at {scaled_to}" if scaled_to is not None else ""
    return f"Shown as {format_name}{scaled}, {size}; the original {original} is {original_size}."


# What an edit starts from, named in a note or a question

UNFINISHED_IMAGE: Final = "the image being drawn"
SAME_IMAGE: Final = "the same image as before"
UNNAMED_IMAGE: Final = "the image"

# Prices

FREE: Final = "free"
PRICE_UNKNOWN: Final = "price unknown"
PER_MILLION_TOKENS: Final = "per million tokens"
PER_IMAGE: Final = "per image "


def price_per_image(size: object, quality: str) -> str:
    return f"{PER_IMAGE}at {size} {quality}"


def price_per_token(text_in_usd: Decimal, out_usd: Decimal) -> str:
    return f"${text_in_usd:.2f} in, ${out_usd:.2f} out"


def price_unchanged(price: str) -> str:
    return f"{price}, as before"


def price_changed(price: str, before: str) -> str:
    return f"{price} instead of {before}"
