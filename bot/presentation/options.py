"""Types that describe the options of a command, for completion and menus on platforms."""

from dataclasses import dataclass
from typing import Literal

from bot.presentation.card import Choice


@dataclass(frozen=True, slots=True)
class Option:
    """A flag of `/imagine`. `choices` are suggested values; `minimum` and `maximum` are bounds of numbers.

    `closed`: only the choices are legal; otherwise any value may be typed.
    """

    name: str
    aliases: tuple[str, ...]
    summary: str
    kind: Literal["text", "choice", "number", "switch"]
    example: str
    choices: tuple[Choice, ...] = ()
    closed: bool = False
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Subcommand:
    """A word after `/imagine` that shows information instead of drawing."""

    name: str
    summary: str


SUBCOMMANDS: tuple[Subcommand, ...] = (
    Subcommand("help", "How to draw and edit images"),
    Subcommand("models", "The models here, and what they cost"),
    Subcommand("usage", "How many images you and your team drew, and what they cost"),
    Subcommand("defaults", "What your commands use unless they say otherwise: defaults --quality high; defaults clear"),
)
