"""Finds which characters can be drawn with Easel's own fonts and those of the machine."""

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
"""The most system fonts for one drawing: each makes the child start more slowly."""
_INVISIBLE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_INVISIBLE_LETTERS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
"""Unicode's Default_Ignorable_Code_Point, except those that are known by category or variation selector."""
_MARKS: Final = frozenset({"Mn", "Mc", "Me"})


@dataclass(frozen=True, slots=True)
class Coverage:
    """The fonts that a text needs.

    Attributes:
        system_files: fonts of the machine with characters that Easel's own fonts lack.
        missing: the characters that no font has, each once.
    """

    system_files: tuple[Path, ...]
    missing: str


class Typefaces:
    """Easel's own fonts and those of the machine. Files are read on first use, once.

    Args:
        own_folder: always searched first; the child process knows these fonts by itself.
        system_folders: searched for what these lack.
    """

    def __init__(self, own_folder: Path = FOLDER, system_folders: Sequence[Path] = _SYSTEM_FOLDERS) -> None:
        self._folders = (own_folder, system_folders)

    def cover(self, text: str) -> Coverage:
        """Finds the fonts for a text. Reads system fonts only if Easel's own do not suffice: up to a second, once."""
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
        """The code points of Easel's own fonts."""
        return frozenset(code for file in _find_files([self._folders[0]]) for code in read_characters(file).codes())

    @cached_property
    def system(self) -> Sequence[tuple[Path, CharacterSet]]:
        """The fonts of the machine with their characters, in order of preference."""
        return [(file, read_characters(file)) for file in _find_files(self._folders[1])]


TYPEFACES: Final = Typefaces()
"""The fonts of this installation."""


def is_blank(text: str) -> bool:
    """Whether all characters are invisible."""
    return all(map(_is_invisible, text))


def without_characters(text: str, missing: str) -> str:
    """`text` without the missing characters and the combining marks on them."""
    kept: list[str] = []
    follows_missing = False
    for char in _compose(text):
        goes_on = unicodedata.category(char) in _MARKS or char == "\u200d"
        follows_missing = char in missing or (follows_missing and goes_on)
        if not follows_missing:
            kept.append(char)
    return "".join(kept)


def _compose(text: str) -> str:
    """Composes letters with their accents (NFC): many fonts have only these, and macOS decomposes Korean."""
    return unicodedata.normalize("NFC", text)


def _find_files(folders: Iterable[Path]) -> list[Path]:
    """All font files below the folders, regular ones first, in a stable order."""
    found = {file for folder in folders for file in folder.rglob("*") if file.suffix.lower() in _SUFFIXES}
    return sorted(found, key=lambda file: ("regular" not in file.stem.lower(), str(file)))[:_MAX_FILES]


def _is_invisible(char: str) -> bool:
    """Whether it is a space, or only affects other characters."""
    return (
        unicodedata.category(char) in _INVISIBLE_CATEGORIES
        or char in _INVISIBLE_LETTERS
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )
