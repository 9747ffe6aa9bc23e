"""What a command accepts, as data for platforms that offer it while people type: completion, menus, ranges."""

from dataclasses import dataclass
from typing import Literal

from bot.presentation.card import Choice


@dataclass(frozen=True, slots=True)
class Option:
    """One flag of `/imagine`. `choices` are suggestions with their labels; `minimum` and `maximum` bound numbers.

    `closed` says that nothing but the choices is legal; otherwise the person may type something else.
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
    """A word after `/imagine` that is a question rather than a prompt."""

    name: str
    summary: str
