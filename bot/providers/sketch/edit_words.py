"""Parses a prompt into edits.

Edits are found anywhere in the text and applied in its order. Words that no edit matches are reported.
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
    """A parsed prompt: the edits in order, and the words that were not understood."""

    steps: tuple[Step, ...]
    missed: tuple[str, ...]


def read_edits(prompt: str, references: Sequence[Image.Image]) -> Reading:
    """Finds all edits in the prompt. An empty prompt with a reference places it on the picture."""
    rest = without_exclusions(prompt).strip()
    if not rest and references:
        rest = "place image 2"
    found: list[tuple[int, Step]] = []
    for edit in KNOWN_EDITS:
        for match in list(edit.pattern.finditer(rest)):
            step = edit.make(match, references)
            if step is not None:
                found.append((match.start(), step))
                rest = rest[: match.start()] + _MATCHED * (match.end() - match.start()) + rest[match.end() :]
    missed = tuple(words for part in _SEPARATOR.split(rest) if (words := _unknown_words(part)))
    return Reading(tuple(step for _, step in sorted(found, key=lambda one: one[0])), missed)


def known_edits() -> tuple[str, ...]:
    """An example of each edit, for hints."""
    return tuple(edit.example for edit in KNOWN_EDITS)


_MATCHED: Final = "\0"
_SEPARATOR: Final = re.compile(r"\0+|[,;.!?\n]|\b(?:and|then|but|also)\b", re.IGNORECASE)
_IGNORED_WORDS: Final = FILLER | set(
    "now it's be more less bit little much lot can you could i want would like all whole everything photo turn".split()  # noqa: SIM905
)
_PUNCTUATION: Final = " \t:-–—\"'“”’"


def _unknown_words(part: str) -> str:
    """The words as typed; empty if they are only filler."""
    words = part.strip(_PUNCTUATION).split()
    return " ".join(words) if any(word.lower().strip(_PUNCTUATION) not in _IGNORED_WORDS for word in words) else ""
