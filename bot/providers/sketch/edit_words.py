"""Reads a sentence of edits.

Words are matched wherever they stand and carried out in the order they were said. What no edit claims is
reported back, so that nobody has to guess what was ignored.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image

from bot.providers.sketch.edit_table import KNOWN_EDITS, Step
from bot.providers.sketch.vocabulary import FILLER, without_exclusions


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence, read: what will be done in order, and the words that mean nothing here."""

    steps: tuple[Step, ...]
    missed: tuple[str, ...]


def read_edits(prompt: str, references: Sequence[Image.Image]) -> Reading:
    """Finds every edit in the sentence. An empty sentence with a reference places it on the picture."""
    rest = without_exclusions(prompt).strip()
    if not rest and references:
        rest = "place image 2"
    found: list[tuple[int, Step]] = []
    for edit in KNOWN_EDITS:
        for match in list(edit.pattern.finditer(rest)):
            step = edit.make(match, references)
            if step is not None:
                found.append((match.start(), step))
                rest = rest[: match.start()] + _CLAIMED * (match.end() - match.start()) + rest[match.end() :]
    missed = tuple(words for part in _SEPARATOR.split(rest) if (words := _meaning(part)))
    return Reading(tuple(step for _, step in sorted(found, key=lambda one: one[0])), missed)


def known_edits() -> tuple[str, ...]:
    """One example of each edit, for hints and help."""
    return tuple(edit.example for edit in KNOWN_EDITS)


_CLAIMED: Final = "\0"
_SEPARATOR: Final = re.compile(r"\0+|[,;.!?\n]|\b(?:and|then|but|also)\b", re.IGNORECASE)
_POLITE: Final = FILLER | set(
    "now it's be more less bit little much lot can you could i want would like all whole everything photo turn".split()  # noqa: SIM905
)
_PUNCTUATION: Final = " \t:-–—\"'“”’"


def _meaning(part: str) -> str:
    """The words as typed, or nothing where they are only manners."""
    words = part.strip(_PUNCTUATION).split()
    return " ".join(words) if any(word.lower().strip(_PUNCTUATION) not in _POLITE for word in words) else ""
