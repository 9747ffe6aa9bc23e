"""Which characters can be drawn here: those of Easel's own typefaces, then those of the machine's."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from bot.imaging.character_map import CharacterSet, read_characters

FOLDER: Final = Path(__file__).with_name("fonts")
_SYSTEM_FOLDERS: Final = tuple(
    map(Path, ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts"))
)
_SUFFIXES: Final = frozenset({".ttf", ".otf", ".ttc", ".otc"})
_MAX_FILES: Final = 3000
_MAX_FILES_PER_DRAWING: Final = 8
"""Typefaces of the machine for one drawing, so that its child starts in time."""
_INVISIBLE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_INVISIBLE_LETTERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
"""Default_Ignorable_Code_Point of Unicode, as far as categories and variation selectors do not tell it."""
_MARKS: Final = frozenset({"Mn", "Mc", "Me"})


@dataclass(frozen=True, slots=True)
class Coverage:
    """What it takes to draw a text.

    Attributes:
        machine: typefaces of the machine that have what Easel's own have not.
        missing: the characters that no typeface has, each once.
    """

    system_files: tuple[Path, ...]
    missing: str


class Typefaces:
    """Those in two kinds of folders. Files are read when they are needed first, and only once.

    Args:
        own: what is always looked at first, and known to the child process by itself.
        machine: where else there may be some.
    """

    def __init__(self, own_folder: Path = FOLDER, system_folders: Sequence[Path] = _SYSTEM_FOLDERS) -> None:
        self._folders = (own_folder, system_folders)

    def cover(self, text: str) -> Coverage:
        """Fast where Easel's own typefaces suffice. Otherwise the machine's are read: a second where there are many."""
        machine: dict[Path, None] = {}
        missing: dict[str, None] = {}
        for char in dict.fromkeys(_compose(text)):
            if ord(char) in self.own or _is_invisible(char):
                continue
            found = next((file for file, characters in self.system if ord(char) in characters), None)
            if found is None or (found not in machine and len(machine) == _MAX_FILES_PER_DRAWING):
                missing[char] = None
            else:
                machine[found] = None
        return Coverage(tuple(machine), "".join(missing))

    @cached_property
    def own(self) -> frozenset[int]:
        """The code points of Easel's own."""
        return frozenset(code for file in _find_files([self._folders[0]]) for code in read_characters(file).codes())

    @cached_property
    def system(self) -> Sequence[tuple[Path, CharacterSet]]:
        """The machine's, in the order in which they are preferred."""
        return [(file, read_characters(file)) for file in _find_files(self._folders[1])]


TYPEFACES: Final = Typefaces()
"""Those of this installation."""


def is_blank(text: str) -> bool:
    """Whether nothing of it can be seen."""
    return all(map(_is_invisible, text))


def without_characters(text: str, missing: str) -> str:
    """`text` as it can be drawn: without what is missing, and without the accents on that, which would stand alone."""
    kept: list[str] = []
    follows_missing = False
    for char in _compose(text):
        goes_on = unicodedata.category(char) in _MARKS or char == "\u200d"
        follows_missing = char in missing or (follows_missing and goes_on)
        if not follows_missing:
            kept.append(char)
    return "".join(kept)


def _compose(text: str) -> str:
    """Each letter in one piece with its accents, for typefaces that know it only so: macOS takes Korean apart."""
    return unicodedata.normalize("NFC", text)


def _find_files(folders: Iterable[Path]) -> list[Path]:
    """Those of typefaces below the folders: regular ones first, and in the same order every time."""
    found = {file for folder in folders for file in folder.rglob("*") if file.suffix.lower() in _SUFFIXES}
    return sorted(found, key=lambda file: ("regular" not in file.stem.lower(), str(file)))[:_MAX_FILES]


def _is_invisible(char: str) -> bool:
    """Whether it only acts upon others, or is space: nothing of it is to be seen."""
    return (
        unicodedata.category(char) in _INVISIBLE_CATEGORIES
        or char in _INVISIBLE_LETTERS
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )
